import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { envelopeText, looksSealed, parseEnvelope } from "../../src/cipher/envelope.ts";

describe("an envelope", () => {
  it("is read as it was written", () => {
    const part = fc.uint8Array({ minLength: 8, maxLength: 128 });
    const tag = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(
        part,
        part,
        tag,
        fc.constantFrom("str", "int", "comment"),
        (data, iv, tagBytes, type) => {
          const text = envelopeText({ data, tag: tagBytes }, iv, type);
          expect(looksSealed(text)).toBe(true);
          expect(parseEnvelope(`${text}~x`)).toEqual({
            data,
            iv,
            tag: tagBytes,
            type,
            trailer: "~x",
          });
        },
      ),
    );
  });

  it("is taken apart in linear time", () => {
    const hostile = `ENC[AES256_GCM,data:${",iv:,tag:,type:".repeat(100_000)}`;
    expect(() => parseEnvelope(hostile)).toThrow(expect.objectContaining({ code: "LEAF_DAMAGED" }));
  });
});
