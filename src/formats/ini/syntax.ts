/** What is known about the places of an INI file. */
import { type Branch, type Comment, type Leaf, type TreeNode } from "../../tree/tree.ts";
import { type Lines } from "../yaml/lines.ts";
import { type Range, type ReadValue } from "./read-line.ts";

/**
 * A comment of the tree: the lines before a key or section header and what stands behind it, which
 * SOPS joins. The first piece starts behind the markers and spaces that SOPS takes off, each other one
 * at its marker.
 */
export interface CommentSyntax {
  readonly node: Comment;
  readonly pieces: readonly Range[];
  /** Offset of the line of the section header that the last piece stands behind; `null` for others. */
  readonly header: number | null;
}

/** Text of an earlier line of the same key: a value as it is written, or a comment behind its marker. */
export interface Hidden extends Range {
  readonly kind: "value" | "comment";
}

/** A key of a section. Of several lines with one key SOPS reads the last value and the last comment. */
export interface KeySyntax {
  readonly name: string;
  readonly leaf: Leaf;
  /** Offset of the key. */
  readonly start: number;
  /** Offset behind the delimiter. */
  readonly after: number;
  readonly value: ReadValue;
  readonly comment: CommentSyntax | null;
  /** What earlier lines of the key hold, in order. */
  readonly hidden: readonly Hidden[];
  /** Every line of the key: from its first character to behind the line break of its value. */
  readonly occurrences: readonly Range[];
}

/** A section; the first one has no header. */
export interface SectionSyntax {
  readonly name: string;
  /** From the first character of the line of its header to behind the line break. */
  readonly header: Range | null;
  /** Offset of the line of the header, or of the first comment above it. */
  readonly start: number;
  readonly branch: Branch;
  /** In the order of the tree. */
  readonly keys: readonly KeySyntax[];
  /** All comments of the branch. */
  readonly comments: readonly CommentSyntax[];
  /** Offset behind the last line of a key, or behind the header. */
  readonly end: number;
}

/** The `[sops]` section. */
export interface MetadataSyntax {
  readonly section: SectionSyntax;
  /** From its header to the next section with its comments, or to the end of the file. */
  readonly range: Range;
}

/** A source text with everything that is known about it. */
export interface ParsedIni {
  readonly source: string;
  readonly lines: Lines;
  /** All but `[sops]`. */
  readonly sections: readonly SectionSyntax[];
  readonly branch: Branch;
  readonly leaves: ReadonlyMap<Leaf, KeySyntax>;
  readonly comments: ReadonlyMap<Comment, CommentSyntax>;
  /** Every `[sops]` section; more than one is no metadata. */
  readonly reserved: readonly MetadataSyntax[];
  readonly metadata: TreeNode | null;
}
