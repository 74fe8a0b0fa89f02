/**
 * Metadata and scalars where a format knows texts only (sops-format 4.4, 8.3): dotenv and INI write
 * the `sops` entry as one line a text, with the way to it in the name.
 */
import { UndersealError } from "../errors.ts";
import { formatPath } from "../tree/path.ts";
import { exponentText } from "../tree/scalars.ts";
import {
  type Branch,
  branchOf,
  listOf,
  textLeaf,
  type TreeNode,
  type Value,
} from "../tree/tree.ts";
import { LIMITS } from "./file-format.ts";

/** One flat field: its name without the format's own prefix, and its text. */
export type FlatField = readonly [name: string, text: string];

const MAP = "__map_";
const LIST = "__list_";

/**
 * The `sops` entry as lines in the order of the tree: `age__list_0__map_enc`. Line breaks stand as
 * the two characters `\n`, as SOPS writes them in both formats.
 *
 * @throws `FORMAT_UNFIT` for a text that would not come back, such as an expression with `\n` in it
 */
export function flattenMetadata(metadata: Branch): FlatField[] {
  const fields: FlatField[] = [];
  for (const item of metadata.items) {
    if (item.kind === "entry") flattenNode(item.value, item.key, fields);
  }
  return fields;
}

/** Collections without items and nulls leave no line. */
function flattenNode(node: TreeNode, name: string, fields: FlatField[]): void {
  if (node.kind === "branch") {
    for (const item of node.items)
      if (item.kind === "entry") flattenNode(item.value, name + MAP + item.key, fields);
  } else if (node.kind === "list") {
    const items = node.items.filter((item) => item.kind !== "comment");
    for (const [index, item] of items.entries())
      flattenNode(item, `${name}${LIST}${String(index)}`, fields);
  } else if (node.kind === "leaf") {
    const text = scalarText(node.value);
    if (text === null || text.includes("\\n")) {
      const message = "the metadata holds a text that this format does not give back: `\\n` in it";
      throw new UndersealError("FORMAT_UNFIT", message, { path: formatPath(["sops", name]) });
    }
    fields.push([name, escapeBreaks(text)]);
  }
}

/** A field on its way into the tree: a text, or what stands below it. */
type Growing = string | { readonly kind: "map" | "list"; readonly below: Map<string, Growing> };

/**
 * The tree that flat fields stand for; all its scalars are texts.
 *
 * @returns `null` where SOPS refuses them: a name twice, a list with gaps, a name that is a text and a
 *   collection at once, a map that is a list
 */
export function unflattenMetadata(fields: Iterable<FlatField>): Branch | null {
  const root = new Map<string, Growing>();
  for (const [name, text] of fields) {
    if (!grow(root, steps(name), unescapeBreaks(text))) return null;
  }
  const tree = grown({ kind: "map", below: root });
  return tree?.kind === "branch" ? tree : null;
}

interface Step {
  readonly key: string;
  /** What the key stands in; the first one stands in the entry itself. */
  readonly holder: "map" | "list";
}

function steps(name: string): Step[] {
  const marker = /__map_|__list_/g;
  const found: Step[] = [];
  let holder: Step["holder"] = "map";
  let start = 0;
  for (const match of name.matchAll(marker)) {
    found.push(step(name.slice(start, match.index), holder));
    holder = match[0] === MAP ? "map" : "list";
    start = match.index + match[0].length;
  }
  found.push(step(name.slice(start), holder));
  return found;
}

/** SOPS takes what is no index for 0. */
function step(text: string, holder: Step["holder"]): Step {
  if (holder === "map") return { key: text, holder };
  return { key: /^\d{1,9}$/.test(text) ? String(Number(text)) : "0", holder };
}

function grow(root: Map<string, Growing>, way: readonly Step[], text: string): boolean {
  if (way.length > LIMITS.depth) return false;
  let below = root;
  for (const [depth, { key }] of way.entries()) {
    const there = below.get(key);
    const next = way[depth + 1];
    if (next === undefined) {
      if (there !== undefined) return false;
      below.set(key, text);
      return true;
    }
    const container = there ?? { kind: next.holder, below: new Map<string, Growing>() };
    if (typeof container === "string" || container.kind !== next.holder) return false;
    below.set(key, container);
    below = container.below;
  }
  return true;
}

function grown(growing: Growing): TreeNode | null {
  if (typeof growing === "string") return textLeaf(growing);
  const { kind, below } = growing;
  const keys = kind === "map" ? [...below.keys()] : [...below.keys()].map((_, i) => String(i));
  const entries: [string, TreeNode][] = [];
  for (const key of keys) {
    const child = below.get(key);
    const node = child === undefined ? null : grown(child);
    if (node === null) return null;
    entries.push([key, node]);
  }
  return kind === "map" ? branchOf(entries) : listOf(entries.map(([, node]) => node));
}

/** Line breaks as the two characters `\n`. */
export const escapeBreaks = (text: string): string => text.replaceAll("\n", "\\n");

/** The two characters `\n` as line breaks. */
export const unescapeBreaks = (text: string): string => text.replaceAll("\\n", "\n");

/**
 * A scalar as SOPS writes it where only texts can stand: floats always with a point or an exponent,
 * `true` and `false`, times without their fraction. `null` for bytes that are no text.
 */
export function scalarText(value: Value): string | null {
  switch (value.type) {
    case "str":
    case "int":
      return value.text;
    case "float":
      return floatText(value.text);
    case "bool":
      return value.text === "True" ? "true" : "false";
    case "time":
      return value.text.replace(/\.\d+/, "");
    case "bytes":
      return null;
  }
}

/** The string that a value is read back as; bytes, which no text format holds, stay what they are. */
export function heldAsText(value: Value): Value {
  const text = scalarText(value);
  return text === null ? value : { type: "str", text };
}

function floatText(canonical: string): string {
  if (!/^-?[\d.]+$/.test(canonical)) return canonical;
  const text = exponentText(canonical, 6).toUpperCase();
  return /[.E]/.test(text) ? text : `${text}.0`;
}
