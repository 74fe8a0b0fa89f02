/**
 * The texts that a scalar has in the sealed and in the opened file. Sealing keeps the style, so that
 * opening can write most values as their author did; what it cannot tell goes into a spelling note.
 */
import { sealableSpelling } from "../../tree/scalars.ts";
import { type Value } from "../../tree/tree.ts";
import { type OpenedContent } from "../file-format.ts";
import { fitsLiteral, type Layout, literalText } from "./emit.ts";
import { doubleQuoted, fitsSingle, quoted, singleQuoted, valueText } from "./quote.ts";
import { type Range, type ScalarSyntax } from "./syntax.ts";

/** A text to put in the place of a range. */
export interface Edit extends Range {
  readonly text: string;
}

/** The source around a scalar, as far as its text depends on it. */
export interface ScalarSource {
  readonly source: string;
  readonly layout: Layout;
}

type OpenedValue = Extract<OpenedContent, { kind: "value" }>;

/** An encrypted value in the style of the scalar that it replaces. */
export function sealedText(syntax: ScalarSyntax, sealed: string): string {
  if (syntax.commentItem) return `- ${sealed}`;
  switch (syntax.style) {
    case "plain":
      // A flow collection would take the brackets for its own; the mark tells that the author had no quotes.
      if (!syntax.flow) return sealed;
      return sealed.endsWith("]") && !syntax.tagged ? `"${sealed}~"` : `"${sealed}"`;
    case "single":
      return `'${sealed}'`;
    case "double":
      return `"${sealed}"`;
    case "literal":
    case "folded":
      return " ".repeat(syntax.column) + sealed;
  }
}

/** What opening writes over a sealed scalar. */
export function openedEdit(syntax: ScalarSyntax, opened: OpenedValue, at: ScalarSource): Edit {
  const { start, end } = syntax;
  if (opened.note !== null) return { start, end, text: opened.note };
  const value = opened.value;
  if (value.type !== "str")
    return { start: syntax.whole, end, text: valueText(value, opened.spelling, syntax) };
  if (syntax.style === "literal" || syntax.style === "folded")
    return blockEdit(syntax, value.text, at);
  return { start, end, text: stringText(syntax, value.text, at) };
}

function stringText(syntax: ScalarSyntax, text: string, { source, layout }: ScalarSource): string {
  if (syntax.style === "single" && fitsSingle(text)) return singleQuoted(text);
  if (syntax.style !== "plain") return doubleQuoted(text);
  if (!syntax.flow && text.includes("\n") && fitsLiteral(text, false) && endsLine(syntax, source)) {
    return literalText(text, { column: syntax.column + layout.indent, layout });
  }
  return quoted(text, syntax);
}

/** Whether nothing follows on the line: a comment behind a literal block would become a line of it. */
export function endsLine({ end }: ScalarSyntax, source: string): boolean {
  return /^[ \t]*(?:\r?\n|$)/.test(source.slice(end, end + 200));
}

/** Lines under the header as it stands, or the whole scalar in double quotes where they would not fit. */
function blockEdit(syntax: ScalarSyntax, text: string, { source, layout }: ScalarSource): Edit {
  const header = /^([|>])([1-9]?)([-+]?)([1-9]?)/.exec(source.slice(syntax.whole, syntax.start));
  const indicated = header !== null && (header[2] !== "" || header[4] !== "");
  const body = header === null ? null : chomped(text, header[3] ?? "");
  const foldable = header?.[1] === "|" || body?.includes("\n") === false;
  if (body === null || !foldable || !fitsLiteral(body, indicated)) {
    return { start: syntax.whole, end: syntax.end, text: doubleQuoted(text) };
  }
  const lines = body
    .split("\n")
    .map((line) => (line === "" ? "" : " ".repeat(syntax.column) + line));
  return { start: syntax.start, end: syntax.end, text: lines.join(layout.eol) };
}

/** The text without the line breaks that the header stands for; `null` when they differ. */
function chomped(text: string, chomping: string): string | null {
  if (chomping === "-") return text.endsWith("\n") ? null : text;
  if (!text.endsWith("\n")) return null;
  const body = text.slice(0, -1);
  return chomping === "+" || !body.endsWith("\n") ? body : null;
}

/** The text of a scalar where a note is needed to write it as it stands; else `null`. */
export function noteText(
  syntax: ScalarSyntax,
  opened: { value: Value; spelling: string | null },
  at: ScalarSource,
): string | null {
  const original = at.source.slice(syntax.start, syntax.end);
  if (syntax.tagged) return original;
  const spelling = sealableSpelling(opened.value, opened.spelling);
  const edit = openedEdit(syntax, { kind: "value", value: opened.value, spelling, note: null }, at);
  return edit.start === syntax.start && edit.text === original ? null : original;
}
