import { type TreePath } from "../tree/path.ts";
import { type Branch, type Tree, type TreeNode, type Value } from "../tree/tree.ts";
import { childrenOf, eachDocument, entriesOf, refusal } from "./document.ts";

/** The start of a sealed value (sops-format 1); white space because a block scalar may add some. */
const SEALED = /^\s*ENC\[AES256_GCM,data:/;
/** `ENC[AES256_GCM,` in base64: its 15 bytes fill the groups exactly, so nothing else starts so. */
const SEALED_BASE64 = /^\s*RU5DW0FFUzI1Nl9HQ00s/;

/**
 * Refuses what no artefact may hold: a value that is still sealed, also where a manifest keeps it in
 * base64, and a key that stands twice in one mapping. Comments are not looked at: they are dropped.
 *
 * @throws `CIPHERTEXT_REFUSED`, `ARTEFACT_NAME_INVALID`, each with the tree path.
 */
export function admit(tree: Tree): void {
  eachDocument(tree, (document) => {
    admitNode(document, []);
  });
}

function admitNode(node: TreeNode, path: TreePath): void {
  if (node.kind === "leaf" && isSealed(node.value)) {
    throw refusal("CIPHERTEXT_REFUSED", "a value is still sealed", path);
  }
  if (node.kind === "branch") admitKeys(node, path);
  for (const [step, child] of childrenOf(node)) admitNode(child, [...path, step]);
}

function isSealed(value: Value): boolean {
  return value.type === "str" && (SEALED.test(value.text) || SEALED_BASE64.test(value.text));
}

function admitKeys(branch: Branch, path: TreePath): void {
  const seen = new Set<string>();
  for (const { key } of entriesOf(branch)) {
    if (seen.has(key))
      throw refusal("ARTEFACT_NAME_INVALID", "a key stands twice in one mapping", [...path, key]);
    seen.add(key);
  }
}
