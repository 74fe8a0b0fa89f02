import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CipherEngine } from "../../src/cipher/engine.ts";
import { loadEngine } from "../../src/cipher/load-engine.ts";
import { nodeEngine } from "../../src/cipher/node-engine.ts";
import { nobleEngine } from "../../src/cipher/noble-engine.ts";

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);
const parameters = { key: bytes(32), iv: bytes(32), aad: new TextEncoder().encode("a:") };

describe("loadEngine", () => {
  it("takes node:crypto where it exists", async () => {
    expect((await loadEngine()).name).toBe("node");
  });
});

describe.each<CipherEngine>([nodeEngine, nobleEngine])("the $name engine", (engine) => {
  it("opens what it sealed", () => {
    const sealed = engine.encrypt(parameters, bytes(40));
    expect(sealed.data).toHaveLength(40);
    expect(sealed.tag).toHaveLength(16);
    expect(new Uint8Array(engine.decrypt(parameters, sealed) ?? [])).toEqual(bytes(40));
  });

  it("gives null for another key, nonce, additional data, ciphertext or tag", () => {
    const sealed = engine.encrypt(parameters, bytes(4));
    const other = Uint8Array.from({ length: 32 }, () => 9);
    expect(engine.decrypt({ ...parameters, key: other }, sealed)).toBeNull();
    expect(engine.decrypt({ ...parameters, iv: other }, sealed)).toBeNull();
    expect(engine.decrypt({ ...parameters, aad: other }, sealed)).toBeNull();
    expect(engine.decrypt(parameters, { ...sealed, data: bytes(4) })).toBeNull();
    expect(engine.decrypt(parameters, { ...sealed, tag: bytes(16) })).toBeNull();
  });

  it("takes no shortened tag", () => {
    const sealed = engine.encrypt(parameters, bytes(4));
    expect(engine.decrypt(parameters, { ...sealed, tag: sealed.tag.subarray(0, 12) })).toBeNull();
  });

  it("hashes with SHA-512 (FIPS 180-4, abc)", () => {
    const hash = engine.sha512();
    hash.update(new TextEncoder().encode("ab"));
    hash.update(new TextEncoder().encode("c"));
    expect(hash.digest().at(0)).toBe(0xdd);
    expect(hash.digest.length).toBe(0);
  });
});

describe("the two engines", () => {
  it("agree on every input", () => {
    const input = fc.uint8Array({ maxLength: 200 });
    const nonce = fc.uint8Array({ minLength: 8, maxLength: 128 });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        nonce,
        input,
        input,
        (key, iv, aad, plaintext) => {
          const one = nodeEngine.encrypt({ key, iv, aad }, plaintext);
          const two = nobleEngine.encrypt({ key, iv, aad }, plaintext);
          expect([...one.data, ...one.tag]).toEqual([...two.data, ...two.tag]);
          expect([...(nobleEngine.decrypt({ key, iv, aad }, one) ?? [])]).toEqual([...plaintext]);
          expect([...(nodeEngine.decrypt({ key, iv, aad }, two) ?? [])]).toEqual([...plaintext]);
        },
      ),
    );
  });
});
