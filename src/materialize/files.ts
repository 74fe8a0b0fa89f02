import { type TreePath } from "../tree/path.ts";
import { type Branch, type TreeNode } from "../tree/tree.ts";
import { type Artefact, artefactOf, materializer } from "./artefact.ts";
import { entriesOf, filledEntries, onlyDocument, refusal } from "./document.ts";
import { checkFileName, foldedName } from "./file-name.ts";
import { contentOf } from "./text.ts";

/**
 * One file for each key, named as the key, that holds the value's bytes and no more: no newline is
 * added. Nested mappings become folders, lists JSON on one line, a null an empty file. An empty
 * mapping is refused below the root, since no artefact would be left to show for it.
 */
export const files = materializer("files", (tree) => {
  const document = onlyDocument(tree);
  filledEntries(document);
  return folderOf(document, []);
});

function folderOf(branch: Branch, path: TreePath): Artefact[] {
  const entries = entriesOf(branch);
  if (entries.length === 0)
    throw refusal("ARTEFACT_VALUE_INVALID", "an empty mapping has no files", path);
  const taken = new Set<string>();
  return entries.flatMap(({ key, value }) => {
    const place = [...path, key];
    checkFileName(key, place);
    if (taken.has(foldedName(key))) {
      throw refusal(
        "ARTEFACT_NAME_INVALID",
        "two file names differ only in case or Unicode form",
        place,
      );
    }
    taken.add(foldedName(key));
    return artefactsOf(value, place);
  });
}

function artefactsOf(node: TreeNode, path: TreePath): Artefact[] {
  if (node.kind === "branch") return folderOf(node, path);
  return [artefactOf(path.join("/"), contentOf(node, path))];
}
