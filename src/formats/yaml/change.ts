/** One value set or removed in the source text; all other text stays as it is. */
import { UndersealError } from "../../errors.ts";
import { type TreePath } from "../../tree/path.ts";
import {
  type Branch,
  branchOf,
  type Leaf,
  type List,
  listOf,
  type TreeNode,
} from "../../tree/tree.ts";
import {
  entryText,
  fitsLiteral,
  flowText,
  itemText,
  keyText,
  type Layout,
  literalText,
} from "./emit.ts";
import { type ParsedSource } from "./parse.ts";
import { doubleQuoted, fitsSingle, singleQuoted, valueText } from "./quote.ts";
import { type Edit } from "./scalar-text.ts";
import { SourceLeaf } from "./source-leaf.ts";
import {
  type ContainerSyntax,
  type DocumentSyntax,
  type ItemSyntax,
  type ScalarSyntax,
} from "./syntax.ts";

/** How new text is laid out. */
export interface ChangeLayout extends Layout {
  /** A replaced value stays on one line, because something follows it there. */
  readonly inline: boolean;
}

/** How far a path goes in a document. */
interface Reached {
  readonly container: ContainerSyntax | null;
  /** The branch or list that the last step taken looks into. */
  readonly holder: Branch | List;
  /** The entry or item that stands there; `null` when it is missing. */
  readonly item: ItemSyntax | null;
  /** Steps that lead on from `holder`, the first of them to `item`. */
  readonly rest: TreePath;
  /** The item that holds `holder`; `null` at the root. */
  readonly parent: ItemSyntax | null;
}

const notFound = (message: string): UndersealError => new UndersealError("PATH_NOT_FOUND", message);
const invalid = (message: string): UndersealError => new UndersealError("PATH_INVALID", message);

function reach({ syntax }: ParsedSource, document: DocumentSyntax, path: TreePath): Reached {
  let holder: Branch | List = document.branch;
  let parent: ItemSyntax | null = null;
  for (let depth = 0; ; depth++) {
    const container: ContainerSyntax | null = syntax.containers.get(holder) ?? null;
    if (container === null && parent !== null) throw invalid("the path goes through an alias");
    const step = path[depth];
    if (step === undefined) throw invalid("the path names no entry");
    const item: ItemSyntax | null = itemAt(holder, container, step);
    const rest = path.slice(depth);
    const next: TreeNode | undefined = item?.node;
    if (rest.length === 1 || (next?.kind !== "branch" && next?.kind !== "list"))
      return { container, holder, item, rest, parent };
    holder = next;
    parent = item;
  }
}

function itemAt(
  holder: Branch | List,
  container: ContainerSyntax | null,
  step: string | number,
): ItemSyntax | null {
  if (holder.kind === "list" && typeof step === "string") throw invalid("a key is asked of a list");
  if (holder.kind === "branch" && typeof step === "number")
    throw invalid("an index is asked of a mapping");
  if (typeof step === "number") return container?.items[step] ?? null;
  return container?.items.find((item) => item.key === step) ?? null;
}

function firstDocument({ syntax }: ParsedSource): DocumentSyntax {
  const [document] = syntax.documents;
  if (document === undefined) throw notFound("the file has no document");
  return document;
}

/** The edit that sets a value in the first document. */
export function setValue(
  parsed: ParsedSource,
  layout: ChangeLayout,
  { path, value }: { path: TreePath; value: TreeNode },
): Edit {
  const document = firstDocument(parsed);
  const reached = reach(parsed, document, path);
  const { container, holder, item, rest } = reached;
  const [, ...beyond] = rest;
  if (item !== null && container !== null) {
    if (beyond.length > 0 && item.node.kind === "leaf")
      throw invalid("a value stands where the path goes on");
    return replacement(layout, { container, item, value: structure(beyond, value) });
  }
  const step = rest[0];
  const length = container?.items.length ?? 0;
  if (typeof step === "number" && step > length)
    throw notFound("the index is beyond the end of the list");
  const made = structure(beyond, value);
  if (container === null)
    return firstEntry(parsed, layout, { document, key: String(step), value: made });
  const key = holder.kind === "branch" ? String(step) : null;
  return appended(parsed, layout, { container, key, value: made });
}

/** A value under keys and first items that are still missing. */
function structure(path: TreePath, value: TreeNode): TreeNode {
  return path.reduceRight<TreeNode>((inner, step) => {
    if (typeof step === "string") return branchOf([[step, inner]]);
    if (step !== 0) throw notFound("the index is beyond the end of a list that does not exist yet");
    return listOf([inner]);
  }, value);
}

interface Replacing {
  readonly container: ContainerSyntax;
  readonly item: ItemSyntax;
  readonly value: TreeNode;
}

function replacement(layout: ChangeLayout, { container, item, value }: Replacing): Edit {
  const place = SourceLeaf.syntaxOf(item.node);
  if (place !== null && value.kind === "leaf") {
    return {
      start: Math.min(place.start, place.whole),
      end: place.end,
      text: scalarLike(place, value, layout),
    };
  }
  const text =
    item.key === null ? itemValue(value, container, layout) : entryValue(value, container, layout);
  const inBrackets = container.flow && item.key === null;
  const lead = item.needsColon ? ":" : "";
  return { start: item.after, end: item.end, text: lead + (inBrackets ? text.trimStart() : text) };
}

