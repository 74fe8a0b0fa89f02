/** Scalars as YAML text, by go-yaml's rules for what may stand plain (sops-format 8.1). */
import { toBase64 } from "../../tree/base64.ts";
import { exponentText } from "../../tree/scalars.ts";
import { sameValue, type Value } from "../../tree/tree.ts";
import { resolvePlain } from "./resolve.ts";

/** Where a scalar will stand. */
export interface ScalarPlace {
  /** Inside `{…}` or `[…]`. */
  readonly flow: boolean;
}

/** Characters that YAML cannot carry outside double quotes, or that some reader takes for a line break. */
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/u;
const PRINTABLE_ASCII = /^[\t\n -~]*$/;

/** Whether a text holds characters that only double quotes can carry. */
export const isUnprintable = (text: string): boolean =>
  !PRINTABLE_ASCII.test(text) && UNPRINTABLE.test(text);
const BREAK_OR_TAB = /[\t\n]/;

/** Whether a text can stand without quotes on one line and be read as the same string. */
export function fitsPlain(text: string, place: ScalarPlace): boolean {
  return isPlainText(text, place) && resolvesToString(text);
}

function isPlainText(text: string, { flow }: ScalarPlace): boolean {
  if (text === "" || /^\s|\s$/.test(text) || isUnprintable(text) || BREAK_OR_TAB.test(text))
    return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[-?:](?:\s|$)/.test(text)) return false;
  if (/^(?:---|\.\.\.)/.test(text) || /:(?:\s|$)|\s#/.test(text)) return false;
  return !flow || !/[,[\]{}?:]/.test(text);
}

function resolvesToString(text: string): boolean {
  const value = resolvePlain(text);
  return value !== null && value !== "too-large" && value.type === "str";
}

/** Whether a text can stand in single quotes on one line. */
export function fitsSingle(text: string): boolean {
  return !isUnprintable(text) && !text.includes("\n") && !text.includes("\t");
}

/** In single quotes. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const ESCAPES = new Map([
  ["\0", "\\0"],
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\v", "\\v"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["\x1b", "\\e"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\x85", "\\N"],
  ["\u2028", "\\L"],
  ["\u2029", "\\P"],
]);
const ESCAPED = /["\\\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/gu;

const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/;

/** In double quotes; what prints stays as it is. */
export function doubleQuoted(text: string): string {
  if (NEEDS_NO_ESCAPE.test(text)) return `"${text}"`;
  return `"${text.replace(ESCAPED, (char) => ESCAPES.get(char) ?? hexEscape(char.charCodeAt(0)))}"`;
}

function hexEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

const YAML11_WORD = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** Whether a plain text would be no string to readers of YAML 1.1: then go-yaml puts it in quotes. */
export const looksLikeOldYaml = (text: string): boolean =>
  YAML11_WORD.test(text) || BASE60.test(text);

/** Longer than any word that means something else, and no number or date. */
const SURELY_PLAIN = /^[A-Za-z][\w./+-]{5,}$/;

/** A one-line string as go-yaml's emitter quotes it: plain where it may, else single, else double. */
export function quoted(text: string, place: ScalarPlace): string {
  if (SURELY_PLAIN.test(text)) return text;
  if (isUnprintable(text) || BREAK_OR_TAB.test(text) || text === "") return doubleQuoted(text);
  if (!resolvesToString(text) || looksLikeOldYaml(text)) return doubleQuoted(text);
  return isPlainText(text, place) ? text : singleQuoted(text);
}

/**
 * Any value as one-line YAML text that reads back as the same value.
 *
 * @param spelling - a spelling to prefer where it reads back the same; `null` for none
 */
export function valueText(value: Value, spelling: string | null, place: ScalarPlace): string {
  if (value.type === "bytes") return `!!binary ${toBase64(value.bytes)}`;
  if (value.type === "str") return quoted(value.text, place);
  return spelling !== null && readsAs(spelling, value) ? spelling : typedText(value);
}

function readsAs(text: string, value: Value): boolean {
  const read = resolvePlain(text);
  return read !== null && read !== "too-large" && sameValue(read, value);
}

/** As YAML writes it, where that is not the canonical text: `true`, `.inf`, `10.0` for a float. */
function typedText(value: Exclude<Value, { type: "bytes" }>): string {
  if (value.type === "bool") return value.text.toLowerCase();
  if (value.type !== "float") return value.text;
  if (value.text === "NaN") return ".nan";
  if (value.text.endsWith("Inf")) return value.text.startsWith("-") ? "-.inf" : ".inf";
  const text = exponentText(value.text, 21);
  return text.includes("e") || text.includes(".") ? text : `${text}.0`;
}
