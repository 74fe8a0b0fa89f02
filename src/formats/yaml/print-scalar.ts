/** Scalars and keys as go-yaml v3's emitter prints them (sops-format 8.1). */
import { exponentText } from "../../tree/scalars.ts";
import { type Value } from "../../tree/tree.ts";
import { resolvePlain } from "./resolve.ts";

/** A string: what stands on the line of its key or dash, and the lines of a literal block below. */
export interface PrintedText {
  readonly line: string;
  readonly block: readonly string[];
}

/**
 * A string as a value.
 *
 * @param indent - columns from the key or dash to the lines of a block, for the header of one that
 *   begins with white space; SOPS writes its indentation there, which is wrong in lists
 */
export function printedText(text: string, indent: number): PrintedText {
  if (text === MERGE) return { line: `!!merge ${MERGE}`, block: [] };
  return (text.includes("\n") ? literal(text, indent) : null) ?? { line: oneLine(text), block: [] };
}

/** Longest simple key, in bytes. */
const MAX_KEY_BYTES = 128;
const MERGE = "<<";

/** A key, and whether it has to stand behind a `?`. */
export function printedKey(key: string, indent: number): PrintedText & { explicit: boolean } {
  const text = printedText(key, indent);
  const explicit = key.includes("\n") || new TextEncoder().encode(key).length > MAX_KEY_BYTES;
  return { ...text, explicit };
}

/** A value that is no string. */
export function printedScalar({ type, text }: Exclude<Value, { type: "bytes" }>): string {
  if (type === "bool") return text.toLowerCase();
  if (type !== "float") return text;
  if (text === "NaN") return ".nan";
  if (text.endsWith("Inf")) return text.startsWith("-") ? "-.inf" : ".inf";
  return exponentText(text, 6);
}

function literal(text: string, indent: number): PrintedText | null {
  if (/ \n| $/.test(text) || SPECIAL.test(text.replace(/[\n\t]/g, ""))) return null;
  const hint = /^[ \n]/.test(text) ? String(indent) : "";
  const body = text.replace(/\n+$/, "");
  const breaks = text.length - body.length;
  const chomping = breaks === 0 ? "-" : breaks === 1 && body !== "" ? "" : "+";
  const lines = breaks > 0 ? text.slice(0, -1).split("\n") : text.split("\n");
  return { line: `|${hint}${chomping}`, block: lines };
}

/** What go-yaml takes for unprintable: also all that is beyond the basic plane. */
const SPECIAL = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u2028\u2029]/;

const YAML11_WORD = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function oneLine(text: string): string {
  if (text === "" || SPECIAL.test(text) || text.includes("\n")) return doubleQuoted(text);
  const value = resolvePlain(text);
  const isString = value !== null && value !== "too-large" && value.type === "str";
  if (!isString || YAML11_WORD.test(text) || BASE60.test(text)) return doubleQuoted(text);
  return isPlain(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

function isPlain(text: string): boolean {
  if (/^ | $/.test(text) || /^(?:---|\.\.\.)/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[-?:](?:[ ]|$)/.test(text)) return false;
  return !/: |:$| #/.test(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\x85": "N",
  "\u2028": "L",
  "\u2029": "P",
};

function doubleQuoted(text: string): string {
  let quoted = "";
  for (const char of text) {
    if (char !== '"' && char !== "\\" && char !== "\n" && !SPECIAL.test(char)) quoted += char;
    else quoted += `\\${ESCAPES[char] ?? hexEscape(char.codePointAt(0) ?? 0)}`;
  }
  return `"${quoted}"`;
}

function hexEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  if (code < 0x100) return `x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `u${hex.padStart(4, "0")}` : `U${hex.padStart(8, "0")}`;
}
