/** The `sops` entry in the source text: where it is put, how it is changed, how it is taken out. */
import { type Branch } from "../../tree/tree.ts";
import { written } from "./changed-values.ts";
import { entryText, flowText, type Layout } from "./emit.ts";
import { METADATA_KEY } from "../file-format.ts";
import { type ParsedSource } from "./parse.ts";
import { valueText } from "./quote.ts";
import { type Edit } from "./scalar-text.ts";
import { SourceLeaf } from "./source-leaf.ts";
import { type ContainerSyntax, type DocumentSyntax, type ItemSyntax } from "./syntax.ts";

/** Puts metadata at the end of a document, where SOPS puts it. */
export function insertion(
  parsed: ParsedSource,
  document: DocumentSyntax,
  block: MetadataText,
): Edit {
  const { root, bodyEnd } = document;
  if (root?.flow === true) return flowInsertion(root, document.metadata, block.flow);
  const before = parsed.source.slice(0, bodyEnd);
  const eol = block.layout.eol;
  const column = root?.column ?? 0;
  const lines = indented(block.lines, column);
  if (before === "" || before.endsWith("\n") || before === "\ufeff")
    return { start: bodyEnd, end: bodyEnd, text: lines };
  // A file without a final line break is sealed without one: opening reads that off its end.
  const atEnd = bodyEnd === parsed.source.length;
  return {
    start: bodyEnd,
    end: bodyEnd,
    text: eol + (atEnd ? lines.slice(0, -eol.length) : lines),
  };
}

function flowInsertion(root: ContainerSyntax, old: ItemSyntax | null, entry: string): Edit {
  const last = root.items.findLast((item) => item !== old);
  const at = last?.end ?? root.start + 1;
  return { start: at, end: at, text: last === undefined ? entry : `, ${entry}` };
}

function indented(lines: string, column: number): string {
  return column === 0 ? lines : lines.replace(/^(?=[^\r\n])/gm, " ".repeat(column));
}

/** Takes the metadata of a document out again. */
export function removal(
  { source, lines }: ParsedSource,
  { root, metadata, explicit }: DocumentSyntax,
): Edit | null {
  if (root === null || metadata === null) return null;
  if (root.flow) return flowRemoval(root, metadata);
  const start = lines.lineStart(lines.lineIndex(metadata.start));
  const end = lines.lineStart(lines.lineIndex(metadata.end) + 1);
  // Nothing at all would be no document: without `---` an empty mapping has to be written out.
  if (root.items.length === 1 && !explicit)
    return { start, end, text: `{}${source.slice(metadata.end, end)}` };
  if (!isLastWithoutBreak(source, end)) return { start, end, text: "" };
  const lineBreak = source.slice(0, start).endsWith("\r\n") ? 2 : 1;
  return { start: Math.max(0, start - lineBreak), end, text: "" };
}

const isLastWithoutBreak = (source: string, end: number): boolean =>
  end === source.length && !source.endsWith("\n");

function flowRemoval(root: ContainerSyntax, metadata: ItemSyntax): Edit {
  const index = root.items.indexOf(metadata);
  const previous = root.items[index - 1];
  const next = root.items[index + 1];
  if (previous !== undefined) return { start: previous.end, end: metadata.end, text: "" };
  return { start: metadata.start, end: next?.start ?? metadata.end, text: "" };
}

/** Metadata as text, for block and for flow documents. */
export interface MetadataText {
  /** Lines from column 0, each with a line ending. */
  readonly lines: string;
  /** `sops: {…}` on one line. */
  readonly flow: string;
  readonly layout: Layout;
}

/** Metadata as SOPS lays it out. */
export function metadataText(metadata: Branch, layout: Layout): MetadataText {
  const lines = entryText(METADATA_KEY, metadata, { column: 0, layout }) + layout.eol;
  return { lines, layout, flow: `${METADATA_KEY}: ${flowText(metadata)}` };
}

