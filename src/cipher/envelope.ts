import { UndersealError } from "../errors.ts";
import { fromBase64, toBase64 } from "../tree/base64.ts";
import { type GcmSealed, MAX_IV_BYTES, MIN_IV_BYTES, TAG_BYTES } from "./engine.ts";

/** The textual form of one encrypted value, taken apart (sops-format 1.2). */
export interface Envelope extends GcmSealed {
  readonly iv: Uint8Array;
  /** `str`, `int`, `float`, `bool`, `time`, `comment`, or `bytes` from old files. */
  readonly type: string;
  /** What stands after the closing bracket; SOPS ignores it. */
  readonly trailer: string;
}

const OPENING = "ENC[AES256_GCM,data:";

/** Whether a text claims to be an encrypted value; cheap, and true for damaged ones too. */
export function looksSealed(text: string): boolean {
  return text.startsWith(OPENING);
}

/** `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]` without a trailer. */
export function envelopeText({ data, tag }: GcmSealed, iv: Uint8Array, type: string): string {
  return `ENC[AES256_GCM,data:${toBase64(data)},iv:${toBase64(iv)},tag:${toBase64(tag)},type:${type}]`;
}

/**
 * Takes an encrypted value apart.
 *
 * @throws `LEAF_NOT_SEALED` when the text is no encrypted value, `LEAF_DAMAGED` when a part of it
 *   is not base64 or has an impossible size.
 */
export function parseEnvelope(text: string): Envelope {
  if (!looksSealed(text)) {
    throw new UndersealError(
      "LEAF_NOT_SEALED",
      "the file's selection says that this value is encrypted, and it is not",
    );
  }
  // Searched from the end, as SOPS's greedy expression does, but in linear time on hostile input.
  const close = text.lastIndexOf("]");
  const type = text.lastIndexOf(",type:", close);
  const tag = text.lastIndexOf(",tag:", type);
  const iv = text.lastIndexOf(",iv:", tag);
  if (iv < OPENING.length || iv >= tag || tag >= type || type >= close)
    throw damaged("it is cut short");
  const envelope = {
    data: part(text.slice(OPENING.length, iv)),
    iv: part(text.slice(iv + ",iv:".length, tag)),
    tag: part(text.slice(tag + ",tag:".length, type)),
    type: text.slice(type + ",type:".length, close),
    trailer: text.slice(close + 1),
  };
  if (envelope.tag.length !== TAG_BYTES) throw damaged("its tag has an impossible size");
  if (envelope.iv.length < MIN_IV_BYTES || envelope.iv.length > MAX_IV_BYTES)
    throw damaged("its iv has an impossible size");
  return envelope;
}

const damaged = (why: string): UndersealError =>
  new UndersealError("LEAF_DAMAGED", `an encrypted value is damaged: ${why}`);

function part(base64: string): Uint8Array {
  const bytes = fromBase64(base64);
  if (bytes === null) throw damaged("a part of it is not base64");
  return bytes;
}
