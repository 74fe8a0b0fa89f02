import { looksSealed, parseEnvelope } from "../cipher/envelope.ts";
import { UndersealError } from "../errors.ts";
import { type FileFormat } from "../formats/file-format.ts";
import { type Selection } from "../tree/selection.ts";
import { type Leaf, sameValue, type Tree } from "../tree/tree.ts";
import { walk } from "../tree/walk.ts";

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
  const expected = leavesOf(plain, selection);
  const sealed = leavesOf(format.parse(bytes).tree, selection);
  const holds =
    sealed.length === expected.length &&
    expected.every((leaf, index) => isSealedAs(leaf, sealed[index]));
  if (holds) return;
  const message = "the sealed text does not read back as the values that were sealed";
  throw new UndersealError("OUTPUT_NOT_VERIFIED", message);
}

interface PlacedLeaf {
  readonly place: string;
  readonly leaf: Leaf;
  readonly selected: boolean;
}

function leavesOf(tree: Tree, selection: Selection): PlacedLeaf[] {
  const leaves: PlacedLeaf[] = [];
  walk(tree, selection, ({ node, keys, selected, inList }) => {
    if (node.kind === "comment" || (inList && isCommentItem(node))) return;
    leaves.push({ place: keys.join("\0"), leaf: node, selected });
  });
  return leaves;
}

/** SOPS writes an encrypted comment of a list as an item of it. */
function isCommentItem({ value }: Leaf): boolean {
  if (value.type !== "str" || !looksSealed(value.text)) return false;
  return parseEnvelope(value.text).type === "comment";
}

function isSealedAs(plain: PlacedLeaf, sealed: PlacedLeaf | undefined): boolean {
  if (sealed?.place !== plain.place || sealed.selected !== plain.selected) return false;
  const { value } = sealed.leaf;
  const empty = plain.leaf.value.type === "str" && plain.leaf.value.text === "";
  if (!plain.selected || empty) return sameValue(value, plain.leaf.value);
  return value.type === "str" && looksSealed(value.text);
}
