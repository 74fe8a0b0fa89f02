/** Scalars with the bytes that go-yaml v3.0.4 prints for SOPS (sops-format 8.1, 8.6). */
import { toBase64 } from "../../tree/base64.ts";
import { exponentText } from "../../tree/scalars.ts";
import { type Value } from "../../tree/tree.ts";
import { doubleQuoted, isUnprintable, looksLikeOldYaml, singleQuoted } from "./quote.ts";
import { resolvePlain } from "./resolve.ts";

/** A scalar as text: what stands on the line of its key or dash, and for blocks the lines below it. */
export interface PrintedScalar {
  /** Without the digit that tells the indentation. */
  readonly head: string;
  /** Whether the head needs that digit, because the block begins with a space or a line break. */
  readonly indicated: boolean;
  /** Lines of a block, not indented; `null` for a scalar on one line. */
  readonly lines: readonly string[] | null;
}

/** A scalar value. Whole floats have no point below a million, as SOPS has it: they read back as ints. */
export function printedValue(value: Value): PrintedScalar {
  if (value.type === "bytes") return printedBytes(value.bytes);
  if (value.type !== "str") return oneLine(typedText(value));
  return value.text === "<<" ? oneLine(MERGE) : printedText(value.text);
}

/** What SOPS makes of the text `<<`: a key that merges, should its value be a mapping. */
export const MERGE = "!!merge <<";

const oneLine = (head: string): PrintedScalar => ({ head, indicated: false, lines: null });

/** A string, be it value or key: plain where it may, else in the quotes or the block that go-yaml takes. */
export function printedText(text: string): PrintedScalar {
  if (!text.includes("\n")) return oneLine(lineText(text));
  return fitsBlock(text) ? literal(text) : oneLine(escapedText(text));
}

function lineText(text: string): string {
  if (needsEscapes(text) || text.includes("\t")) return escapedText(text);
  if (!isStringWhenPlain(text)) return escapedText(text);
  return NOT_PLAIN.test(text) ? singleQuoted(text) : text;
}

const ASTRAL = /[\u{10000}-\u{10ffff}]/gu;

/** go-yaml takes what lies beyond the basic plane for unprintable. */
const needsEscapes = (text: string): boolean => isUnprintable(text) || text.search(ASTRAL) >= 0;

/** Behind a byte order mark go-yaml escapes every character; here they stay legible. */
function escapedText(text: string): string {
  return doubleQuoted(text).replace(ASTRAL, (char) => {
    return `\\U${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(8, "0")}`;
  });
}

function isStringWhenPlain(text: string): boolean {
  const value = resolvePlain(text);
  if (value === null || value === "too-large" || value.type !== "str") return false;
  return !looksLikeOldYaml(text);
}

/** Where only a blank is a space: YAML knows no others. */
const NOT_PLAIN = /^(?: |---|\.\.\.|[-?:](?: |$)|[#,[\]{}&*!|>'"%@`])| $|:(?: |$)| #/;

/**
 * Trailing blanks cannot be seen in a block. SOPS puts null in the place of a text that begins with
 * a tab (go-yaml cannot read its own block back); here it is escaped.
 */
const fitsBlock = (text: string): boolean => !/^\t| (?:\n|$)/.test(text) && !needsEscapes(text);

function literal(text: string, tag = ""): PrintedScalar {
  const lines = text.split("\n");
  if (text.endsWith("\n")) lines.pop();
  return { head: `${tag}|${chomping(text)}`, indicated: /^[ \n]/.test(text), lines };
}

function chomping(text: string): string {
  if (!text.endsWith("\n")) return "-";
  return text === "\n" || text.endsWith("\n\n") ? "+" : "";
}

/** Characters of base64 on a line. */
const BASE64_WIDTH = 70;
const BINARY = "!!binary ";

function printedBytes(bytes: Uint8Array): PrintedScalar {
  const text = toBase64(bytes);
  if (text.length < BASE64_WIDTH) return oneLine(BINARY + text);
  const lines = text.match(new RegExp(`.{1,${String(BASE64_WIDTH)}}`, "g")) ?? [];
  return literal(`${lines.join("\n")}\n`, BINARY);
}

function typedText({ type, text }: Exclude<Value, { type: "bytes" }>): string {
  if (type === "bool") return text.toLowerCase();
  return type === "float" ? floatText(text) : text;
}

function floatText(canonical: string): string {
  if (canonical === "NaN") return ".nan";
  if (canonical.endsWith("Inf")) return canonical.startsWith("-") ? "-.inf" : ".inf";
  return exponentText(canonical, 6);
}
