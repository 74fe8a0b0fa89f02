import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { type CipherEngine, TAG_BYTES } from "./engine.ts";

const OPTIONS = { authTagLength: TAG_BYTES };

/** AES-256-GCM and SHA-512 of OpenSSL. */
export const nodeEngine: CipherEngine = {
  name: "node",

  encrypt({ key, iv, aad }, plaintext) {
    const cipher = createCipheriv("aes-256-gcm", key, iv, OPTIONS).setAAD(aad);
    const data = cipher.update(plaintext);
    cipher.final();
    return { data, tag: cipher.getAuthTag() };
  },

  decrypt({ key, iv, aad }, { data, tag }) {
    if (tag.length !== TAG_BYTES) return null;
    const decipher = createDecipheriv("aes-256-gcm", key, iv, OPTIONS).setAAD(aad).setAuthTag(tag);
    const plaintext = decipher.update(data);
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      return null;
    }
    return plaintext;
  },

  sha512() {
    const hash = createHash("sha512");
    return {
      update(bytes) {
        hash.update(bytes);
      },
      digest: () => hash.digest(),
    };
  },
};
