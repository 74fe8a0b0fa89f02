import { looksSealed, parseEnvelope } from "../cipher/envelope.ts";
import { UndersealError } from "../errors.ts";
import { type FileFormat } from "../formats/file-format.ts";
import { type Selection } from "../tree/selection.ts";
import { type Leaf, sameValue, type Tree } from "../tree/tree.ts";
import { samePlaces, walk } from "../tree/walk.ts";

/**
 * Reads a sealed text back before it is handed out: every selected value has to be ciphertext at its
 * place, every other what it was. A mistake of ours ends here, not in a repository. It also refuses
 * what SOPS could not open again, such as ciphertext that happens to match a comment expression.
 *
 * @throws `OUTPUT_NOT_VERIFIED`
 */
export function checkSealed(
  bytes: Uint8Array,
  plain: Tree,
  { format, selection }: { format: FileFormat; selection: Selection },
): void {
  const sealed = format.parse(bytes).tree;
  const wanted = selectedInOrder(plain, selection);
  let next = 0;
  // Keys are compared, so that only comments could select otherwise in the sealed text.
  const found = selection.readsComments ? selectedLeaves(sealed, selection) : null;
  const holds = samePlaces(plain, sealed, {
    same: (leaf, other) => {
      const selected = wanted[next++] === true;
      return (found?.has(other) ?? selected) === selected && isSealedAs(leaf, other, selected);
    },
    skips: isSealedComment,
  });
  if (holds && !hidesComment(sealed, selection)) return;
  const message = "the sealed text does not read back as the values that were sealed";
  throw new UndersealError("OUTPUT_NOT_VERIFIED", message);
}

/** Whether each leaf is selected, in walk order: pairs are compared in the same one. */
function selectedInOrder(tree: Tree, selection: Selection): boolean[] {
  const leaves: boolean[] = [];
  walk(tree, selection, ({ node, selected }) => {
    if (node.kind === "leaf") leaves.push(selected);
  });
  return leaves;
}

function selectedLeaves(tree: Tree, selection: Selection): Set<Leaf> {
  const leaves = new Set<Leaf>();
  walk(tree, selection, ({ node, selected }) => {
    if (selected && node.kind === "leaf") leaves.add(node);
  });
  return leaves;
}

/** Ciphertext that matches a comment expression would be taken for a comment in clear. */
function hidesComment(sealed: Tree, selection: Selection): boolean {
  let hides = false;
  if (!selection.readsComments) return false;
  walk(sealed, selection, ({ node, selected }) => {
    hides ||= node.kind === "comment" && !selected && looksSealed(node.text);
  });
  return hides;
}

/** SOPS writes an encrypted comment of a list as an item of it. */
function isSealedComment({ value }: Leaf): boolean {
  if (value.type !== "str" || !looksSealed(value.text)) return false;
  // Cheaper than taking every item of a list apart.
  if (!value.text.includes("comment]")) return false;
  return parseEnvelope(value.text).type === "comment";
}

function isSealedAs(plain: Leaf, { value }: Leaf, selected: boolean): boolean {
  const empty = plain.value.type === "str" && plain.value.text === "";
  if (!selected || empty) return sameValue(value, plain.value);
  return value.type === "str" && looksSealed(value.text);
}
