import { UndersealError } from "../../errors.ts";
import { formatPath, type TreePath } from "../../tree/path.ts";
import { type Branch, type Comment, type Leaf, type Tree, type TreeNode } from "../../tree/tree.ts";
import { type Changes, type Replacement, type SourceDocument } from "../file-format.ts";
import {
  escapeBreaks,
  type FlatField,
  flattenMetadata,
  scalarText,
  unescapeBreaks,
} from "../flatten.ts";
import { removeLine, setLine } from "./change.ts";
import { type DotenvLine, flatField, METADATA_PREFIX, type ParsedDotenv } from "./parse.ts";
import { encodeSource, isWritable } from "./source-text.ts";

/**
 * A dotenv file as a view of its source text. A value is the text behind the first `=` with `\n` for
 * line breaks, and writing it gives the same text again: no leaf ever needs a spelling note.
 */
export class DotenvDocument implements SourceDocument {
  readonly tree: Tree;
  readonly metadata: TreeNode | null;
  readonly hasReservedKey: boolean;
  readonly #parsed: ParsedDotenv;
  #places: Map<Leaf | Comment, DotenvLine> | undefined;

  constructor(parsed: ParsedDotenv) {
    this.#parsed = parsed;
    this.tree = { documents: [parsed.branch] };
    this.metadata = parsed.metadata;
    this.hasReservedKey = parsed.metadata !== null;
  }

  locate(node: { readonly offset: number }): { line: number; column: number } {
    return this.#parsed.lines.at(Math.max(0, node.offset));
  }

  sourceOf(node: Leaf | Comment): string {
    this.#places ??= new Map(
      this.#parsed.content.flatMap((line) => (line.node === null ? [] : [[line.node, line]])),
    );
    const line = this.#places.get(node);
    return line === undefined ? "" : this.#parsed.source.slice(line.text, line.end);
  }

  inFlow(): boolean {
    return false;
  }

  noteFor(): null {
    return null;
  }

  render({ replace, metadata, metadataLike }: Changes): Uint8Array {
    const { source, content } = this.#parsed;
    const pieces: string[] = [];
    let at = 0;
    for (const line of content) {
      const replacement = line.node === null ? undefined : replace.get(line.node);
      if (line.node === null) {
        pieces.push(source.slice(at, line.start));
        at = Math.min(line.end + 1, source.length);
      } else if (replacement !== undefined) {
        pieces.push(source.slice(at, line.text), this.#text(line, replacement));
        at = line.end;
      }
    }
    pieces.push(source.slice(at));
    const body = this.#closed(pieces.join(""));
    if (metadata === null) return encodeSource(body);
    const old = metadataLike instanceof DotenvDocument ? metadataLike.#parsed : this.#parsed;
    return encodeSource(withMetadata(body, metadata, old));
  }

  /** A file whose last line is metadata without a line break was sealed from one without. */
  #closed(body: string): string {
    const { source, content } = this.#parsed;
    const last = content.at(-1);
    const open = last?.node === null && last.end === source.length;
    return open && body.endsWith("\n") ? body.slice(0, -1) : body;
  }

  #text({ node, key }: DotenvLine, replacement: Replacement): string {
    if (replacement.as !== "opened") return replacement.text;
    const { content } = replacement;
    // A comment that another format kept on several lines stays a comment on each of them.
    if (content.kind === "comment") return content.text.replaceAll("\n", "\n#");
    if (content.note !== null) return content.note;
    const text = valueText({ kind: "leaf", value: content.value, spelling: null, offset: -1 });
    if (text !== null) return text;
    const places = node === null ? {} : this.locate(node);
    throw unsupported({ path: formatPath([key ?? ""]), ...places });
  }

  withValue(path: TreePath, value: TreeNode): Uint8Array {
    const key = keyOf(path);
    if (key.startsWith(METADATA_PREFIX)) {
      const message = "keys that begin with `sops_` are the format's own";
      throw new UndersealError("SOPS_KEY_RESERVED", message, { path: formatPath(path) });
    }
    const text = valueText(value);
    if (text === null) throw unsupported({ path: formatPath(path) });
    return encodeSource(setLine(this.#parsed, key, text));
  }

  withoutValue(path: TreePath): Uint8Array {
    return encodeSource(removeLine(this.#parsed, keyOf(path)));
  }
}

function keyOf(path: TreePath): string {
  const [key, ...beyond] = path;
  if (typeof key === "string" && beyond.length === 0) return key;
  throw new UndersealError("PATH_INVALID", "a path in a dotenv file is a single key");
}

/**
 * The text of a value in a file; `null` for what would be read as another: maps, lists, null, a
 * backslash before an n, half a character.
 */
export function valueText(node: TreeNode): string | null {
  const text = node.kind === "leaf" ? scalarText(node.value) : null;
  if (text === null || !isWritable(text)) return null;
  const written = escapeBreaks(text);
  return unescapeBreaks(written) === text ? written : null;
}

const unsupported = (places: UndersealError["places"]): UndersealError =>
  new UndersealError("VALUE_UNSUPPORTED", "a dotenv file does not give this value back", places);

/** The file without a line break at its end keeps that: opening reads it off. */
function withMetadata(body: string, metadata: Branch, old: ParsedDotenv): string {
  const lines = inOldOrder(flattenMetadata(metadata), old).map(
    ([name, text]) => `${METADATA_PREFIX}${name}=${text}`,
  );
  const block = lines.join("\n");
  return body === "" || body.endsWith("\n") ? `${body}${block}\n` : `${body}\n${block}`;
}

/** Fields keep the order of the file that they come from, where it has just the same names. */
function inOldOrder(fields: readonly FlatField[], { source, content }: ParsedDotenv): FlatField[] {
  const wanted = new Map(fields);
  const old = content.filter(({ node }) => node === null).map((line) => flatField(source, line)[0]);
  if (old.length !== fields.length) return [...fields];
  const sorted = old.flatMap((name) => {
    const text = wanted.get(name);
    wanted.delete(name);
    return text === undefined ? [] : [[name, text] as const];
  });
  return sorted.length === fields.length ? sorted : [...fields];
}
