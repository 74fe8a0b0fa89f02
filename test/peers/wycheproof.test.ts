/**
 * Both engines over Wycheproof's AES-GCM vectors (C2SP/wycheproof, Apache-2.0), which lie beside the
 * project in `../shared`.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MAX_IV_BYTES, MIN_IV_BYTES, TAG_BYTES } from "../../src/cipher/engine.ts";
import { nodeEngine } from "../../src/cipher/node-engine.ts";
import { nobleEngine } from "../../src/cipher/noble-engine.ts";

const FILE = new URL("../../../shared/vectors/wycheproof/aes_gcm_test.json", import.meta.url);

interface Vector {
  readonly tcId: number;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly result: "valid" | "invalid" | "acceptable";
}

const { testGroups } = JSON.parse(readFileSync(FILE, "utf8")) as {
  testGroups: { keySize: number; tests: Vector[] }[];
};
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** What the format may ask of both engines: keys of 256 bits, nonces of 8 to 128 bytes. */
const vectors = testGroups
  .filter(({ keySize }) => keySize === 256)
  .flatMap(({ tests }) => tests)
  .filter(({ iv }) => iv.length / 2 >= MIN_IV_BYTES && iv.length / 2 <= MAX_IV_BYTES);

describe.each([nodeEngine, nobleEngine])("the $name engine", (engine) => {
  it("has vectors of both kinds, with nonces of other sizes than 12", () => {
    expect(vectors.filter(({ result }) => result === "valid").length).toBeGreaterThan(50);
    expect(vectors.filter(({ result }) => result === "invalid").length).toBeGreaterThan(20);
    expect(vectors.filter(({ iv }) => iv.length !== 24).length).toBeGreaterThan(20);
  });

  it.each(vectors)(
    "agrees with vector $tcId ($result)",
    ({ key, iv, aad, msg, ct, tag, result }) => {
      const parameters = { key: hex(key), iv: hex(iv), aad: hex(aad) };
      const opened = engine.decrypt(parameters, { data: hex(ct), tag: hex(tag) });
      if (result === "invalid") {
        expect(opened).toBeNull();
        return;
      }
      expect(opened === null ? null : Buffer.from(opened).toString("hex")).toBe(msg);
      const sealed = engine.encrypt(parameters, hex(msg));
      expect(Buffer.from(sealed.data).toString("hex")).toBe(ct);
      expect(Buffer.from(sealed.tag).toString("hex")).toBe(tag);
      expect(sealed.tag).toHaveLength(TAG_BYTES);
    },
  );
});
