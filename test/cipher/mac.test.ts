import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Mac } from "../../src/cipher/mac.ts";
import { nodeEngine } from "../../src/cipher/node-engine.ts";

const sha512 = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").toUpperCase();
};

describe("Mac", () => {
  it("is SHA-512 over the bare values, in upper-case hex", () => {
    const mac = new Mac(nodeEngine, { onlyEncrypted: false });
    mac.add({ type: "str", text: "ab" }, true);
    mac.add({ type: "bool", text: "True" }, false);
    mac.add({ type: "bytes", bytes: Uint8Array.of(255) }, true);
    expect(mac.hex()).toBe(sha512("abTrue", Uint8Array.of(255)));
  });

  it("covers encrypted values only, behind a fixed prefix, when the file says so", () => {
    const mac = new Mac(nodeEngine, { onlyEncrypted: true });
    mac.add({ type: "str", text: "ab" }, true);
    mac.add({ type: "str", text: "clear" }, false);
    expect(mac.hex()).toBe(sha512(createHash("sha256").update("sops").digest(), "ab"));
  });
});
