import { UndersealError } from "../../errors.ts";
import { formatPath, type TreePath } from "../../tree/path.ts";
import { type Comment, type Leaf, type Tree, type TreeNode } from "../../tree/tree.ts";
import { applyEdits, type Edit, encodeSource } from "../dotenv/source-text.ts";
import { type Changes, type SourceDocument } from "../file-format.ts";
import { removedKey, setKey } from "./change.ts";
import { commentEdits, commentSource } from "./comment-text.ts";
import { keyEdits, keyNote, keySource, refuseClear } from "./key-text.ts";
import { insertion, removal } from "./metadata-block.ts";
import { METADATA_SECTION } from "./parse.ts";
import { type ParsedIni } from "./syntax.ts";

/** An INI file as a view of its source text. */
export class IniDocument implements SourceDocument {
  readonly tree: Tree;
  readonly metadata: TreeNode | null;
  readonly hasReservedKey: boolean;
  readonly #parsed: ParsedIni;

  constructor(parsed: ParsedIni) {
    this.#parsed = parsed;
    this.tree = { documents: [parsed.branch] };
    this.metadata = parsed.metadata;
    this.hasReservedKey = parsed.metadata !== null;
  }

  locate(node: { readonly offset: number }): { line: number; column: number } {
    return this.#parsed.lines.at(Math.max(0, node.offset));
  }

  sourceOf(node: Leaf | Comment): string {
    if (node.kind === "comment") {
      const comment = this.#parsed.comments.get(node);
      return comment === undefined ? "" : commentSource(this.#parsed.source, comment);
    }
    const key = this.#parsed.leaves.get(node);
    return key === undefined ? "" : keySource(this.#parsed, key);
  }

  inFlow(): boolean {
    return false;
  }

  noteFor(leaf: Leaf): string | null {
    const key = this.#parsed.leaves.get(leaf);
    return key === undefined ? null : keyNote(this.#parsed, key);
  }

  render({ replace, metadata, metadataLike }: Changes): Uint8Array {
    const { source, leaves, comments, reserved } = this.#parsed;
    const edits: Edit[] = [];
    for (const [leaf, key] of leaves) {
      const replacement = replace.get(leaf);
      if (replacement !== undefined) edits.push(...keyEdits(this.#parsed, key, replacement));
      else if (metadata !== null) refuseClear(this.#parsed, key);
    }
    for (const [node, comment] of comments) {
      const replacement = replace.get(node);
      if (replacement !== undefined) edits.push(...commentEdits(source, comment, replacement));
    }
    for (const block of reserved) edits.push(removal(this.#parsed, block));
    if (metadata !== null) {
      const like = metadataLike instanceof IniDocument ? metadataLike.#parsed : this.#parsed;
      edits.push(insertion(this.#parsed, metadata, like));
    }
    return encodeSource(applyEdits(source, edits));
  }

  withValue(path: TreePath, value: TreeNode): Uint8Array {
    const { section, key } = placeOf(path);
    if (section === METADATA_SECTION) {
      const message = "the section `sops` is the format's own";
      throw new UndersealError("SOPS_KEY_RESERVED", message, { path: formatPath(path) });
    }
    return encodeSource(setKey(this.#parsed, { section, key, value }));
  }

  withoutValue(path: TreePath): Uint8Array {
    return encodeSource(removedKey(this.#parsed, placeOf(path)));
  }
}

function placeOf(path: TreePath): { section: string; key: string } {
  const [section, key, ...beyond] = path;
  if (typeof section === "string" && typeof key === "string" && beyond.length === 0)
    return { section, key };
  throw new UndersealError("PATH_INVALID", "a path in an INI file is a section and a key");
}
