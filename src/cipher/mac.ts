import { canonicalBytes, type Value } from "../tree/tree.ts";
import { type CipherEngine, type Sha512 } from "./engine.ts";

/** sha256("sops"): separates MACs over encrypted values only from the others (sops-format 2). */
const ONLY_ENCRYPTED_PREFIX = "8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69";

/** SOPS's hash over the values of a file in walk order: no keys, no separators, no types. */
export class Mac {
  readonly #hash: Sha512;
  readonly #onlyEncrypted: boolean;

  constructor(engine: CipherEngine, options: { onlyEncrypted: boolean }) {
    this.#hash = engine.sha512();
    this.#onlyEncrypted = options.onlyEncrypted;
    if (options.onlyEncrypted) this.#hash.update(fromHex(ONLY_ENCRYPTED_PREFIX));
  }

  /** Adds a leaf, not a comment or null. */
  add(value: Value, selected: boolean): void {
    if (selected || !this.#onlyEncrypted) this.#hash.update(canonicalBytes(value));
  }

  /** 128 upper-case hex digits. */
  hex(): string {
    return [...this.#hash.digest()]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("")
      .toUpperCase();
  }
}

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
