/** Keys, scalars on one line, and literal blocks, for the everyday reader. */
import { resolvePlain } from "./resolve.ts";

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const PLAIN_KEY = /[A-Za-z0-9_$/.][\w$/.@%+()~-]*(?: [\w$/.@%+()~-]+)*(?=:(?:[ \n]|$))/y;
const QUOTED_KEY = /(?:"[^"\\\n]*"|'[^'\n]*')(?=:(?:[ \n]|$))/y;
/** `yaml` refuses longer keys. */
const MAX_KEY = 1_000;

/** The source text of a key that a colon follows; `null` when there is none. */
export function keyAt(source: string, at: number): string | null {
  for (const pattern of [PLAIN_KEY, QUOTED_KEY]) {
    pattern.lastIndex = at;
    // Testing makes no array, as executing would for each key of a file.
    if (pattern.test(source)) return source.slice(at, pattern.lastIndex);
  }
  return null;
}

/** The key that a source text means; `null` when it is no string, or long. */
export function keyOf(text: string): string | null {
  if (text.length > MAX_KEY) return null;
  const quote = text.charAt(0);
  if (quote === '"' || quote === "'") return text.slice(1, -1);
  const value = resolvePlain(text);
  return value !== null && value !== "too-large" && value.type === "str" ? text : null;
}

/** What a plain scalar does not start with, but for a dash that something follows. */
const INDICATORS = /[-?:,[\]{}#&*!|>'"%@`]/;

/** The end of a plain scalar on one line; `null` when it starts or holds what is not plain. */
export function plainEnd(source: string, at: number): number | null {
  const dash = source.charAt(at) === "-" && !/[ \t\n]|^$/.test(source.charAt(at + 1));
  if (!dash && INDICATORS.test(source.charAt(at))) return null;
  const lineBreak = source.indexOf("\n", at);
  const line = source.slice(at, lineBreak < 0 ? source.length : lineBreak);
  const comment = line.indexOf(" #");
  const text = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
  const beyond = text.includes(": ") || text.endsWith(":") || line.includes("\t");
  return beyond ? null : at + text.length;
}

/** A quoted scalar on one line. */
interface QuotedScalar {
  readonly style: "single" | "double";
  readonly text: string;
  /** Offset behind the closing quote. */
  readonly end: number;
}

/** Reads a quoted scalar that ends on its line and has common escapes only; `null` for any other. */
export function quotedScalar(source: string, at: number): QuotedScalar | null {
  return source.charAt(at) === "'" ? singleQuoted(source, at) : doubleQuoted(source, at);
}

function singleQuoted(source: string, at: number): QuotedScalar | null {
  let close = source.indexOf("'", at + 1);
  let doubled = false;
  while (close >= 0 && source.charAt(close + 1) === "'") {
    doubled = true;
    close = source.indexOf("'", close + 2);
  }
  const text = close < 0 ? "\n" : source.slice(at + 1, close);
  if (text.includes("\n")) return null;
  return { style: "single", text: doubled ? text.replaceAll("''", "'") : text, end: close + 1 };
}

function doubleQuoted(source: string, at: number): QuotedScalar | null {
  let escaped = false;
  for (let index = at + 1; index < source.length; index++) {
    const code = source.charCodeAt(index);
    if (code === NEWLINE) return null;
    if (code === QUOTE) {
      const raw = source.slice(at + 1, index);
      const text = escaped ? unescaped(raw) : raw;
      return text === null ? null : { style: "double", text, end: index + 1 };
    }
    if (code === BACKSLASH) {
      escaped = true;
      index++;
    }
  }
  return null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  n: "\n",
  t: "\t",
  r: "\r",
  0: "\0",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  v: "\v",
};
/** What an unknown escape becomes: half a surrogate pair, which is refused like one in the text. */
const UNKNOWN = "\ud800";
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^]))/g;

/** The text without its escapes; `null` where one is not common. */
function unescaped(raw: string): string | null {
  const text = raw.replace(ESCAPE, (_, ...found: (string | undefined)[]) => {
    const [four, two, letter] = found;
    const hex = four ?? two;
    const char =
      hex === undefined ? ESCAPES[letter ?? ""] : String.fromCharCode(Number.parseInt(hex, 16));
    return char ?? UNKNOWN;
  });
  // Halves of a surrogate pair mean something else to each reader.
  return /\p{Cs}/u.test(text) ? null : text;
}
