/** Where the parts of a JSON text end, found again from its tree, and changes of single places. */
import { type Branch, type Entry, type List, type TreeNode } from "../../tree/tree.ts";
import { type ParsedJson } from "./parse.ts";

/** A text to put in the place of a range of the source. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The source, or a part of it, with edits made that do not overlap. */
export function applyEdits(
  source: string,
  edits: readonly Edit[],
  part = { start: 0, end: source.length },
): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let at = part.start;
  for (const { start, end, text } of sorted) {
    pieces.push(source.slice(at, start), text);
    at = end;
  }
  pieces.push(source.slice(at, part.end));
  return pieces.join("");
}

/** The value of an entry, or an item itself. */
export const nodeOf = (item: Branch["items"][number] | List["items"][number]): TreeNode =>
  (item.kind === "entry" ? item.value : item) as TreeNode;

/** Offset behind a value. */
export function endOf(parsed: ParsedJson, node: TreeNode): number {
  if (node.kind === "null") return node.offset + "null".length;
  if (node.kind === "leaf") return parsed.ends.get(node) ?? node.offset;
  // The bracket is the first one behind the last value that is inside.
  const last = node.items.at(-1);
  let at = node.offset + 1;
  if (last !== undefined && last.kind !== "comment") at = endOf(parsed, nodeOf(last));
  while (isSpace(parsed.source, at)) at++;
  return at + 1;
}

const isSpace = (source: string, at: number): boolean => /[ \t\n\r]/.test(source.charAt(at));

/** The white space before an offset. */
export function spaceBefore(source: string, offset: number): string {
  let start = offset;
  while (isSpace(source, start - 1)) start--;
  return source.slice(start, offset);
}

/** The text between the key of an entry and its value: a colon and white space. */
export function colonOf(source: string, { value }: Entry): string {
  let start = value.offset;
  while (/[ \t\n\r:]/.test(source.charAt(start - 1))) start--;
  return source.slice(start, value.offset);
}
