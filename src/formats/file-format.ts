import {
  type Branch,
  type Comment,
  type Leaf,
  type Tree,
  type TreeNode,
  type Value,
} from "../tree/tree.ts";
import { type TreePath } from "../tree/path.ts";

/** Names of the formats, as SOPS's `--input-type` has them. */
export type FormatName = "yaml" | "json" | "dotenv" | "ini" | "binary";

/** The key that SOPS keeps for itself at the top of every document of YAML and JSON. */
export const METADATA_KEY = "sops";

/** One way of writing documents down. Pure: bytes in, bytes out. */
export interface FileFormat {
  readonly name: FormatName;
  /** File name endings with their dot, case-sensitive as in SOPS; binary has none and takes every other file. */
  readonly extensions: readonly string[];
  /**
   * Reads a file that may be sealed.
   *
   * @throws a code of the parsing group, with line and column
   */
  parse(bytes: Uint8Array): SourceDocument;
  /**
   * Reads a file in clear. Only for binary files this is another thing than `parse`.
   *
   * @throws a code of the parsing group, with line and column
   */
  parsePlain(bytes: Uint8Array): SourceDocument;
  readonly printer: Printer;
  /**
   * Whether parts of a file can stay in clear. Where not, selections are not for it, and SOPS neither
   * asks for nor writes one.
   */
  readonly isSelective: boolean;
  /** Whether every text can be a value: then a value can be set without looking at the file in clear. */
  readonly holdsAnyText: boolean;
  /**
   * The value that a value is read back as when it has been written in this format: itself, but for
   * types that the format does not tell from strings.
   */
  heldAs(value: Value): Value;
  /** Whether a spelling note says that a value was a copy of another: true only while they are equal. */
  isAliasNote(note: string): boolean;
}

/** How a file is printed. */
export interface PrintOptions {
  /** Spaces per level, as SOPS's `--indent` and `stores.*.indent` take them; `null` for the format's default. */
  readonly indent: number | null;
  /** The `sops` entry; `null` for none. */
  readonly metadata: Branch | null;
}

/** Prints trees that have no source text in this format, with the bytes that SOPS 3.13.3 prints (sops-format 8). */
export interface Printer {
  /**
   * A whole file. Sealed values and comments stand in the tree as `ENC[…]` texts already.
   *
   * @throws `FORMAT_UNFIT` for a shape or a value that the format cannot hold, with its path
   */
  print(tree: Tree, options: PrintOptions): Uint8Array;
  /**
   * A part of a document as `sops decrypt --extract` prints it (sops-format 7.5), but for strings,
   * which the caller writes raw.
   *
   * @throws `FORMAT_UNFIT`
   */
  printValue(node: TreeNode, options: Pick<PrintOptions, "indent">): Uint8Array;
  /** What `sops edit` offers for a file that does not exist (sops-format 7.6). */
  readonly template: string;
}

/** Limits on hostile input; named in the messages that they cause. */
export const LIMITS = {
  /** Nested maps and lists. */
  depth: 1_000,
  /** Nodes that aliases may stand for, beside those that are written out. */
  aliasNodes: 100_000,
} as const;

/** A file in memory: its tree, and the source text that the tree is a view of. */
export interface SourceDocument {
  /** All documents, without their `sops` entries. */
  readonly tree: Tree;
  /** The `sops` entry of the first document (sops-format 4.2); `null` when the file has none. */
  readonly metadata: TreeNode | null;
  /** Whether any document has a `sops` entry. */
  readonly hasReservedKey: boolean;
  /** Line and column of a node, from 1, for messages. */
  locate(node: { readonly offset: number }): { line: number; column: number };
  /** The whole source text of a leaf or comment; empty for a node that an alias stands for. */
  sourceOf(node: Leaf | Comment): string;
  /** Whether a leaf stands inside braces or brackets, where sealed text needs quotes. */
  inFlow(leaf: Leaf): boolean;
  /**
   * What has to be remembered to write this leaf as its author did, when only its value and the
   * style that the sealed text keeps are known; `null` when nothing has to.
   */
  noteFor(leaf: Leaf): string | null;
  /** The file with the changes made; every other byte stays. */
  render(changes: Changes): Uint8Array;
  /**
   * The file with one value set; missing keys are appended, an index at the end of a list appends.
   *
   * @throws `PATH_NOT_FOUND`, `PATH_INVALID`, `SOPS_KEY_RESERVED`, `OUTPUT_NOT_VERIFIED` when it cannot be done without
   *   touching another value
   */
  withValue(path: TreePath, value: TreeNode): Uint8Array;
  /**
   * The file without one entry or item.
   *
   * @throws `PATH_NOT_FOUND`
   */
  withoutValue(path: TreePath): Uint8Array;
}

/** What a sealed leaf or comment turned out to hold. */
export type OpenedContent =
  | {
      readonly kind: "value";
      readonly value: Value;
      readonly spelling: string | null;
      readonly note: string | null;
    }
  | { readonly kind: "comment"; readonly text: string };

/** What takes the place of the text of a leaf or comment. */
export type Replacement =
  /** `ENC[…]`, put in the style of the leaf. */
  | { readonly as: "sealed"; readonly text: string }
  /** An opened value in the style that the sealed text kept. */
  | { readonly as: "opened"; readonly content: OpenedContent }
  /** Text from `sourceOf` of another version of the same leaf or comment. */
  | { readonly as: "source"; readonly text: string };

/** Changes to a file. */
export interface Changes {
  readonly replace: ReadonlyMap<Leaf | Comment, Replacement>;
  /** The new `sops` entry of every document; `null` for none. */
  readonly metadata: Branch | null;
  /** A file whose `sops` entry is kept to the letter where it says the same. */
  readonly metadataLike?: SourceDocument;
}
