import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "../../src/cipher/base64.ts";
import { envelopeText, looksSealed, parseEnvelope } from "../../src/cipher/envelope.ts";

describe("an envelope", () => {
  it("is read as it was written", () => {
    const part = fc.uint8Array({ minLength: 1, maxLength: 128 });
    const tag = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(part, part, tag, fc.constantFrom("str", "int", "comment"), (data, iv, tagBytes, type) => {
        const text = envelopeText({ data, iv, tag: tagBytes, type });
        expect(looksSealed(text)).toBe(true);
        expect(parseEnvelope(`${text}~x`)).toEqual({ data, iv, tag: tagBytes, type, trailer: "~x" });
      }),
    );
  });

  it("is taken apart in linear time", () => {
    const hostile = `ENC[AES256_GCM,data:${",iv:,tag:,type:".repeat(100_000)}`;
    expect(() => parseEnvelope(hostile)).toThrow(expect.objectContaining({ code: "LEAF_DAMAGED" }));
  });
});

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

  it.each(["a", "ab", "abc", "ab=c", "a===", "abc!", "ab c", "YQ"])("refuses %j", (text) => {
    expect(fromBase64(text)).toBeNull();
  });
});
