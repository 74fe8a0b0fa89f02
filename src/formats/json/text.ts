/** JSON scalars as text: as they are read, as their authors mostly write them, and as Go prints them. */
import { exponentText } from "../../tree/scalars.ts";
import { type Value } from "../../tree/tree.ts";

/** A number by the grammar of RFC 8259. */
export const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

/** What a string holds, and the offset behind its closing quote; or a word for what is wrong. */
type ReadString =
  { readonly text: string; readonly end: number } | "unfinished" | "invalid" | "surrogate";

/** Reads the string whose opening quote stands at an offset. */
export function readString(source: string, at: number): ReadString {
  const end = stringEnd(source, at);
  if (end < 0) return "unfinished";
  const raw = source.slice(at + 1, end);
  if (CONTROL.test(raw)) return "invalid";
  if (!raw.includes("\\")) return { text: raw, end: end + 1 };
  if (!ESCAPED.test(raw)) return "invalid";
  const text = raw.replace(ESCAPE, unescaped);
  return /\p{Cs}/u.test(text) ? "surrogate" : { text, end: end + 1 };
}

/** Offset of the closing quote: the first with an even number of backslashes before it; -1 for none. */
function stringEnd(source: string, at: number): number {
  for (
    let quote = source.indexOf('"', at + 1);
    quote >= 0;
    quote = source.indexOf('"', quote + 1)
  ) {
    let back = quote;
    while (source.charCodeAt(back - 1) === 0x5c) back--;
    if ((quote - back) % 2 === 0) return quote;
  }
  return -1;
}

const CONTROL = /[^\P{Cc}\x7f-\x9f]/u;
const ESCAPED = /^[^\\]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^\\]*)*$/;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/g;
const LETTERS: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function unescaped(_: string, hex: string | undefined, letter: string | undefined): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return LETTERS[letter ?? ""] ?? letter ?? "";
}

/** A string as most programs write it: what may stand as it is does. */
export const jsonString = (text: string): string => JSON.stringify(text);

/** A string as Go writes it: what HTML or JavaScript might take for its own is escaped too. */
export const goString = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/**
 * A value that reads back as the same value, but for times, which become strings; `null` for what
 * JSON cannot hold: NaN, infinity, bytes.
 *
 * @param spelling - a spelling to prefer where it is JSON; `null` for none
 */
export function valueText(value: Value, spelling: string | null): string | null {
  switch (value.type) {
    case "bytes":
      return null;
    case "str":
    case "time":
      return jsonString(value.text);
    case "bool":
      return value.text.toLowerCase();
    case "int":
      return spelling !== null && /^-?(?:0|[1-9]\d*)$/.test(spelling) ? spelling : value.text;
    case "float":
      if (spelling !== null && NUMBER.test(spelling)) return spelling;
      return floatText(value.text);
  }
}

/** With a fraction or an exponent, because an integer would be read as one. */
function floatText(canonical: string): string | null {
  if (/[a-z]/i.test(canonical)) return null;
  const text = exponentText(canonical, 21);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A float as Go's `encoding/json` prints it (sops-format 8.6); `null` for NaN and infinity. */
export function goFloat(canonical: string): string | null {
  if (/[a-z]/i.test(canonical)) return null;
  const value = Number(canonical);
  return Object.is(value, -0) ? "-0" : String(value);
}
