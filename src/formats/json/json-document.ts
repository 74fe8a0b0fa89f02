import { UndersealError } from "../../errors.ts";
import { type TreePath } from "../../tree/path.ts";
import { sealableSpelling } from "../../tree/scalars.ts";
import {
  type Branch,
  type Comment,
  type Entry,
  type Leaf,
  type Tree,
  type TreeNode,
} from "../../tree/tree.ts";
import {
  type Changes,
  METADATA_KEY,
  type Replacement,
  type SourceDocument,
} from "../file-format.ts";
import { Lines } from "../yaml/lines.ts";
import { removalEdit, settingEdit, verified } from "./change.ts";
import { insertion, metadataText, removal } from "./metadata-block.ts";
import { decodeJson, type ParsedJson, parseJson } from "./parse.ts";
import { applyEdits, type Edit } from "./places.ts";
import { jsonString, valueText } from "./text.ts";

const encoder = new TextEncoder();

/** A JSON file: one object, with or without a `sops` entry. */
export class JsonDocument implements SourceDocument {
  readonly tree: Tree;
  readonly metadata: TreeNode | null;
  readonly hasReservedKey: boolean;
  readonly #parsed: ParsedJson;
  readonly #root: Branch;
  readonly #entry: Entry | null;
  #lines: Lines | undefined;

  /** @throws the codes of `parseJson`, `JSON_NOT_AN_OBJECT` */
  constructor(bytes: Uint8Array) {
    this.#parsed = parseJson(decodeJson(bytes));
    this.#root = rootObject(this.#parsed);
    const items = this.#root.items as readonly Entry[];
    const reserved = items.filter(({ key }) => key === METADATA_KEY);
    const [entry = null, second] = reserved;
    if (second !== undefined) {
      const message = "not valid JSON: the key `sops` stands twice";
      throw new UndersealError("JSON_SYNTAX", message, this.locate(second));
    }
    const body = entry === null ? items : items.filter((item) => item !== entry);
    this.#entry = entry;
    this.metadata = entry?.value ?? null;
    this.hasReservedKey = entry !== null;
    this.tree = { documents: [{ kind: "branch", items: body, offset: this.#root.offset }] };
  }

  locate(node: { readonly offset: number }): { line: number; column: number } {
    this.#lines ??= new Lines(this.#parsed.source);
    return this.#lines.at(Math.max(0, node.offset));
  }

  sourceOf(node: Leaf | Comment): string {
    const end = node.kind === "leaf" ? this.#parsed.ends.get(node) : undefined;
    return end === undefined ? "" : this.#parsed.source.slice(node.offset, end);
  }

  inFlow(): boolean {
    return true;
  }

  noteFor(leaf: Leaf): string | null {
    const source = this.sourceOf(leaf);
    if (source === "") return null;
    const { value, spelling } = leaf;
    return valueText(value, sealableSpelling(value, spelling)) === source ? null : source;
  }

  render({ replace, metadata, metadataLike }: Changes): Uint8Array {
    const edits: Edit[] = [];
    for (const [node, replacement] of replace) {
      const end = node.kind === "leaf" ? this.#parsed.ends.get(node) : undefined;
      if (end !== undefined)
        edits.push({ start: node.offset, end, text: this.#text(node, replacement) });
    }
    const entry = this.#entry;
    if (metadata !== null) {
      const like = metadataLike instanceof JsonDocument ? metadataLike : this;
      const old = like.#entry === null ? null : { parsed: like.#parsed, entry: like.#entry };
      const place = { parsed: this.#parsed, root: this.#root, entry };
      edits.push(insertion(place, metadataText(metadata, old, place)));
    } else if (entry !== null) {
      edits.push(removal(this.#parsed, this.#root, entry));
    }
    return encoder.encode(applyEdits(this.#parsed.source, edits));
  }

  #text(node: Leaf | Comment, replacement: Replacement): string {
    if (replacement.as === "sealed") return jsonString(replacement.text);
    if (replacement.as === "source") return replacement.text;
    const { content } = replacement;
    if (content.kind === "comment")
      throw this.#unsupported(node, "JSON has no place for a comment");
    if (content.note !== null) return content.note;
    const text = valueText(content.value, content.spelling);
    if (text === null) throw this.#unsupported(node, "JSON has no way to write this value");
    return text;
  }

  #unsupported(node: Leaf | Comment, message: string): UndersealError {
    return new UndersealError("VALUE_UNSUPPORTED", message, this.locate(node));
  }

  withValue(path: TreePath, value: TreeNode): Uint8Array {
    if (path[0] === METADATA_KEY) {
      throw new UndersealError("SOPS_KEY_RESERVED", "the top-level key `sops` is the format's own");
    }
    const edit = settingEdit(this.#parsed, this.#root, { path, value });
    return verified(this.#parsed, edit, { path, value });
  }

  withoutValue(path: TreePath): Uint8Array {
    return verified(this.#parsed, removalEdit(this.#parsed, this.#root, path), {
      path,
      value: null,
    });
  }
}

/** @throws `JSON_NOT_AN_OBJECT` */
function rootObject({ root, source }: ParsedJson): Branch {
  if (root.kind === "branch") return root;
  throw new UndersealError(
    "JSON_NOT_AN_OBJECT",
    "the top level of the document is not an object",
    new Lines(source).at(root.offset),
  );
}
