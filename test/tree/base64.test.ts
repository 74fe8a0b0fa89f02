import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "../../src/tree/base64.ts";

describe("base64", () => {
  it("agrees with Buffer", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30_000 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });

  it("takes nothing else, whatever Node would make of it", () => {
    const unit = fc.constantFrom(...Array.from("AZaz09+/==-_ \n\r\0Āłé日\u2041\ufffd"));
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 16 }), (text) => {
        const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
        expect(fromBase64(text) !== null).toBe(isBase64);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each(["a", "ab", "abc", "ab=c", "a===", "abc!", "ab c", "YQ"])("refuses %j", (text) => {
    expect(fromBase64(text)).toBeNull();
  });
});
