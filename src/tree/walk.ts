import type { Branch, Comment, Entry, Leaf, List, Tree, TreeNode } from "./tree.ts";
import type { Selection } from "./selection.ts";

/** A leaf or comment met on a walk. */
export interface Visit<N extends Leaf | Comment = Leaf | Comment> {
  readonly node: N;
  /** Keys and indices from the root of the document; of a comment: its container's. */
  readonly path: readonly (string | number)[];
  /** The string keys of `path`: what SOPS binds a value to. */
  readonly keys: readonly string[];
  /** Whether the selection says that this node is encrypted. */
  readonly selected: boolean;
  /** Whether the node is an item of a list. */
  readonly inList: boolean;
}

/**
 * Visits every leaf and comment in SOPS's order: documents, items, depth first (sops-format 0).
 * Nulls are skipped. `visit.path` and `visit.keys` are reused between calls: copy what you keep.
 */
export function walk(tree: Tree, selection: Selection, visit: (visit: Visit) => void): void {
  for (const document of tree.documents) new Walker(selection, visit).branch(document);
}

class Walker {
  readonly #selection: Selection;
  readonly #visit: (visit: Visit) => void;
  readonly #path: (string | number)[] = [];
  readonly #keys: string[] = [];
  /** Comments in force, one list per level (sops-format 3, "active comments"). */
  readonly #comments: string[][] = [];

  constructor(selection: Selection, visit: (visit: Visit) => void) {
    this.#selection = selection;
    this.#visit = visit;
  }

  branch(branch: Branch): void {
    this.#level(branch.items, (item: Entry) => {
      this.#path.push(item.key);
      this.#keys.push(item.key);
      this.#node(item.value, false);
      this.#path.pop();
      this.#keys.pop();
    });
  }

  #list(list: List): void {
    let index = 0;
    this.#level(
      list.items,
      (item: TreeNode) => {
        this.#path.push(index++);
        this.#node(item, true);
        this.#path.pop();
      },
      true,
    );
  }

  #level<T extends { kind: string }>(
    items: readonly (T | Comment)[],
    enter: (item: T) => void,
    inList = false,
  ): void {
    const active: string[] = [];
    this.#comments.push(active);
    for (const item of items) {
      if (isComment(item)) {
        this.#meet(item, inList);
        active.push(item.text);
      } else {
        enter(item);
        active.length = 0;
      }
    }
    this.#comments.pop();
  }

  #node(node: TreeNode, inList: boolean): void {
    if (node.kind === "branch") this.branch(node);
    else if (node.kind === "list") this.#list(node);
    else if (node.kind === "leaf") this.#meet(node, inList);
  }

  #meet(node: Leaf | Comment, inList: boolean): void {
    const selected = this.#selection.selects({
      keys: this.#keys,
      comments: this.#selection.readsComments ? this.#comments.flat() : [],
      comment: node.kind === "comment" ? node.text : null,
    });
    this.#visit({ node, path: this.#path, keys: this.#keys, selected, inList });
  }
}

const isComment = (item: { kind: string }): item is Comment => item.kind === "comment";

/** A tree of the same shape with every leaf and comment replaced; `null` drops a comment. */
export function mapTree(tree: Tree, map: (node: Leaf | Comment) => Leaf | Comment): Tree {
  return { documents: tree.documents.map((document) => mapBranch(document, map)) };
}

function mapBranch(branch: Branch, map: (node: Leaf | Comment) => Leaf | Comment): Branch {
  const items = branch.items.map((item): Entry | Comment => {
    if (item.kind === "entry") return { ...item, value: mapNode(item.value, map) as TreeNode };
    const mapped = map(item);
    return mapped.kind === "comment" ? mapped : item;
  });
  return { ...branch, items };
}

function mapNode(
  node: TreeNode | Comment,
  map: (node: Leaf | Comment) => Leaf | Comment,
): TreeNode | Comment {
  if (node.kind === "branch") return mapBranch(node, map);
  if (node.kind === "list") return { ...node, items: node.items.map((item) => mapNode(item, map)) };
  return node.kind === "null" ? node : map(node);
}
