/**
 * A document in memory, as SOPS models it (sops-format section 0): ordered branches, lists, leaves,
 * nulls and comments. Nodes are immutable; their identity is how a format finds their place in the
 * source text again.
 */

/**
 * A scalar as SOPS types it. `text` is the canonical text, the one that is hashed into the MAC:
 * ints in decimal, floats without exponent, `True`/`False`, RFC 3339 times. `bytes` is a string
 * that is not valid UTF-8 (YAML `!!binary`, binary files); it is sealed as `type:str`.
 */
export type Value =
  | { readonly type: "str" | "int" | "float" | "bool" | "time"; readonly text: string }
  | { readonly type: "bytes"; readonly bytes: Uint8Array };

/** One scalar. */
export interface Leaf {
  readonly kind: "leaf";
  readonly value: Value;
  /** The author's spelling of a non-string, where it differs from the canonical text; else `null`. */
  readonly spelling: string | null;
  /** Offset of the node in the source text in UTF-16 units; -1 for a node made in memory. */
  readonly offset: number;
}

/** A null: never encrypted, never hashed. */
export interface Null {
  readonly kind: "null";
  readonly offset: number;
}

/** A comment; `text` is everything after the first `#`. */
export interface Comment {
  readonly kind: "comment";
  readonly text: string;
  readonly offset: number;
}

/** A key and its value in a branch. */
export interface Entry {
  readonly kind: "entry";
  readonly key: string;
  readonly value: TreeNode;
  /** Offset of the key. */
  readonly offset: number;
}

/** A mapping: ordered, duplicates possible. */
export interface Branch {
  readonly kind: "branch";
  readonly items: readonly (Entry | Comment)[];
  readonly offset: number;
}

/** A sequence. */
export interface List {
  readonly kind: "list";
  readonly items: readonly (TreeNode | Comment)[];
  readonly offset: number;
}

/** Any value of an entry or a list. */
export type TreeNode = Branch | List | Leaf | Null;

/** A whole file: one branch per document (only YAML has more than one). */
export interface Tree {
  readonly documents: readonly Branch[];
}

/** A leaf made in memory. */
export const leafOf = (value: Value): Leaf => ({ kind: "leaf", value, spelling: null, offset: -1 });

/** A string leaf made in memory. */
export const textLeaf = (text: string): Leaf => leafOf({ type: "str", text });

/** A branch made in memory from keys and values, in the order given. */
export function branchOf(entries: Iterable<readonly [string, TreeNode]>): Branch {
  const items: Entry[] = [];
  for (const [key, value] of entries) items.push({ kind: "entry", key, value, offset: -1 });
  return { kind: "branch", items, offset: -1 };
}

/** A list made in memory. */
export const listOf = (items: readonly TreeNode[]): List => ({ kind: "list", items, offset: -1 });

/** The value of the first entry with this key, or `null` when there is none. */
export function childOf(branch: Branch, key: string): TreeNode | null {
  for (const item of branch.items) {
    if (item.kind === "entry" && item.key === key) return item.value;
  }
  return null;
}

const encoder = new TextEncoder();

/** The bytes that are encrypted and hashed for a value (sops-format 1.3). */
export function canonicalBytes(value: Value): Uint8Array {
  return value.type === "bytes" ? value.bytes : encoder.encode(value.text);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The value of a decrypted string: a `str` where the bytes are valid UTF-8, else `bytes`. */
export function valueOfBytes(bytes: Uint8Array): Value {
  try {
    return { type: "str", text: decoder.decode(bytes) };
  } catch {
    return { type: "bytes", bytes };
  }
}

/** Whether two values have the same type and the same canonical bytes. */
export function sameValue(a: Value, b: Value): boolean {
  if (a.type === "bytes" || b.type === "bytes") {
    if (a.type !== "bytes" || b.type !== "bytes" || a.bytes.length !== b.bytes.length) return false;
    const other = b.bytes;
    return a.bytes.every((byte, index) => byte === other[index]);
  }
  return a.type === b.type && a.text === b.text;
}
