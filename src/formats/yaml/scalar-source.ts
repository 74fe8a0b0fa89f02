/** Scalars as they stand in the source: their text, their type, the range that sealing replaces. */
import { type Node, type Scalar } from "yaml";
import { type Resolved, resolvePlain, resolveTagged } from "./resolve.ts";
import { type Range, type ScalarStyle, type ScalarSyntax } from "./syntax.ts";

/** Where a node stands. */
export interface Around {
  /** Inside braces or brackets. */
  readonly flow: boolean;
  /** Column of the key or dash in front. */
  readonly column: number;
  /** Offset of the dash, for an item of a block list. */
  readonly dash: number | null;
}

/** Start and end of a node, without its properties; a block scalar ends behind its line break. */
export function rangeOf(node: Node): readonly [number, number] {
  const range = node.range;
  return range === undefined || range === null ? [0, 0] : [range[0], range[1]];
}

/** The end of a range without its final line break. */
export function trimmedEnd(source: string, start: number, end: number): number {
  if (end <= start || source.charAt(end - 1) !== "\n") return end;
  return source.charAt(end - 2) === "\r" ? end - 2 : end - 1;
}

const isBlock = (scalar: Scalar): boolean =>
  scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED";

/** The text of a scalar; a block has no final line break where the file ends without one (go-yaml). */
export function scalarText(scalar: Scalar, source: string): string {
  const text = String(scalar.value);
  const cut = isBlock(scalar) && rangeOf(scalar)[1] === source.length && !source.endsWith("\n");
  return cut ? text.replace(/\n$/, "") : text;
}

/** Why a scalar cannot be kept; `null` when it can. */
export function refusedText(scalar: Scalar, text: string, source: string): string | null {
  if (/\p{Cs}/u.test(text)) return "a text holds half of a surrogate pair";
  const lastLine = source.slice(source.lastIndexOf("\n") + 1);
  // What such a line adds to the value, each reader has its own mind about.
  const open = lastLine !== "" && lastLine.trim() === "" && isBlock(scalar);
  const [, end] = rangeOf(scalar);
  return open && source.slice(end).trim() === ""
    ? "a block ends the file in blanks without a line break"
    : null;
}

/** The type of a scalar by its tag and style. */
export function resolveScalar(scalar: Scalar, text: string): Resolved {
  const { tag, type } = scalar;
  if (tag !== undefined && tag !== "!") return resolveTagged(text, tag);
  return type === "PLAIN" || type === undefined ? resolvePlain(text) : resolveTagged(text, null);
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};
const SEALED_COMMENT = /^ENC\[AES256_GCM,.*,type:comment\]/;
const MARKED_PLAIN = /^ENC\[AES256_GCM,.*\]~$/;

interface ScalarPlace extends Around {
  readonly text: string;
  /** Offset of the tag, where there is one. */
  readonly tag: number | undefined;
}

/** What has to be known to put another text in the place of a scalar. */
export function scalarSyntax(scalar: Scalar, source: string, place: ScalarPlace): ScalarSyntax {
  const [start, end] = rangeOf(scalar);
  const { flow, column, dash, text, tag } = place;
  const common = { flow, column, start, end, whole: start, tagged: false, commentItem: false };
  const style = STYLES[scalar.type ?? "PLAIN"] ?? "plain";
  const trimmed = trimmedEnd(source, start, end);
  if (tag !== undefined)
    return { ...common, style: "plain", tagged: true, start: tag, end: trimmed };
  if (isBlock(scalar))
    return { ...common, style, ...blockContent(source, { start, end: trimmed }, place) };
  if (dash !== null && style === "plain" && SEALED_COMMENT.test(text)) {
    return { ...common, style, commentItem: true, start: dash };
  }
  const marked = style === "double" && flow && MARKED_PLAIN.test(text);
  return { ...common, style: marked ? "plain" : style };
}

/** The lines below the header of a block scalar, and the column that they start at. */
function blockContent(
  source: string,
  whole: Range,
  { text, column }: ScalarPlace,
): Range & { column: number } {
  const { end } = whole;
  const start = source.indexOf("\n", whole.start) + 1;
  if (start === 0) return { start: end, end, column: column + 2 };
  const first = source.slice(start, end).split("\n").find(hasText);
  const value = text.split("\n").find(hasText) ?? "";
  if (first === undefined) return { start, end, column: column + 2 };
  return { start, end, column: leadingSpaces(first) - leadingSpaces(value) };
}

const hasText = (line: string): boolean => /[^ \r]/.test(line);
const leadingSpaces = (line: string): number => line.length - line.trimStart().length;
