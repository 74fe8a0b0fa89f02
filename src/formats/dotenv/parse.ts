import { UndersealError } from "../../errors.ts";
import { type Branch, type Comment, type Leaf, type TreeNode } from "../../tree/tree.ts";
import { type FlatField, unescapeBreaks, unflattenMetadata } from "../flatten.ts";
import { Lines } from "../yaml/lines.ts";
import { decodeSource } from "./source-text.ts";

/** What the names of metadata begin with; SOPS keeps all of them for itself. */
export const METADATA_PREFIX = "sops_";

/** A line with something in it. */
export interface DotenvLine {
  /** Offset of the line, and of its line break or the end of the file. */
  readonly start: number;
  readonly end: number;
  /** Offset of what can be replaced: the value, or a comment behind its `#`. */
  readonly text: number;
  /** The key; `null` for a comment. */
  readonly key: string | null;
  /** What the line is in the tree; `null` for metadata. */
  readonly node: Leaf | Comment | null;
}

/** A dotenv file, line by line. */
export interface ParsedDotenv {
  readonly source: string;
  readonly lines: Lines;
  /** Lines that are not empty, in order. */
  readonly content: readonly DotenvLine[];
  readonly branch: Branch;
  readonly metadata: TreeNode | null;
}

/**
 * Reads dotenv as SOPS does (sops-format 8.3): no quotes, no trimming, no `export`, no value over
 * several lines; a carriage return belongs to the value or comment that it ends.
 *
 * @throws `ENCODING_INVALID`, `DOTENV_SYNTAX`
 */
export function parseDotenv(bytes: Uint8Array): ParsedDotenv {
  const source = decodeSource(bytes);
  const lines = new Lines(source);
  const content: DotenvLine[] = [];
  for (let start = 0; start < source.length;) {
    const lineBreak = source.indexOf("\n", start);
    const end = lineBreak < 0 ? source.length : lineBreak;
    if (end > start) content.push(readLine(source, { start, end }, lines));
    start = end + 1;
  }
  const fields = content.filter(({ node }) => node === null);
  return {
    source,
    lines,
    content,
    branch: { kind: "branch", items: content.flatMap(itemOf), offset: 0 },
    metadata: metadataOf(source, fields),
  };
}

function readLine(
  source: string,
  { start, end }: { start: number; end: number },
  lines: Lines,
): DotenvLine {
  if (source.charAt(start) === "#") {
    const node: Comment = { kind: "comment", text: source.slice(start + 1, end), offset: start };
    return { start, end, text: start + 1, key: null, node };
  }
  const line = source.slice(start, end);
  const equals = line.indexOf("=");
  if (equals < 0) {
    const why = line === "\r" ? "a blank line holds a carriage return" : "a line has no `=`";
    throw new UndersealError("DOTENV_SYNTAX", `${why}, and SOPS does not read it`, lines.at(start));
  }
  const key = line.slice(0, equals);
  const text = start + equals + 1;
  if (key.startsWith(METADATA_PREFIX)) return { start, end, text, key, node: null };
  const value = { type: "str", text: unescapeBreaks(line.slice(equals + 1)) } as const;
  return { start, end, text, key, node: { kind: "leaf", value, spelling: null, offset: text } };
}

function itemOf({ key, node, start }: DotenvLine): Branch["items"] {
  if (node === null) return [];
  if (node.kind === "comment") return [node];
  return [{ kind: "entry", key: key ?? "", value: node, offset: start }];
}

/** A text where SOPS would refuse the fields, so that nothing takes it for metadata. */
function metadataOf(source: string, fields: readonly DotenvLine[]): TreeNode | null {
  const [first] = fields;
  if (first === undefined) return null;
  const flat = fields.map((field) => flatField(source, field));
  const branch = unflattenMetadata(flat);
  return branch === null
    ? { kind: "leaf", value: { type: "str", text: "" }, spelling: null, offset: first.start }
    : { ...branch, offset: first.start };
}

/** The name and the text of a line of metadata, as they stand. */
export function flatField(source: string, { key, text, end }: DotenvLine): FlatField {
  return [(key ?? "").slice(METADATA_PREFIX.length), source.slice(text, end)];
}