/** A new scalar in the style of the old one where it fits. */
function scalarLike(place: ScalarSyntax, { value }: Leaf, layout: ChangeLayout): string {
  if (value.type !== "str") return valueText(value, null, place);
  if (place.style === "double" && !place.tagged) return doubleQuoted(value.text);
  if (place.style === "single" && fitsSingle(value.text)) return singleQuoted(value.text);
  const block = place.style === "literal" || place.style === "folded";
  if (
    !layout.inline &&
    !place.flow &&
    value.text.includes("\n") &&
    fitsLiteral(value.text, false)
  ) {
    return literalText(value.text, {
      column: block ? place.column : place.column + layout.indent,
      layout,
    });
  }
  return valueText(value, null, place);
}

/** ` value` behind a colon. */
function entryValue(value: TreeNode, container: ContainerSyntax, layout: ChangeLayout): string {
  if (container.flow || layout.inline) return ` ${flowText(value)}`;
  return entryText("k", value, { column: container.column, layout }).slice("k:".length);
}

/** ` value` behind a dash, or in brackets. */
function itemValue(value: TreeNode, container: ContainerSyntax, layout: ChangeLayout): string {
  if (container.flow || layout.inline) return ` ${flowText(value)}`;
  return itemText(value, { column: container.column, layout }).slice("-".length);
}

interface Appending {
  readonly container: ContainerSyntax;
  /** `null` for an item of a list. */
  readonly key: string | null;
  readonly value: TreeNode;
}

function appended(
  parsed: ParsedSource,
  layout: ChangeLayout,
  { container, key, value }: Appending,
): Edit {
  const last = container.items.at(-1);
  if (container.flow) {
    const text =
      key === null ? flowText(value) : `${keyText(key, { flow: true })}: ${flowText(value)}`;
    const at = last?.end ?? container.start + 1;
    return { start: at, end: at, text: last === undefined ? text : `, ${text}` };
  }
  const place = { column: container.column, layout };
  const text = key === null ? itemText(value, place) : entryText(key, value, place);
  return newLine(parsed, layout, {
    after: last?.end ?? container.end,
    text: " ".repeat(container.column) + text,
  });
}

function newLine(
  { source, lines }: ParsedSource,
  layout: ChangeLayout,
  { after, text }: { after: number; text: string },
): Edit {
  const at = lines.lineStart(lines.lineIndex(after) + 1);
  const open = at === source.length && !source.endsWith("\n");
  return { start: at, end: at, text: open ? layout.eol + text : text + layout.eol };
}

function firstEntry(
  { source }: ParsedSource,
  layout: ChangeLayout,
  { document, key, value }: { document: DocumentSyntax; key: string; value: TreeNode },
): Edit {
  const at = document.bodyEnd;
  const open = at > 0 && source.charAt(at - 1) !== "\n";
  return {
    start: at,
    end: at,
    text: (open ? layout.eol : "") + entryText(key, value, { column: 0, layout }) + layout.eol,
  };
}

/** The edit that removes an entry or item of the first document. */
export function removeValue(parsed: ParsedSource, path: TreePath): Edit {
  const { container, holder, item, rest, parent } = reach(parsed, firstDocument(parsed), path);
  if (item === null || container === null || rest.length > 1)
    throw notFound("there is no such entry");
  if (container.items.length === 1)
    return emptied(container, parent, holder.kind === "branch" ? "{}" : "[]");
  return container.flow ? removedInFlow(container, item) : removedLines(parsed, container, item);
}

function emptied(container: ContainerSyntax, parent: ItemSyntax | null, empty: string): Edit {
  if (parent === null || container.flow)
    return { start: container.start, end: container.end, text: empty };
  return { start: parent.after, end: parent.end, text: ` ${empty}` };
}

function removedInFlow(container: ContainerSyntax, item: ItemSyntax): Edit {
  const index = container.items.indexOf(item);
  const previous = container.items[index - 1];
  if (previous !== undefined) return { start: previous.end, end: item.end, text: "" };
  return { start: item.start, end: container.items[index + 1]?.start ?? item.end, text: "" };
}

function removedLines(
  { source, lines }: ParsedSource,
  container: ContainerSyntax,
  item: ItemSyntax,
): Edit {
  const lineStart = lines.lineStart(lines.lineIndex(item.start));
  const lineEnd = lines.lineStart(lines.lineIndex(item.end) + 1);
  if (source.slice(lineStart, item.start).trim() === "")
    return { start: lineStart, end: lineEnd, text: "" };
  // The first entry of an item stands behind its dash: the next entry takes that place.
  const next = container.items[container.items.indexOf(item) + 1];
  const between = next === undefined ? "" : source.slice(lineEnd, next.start);
  if (next !== undefined && between.trim() === "")
    return { start: item.start, end: next.start, text: "" };
  return { start: item.start, end: item.end, text: "" };
}
