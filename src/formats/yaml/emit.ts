/** A plain emitter in go-yaml's block style, for text that has no author: metadata, new values. */
import { type Branch, type Leaf, type TreeNode } from "../../tree/tree.ts";
import {
  doubleQuoted,
  fitsPlain,
  quoted,
  singleQuoted,
  isUnprintable,
  valueText,
} from "./quote.ts";

/** How new text is laid out. */
export interface Layout {
  /** Spaces per level, 2 to 9. */
  readonly indent: number;
  /** Line ending. */
  readonly eol: string;
}

const FLOW = { flow: true };
const BLOCK = { flow: false };

/** The lines of a branch, keys at `column`; each line ends with the layout's line ending. */
export function branchLines(branch: Branch, column: number, layout: Layout): string {
  let text = "";
  for (const item of branch.items) {
    if (item.kind === "entry")
      text += `${pad(column)}${entryText(item.key, item.value, { column, layout })}${layout.eol}`;
  }
  return text;
}

/** Where a node is emitted. */
export interface EmitPlace {
  /** Column of the key or dash that the node belongs to. */
  readonly column: number;
  readonly layout: Layout;
}

/** `key: value` without the indentation of its first line and without a final line ending. */
export function entryText(key: string, value: TreeNode, place: EmitPlace): string {
  return `${keyText(key, BLOCK)}:${valueLines(value, place)}`;
}

/** `- value` without the indentation of its first line and without a final line ending. */
export function itemText(value: TreeNode, { column, layout }: EmitPlace): string {
  const content = { column: column + 2, layout };
  if (value.kind === "branch" && value.items.length > 0) {
    return `- ${branchLines(value, content.column, layout).slice(content.column, -layout.eol.length)}`;
  }
  if (value.kind === "list" && value.items.length > 0) {
    return `- ${listLines(value.items, content).slice(content.column)}`;
  }
  return `-${valueLines(value, content)}`;
}

/** What follows `key:`: a space and a scalar, or lines of their own. */
function valueLines(value: TreeNode, place: EmitPlace): string {
  const { layout } = place;
  const inner = { column: nextColumn(place.column, layout.indent), layout };
  if (value.kind === "branch" && value.items.length > 0) {
    return layout.eol + branchLines(value, inner.column, layout).slice(0, -layout.eol.length);
  }
  if (value.kind === "list" && value.items.length > 0)
    return layout.eol + listLines(value.items, inner);
  if (value.kind === "leaf" && isLiteral(value)) return ` ${literalText(value.value.text, inner)}`;
  return ` ${flowText(value, BLOCK)}`;
}

function listLines(items: readonly { kind: string }[], place: EmitPlace): string {
  return items
    .filter((item) => item.kind !== "comment")
    .map((item) => pad(place.column) + itemText(item as TreeNode, place))
    .join(place.layout.eol);
}

function isLiteral(leaf: Leaf): leaf is Leaf & { value: { type: "str"; text: string } } {
  return (
    leaf.value.type === "str" &&
    leaf.value.text.includes("\n") &&
    fitsLiteral(leaf.value.text, false)
  );
}

/**
 * Whether a text can stand in a literal block scalar.
 *
 * @param indicated - whether the header says the indentation, so that the text may start with a space
 */
export function fitsLiteral(text: string, indicated: boolean): boolean {
  if (isUnprintable(text)) return false;
  return (indicated || /^[^\s]/.test(text)) && !/[ \t](?:\n|$)/.test(text);
}

/** A literal block scalar: header, then lines at the column; no final line ending. */
export function literalText(text: string, { column, layout }: EmitPlace): string {
  const body = text.replace(/\n+$/, "");
  const breaks = text.length - body.length;
  const header = breaks === 0 ? "|-" : breaks === 1 ? "|" : "|+";
  const lines = body.split("\n").map((line) => (line === "" ? "" : pad(column) + line));
  return [header, ...lines].join(layout.eol) + layout.eol.repeat(Math.max(0, breaks - 1));
}

/** A node on one line, collections in braces and brackets. */
export function flowText(node: TreeNode, place: { flow: boolean } = FLOW): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "leaf":
      return valueText(node.value, node.spelling, place);
    case "list":
      return `[${node.items
        .filter((item) => item.kind !== "comment")
        .map((item) => flowText(item))
        .join(", ")}]`;
    case "branch": {
      const entries = node.items.filter((item) => item.kind === "entry");
      return `{${entries.map((entry) => `${keyText(entry.key, FLOW)}: ${flowText(entry.value)}`).join(", ")}}`;
    }
  }
}

/** A key that reads back as the same string; on one line. */
export function keyText(key: string, place: { flow: boolean }): string {
  if (key === "<<") return singleQuoted(key);
  // A plain `ENC[` in a key would be no harm, but a quoted one cannot be taken for a flow list.
  return fitsPlain(key, place) ? quoted(key, place) : doubleQuoted(key);
}

const pad = (column: number): string => " ".repeat(column);

/** go-yaml indents to the next multiple above the current column (sops-format 8.1). */
function nextColumn(column: number, indent: number): number {
  return (Math.floor(column / indent) + 1) * indent;
}