/**
 * Metadata as it stands in another file, with single values replaced; `null` when the two differ in
 * more than the texts of top-level values, so that it has to be laid out anew.
 */
export function metadataTextLike(
  metadata: Branch,
  like: ParsedSource,
  layout: Layout,
): MetadataText | null {
  const [document] = like.syntax.documents;
  const old = document?.metadata;
  if (document?.root?.flow !== false || old?.node.kind !== "branch") return null;
  const edits = valueEdits(old.node, metadata);
  if (edits === null) return null;
  const { lines, source } = like;
  const start = lines.lineStart(lines.lineIndex(old.start));
  const end = lines.lineStart(lines.lineIndex(old.end) + 1);
  const text = applyEdits(source, edits, { start, end });
  const block = text.endsWith("\n") ? text : text + layout.eol;
  const column = document.root.column;
  return {
    lines: column === 0 ? block : block.replace(new RegExp(`^ {${String(column)}}`, "gm"), ""),
    layout,
    flow: metadataText(metadata, layout).flow,
  };
}

/** Edits that turn the values of one branch into those of another of the same shape. */
function valueEdits(old: Branch, wanted: Branch): Edit[] | null {
  const oldEntries = old.items.filter((item) => item.kind === "entry");
  const entries = new Map(
    wanted.items.filter((item) => item.kind === "entry").map((item) => [item.key, item.value]),
  );
  const edits: Edit[] = [];
  for (const { key, value } of oldEntries) {
    const next = entries.get(key);
    entries.delete(key);
    if (next === undefined) return null;
    if (written(value) === written(next)) continue;
    const place = SourceLeaf.syntaxOf(value);
    if (place === null || next.kind !== "leaf") return null;
    edits.push({ start: place.whole, end: place.end, text: valueText(next.value, null, place) });
  }
  return entries.size === 0 ? edits : null;
}

/** The source, or a part of it, with edits made; an edit inside the range of another is covered by it. */
export function applyEdits(
  source: string,
  edits: readonly Edit[],
  part = { start: 0, end: source.length },
): string {
  const sorted = edits.toSorted(bySource);
  const pieces: string[] = [];
  let at = part.start;
  for (const { start, end, text } of sorted) {
    if (start < at) continue;
    pieces.push(source.slice(at, start), text);
    at = end;
  }
  pieces.push(source.slice(at, part.end));
  return pieces.join("");
}

/** Insertions come before what they precede, ranges before what they cover. */
function bySource(a: Edit, b: Edit): number {
  if (a.start !== b.start) return a.start - b.start;
  if (a.end === a.start || b.end === b.start) return a.end - b.end;
  return b.end - a.end;
}

/** SOPS's own indentation. */
const METADATA_INDENT = 4;

/** How the metadata of a file is laid out, or would be: SOPS's indentation unless it has another. */
export function metadataLayout({ source, syntax }: ParsedSource): Layout {
  const [document] = syntax.documents;
  const container = document?.metadata?.container;
  const indent =
    container?.flow === false ? container.column - (document?.root?.column ?? 0) : METADATA_INDENT;
  return { eol: lineEnding(source), indent: clamped(indent) };
}

/** How a file is laid out: its line ending, and the indentation of its first nested mapping. */
export function layoutOf({ source, syntax }: ParsedSource): Layout {
  const root = syntax.documents[0]?.root;
  const nested = root?.items.find(
    ({ container, node }) => container?.flow === false && node.kind === "branch",
  )?.container;
  const indent =
    nested === undefined || nested === null ? METADATA_INDENT : nested.column - (root?.column ?? 0);
  return { eol: lineEnding(source), indent: clamped(indent) };
}

const lineEnding = (source: string): string =>
  source.charAt(source.indexOf("\n") - 1) === "\r" ? "\r\n" : "\n";
const clamped = (indent: number): number => Math.min(9, Math.max(2, indent));
