/** Keys and values as go-ini reads them with SOPS's options (sops-format 8.4). */
import { endOfText, nextLine, skipSpace, trimmed } from "./spaces.ts";

/** A part of the source text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** How a value is written: its quotes, or that it goes on behind a backslash at the end of a line. */
export type ValueStyle = "plain" | "single" | "double" | "back" | "triple" | "continued";

/** A value, and the places of all that belongs to it. */
export interface ReadValue extends Range {
  readonly text: string;
  readonly style: ValueStyle;
  /** A comment behind the value that SOPS sees, from its marker on. */
  readonly comment: Range | null;
  /** Whether the range holds text behind a closing quote, which SOPS does not see. */
  readonly overhang: boolean;
  /** Offset of the first line that is not part of the value. */
  readonly next: number;
}

/** A key, and the offset of what stands behind its delimiter. */
export interface ReadKey {
  readonly name: string;
  readonly after: number;
  /** Whether text stands between a closing quote and the delimiter, which SOPS does not see. */
  readonly overhang: boolean;
}

/**
 * Reads the key of a line.
 *
 * @param start - offset of its first character
 * @returns in words what go-ini would refuse
 */
export function readKey(source: string, start: number): ReadKey | string {
  const line = source.slice(start, nextLine(source, start));
  const quote = keyQuote(line);
  if (quote === "") {
    const delimiter = line.search(/[=:]/);
    if (delimiter < 0) return "a line has no `=` or `:`";
    if (delimiter === 0) return "a line has no key";
    const name = trimmed(line.slice(0, delimiter));
    return { name, after: start + delimiter + 1, overhang: false };
  }
  const close = line.indexOf(quote, quote.length);
  if (close < 0) return "a quoted key has no closing quote";
  const behind = line.slice(close + quote.length);
  const delimiter = behind.search(/[=:]/);
  if (delimiter < 0) return "a line has no `=` or `:`";
  const name = trimmed(line.slice(quote.length, close));
  if (name === "") return "a line has no key";
  const overhang = trimmed(behind.slice(0, delimiter)) !== "";
  return { name, after: start + close + quote.length + delimiter + 1, overhang };
}

function keyQuote(line: string): string {
  if (line.startsWith("`")) return "`";
  if (!line.startsWith('"')) return "";
  return line.startsWith('"""') && hasMoreThanSixBytes(line) ? '"""' : '"';
}

const hasMoreThanSixBytes = (line: string): boolean =>
  line.length > 6 || new TextEncoder().encode(line).length > 6;

/**
 * Reads a value.
 *
 * @param after - offset behind the delimiter
 * @returns in words what go-ini would refuse
 */
export function readValue(source: string, after: number): ReadValue | string {
  const next = nextLine(source, after);
  const start = skipSpace(source, after, next);
  if (start === next) return value({ start: after, end: after, text: "", next });
  const line = { start, next };
  const quote = valueQuote(source, line);
  if (quote !== "") return quotedValue(source, line, quote);
  const end = endOfText(source, start, next);
  return source.charAt(end - 1) === "\\"
    ? continuedValue(source, line, end)
    : plainValue(source, line, end);
}

interface Line {
  readonly start: number;
  readonly next: number;
}

const value = (read: Range & { text: string; next: number } & Partial<ReadValue>): ReadValue => ({
  style: "plain",
  comment: null,
  overhang: false,
  ...read,
});

function valueQuote(source: string, { start, next }: Line): string {
  if (source.charAt(start) === "`") return "`";
  return source.startsWith('"""', start) && next - start > 3 ? '"""' : "";
}

/** On one line up to the last closing quote of it; else up to the last one of the first line that has any. */
function quotedValue(source: string, { start, next }: Line, quote: string): ReadValue | string {
  const style = quote === "`" ? "back" : "triple";
  const body = start + quote.length;
  const close = source.slice(body, next).lastIndexOf(quote);
  if (close >= 0) {
    const text = source.slice(body, body + close);
    const closed = body + close + quote.length;
    const end = endOfText(source, closed, next);
    return value({ start, end, text, next, style, overhang: end > closed });
  }
  for (let line = next; line < source.length; line = nextLine(source, line)) {
    const after = nextLine(source, line);
    const found = source.slice(line, after).lastIndexOf(quote);
    if (found < 0) continue;
    const text = source.slice(body, line + found);
    const closed = line + found + quote.length;
    const comment = commentIn(source, closed, endOfText(source, closed, after));
    const end = endOfText(source, closed, comment?.start ?? after);
    return value({ start, end, text, next: after, style, comment, overhang: end > closed });
  }
  return "a quoted value has no closing quote";
}

/** A backslash at the end of a line joins the next one to it, comments and quotes included. */
function continuedValue(source: string, { start, next }: Line, end: number): ReadValue {
  const pieces = [source.slice(start, end - 1)];
  let last = end;
  for (let line = next; ;) {
    const after = nextLine(source, line);
    const from = skipSpace(source, line, after);
    const to = endOfText(source, from, after);
    if (from < to) last = to;
    const open = source.charAt(to - 1) === "\\" && from < to;
    pieces.push(source.slice(from, open ? to - 1 : to));
    line = after;
    if (!open) {
      return value({ start, end: last, text: pieces.join(""), next: after, style: "continued" });
    }
  }
}

/** The first `#` or `;` starts a comment, inside of quotes too; then one pair of quotes is taken off. */
function plainValue(source: string, { start, next }: Line, lineEnd: number): ReadValue {
  const comment = commentIn(source, start, lineEnd);
  const end = endOfText(source, start, comment?.start ?? lineEnd);
  const text = source.slice(start, end);
  const quotes = surroundingQuotes(text);
  if (quotes === null) return value({ start, end, text, next, comment });
  return value({ start, end, text: text.slice(1, -1), next, comment, style: quotes });
}

function surroundingQuotes(text: string): "single" | "double" | null {
  const quote = text.charAt(0);
  if (text.length < 2 || (quote !== "'" && quote !== '"')) return null;
  if (text.indexOf(quote, 1) !== text.length - 1) return null;
  return quote === "'" ? "single" : "double";
}

/** The comment that starts in a range and goes to its end; `null` when there is none. */
export function commentIn(source: string, start: number, end: number): Range | null {
  const found = source.slice(start, end).search(/[#;]/);
  return found < 0 ? null : { start: start + found, end };
}
