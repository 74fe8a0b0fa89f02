import { canonicalBytes, type Value } from "../tree/tree.ts";
import { type CipherEngine, type Sha512 } from "./engine.ts";

/** sha256("sops"): separates MACs over encrypted values only from the others (sops-format 2). */
const ONLY_ENCRYPTED_PREFIX = "8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69";

const BUFFER_BYTES = 0x4000;
const encoder = new TextEncoder();

/** SOPS's hash over the values of a file in walk order: no keys, no separators, no types. */
export class Mac {
  readonly #hash: Sha512;
  readonly #onlyEncrypted: boolean;
  /** Many short values go into the hash at once. */
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #used = 0;

  constructor(engine: CipherEngine, options: { onlyEncrypted: boolean }) {
    this.#hash = engine.sha512();
    this.#onlyEncrypted = options.onlyEncrypted;
    if (options.onlyEncrypted) this.#hash.update(fromHex(ONLY_ENCRYPTED_PREFIX));
  }

  /** Adds a leaf, not a comment or null. */
  add(value: Value, selected: boolean): void {
    if (!selected && this.#onlyEncrypted) return;
    // UTF-8 takes three bytes at most for each unit.
    if (value.type === "bytes" || value.text.length * 3 > BUFFER_BYTES) {
      this.#flush();
      this.#hash.update(canonicalBytes(value));
      return;
    }
    if (this.#used + value.text.length * 3 > BUFFER_BYTES) this.#flush();
    this.#used += encoder.encodeInto(value.text, this.#buffer.subarray(this.#used)).written;
  }

  #flush(): void {
    if (this.#used > 0) this.#hash.update(this.#buffer.subarray(0, this.#used));
    this.#buffer.fill(0, 0, this.#used);
    this.#used = 0;
  }

  /** 128 upper-case hex digits. */
  hex(): string {
    this.#flush();
    return [...this.#hash.digest()]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("")
      .toUpperCase();
  }
}

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
