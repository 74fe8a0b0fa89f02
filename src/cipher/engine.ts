/** Key, nonce and additional data of one AES-256-GCM call. */
export interface GcmParameters {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 8 to 128 bytes; SOPS writes 32 (sops-format 1.1). */
  readonly iv: Uint8Array;
  readonly aad: Uint8Array;
}

/** What AES-256-GCM gives: ciphertext as long as the plaintext, and a 16-byte tag. */
export interface GcmSealed {
  readonly data: Uint8Array;
  readonly tag: Uint8Array;
}

/** A running SHA-512. */
export interface Sha512 {
  update(bytes: Uint8Array): void;
  /** 64 bytes; the hash cannot be used afterwards. */
  digest(): Uint8Array;
}

/** The two primitives that SOPS needs (NIST SP 800-38D, FIPS 180-4). */
export interface CipherEngine {
  readonly name: "node" | "noble";
  encrypt(parameters: GcmParameters, plaintext: Uint8Array): GcmSealed;
  /** `null` when the tag does not fit: wrong key, nonce, additional data or altered ciphertext. */
  decrypt(parameters: GcmParameters, sealed: GcmSealed): Uint8Array | null;
  sha512(): Sha512;
}

/** Nonce and tag sizes in bytes. */
export const IV_BYTES = 32;
export const TAG_BYTES = 16;

/** Shortest and longest nonce that every engine takes. */
export const MIN_IV_BYTES = 8;
export const MAX_IV_BYTES = 128;
