import { UndersealError, withPlaces } from "../errors.ts";
import { type FileFormat } from "../formats/file-format.ts";
import { type Context } from "../seal/context.ts";
import { printPart, printTree, type Target } from "../seal/convert.ts";
import { editDocument } from "../seal/edit.ts";
import { type Metadata } from "../seal/metadata.ts";
import { type OpenedDocument, type Warning } from "../seal/open.ts";
import { type Plaintext, plaintextOf } from "../seal/plaintext.ts";
import { sealedWithLeaf } from "../seal/set-leaf.ts";
import { formatPath, type TreePath } from "../tree/path.ts";
import { sameSetting, type Selection, type SelectionSetting } from "../tree/selection.ts";
import { type Tree, type TreeNode } from "../tree/tree.ts";
import { type SourceFile } from "./read.ts";

/** A file that was opened; dispose of it to wipe its data key. */
export interface OpenedFile extends Disposable {
  readonly file: SourceFile;
  /** All documents with every value in clear. */
  readonly tree: Tree;
  readonly metadata: Metadata;
  readonly warnings: readonly Warning[];
  /**
   * What today's rule selects, where that is not what the file keeps; `null` when both are alike, or
   * the rule was not asked.
   */
  readonly drift: SelectionSetting | null;
  /**
   * The author's text, or the values in the other format that was asked for.
   *
   * @throws `OUTPUT_NOT_VERIFIED`, `FORMAT_UNFIT`
   */
  plaintext(): Uint8Array;
  /**
   * One value of the first document by itself: a string as it is, a mapping as a whole file.
   *
   * @param indent - spaces per level; `null` for the format's default
   * @throws `PATH_NOT_FOUND`, `FORMAT_UNFIT`
   */
  part(path: TreePath, indent: number | null): Uint8Array;
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
  /** What the file's rule says today; `null` when that was not asked, or there is none. */
  readonly today: Today | null;
  /** The format that the file is to be written in; `null` for its own. */
  readonly target: Target | null;
}

/** What the rule of a sealed file says today. */
export interface Today {
  readonly selection: Selection;
  readonly spellingNotes: boolean;
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

  get drift(): SelectionSetting | null {
    const today = this.#making.today?.selection.setting ?? null;
    return today === null || sameSetting(today, this.metadata.selection) ? null : today;
  }

  #plaintext(): Plaintext {
    this.#before ??= plaintextOf(this.#opened, this.#making.format);
    return this.#before;
  }

  plaintext(): Uint8Array {
    const { target } = this.#making;
    return target === null
      ? this.#plaintext().bytes
      : this.#placed(() => printTree(this.tree, target));
  }

  part(path: TreePath, indent: number | null): Uint8Array {
    const node = this.valueAt(path);
    const { format, target } = this.#making;
    return this.#placed(() =>
      withPlaces({ path: formatPath(path) }, () => printPart(node, target ?? { format, indent })),
    );
  }

  edited(plaintext: Uint8Array): Uint8Array {
    const { today, format, context } = this.#making;
    return this.#placed(() =>
      editDocument(this.#opened, plaintext, {
        before: this.#plaintext(),
        format,
        context,
        spellingNotes: today?.spellingNotes ?? true,
        today: today?.selection ?? null,
      }),
    );
  }

  withValue(path: TreePath, value: TreeNode): Uint8Array {
    const alone = this.#placed(() =>
      sealedWithLeaf(this.#opened, { path, value, ...this.#making }),
    );
    if (alone !== null) return alone;
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
