/** The YAML that is generated: every choice an author makes when writing a value down. */
import { type ScalarMeaning } from "./meaning.ts";

/** A scalar on one line, quotes included; `text` may be empty, which means null. */
export interface InlineScalar {
  readonly kind: "inline";
  readonly text: string;
  readonly meaning: ScalarMeaning;
}

/** A plain or quoted scalar over several lines; the lines after the first are indented by the writer. */
export interface FoldedLines {
  readonly kind: "lines";
  readonly lines: readonly string[];
  readonly meaning: ScalarMeaning;
}

/** A literal or folded block; what it means depends on whether the file ends with it. */
export interface Block {
  readonly kind: "block";
  readonly style: "|" | ">";
  readonly chomp: "" | "-" | "+";
  /** Whether the header says how far the lines are indented; needed when the first starts with a space. */
  readonly indicator: boolean;
  /** Content without indentation; the first and the last line are not empty. */
  readonly lines: readonly string[];
  /** Empty lines behind the content. */
  readonly trailing: number;
  /** Comment behind the header. */
  readonly comment: string | null;
}

/** A key as it is spelled, and what it means. */
export interface Key {
  readonly text: string;
  readonly meaning: string;
}

/** Whole lines before an entry or item: a comment without its `#`, or `null` for a blank line. */
export type Above = readonly (string | null)[];

/** One entry of a mapping. */
export interface MapEntry {
  readonly key: Key;
  readonly value: Node;
  readonly above: Above;
  /** Comment on the line of the key, or behind a scalar. */
  readonly comment: string | null;
  /** Spaces between the colon and a value on the same line. */
  readonly gap: number;
}

/** A mapping in block style. */
export interface BlockMap {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
  /** Lines behind the last entry. */
  readonly below: Above;
}

/** One item of a sequence. */
export interface ListItem {
  readonly value: Node;
  readonly above: Above;
  readonly comment: string | null;
}

/** A sequence in block style. */
export interface BlockList {
  readonly kind: "list";
  readonly items: readonly ListItem[];
  readonly below: Above;
  /** Whether the dashes stand deeper than the key above them. */
  readonly indented: boolean;
  /** Whether a collection inside starts on the line of its dash. */
  readonly compact: boolean;
}

/** How a collection in brackets is laid out. */
export interface FlowLayout {
  /** Whether each item stands on a line of its own. */
  readonly tall: boolean;
  /** Whether there are spaces inside the brackets. */
  readonly padded: boolean;
  /** Whether a comma stands behind the last item. */
  readonly trailingComma: boolean;
}

/** A mapping in braces. */
export interface FlowMap extends FlowLayout {
  readonly kind: "flow-map";
  readonly entries: readonly { readonly key: Key; readonly value: FlowNode }[];
}

/** A sequence in brackets. */
export interface FlowList extends FlowLayout {
  readonly kind: "flow-list";
  readonly items: readonly FlowNode[];
}

/** What may stand inside brackets. */
export type FlowNode = InlineScalar | FlowMap | FlowList;

/** Any value. */
export type Node = InlineScalar | FoldedLines | Block | BlockMap | BlockList | FlowMap | FlowList;

/** One document of a file. */
export interface Document {
  readonly root: BlockMap | FlowMap;
  /** Comment behind the `---` that starts it. */
  readonly comment: string | null;
  /** Whether the document before it is ended with `...`. */
  readonly ended: boolean;
}

/** A whole file. */
export interface File {
  readonly documents: readonly Document[];
  readonly indent: 2 | 4;
  /** Whether even the first document starts with `---`. */
  readonly marked: boolean;
  readonly crlf: boolean;
  readonly bom: boolean;
  readonly finalNewline: boolean;
}
