import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEnvelope } from "../../src/cipher/envelope.ts";
import { LeafCipher } from "../../src/cipher/leaf-cipher.ts";
import { nodeEngine } from "../../src/cipher/node-engine.ts";
import { noteOf, withNote } from "../../src/cipher/note.ts";

const dataKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const iv = Uint8Array.from({ length: 32 }, (_, index) => 64 + index);
const key = { engine: nodeEngine, dataKey, aad: "a:" };
const cipher = new LeafCipher(nodeEngine, dataKey, () => iv);
const sealed = cipher.sealValue({ type: "int", text: "31" }, "a:", null);

describe("a spelling note", () => {
  it("comes back, whatever it says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (spelling) => {
        fc.pre(!/\p{Cs}/u.test(spelling));
        expect(noteOf(parseEnvelope(withNote(sealed, spelling, { ...key, iv })), key)).toBe(
          spelling,
        );
      }),
    );
  });

  it("is behind the bracket, and has one size for all short spellings", () => {
    const short = withNote(sealed, "0x1F", { ...key, iv });
    expect(short.startsWith(`${sealed}~`)).toBe(true);
    expect(withNote(sealed, "0x000000000000000000001F", { ...key, iv })).toHaveLength(short.length);
  });

  it("is not believed at another place, behind another value, with another key, or altered", () => {
    const noted = withNote(sealed, "0x1F", { ...key, iv });
    const note = noted.slice(sealed.length);
    const other = new LeafCipher(nodeEngine, dataKey, () => iv.map((byte) => byte + 1)).sealValue(
      { type: "int", text: "31" },
      "a:",
      null,
    );
    expect(noteOf(parseEnvelope(noted), { ...key, aad: "b:" })).toBeNull();
    expect(noteOf(parseEnvelope(other + note), key)).toBeNull();
    expect(noteOf(parseEnvelope(noted), { ...key, dataKey: iv })).toBeNull();
    expect(noteOf(parseEnvelope(noted.replace(/~./, "~")), key)).toBeNull();
  });

  it.each(["", "~", "garbage", "~short", "~!!"])("is null for %j", (trailer) => {
    expect(noteOf(parseEnvelope(sealed + trailer), key)).toBeNull();
  });
});
