/** Literal blocks for the everyday reader. */

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** A literal block. */
export interface LiteralBlock {
  /** Offset of the first line below the header. */
  readonly start: number;
  /** Offset behind the last line that counts, before its line break. */
  readonly end: number;
  /** Start of the line behind the block. */
  readonly next: number;
  /** Column of its lines. */
  readonly column: number;
  readonly text: string;
}

/**
 * Reads a literal block without an indentation indicator; `null` for any other.
 *
 * @param at - offset of the `|`
 * @param outer - column of the key or dash
 */
export function literalBlock(source: string, at: number, outer: number): LiteralBlock | null {
  const header = /^\|[-+]?(?= *\n)/.exec(source.slice(at, at + 80))?.[0];
  if (header === undefined || !source.endsWith("\n")) return null;
  const start = source.indexOf("\n", at) + 1;
  const column = contentColumn(source, start);
  if (column === null || column <= outer) return null;
  const lines = blockLines(source, start, { column, outer });
  if (lines === null) return null;
  const keep = header.endsWith("+");
  const end = keep ? lines.next - 1 : lines.lastContent;
  return { start, end, next: lines.next, column, text: chomped(lines.texts, header.slice(1)) };
}

interface BlockLines {
  readonly texts: string[];
  /** Offset behind the last line with content. */
  readonly lastContent: number;
  readonly next: number;
}

/** The lines from an offset on that belong to a block; `null` where that is not plain to see. */
function blockLines(
  source: string,
  start: number,
  { column, outer }: { column: number; outer: number },
): BlockLines | null {
  const texts: string[] = [];
  let line = start;
  let lastContent = start;
  let blanks = false;
  while (line < source.length) {
    const end = source.indexOf("\n", line);
    const indent = leadingSpaces(source, line);
    const blank = line + indent === end;
    if (!blank && indent < column) {
      // A tab, or a line between the two columns, is for the general reader.
      if (indent > outer || source.charAt(line + indent) === "\t") return null;
      break;
    }
    texts.push(source.slice(Math.min(line + column, end), end));
    if (!blank) lastContent = end;
    blanks = blank && (blanks || indent > 0);
    line = end + 1;
  }
  // `yaml` counts blanks on the last lines for content at times.
  return blanks ? null : { texts, lastContent, next: line };
}

/** The column of the first line with content; `null` when blanks come before it or there is none. */
function contentColumn(source: string, start: number): number | null {
  let line = start;
  while (source.charCodeAt(line) === NEWLINE) line++;
  const column = leadingSpaces(source, line);
  const first = source.charAt(line + column);
  return first === "" || first === "\n" || first === "\t" ? null : column;
}

function leadingSpaces(source: string, line: number): number {
  let at = line;
  while (source.charCodeAt(at) === SPACE) at++;
  return at - line;
}

function chomped(lines: readonly string[], chomping: string): string {
  const text = `${lines.join("\n")}\n`;
  if (chomping === "+") return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === NEWLINE) end--;
  return chomping === "-" ? text.slice(0, end) : text.slice(0, end + 1);
}
