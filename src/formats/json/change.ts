/** One value set or removed in a JSON text; all other text stays as it is. */
import { UndersealError } from "../../errors.ts";
import { type TreePath } from "../../tree/path.ts";
import {
  type Branch,
  branchOf,
  type List,
  listOf,
  type Tree,
  type TreeNode,
} from "../../tree/tree.ts";
import { holdsAt, sameElsewhere } from "../yaml/changed-values.ts";
import { type JsonLayout, nodeText } from "./json-print.ts";
import { removal } from "./metadata-block.ts";
import { type ParsedJson, parseJson } from "./parse.ts";
import { applyEdits, colonOf, type Edit, endOf, nodeOf, spaceBefore } from "./places.ts";
import { jsonString, valueText } from "./text.ts";

/** What is changed: `null` for a value that is removed. */
interface Change {
  readonly path: TreePath;
  readonly value: TreeNode | null;
}

const notFound = (message: string): UndersealError => new UndersealError("PATH_NOT_FOUND", message);
const invalid = (message: string): UndersealError => new UndersealError("PATH_INVALID", message);

/** How far a path goes. */
interface Reached {
  readonly holder: Branch | List;
  /** Index of the entry or item in `holder`; -1 when it is missing. */
  readonly index: number;
  readonly step: string | number;
  /** Steps that lead on from there. */
  readonly beyond: TreePath;
}

function reach(root: Branch, path: TreePath): Reached {
  let holder: Branch | List = root;
  for (let depth = 0; ; depth++) {
    const step = path[depth];
    if (step === undefined) throw invalid("the path names no entry");
    const index = indexOf(holder, step);
    const found: Branch["items"][number] | List["items"][number] | undefined = holder.items[index];
    const node: TreeNode | undefined = found === undefined ? undefined : nodeOf(found);
    const beyond = path.slice(depth + 1);
    if (beyond.length === 0 || (node?.kind !== "branch" && node?.kind !== "list"))
      return { holder, index, step, beyond };
    holder = node;
  }
}

/** Of a key that stands several times, the last counts for most readers; changing it is refused. */
function indexOf(holder: Branch | List, step: string | number): number {
  if (holder.kind === "list") {
    if (typeof step === "string") throw invalid("a key is asked of a list");
    return step < holder.items.length ? step : -1;
  }
  if (typeof step === "number") throw invalid("an index is asked of a mapping");
  const found = holder.items.flatMap((item, index) =>
    item.kind === "entry" && item.key === step ? [index] : [],
  );
  if (found.length > 1) throw invalid("the key stands several times in one object");
  return found[0] ?? -1;
}

/** The edit that sets a value. @throws `PATH_NOT_FOUND`, `PATH_INVALID`, `VALUE_UNSUPPORTED` */
export function settingEdit(
  parsed: ParsedJson,
  root: Branch,
  { path, value }: { path: TreePath; value: TreeNode },
): Edit {
  const { holder, index, step, beyond } = reach(root, path);
  const made = structure(beyond, value);
  const found = holder.items[index];
  if (found !== undefined) {
    const node = nodeOf(found);
    if (beyond.length > 0 && node.kind === "leaf")
      throw invalid("a value stands where the path goes on");
    return {
      start: node.offset,
      end: endOf(parsed, node),
      text: writtenText(made, layoutAt(parsed, found.offset)),
    };
  }
  if (typeof step === "number" && step > holder.items.length)
    throw notFound("the index is beyond the end of the list");
  return appended(parsed, holder, { key: typeof step === "string" ? step : null, value: made });
}

/** A value under keys and first items that are still missing. */
function structure(path: TreePath, value: TreeNode): TreeNode {
  return path.reduceRight<TreeNode>((inner, step) => {
    if (typeof step === "string") return branchOf([[step, inner]]);
    if (step !== 0) throw notFound("the index is beyond the end of a list that does not exist yet");
    return listOf([inner]);
  }, value);
}

type Layout = JsonLayout & { readonly lead: string };

/** The layout of the line that an offset stands on, by the indentation of the file. */
function layoutAt({ source, root }: ParsedJson, offset: number): Layout {
  const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
  const lead = /^[ \t]*/.exec(source.slice(lineStart, offset))?.[0] ?? "";
  const first = root.kind === "branch" ? root.items[0] : undefined;
  const space = first === undefined ? "" : spaceBefore(source, first.offset);
  const unit = space.slice(space.lastIndexOf("\n") + 1);
  const eol = source.includes("\r\n") ? "\r\n" : "\n";
  return { unit: space.includes("\n") && unit !== "" ? unit : "\t", eol, lead };
}

/** A new value as its author would write it. */
function writtenText(node: TreeNode, { lead, ...layout }: Layout): string {
  if (node.kind !== "leaf") return nodeText(node, layout, lead);
  const text = valueText(node.value, node.spelling);
  if (text !== null) return text;
  throw new UndersealError("VALUE_UNSUPPORTED", "JSON has no way to write this value");
}

/** A new entry or item behind the last one, spaced like it. */
function appended(
  parsed: ParsedJson,
  holder: Branch | List,
  { key, value }: { key: string | null; value: TreeNode },
): Edit {
  const { source } = parsed;
  const last = holder.items.at(-1);
  const colon = last?.kind === "entry" ? colonOf(source, last) : ": ";
  const name = key === null ? "" : jsonString(key) + colon;
  if (last !== undefined && last.kind !== "comment") {
    const at = endOf(parsed, nodeOf(last));
    const text = name + writtenText(value, layoutAt(parsed, last.offset));
    return { start: at, end: at, text: `,${spaceBefore(source, last.offset)}${text}` };
  }
  const { lead, unit, eol } = layoutAt(parsed, holder.offset);
  const inner = lead + unit;
  const text = writtenText(value, { lead: inner, unit, eol });
  return {
    start: holder.offset + 1,
    end: endOf(parsed, holder) - 1,
    text: `${eol}${inner}${name}${text}${eol}${lead}`,
  };
}

/** The edit that removes an entry or item. @throws `PATH_NOT_FOUND`, `PATH_INVALID` */
export function removalEdit(parsed: ParsedJson, root: Branch, path: TreePath): Edit {
  const { holder, index, beyond } = reach(root, path);
  const item = holder.items[index];
  if (item === undefined || item.kind === "comment" || beyond.length > 0)
    throw notFound("there is no such entry");
  if (holder.items.length === 1)
    return { start: holder.offset + 1, end: endOf(parsed, holder) - 1, text: "" };
  return removal(parsed, holder, item);
}

/**
 * The text with an edit made, if it then means just what it should.
 *
 * @throws `OUTPUT_NOT_VERIFIED`
 */
export function verified(parsed: ParsedJson, edit: Edit, change: Change): Uint8Array {
  const text = applyEdits(parsed.source, [edit]);
  const [before, after] = [parsed.root, parseJson(text).root].map(asTree);
  const { path, value } = change;
  const holds =
    before !== undefined &&
    after !== undefined &&
    (value === null || holdsAt(after, path, value)) &&
    sameElsewhere(before, after, { path, removed: value === null });
  if (holds) return new TextEncoder().encode(text);
  const message = "the change would touch other values of the file";
  throw new UndersealError("OUTPUT_NOT_VERIFIED", message);
}

const asTree = (root: TreeNode): Tree => ({ documents: root.kind === "branch" ? [root] : [] });
