/** The `sops` entry of a JSON text: where it is put, how it is changed, how it is taken out. */
import { type Branch, type Entry, type List, type TreeNode } from "../../tree/tree.ts";
import { METADATA_KEY } from "../file-format.ts";
import { type JsonLayout, nodeText } from "./json-print.ts";
import { type ParsedJson } from "./parse.ts";
import { applyEdits, type Edit, endOf, nodeOf, spaceBefore } from "./places.ts";
import { goString } from "./text.ts";

/** An object that metadata is put into. */
interface Place {
  readonly parsed: ParsedJson;
  readonly root: Branch;
  /** Its `sops` entry; `null` when it has none. */
  readonly entry: Entry | null;
}

/** The `sops` entry of a file that is kept to the letter where it says the same. */
interface OldBlock {
  readonly parsed: ParsedJson;
  readonly entry: Entry;
}

/** What an object is indented by, and its line ending: SOPS's tab where it stands on one line. */
function layoutOf({ parsed: { source }, root }: Place): JsonLayout & { lead: string } {
  const first = root.items.at(0);
  const space = first === undefined ? "" : spaceBefore(source, first.offset);
  const eol = source.includes("\r\n") ? "\r\n" : "\n";
  const indent = space.includes("\n") ? space.slice(space.lastIndexOf("\n") + 1) : "\t";
  return { unit: indent === "" ? "\t" : indent, eol, lead: indent };
}

/** The text of the `sops` entry's value. */
export function metadataText(metadata: Branch, old: OldBlock | null, place: Place): string {
  const { lead, ...layout } = layoutOf(place);
  return (old === null ? null : changedText(metadata, old)) ?? nodeText(metadata, layout, lead);
}

/**
 * Puts metadata in the place of the old one, or behind the last value: there it can be taken out
 * again without a trace.
 */
export function insertion(place: Place, text: string): Edit {
  const { parsed, root, entry } = place;
  if (entry !== null) return { start: entry.value.offset, end: endOf(parsed, entry.value), text };
  const { eol, lead } = layoutOf(place);
  const last = root.items.at(-1);
  const at = last?.kind === "entry" ? endOf(parsed, last.value) : root.offset + 1;
  // In an object on one line only the block itself takes lines, for those who look for them.
  const oneLine = last !== undefined && !spaceBefore(parsed.source, last.offset).includes("\n");
  const before = (last === undefined ? "" : ",") + (oneLine ? "" : eol + lead);
  return { start: at, end: at, text: `${before}"${METADATA_KEY}": ${text}` };
}

/** Takes an entry or item out of what holds it, with one comma. */
export function removal(
  parsed: ParsedJson,
  { items, offset }: Branch | List,
  item: Entry | TreeNode,
): Edit {
  const index = (items as readonly (Entry | TreeNode)[]).indexOf(item);
  const previous = items[index - 1];
  const next = items[index + 1];
  const end = endOf(parsed, nodeOf(item));
  if (previous !== undefined) return { start: endOf(parsed, nodeOf(previous)), end, text: "" };
  if (next !== undefined) return { start: item.offset, end: next.offset, text: "" };
  return { start: offset + 1, end, text: "" };
}

/** The old block with single texts replaced; `null` when the two differ in more. */
function changedText(metadata: Branch, { parsed, entry }: OldBlock): string | null {
  const edits: Edit[] = [];
  if (!collect(entry.value, metadata, { parsed, edits })) return null;
  const part = { start: entry.value.offset, end: endOf(parsed, entry.value) };
  return applyEdits(parsed.source, edits, part);
}

interface Collecting {
  readonly parsed: ParsedJson;
  readonly edits: Edit[];
}

/** Notes the texts that differ; whether all else is the same. */
function collect(old: TreeNode, wanted: TreeNode, to: Collecting): boolean {
  if (old.kind === "leaf") {
    if (wanted.kind !== "leaf" || wanted.value.type === "bytes" || old.value.type === "bytes")
      return false;
    if (old.value.text === wanted.value.text) return true;
    to.edits.push({
      start: old.offset,
      end: endOf(to.parsed, old),
      text: goString(wanted.value.text),
    });
    return old.value.type === "str" && wanted.value.type === "str";
  }
  if (old.kind === "null") return wanted.kind === "null";
  if (wanted.kind !== old.kind || wanted.items.length !== old.items.length) return false;
  const others = wanted.items;
  return old.items.every((item, index) => {
    const other = others[index];
    if (item.kind === "comment" || other === undefined || other.kind === "comment") return false;
    if (item.kind !== "entry") return other.kind !== "entry" && collect(item, other, to);
    return other.kind === "entry" && other.key === item.key && collect(item.value, other.value, to);
  });
}
