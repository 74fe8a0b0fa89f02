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
 * Nulls are skipped. One visit is used for all calls: copy what you keep.
 */
export function walk(tree: Tree, selection: Selection, visit: (visit: Visit) => void): void {
  for (const document of tree.documents) new Walker(selection, visit).branch(document, false);
}

/** What a visit holds, while it is changed from node to node. */
type Moving = { -readonly [K in keyof Visit]: Visit[K] };

class Walker {
  readonly #selection: Selection;
  readonly #call: (visit: Visit) => void;
  readonly #path: (string | number)[] = [];
  readonly #keys: string[] = [];
  /** Comments in force, one list per level (sops-format 3, "active comments"). */
  readonly #comments: string[][] = [];
  readonly #visit: Moving;

  constructor(selection: Selection, call: (visit: Visit) => void) {
    this.#selection = selection;
    this.#call = call;
    const node: Comment = { kind: "comment", text: "", offset: -1 };
    this.#visit = { node, path: this.#path, keys: this.#keys, selected: false, inList: false };
  }

  /** @param marked - whether a key above the branch is marked by the selection */
  branch(branch: Branch, marked: boolean): void {
    const active = this.#enter();
    for (const item of branch.items) {
      if (item.kind === "comment") {
        this.#meet(item, { marked, inList: false });
        active.push(item.text);
        continue;
      }
      this.#path.push(item.key);
      this.#keys.push(item.key);
      this.#node(item.value, marked || this.#selection.marks(item.key), false);
      this.#path.pop();
      this.#keys.pop();
      active.length = 0;
    }
    this.#comments.pop();
  }

  #list(list: List, marked: boolean): void {
    const active = this.#enter();
    let index = 0;
    for (const item of list.items) {
      if (item.kind === "comment") {
        this.#meet(item, { marked, inList: true });
        active.push(item.text);
        continue;
      }
      this.#path.push(index++);
      this.#node(item, marked, true);
      this.#path.pop();
      active.length = 0;
    }
    this.#comments.pop();
  }

  #enter(): string[] {
    const active: string[] = [];
    this.#comments.push(active);
    return active;
  }

  #node(node: TreeNode, marked: boolean, inList: boolean): void {
    if (node.kind === "branch") this.branch(node, marked);
    else if (node.kind === "list") this.#list(node, marked);
    else if (node.kind === "leaf") this.#meet(node, { marked, inList });
  }

  #meet(node: Leaf | Comment, { marked, inList }: Around): void {
    const visit = this.#visit;
    visit.node = node;
    visit.inList = inList;
    visit.selected = this.#selection.readsComments
      ? this.#selectedByComments(node)
      : marked === this.#selection.selectsMarked;
    this.#call(visit);
  }

  #selectedByComments(node: Leaf | Comment): boolean {
    const comment = node.kind === "comment" ? node.text : null;
    return this.#selection.selects({ keys: this.#keys, comments: this.#comments.flat(), comment });
  }
}

/** What surrounds a node. */
interface Around {
  readonly marked: boolean;
  readonly inList: boolean;
}

/** What two trees are asked about. */
interface Pairing {
  /** Whether two leaves at the same place go together. */
  readonly same: (a: Leaf, b: Leaf) => boolean;
  /** Which items of lists in the second tree are passed over, such as sealed comments. */
  readonly skips?: (item: Leaf) => boolean;
}

/**
 * Whether two trees have the same documents, keys, lists and nulls, and leaves that go together.
 * Comments are passed over.
 */
export function samePlaces(a: Tree, b: Tree, pairing: Pairing): boolean {
  return (
    a.documents.length === b.documents.length &&
    a.documents.every((document, index) => pairs(document, b.documents[index], pairing))
  );
}

type Item = Entry | TreeNode | Comment;

function pairs(a: Item, b: Item | undefined, pairing: Pairing): boolean {
  if (a.kind !== b?.kind) return false;
  if (a.kind === "leaf") return pairing.same(a, b as Leaf);
  if (a.kind === "entry") {
    const other = b as Entry;
    return a.key === other.key && pairs(a.value, other.value, pairing);
  }
  if (a.kind === "null" || a.kind === "comment") return true;
  return sameItems(a.items, (b as Branch | List).items, pairing);
}

/** Goes along both at once: the lists may be long. */
function sameItems(a: readonly Item[], b: readonly Item[], pairing: Pairing): boolean {
  let next = 0;
  const skip = (): void => {
    while (next < b.length && isPassedOver(b[next], pairing)) next++;
  };
  for (const item of a) {
    if (item.kind === "comment") continue;
    skip();
    if (!pairs(item, b[next++], pairing)) return false;
  }
  skip();
  return next === b.length;
}

function isPassedOver(item: Item | undefined, { skips }: Pairing): boolean {
  if (item?.kind === "comment") return true;
  return skips !== undefined && item?.kind === "leaf" && skips(item);
}

/** A tree of the same shape with every leaf and comment replaced; `null` drops a comment. */
export function mapTree(tree: Tree, map: (node: Leaf | Comment) => Leaf | Comment): Tree {
  return { documents: tree.documents.map((document) => mapBranch(document, map)) };
}

function mapBranch(branch: Branch, map: (node: Leaf | Comment) => Leaf | Comment): Branch {
  const items = branch.items.map((item): Entry | Comment => {
    if (item.kind === "entry") {
      const { key, offset } = item;
      return { kind: "entry", key, value: mapNode(item.value, map) as TreeNode, offset };
    }
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
