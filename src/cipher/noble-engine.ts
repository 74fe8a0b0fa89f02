import { gcm } from "@noble/ciphers/aes.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type CipherEngine, TAG_BYTES } from "./engine.ts";

/** AES-256-GCM and SHA-512 in JavaScript, for runtimes without `node:crypto`. */
export const nobleEngine: CipherEngine = {
  name: "noble",

  encrypt({ key, iv, aad }, plaintext) {
    const sealed = gcm(key, iv, aad).encrypt(plaintext);
    const end = sealed.length - TAG_BYTES;
    return { data: sealed.subarray(0, end), tag: sealed.subarray(end) };
  },

  decrypt({ key, iv, aad }, { data, tag }) {
    if (tag.length !== TAG_BYTES) return null;
    const sealed = new Uint8Array(data.length + tag.length);
    sealed.set(data);
    sealed.set(tag, data.length);
    try {
      return gcm(key, iv, aad).decrypt(sealed);
    } catch {
      return null;
    }
  },

  sha512() {
    const hash = sha512.create();
    return {
      update(bytes) {
        hash.update(bytes);
      },
      digest: () => hash.digest(),
    };
  },
};
