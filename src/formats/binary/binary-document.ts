import { UndersealError } from "../../errors.ts";
import { type TreePath } from "../../tree/path.ts";
import {
  branchOf,
  canonicalBytes,
  childOf,
  type Comment,
  type Leaf,
  leafOf,
  textLeaf,
  type Tree,
  type TreeNode,
  valueOfBytes,
} from "../../tree/tree.ts";
import { type Changes, type SourceDocument } from "../file-format.ts";
import { JsonDocument } from "../json/json-document.ts";
import { binaryPrinter, DATA_KEY, dataLeaf } from "./binary-print.ts";

const NOWHERE = { line: 1, column: 1 };

/** What the two have in common: one value, which fills the file and has no spelling. */
abstract class BinaryDocument {
  abstract readonly tree: Tree;

  inFlow(): boolean {
    return true;
  }

  noteFor(): null {
    return null;
  }

  /** @throws `PATH_INVALID` for any path but `data`, `VALUE_UNSUPPORTED` for what is no text */
  withValue(path: TreePath, value: TreeNode): Uint8Array {
    if (path.length !== 1 || path[0] !== DATA_KEY)
      throw new UndersealError("PATH_INVALID", "the one value of a binary file is `data`");
    const leaf = dataLeaf(branchOf([[DATA_KEY, value]]));
    if (leaf !== null) return canonicalBytes(leaf.value);
    throw new UndersealError("VALUE_UNSUPPORTED", "a binary file holds one text and nothing else");
  }

  /** @throws `PATH_INVALID`: there is nothing that could be left out */
  withoutValue(): Uint8Array {
    throw new UndersealError("PATH_INVALID", "the one value of a binary file cannot be removed");
  }
}

/** Any bytes as one value. */
export class BinaryPlain extends BinaryDocument implements SourceDocument {
  readonly tree: Tree;
  readonly metadata: TreeNode | null;
  readonly hasReservedKey: boolean;
  readonly #leaf: Leaf;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.#bytes = bytes;
    this.#leaf = { ...leafOf(valueOfBytes(bytes)), offset: 0 };
    this.tree = { documents: [branchOf([[DATA_KEY, this.#leaf]])] };
    this.metadata = sealedMetadata(bytes);
    this.hasReservedKey = this.metadata !== null;
  }

  locate(): { line: number; column: number } {
    return NOWHERE;
  }

  /** Empty: the value is found again by what it is. */
  sourceOf(): string {
    return "";
  }

  render({ replace, metadata, metadataLike }: Changes): Uint8Array {
    if (metadata === null) return this.#bytes;
    const sealed = replace.get(this.#leaf);
    // Anything else would put the value in clear into a sealed file; only an empty one is stored so.
    if (sealed === undefined ? this.#bytes.length > 0 : sealed.as !== "sealed")
      throw new Error("the value of a binary file can only be sealed");
    const text = sealed?.as === "sealed" ? sealed.text : "";
    if (metadataLike instanceof BinarySealed) return metadataLike.withText(text, metadata);
    const documents = [branchOf([[DATA_KEY, textLeaf(text)]])];
    return binaryPrinter.print({ documents }, { indent: null, metadata });
  }
}

/** Metadata of bytes that are a sealed file themselves: sealing that again helps nobody. */
function sealedMetadata(bytes: Uint8Array): TreeNode | null {
  // A brace, white space aside; most files do not begin so, and need not be read twice.
  if (bytes.find((byte) => byte > 0x20) !== 0x7b) return null;
  try {
    const { metadata } = new JsonDocument(bytes);
    return metadata?.kind === "branch" && childOf(metadata, "mac") !== null ? metadata : null;
  } catch (error) {
    if (error instanceof UndersealError) return null;
    throw error;
  }
}

/** The JSON that a sealed binary file is. */
export class BinarySealed extends BinaryDocument implements SourceDocument {
  readonly tree: Tree;
  readonly metadata: TreeNode | null;
  readonly hasReservedKey: boolean;
  readonly #json: JsonDocument;
  readonly #leaf: Leaf;

  /** @throws the codes of JSON, `NOT_SEALED` for JSON of another shape */
  constructor(bytes: Uint8Array) {
    super();
    this.#json = jsonOf(bytes);
    const [document] = this.#json.tree.documents;
    const leaf = document === undefined ? null : dataLeaf(document);
    if (leaf === null)
      throw new UndersealError("NOT_SEALED", "the file is not what a binary file is sealed to");
    this.#leaf = leaf;
    this.tree = this.#json.tree;
    this.metadata = this.#json.metadata;
    this.hasReservedKey = this.#json.hasReservedKey;
  }

  locate(node: { readonly offset: number }): { line: number; column: number } {
    return this.#json.locate(node);
  }

  sourceOf(node: Leaf | Comment): string {
    return this.#json.sourceOf(node);
  }

  render(changes: Changes): Uint8Array {
    if (changes.metadata !== null) return this.#json.render(changes);
    const opened = changes.replace.get(this.#leaf);
    const value =
      opened?.as === "opened" && opened.content.kind === "value" ? opened.content.value : null;
    return canonicalBytes(value ?? this.#leaf.value);
  }

  /** The file with another sealed text and metadata; the layout stays. */
  withText(text: string, metadata: NonNullable<Changes["metadata"]>): Uint8Array {
    const replace = new Map([[this.#leaf, { as: "sealed", text } as const]]);
    return this.#json.render({ replace, metadata, metadataLike: this.#json });
  }
}

/** Bytes that are no JSON are a file in clear, whatever JSON would say of them. */
function jsonOf(bytes: Uint8Array): JsonDocument {
  try {
    return new JsonDocument(bytes);
  } catch (error) {
    if (!(error instanceof UndersealError)) throw error;
    throw new UndersealError("NOT_SEALED", "the file is not what a binary file is sealed to");
  }
}
