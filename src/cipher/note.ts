import { fromBase64Url, toBase64, toBase64Url } from "../tree/base64.ts";
import { joinedBytes } from "../tree/bytes.ts";
import { type CipherEngine, IV_BYTES, TAG_BYTES } from "./engine.ts";
import { type Envelope, parseEnvelope } from "./envelope.ts";

/**
 * Spelling notes (docs/decisions/0001): how a scalar was written where its value does not tell,
 * sealed behind the closing bracket of the value, where SOPS looks at nothing:
 * `ENC[…]~<base64url(iv, ciphertext, tag)>`. Bound to the place and to the tag of the value; padded
 * to a multiple of 32 bytes (ISO/IEC 7816-4), so that its size tells little.
 */
const BLOCK_BYTES = 32;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What a note needs beside its text. */
export interface NoteKey {
  readonly engine: CipherEngine;
  /** 32 bytes. */
  readonly dataKey: Uint8Array;
  /** Additional data of the value that the note belongs to. */
  readonly aad: string;
}

/** `sealed` with a note behind it. */
export function withNote(
  sealed: string,
  spelling: string,
  key: NoteKey & { iv: Uint8Array },
): string {
  const aad = noteData(parseEnvelope(sealed), key.aad);
  const { data, tag } = key.engine.encrypt(
    { key: key.dataKey, iv: key.iv, aad },
    padded(encoder.encode(spelling)),
  );
  return `${sealed}~${toBase64Url(joinedBytes([key.iv, data, tag]))}`;
}

/** The note behind a value; `null` when there is none or it is not authentic. */
export function noteOf(envelope: Envelope, key: NoteKey): string | null {
  const match = /^~([A-Za-z0-9_-]+)\s*$/.exec(envelope.trailer);
  const bytes = match?.[1] === undefined ? null : fromBase64Url(match[1]);
  if (bytes === null || bytes.length <= IV_BYTES + TAG_BYTES) return null;
  const iv = bytes.subarray(0, IV_BYTES);
  const data = bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES);
  const tag = bytes.subarray(bytes.length - TAG_BYTES);
  const plaintext = key.engine.decrypt(
    { key: key.dataKey, iv, aad: noteData(envelope, key.aad) },
    { data, tag },
  );
  return plaintext === null ? null : unpadded(plaintext);
}

/** Never equal to the additional data of a value (which ends in a colon) or of a MAC (a time). */
function noteData(envelope: Envelope, aad: string): Uint8Array {
  return encoder.encode(`underseal note\0${aad}\0${toBase64(envelope.tag)}`);
}

function padded(bytes: Uint8Array): Uint8Array {
  const size = Math.ceil((bytes.length + 1) / BLOCK_BYTES) * BLOCK_BYTES;
  const result = new Uint8Array(size);
  result.set(bytes);
  result[bytes.length] = 0x80;
  return result;
}

function unpadded(bytes: Uint8Array): string | null {
  const end = bytes.lastIndexOf(0x80);
  if (end < 0) return null;
  try {
    return decoder.decode(bytes.subarray(0, end));
  } catch {
    return null;
  }
}
