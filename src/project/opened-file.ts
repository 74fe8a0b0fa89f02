import { UndersealError, withPlaces } from "../errors.ts";
import { type FileFormat } from "../formats/file-format.ts";
import { type Context } from "../seal/context.ts";
import { editDocument } from "../seal/edit.ts";
import { type Metadata } from "../seal/metadata.ts";
import { type OpenedDocument, type Warning } from "../seal/open.ts";
import { type Plaintext, plaintextOf } from "../seal/plaintext.ts";
import { formatPath, type TreePath } from "../tree/path.ts";
import { type Tree, type TreeNode } from "../tree/tree.ts";
import { type SourceFile } from "./read.ts";

/** A file that was opened; dispose of it to wipe its data key. */
export interface OpenedFile extends Disposable {
  readonly file: SourceFile;
  /** All documents with every value in clear. */
  readonly tree: Tree;
  readonly metadata: Metadata;
  readonly warnings: readonly Warning[];
  /** The author's text. @throws `OUTPUT_NOT_VERIFIED` */
  plaintext(): Uint8Array;
  /** The sealed file with this text in clear instead; see `editDocument`. */
  edited(plaintext: Uint8Array): Uint8Array;
  /** The sealed file with one value set in its first document. @throws `PATH_NOT_FOUND`, `PATH_INVALID` */
  withValue(path: TreePath, value: TreeNode): Uint8Array;
  /** The sealed file without one entry of its first document. @throws `PATH_NOT_FOUND`, `PATH_INVALID` */
  withoutValue(path: TreePath): Uint8Array;
  /** The value at a path of the first document. @throws `PATH_NOT_FOUND` */
  valueAt(path: TreePath): TreeNode;
  /** Whether the file's selection says that a value at this path is encrypted. */
  selects(path: TreePath): boolean;
}

/** What writing a changed file needs. */
interface Making {
  readonly format: FileFormat;
  readonly context: Context;
}

/** An opened document and the file that it stands in. */
export class OpenedSourceFile implements OpenedFile {
  readonly file: SourceFile;
  readonly #opened: OpenedDocument;
  readonly #making: Making;
  #before: Plaintext | undefined;

  constructor(file: SourceFile, opened: OpenedDocument, making: Making) {
    this.file = file;
    this.#opened = opened;
    this.#making = making;
  }

  get tree(): Tree {
    return this.#opened.tree;
  }

  get metadata(): Metadata {
    return this.#opened.metadata;
  }

  get warnings(): readonly Warning[] {
    return this.#opened.warnings;
  }

  #plaintext(): Plaintext {
    this.#before ??= plaintextOf(this.#opened, this.#making.format);
    return this.#before;
  }

  plaintext(): Uint8Array {
    return this.#plaintext().bytes;
  }

  edited(plaintext: Uint8Array): Uint8Array {
    return this.#placed(() =>
      editDocument(this.#opened, plaintext, { before: this.#plaintext(), ...this.#making }),
    );
  }

  withValue(path: TreePath, value: TreeNode): Uint8Array {
    return this.edited(this.#placed(() => this.#plaintext().document.withValue(path, value)));
  }

  withoutValue(path: TreePath): Uint8Array {
    return this.edited(this.#placed(() => this.#plaintext().document.withoutValue(path)));
  }

  valueAt(path: TreePath): TreeNode {
    return this.#placed(() => {
      const [document] = this.tree.documents;
      if (document === undefined)
        throw new UndersealError("PATH_NOT_FOUND", "the file has no document");
      return path.reduce<TreeNode>(
        (node, step, depth) => stepInto(node, step, path.slice(0, depth + 1)),
        document,
      );
    });
  }

  #placed<T>(work: () => T): T {
    return withPlaces({ file: this.file.path }, work);
  }

  selects(path: TreePath): boolean {
    const keys = path.filter((step) => typeof step === "string");
    return this.#opened.selection.selects({ keys, comments: [], comment: null });
  }

  [Symbol.dispose](): void {
    this.#opened[Symbol.dispose]();
  }
}

function stepInto(node: TreeNode, step: string | number, path: TreePath): TreeNode {
  let next: TreeNode | undefined;
  if (node.kind === "branch") {
    const entry = node.items.find((item) => item.kind === "entry" && item.key === step);
    next = entry?.kind === "entry" ? entry.value : undefined;
  }
  if (node.kind === "list" && typeof step === "number")
    next = node.items.filter((item) => item.kind !== "comment")[step];
  if (next === undefined)
    throw new UndersealError("PATH_NOT_FOUND", "there is no such value", {
      path: formatPath(path),
    });
  return next;
}
