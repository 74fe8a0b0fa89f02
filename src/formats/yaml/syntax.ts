/** Where the nodes of a tree stand in the source text. Offsets are in UTF-16 units; ends are exclusive. */
import {
  type Branch,
  type Comment,
  type Entry,
  type List,
  type TreeNode,
} from "../../tree/tree.ts";

/** How a scalar is written. `plain` in a flow collection is sealed in double quotes, with a mark. */
export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

/** A range of the source. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A scalar: the range is what sealing replaces. For blocks it is the lines below the header. */
export interface ScalarSyntax extends Range {
  readonly style: ScalarStyle;
  /** Inside `{…}` or `[…]`. */
  readonly flow: boolean;
  /** Has a tag; then the range begins with it, because SOPS would apply it to the sealed text. */
  readonly tagged: boolean;
  /** Offset of the whole scalar: the header of a block, else `start`. */
  readonly whole: number;
  /** Block scalars: column of the content; others: column of the key or dash. */
  readonly column: number;
  /** A list item that is a sealed comment as SOPS writes it: `- ENC[…,type:comment]`; the range begins with the dash. */
  readonly commentItem: boolean;
}

/** An entry or item of a collection. */
export interface ItemSyntax {
  /** Offset of the key or its properties, `?` or dash; in brackets, of the value. */
  readonly start: number;
  /** Offset behind the colon or dash, where a new value may begin; in brackets, of the value. */
  readonly after: number;
  /** Whether a colon has to be written before a new value. */
  readonly needsColon: boolean;
  /** Offset of the value itself, behind its properties. */
  readonly valueStart: number;
  /** Offset behind the value, before its final line break. */
  readonly end: number;
  readonly node: TreeNode;
  /** `null` for a scalar, null or alias. */
  readonly container: ContainerSyntax | null;
  /** The key, for an entry. */
  readonly key: string | null;
}

/** A collection. */
export interface ContainerSyntax extends Range {
  readonly flow: boolean;
  /** Column of keys or dashes; of the opening bracket in flow style. */
  readonly column: number;
  /** In source order. */
  readonly items: readonly ItemSyntax[];
  /** The items of the tree node: comments are put here. */
  readonly content: (Entry | TreeNode | Comment)[];
}

/** An alias: the copy that it stands for, and what it copies. */
export interface AliasSyntax extends Range {
  readonly name: string;
  readonly copy: TreeNode;
  readonly target: TreeNode;
}

/** One document of the file. */
export interface DocumentSyntax {
  readonly branch: Branch;
  /** `null` for an empty document. */
  readonly root: ContainerSyntax | null;
  /** The `sops` entry, taken out of the branch; `null` when there is none. */
  readonly metadata: ItemSyntax | null;
  /** Where a block at the end of the document begins: a line start, or the end of the file. */
  readonly bodyEnd: number;
  /** Whether `---` stands before it. */
  readonly explicit: boolean;
}

/** Everything that is known about the source text of a file. */
export interface SourceSyntax {
  readonly documents: readonly DocumentSyntax[];
  readonly comments: ReadonlyMap<Comment, Range>;
  readonly containers: ReadonlyMap<Branch | List, ContainerSyntax>;
  readonly aliases: readonly AliasSyntax[];
}
