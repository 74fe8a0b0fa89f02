/** Bytes to source text and back, for formats that are read line by line. */
import { UndersealError } from "../../errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of a file, a byte order mark included.
 *
 * @throws `ENCODING_INVALID`
 */
export function decodeSource(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new UndersealError("ENCODING_INVALID", "the file is not valid UTF-8");
  }
}

/** The bytes of a text. */
export const encodeSource = (text: string): Uint8Array => encoder.encode(text);

/** Whether a text can be written at all: half of a surrogate pair has no bytes. */
export const isWritable = (text: string): boolean => !/\p{Cs}/u.test(text);

/** A text to put in the place of a range of the source. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The source with edits made that do not overlap; an insertion comes before what it precedes. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text } of sorted) {
    pieces.push(source.slice(at, start), text);
    at = end;
  }
  pieces.push(source.slice(at));
  return pieces.join("");
}
