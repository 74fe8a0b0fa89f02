/** Trees written in another format than the one that they were read in. */
import { looksSealed } from "../cipher/envelope.ts";
import { UndersealError } from "../errors.ts";
import { type FileFormat, type Replacement } from "../formats/file-format.ts";
import { formatPath } from "../tree/path.ts";
import { type Selection } from "../tree/selection.ts";
import {
  type Branch,
  canonicalBytes,
  type Comment,
  type Leaf,
  textLeaf,
  type Tree,
  type TreeNode,
} from "../tree/tree.ts";
import { mapTree, walk } from "../tree/walk.ts";

/** The format that a tree is written in. */
export interface Target {
  readonly format: FileFormat;
  /** Spaces per level; `null` for the format's default. */
  readonly indent: number | null;
}

/**
 * A tree as SOPS prints it. Formats without comments drop them.
 *
 * @param metadata - the `sops` entry; `null` for a file in clear
 * @throws `FORMAT_UNFIT`
 */
export function printTree(
  tree: Tree,
  { format, indent }: Target,
  metadata: Branch | null = null,
): Uint8Array {
  return format.printer.print(tree, { indent, metadata });
}

/** A sealed tree, and what it has to read back as. */
interface SealedTree {
  readonly plain: Tree;
  readonly replace: ReadonlyMap<Leaf | Comment, Replacement>;
  readonly metadata: Branch;
  readonly selection: Selection;
}

/**
 * A sealed file in another format, read back before it is handed out: a value in clear that becomes
 * another there, such as null in a dotenv file, would break the MAC.
 *
 * @throws `FORMAT_UNFIT`
 */
export function printSealed(sealed: SealedTree, target: Target): Uint8Array {
  const { plain, replace, metadata, selection } = sealed;
  const tree = mapTree(plain, (node) => sealedNode(node, replace.get(node)));
  const bytes = printTree(tree, target, metadata);
  const found = placedLeaves(target.format.parse(bytes).tree, selection);
  const wanted = placedLeaves(plain, selection);
  wanted.forEach((leaf, index) => {
    if (isSealedAs(leaf, found[index])) return;
    const message = `${target.format.name} would not give this value back as it is`;
    throw new UndersealError("FORMAT_UNFIT", message, { path: leaf.path });
  });
  if (found.length === wanted.length) return bytes;
  throw new UndersealError(
    "FORMAT_UNFIT",
    `${target.format.name} would hold more than these values`,
  );
}

function sealedNode(node: Leaf | Comment, replacement: Replacement | undefined): Leaf | Comment {
  if (replacement === undefined) return node;
  // Anything else would put the value in clear into a sealed file.
  if (replacement.as !== "sealed") throw new Error("a value can only be sealed here");
  const { text } = replacement;
  return node.kind === "leaf" ? textLeaf(text) : { kind: "comment", text, offset: -1 };
}

interface PlacedLeaf {
  readonly path: string;
  readonly keys: string;
  readonly leaf: Leaf;
  readonly selected: boolean;
}

function placedLeaves(tree: Tree, selection: Selection): PlacedLeaf[] {
  const leaves: PlacedLeaf[] = [];
  walk(tree, selection, ({ node, path, keys, selected }) => {
    if (node.kind === "leaf" && !isSealedComment(node))
      leaves.push({ path: formatPath(path), keys: keys.join("\0"), leaf: node, selected });
  });
  return leaves;
}

/** SOPS writes an encrypted comment of a list as an item of it. */
const isSealedComment = ({ value }: Leaf): boolean =>
  value.type === "str" && looksSealed(value.text) && value.text.endsWith(",type:comment]");

function isSealedAs(plain: PlacedLeaf, sealed: PlacedLeaf | undefined): boolean {
  if (sealed?.keys !== plain.keys || sealed.selected !== plain.selected) return false;
  const { value } = sealed.leaf;
  const [wanted, found] = [canonicalBytes(plain.leaf.value), canonicalBytes(value)];
  if (!plain.selected || wanted.length === 0)
    return wanted.length === found.length && wanted.every((byte, index) => byte === found[index]);
  return value.type === "str" && looksSealed(value.text);
}

/**
 * A part of a document as `sops decrypt --extract` prints it: strings and bytes as they are, a
 * mapping as a whole file.
 *
 * @throws `FORMAT_UNFIT`
 */
export function printPart(node: TreeNode, { format, indent }: Target): Uint8Array {
  if (node.kind === "leaf" && (node.value.type === "str" || node.value.type === "bytes"))
    return canonicalBytes(node.value);
  return format.printer.printValue(node, { indent });
}
