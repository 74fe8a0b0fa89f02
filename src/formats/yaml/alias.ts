/**
 * Aliases. Each copy that an alias stands for has a place of its own, so it is sealed written out, on
 * one line; a note behind its first leaf says which alias it was (docs/decisions/0001).
 */
import { type Leaf, type Tree, type TreeNode } from "../../tree/tree.ts";
import { type Changes } from "../file-format.ts";
import { flowText } from "./emit.ts";
import { type Edit } from "./scalar-text.ts";
import { SourceLeaf } from "./source-leaf.ts";
import { type AliasSyntax, type SourceSyntax } from "./syntax.ts";

/** NUL stands in no YAML text, so no spelling can be taken for an alias. */
const MARK = "\0";

/** Notes for the aliases of a file, by the leaf that carries them. */
export function aliasNotes(aliases: readonly AliasSyntax[]): Map<Leaf, string> {
  const notes = new Map<Leaf, string>();
  for (const { copy, name } of aliases) {
    const carrier = firstLeaf(copy, 0);
    if (carrier !== null) notes.set(carrier.leaf, `${MARK}${String(carrier.levels)}*${name}`);
  }
  return notes;
}

/** The first leaf that is encrypted when it is selected, and how many levels the copy's root is above it. */
function firstLeaf(node: TreeNode, levels: number): { leaf: Leaf; levels: number } | null {
  if (node.kind === "null") return null;
  if (node.kind === "leaf")
    return node.value.type === "str" && node.value.text === "" ? null : { leaf: node, levels };
  for (const item of node.items) {
    const found =
      item.kind === "comment"
        ? null
        : firstLeaf(item.kind === "entry" ? item.value : item, levels + 1);
    if (found !== null) return found;
  }
  return null;
}

/** Whether a note speaks of an alias. */
export const isAliasNote = (note: string): boolean => note.startsWith(MARK);

/** Puts an alias back in the place of its copy; `null` when the note does not fit the file. */
export function aliasEdit(
  leaf: Leaf,
  note: string,
  { containers, parents }: SourceSyntax & { parents: ReadonlyMap<TreeNode, TreeNode> },
): Edit | null {
  const [, levels = "0", name = ""] = /^\0(\d{1,4})\*([\w-]+)$/.exec(note) ?? [];
  if (name === "") return null;
  let node: TreeNode | undefined = leaf;
  for (let level = 0; level < Number(levels) && node !== undefined; level++)
    node = parents.get(node);
  if (node === undefined || node.kind === "null") return null;
  const range = node.kind === "leaf" ? SourceLeaf.syntaxOf(node) : containers.get(node);
  return range === null || range === undefined
    ? null
    : { start: range.start, end: range.end, text: `*${name}` };
}

/** What holds each node of a tree. */
export function parentsOf(tree: Tree): Map<TreeNode, TreeNode> {
  const parents = new Map<TreeNode, TreeNode>();
  const visit = (node: TreeNode): void => {
    if (node.kind !== "branch" && node.kind !== "list") return;
    for (const item of node.items) {
      if (item.kind === "comment") continue;
      const child = item.kind === "entry" ? item.value : item;
      parents.set(child, node);
      visit(child);
    }
  };
  tree.documents.forEach(visit);
  return parents;
}

/** Whether an alias has to be written out: something in its copy or in what it copies is replaced. */
export function needsExpansion(
  { copy, target }: AliasSyntax,
  replace: Changes["replace"],
): boolean {
  return touches(copy, replace) || touches(target, replace);
}

function touches(node: TreeNode, replace: Changes["replace"]): boolean {
  if (node.kind === "leaf") return replace.has(node);
  if (node.kind === "null") return false;
  return node.items.some((item) =>
    item.kind === "comment" ? false : touches(item.kind === "entry" ? item.value : item, replace),
  );
}

/** The copy that an alias stands for, written out on one line. */
export function expansion({ start, end, copy }: AliasSyntax, replace: Changes["replace"]): Edit {
  return { start, end, text: flowText(sealedCopy(copy, replace)) };
}

function sealedCopy(node: TreeNode, replace: Changes["replace"]): TreeNode {
  if (node.kind === "null") return node;
  if (node.kind === "leaf") return sealedLeaf(node, replace);
  if (node.kind === "list") {
    return {
      ...node,
      items: node.items.map((item) => (item.kind === "comment" ? item : sealedCopy(item, replace))),
    };
  }
  const items = node.items.map((item) =>
    item.kind === "comment" ? item : { ...item, value: sealedCopy(item.value, replace) },
  );
  return { ...node, items };
}

function sealedLeaf(leaf: Leaf, replace: Changes["replace"]): Leaf {
  const replacement = replace.get(leaf);
  if (replacement === undefined) return leaf;
  // Anything else would put the value in clear into a sealed file.
  if (replacement.as !== "sealed") throw new Error("a leaf of a copy can only be sealed");
  return { ...leaf, value: { type: "str", text: replacement.text }, spelling: null };
}
