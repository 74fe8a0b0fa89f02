/** Whether a change of the source text changed what it should, and nothing else. */
import { type TreePath } from "../../tree/path.ts";
import { EVERYTHING } from "../../tree/selection.ts";
import { type Branch, type Tree, type TreeNode } from "../../tree/tree.ts";
import { walk } from "../../tree/walk.ts";
import { flowText } from "./emit.ts";

/** What was changed in the first document. */
interface Changed {
  readonly path: TreePath;
  readonly removed: boolean;
}

/** Whether two trees hold the same values in the same order, but for those at or below a path. */
export function sameElsewhere(before: Tree, after: Tree, { path, removed }: Changed): boolean {
  const old = before.documents.flatMap((document, index) =>
    valuesOf(document, index === 0 ? path : null),
  );
  const now = after.documents.flatMap((document, index) =>
    valuesOf(document, index === 0 && !removed ? path : null),
  );
  return old.length === now.length && old.every((value, index) => value === now[index]);
}

/** Keys and value of each leaf that is not at or below a path of the document. */
function valuesOf(document: Branch, except: TreePath | null): string[] {
  const values: string[] = [];
  walk({ documents: [document] }, EVERYTHING, ({ node, path, keys }) => {
    const below = except?.every((step, index) => path[index] === step) ?? false;
    if (node.kind === "leaf" && !below) values.push(JSON.stringify([keys, flowText(bare(node))]));
  });
  return values;
}

const bare = (node: TreeNode): TreeNode =>
  node.kind === "leaf" ? { ...node, spelling: null } : node;

/** Whether the first document holds this value at a path. */
export function holdsAt({ documents: [document] }: Tree, path: TreePath, value: TreeNode): boolean {
  let node: TreeNode | undefined = document;
  for (const step of path) node = node === undefined ? undefined : childAt(node, step);
  return node !== undefined && written(node) === written(value);
}

function childAt(node: TreeNode, step: string | number): TreeNode | undefined {
  if (node.kind === "list")
    return node.items.filter((item) => item.kind !== "comment")[Number(step)];
  if (node.kind !== "branch") return undefined;
  const entry = node.items.find((item) => item.kind === "entry" && item.key === step);
  return entry?.kind === "entry" ? entry.value : undefined;
}

/** A node as text, without comments and the spellings of numbers: equal for equal values. */
export function written(node: TreeNode): string {
  if (node.kind === "list") {
    const items = node.items.filter((item) => item.kind !== "comment");
    return `[${items.map(written).join()}]`;
  }
  if (node.kind !== "branch") return flowText(bare(node));
  const entries = node.items.filter((item) => item.kind === "entry");
  return `{${entries.map(({ key, value }) => `${JSON.stringify(key)}:${written(value)}`).join()}}`;
}
