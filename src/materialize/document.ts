import { type ErrorCode, UndersealError } from "../errors.ts";
import { formatPath, type TreePath } from "../tree/path.ts";
import { type Branch, type Entry, type Tree, type TreeNode } from "../tree/tree.ts";

/** A failure at a place of the tree. `message` is fixed words only. */
export function refusal(code: ErrorCode, message: string, path: TreePath): UndersealError {
  return new UndersealError(code, message, { path: formatPath(path) });
}

/** The entries of a branch, without its comments: a comment never reaches an artefact. */
export function entriesOf(branch: Branch): readonly Entry[] {
  return branch.items.filter((item) => item.kind === "entry");
}

/** The steps and nodes below a node, without comments; none below a scalar. */
export function childrenOf(node: TreeNode): readonly (readonly [string | number, TreeNode])[] {
  if (node.kind === "branch") return entriesOf(node).map(({ key, value }) => [key, value] as const);
  if (node.kind !== "list") return [];
  return node.items
    .filter((item) => item.kind !== "comment")
    .map((item, index) => [index, item] as const);
}

/**
 * The one document of a tree, for artefacts that hold one.
 *
 * @throws `DOCUMENT_EMPTY` when there is none, `ARTEFACT_VALUE_INVALID` when there are several.
 */
export function onlyDocument(tree: Tree): Branch {
  const [document, second] = tree.documents;
  if (document === undefined) throw new UndersealError("DOCUMENT_EMPTY", "there is no document");
  if (second !== undefined) {
    throw new UndersealError(
      "ARTEFACT_VALUE_INVALID",
      "the file holds several documents and this kind of artefact holds one: split the file",
    );
  }
  return document;
}

/**
 * The keys and values of a document from which something is to be made.
 *
 * @throws `DOCUMENT_EMPTY` when it has none.
 */
export function filledEntries(document: Branch): readonly Entry[] {
  const entries = entriesOf(document);
  if (entries.length === 0) throw new UndersealError("DOCUMENT_EMPTY", "the document has no keys");
  return entries;
}

/** Calls `work` for each document; where there are several, a failure says in which. */
export function eachDocument<T>(tree: Tree, work: (document: Branch) => T): T[] {
  return tree.documents.map((document, index) => {
    try {
      return work(document);
    } catch (error) {
      throw tree.documents.length > 1 && error instanceof UndersealError
        ? inDocument(error, index + 1)
        : error;
    }
  });
}

function inDocument(error: UndersealError, number: number): UndersealError {
  return new UndersealError(
    error.code,
    `document ${number.toString()}: ${error.message}`,
    error.places,
  );
}
