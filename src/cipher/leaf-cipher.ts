import { UndersealError } from "../errors.ts";
import { canonicalText, sealableSpelling } from "../tree/scalars.ts";
import { type Value, valueOfBytes } from "../tree/tree.ts";
import { type Envelope, envelopeText, parseEnvelope } from "./envelope.ts";
import { type CipherEngine, IV_BYTES } from "./engine.ts";

/** What an encrypted value holds. */
export type Opened =
  | {
      readonly kind: "value";
      readonly value: Value;
      /** The plaintext where it differs from the canonical text: the author's spelling; else `null`. */
      readonly spelling: string | null;
      readonly envelope: Envelope;
    }
  | { readonly kind: "comment"; readonly text: string; readonly envelope: Envelope };

/** Additional data that binds a value to its place: each key followed by a colon; `:` at the root. */
export function additionalData(keys: readonly string[]): string {
  return `${keys.join(":")}:`;
}

const encoder = new TextEncoder();

/** Encrypts and decrypts the leaves of one file with its data key. */
export class LeafCipher {
  readonly #engine: CipherEngine;
  readonly #dataKey: Uint8Array;
  readonly #randomBytes: (size: number) => Uint8Array;

  /** @param dataKey - 32 bytes; owned by the caller, who wipes it */
  constructor(
    engine: CipherEngine,
    dataKey: Uint8Array,
    randomBytes: (size: number) => Uint8Array,
  ) {
    this.#engine = engine;
    this.#dataKey = dataKey;
    this.#randomBytes = randomBytes;
  }

  /**
   * The encrypted text of a value.
   *
   * @param spelling - the author's spelling, sealed instead of the canonical text when SOPS reads it
   *   to the same value; otherwise `null`
   */
  sealValue(value: Value, aad: string, spelling: string | null): string {
    if (value.type === "bytes") return this.#seal(value.bytes, aad, "str");
    return this.#seal(
      encoder.encode(sealableSpelling(value, spelling) ?? value.text),
      aad,
      value.type,
    );
  }

  /** The encrypted text of a comment. */
  sealComment(text: string, aad: string): string {
    return this.#seal(encoder.encode(text), aad, "comment");
  }

  #seal(plaintext: Uint8Array, aad: string, type: string): string {
    const iv = this.#randomBytes(IV_BYTES);
    const sealed = this.#engine.encrypt(
      { key: this.#dataKey, iv, aad: encoder.encode(aad) },
      plaintext,
    );
    return envelopeText(sealed, iv, type);
  }

  /**
   * Decrypts a value or comment.
   *
   * @throws `LEAF_NOT_SEALED` when the text is in clear, `LEAF_DAMAGED` when it is not authentic at
   *   this place or is no value of its type.
   */
  open(text: string, aad: string): Opened {
    const envelope = parseEnvelope(text);
    const plaintext = this.#engine.decrypt(
      { key: this.#dataKey, iv: envelope.iv, aad: encoder.encode(aad) },
      envelope,
    );
    if (plaintext === null) throw damaged("an encrypted value is not authentic at this place");
    return typed(envelope, plaintext);
  }
}

const damaged = (message: string): UndersealError => new UndersealError("LEAF_DAMAGED", message);

function typed(envelope: Envelope, plaintext: Uint8Array): Opened {
  const read = valueOfBytes(plaintext);
  switch (envelope.type) {
    case "str":
    case "bytes":
      return { kind: "value", value: read, spelling: null, envelope };
    case "comment":
      if (read.type === "bytes") throw damaged("an encrypted comment is not UTF-8");
      return { kind: "comment", text: read.text, envelope };
    case "int":
    case "float":
    case "bool":
    case "time":
      return typedValue(envelope, envelope.type, read);
    default:
      throw damaged("an encrypted value has an unknown type");
  }
}

function typedValue(
  envelope: Envelope,
  type: "int" | "float" | "bool" | "time",
  read: Value,
): Opened {
  const text = read.type === "bytes" ? null : canonicalText(type, read.text);
  if (read.type === "bytes" || text === null)
    throw damaged("an encrypted value is no value of its type");
  return {
    kind: "value",
    value: { type, text },
    spelling: read.text === text ? null : read.text,
    envelope,
  };
}
