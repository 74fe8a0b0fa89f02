import { looksSealed } from "../cipher/envelope.ts";
import { Mac } from "../cipher/mac.ts";
import { UndersealError } from "../errors.ts";
import { type FileFormat } from "../formats/file-format.ts";
import { type TreePath } from "../tree/path.ts";
import { type Leaf, sameValue, type Tree, type TreeNode } from "../tree/tree.ts";
import { samePlaces, walk } from "../tree/walk.ts";
import { type Context } from "./context.ts";
import { changedMetadata, timestamp } from "./metadata.ts";
import { type OpenedDocument } from "./open.ts";
import { LeafSealer } from "./seal.ts";

/** A value to set, and what writing it needs. */
interface Setting {
  readonly path: TreePath;
  readonly value: TreeNode;
  readonly format: FileFormat;
  readonly context: Context;
}

/**
 * Sets one encrypted value without writing the whole file in clear first, which is most of the work
 * in a large file.
 *
 * @returns the sealed file, or `null` where more than one sealed text would change: then the caller
 *   edits the text in clear
 * @throws `OUTPUT_NOT_VERIFIED`
 */
export function sealedWithLeaf(opened: OpenedDocument, setting: Setting): Uint8Array | null {
  const { path, value, format, context } = setting;
  if (value.kind !== "leaf" || !format.holdsAnyText || !isSealable(value)) return null;
  const { sealed, selection, metadata, engine, dataKey } = opened;
  const old = leafAt(sealed.tree, path);
  const plain = leafAt(opened.tree, path);
  // An alias of the value, or comments that select, would make it more than one change.
  if (old === null || plain === null || selection.readsComments) return null;
  if (sameValue(plain.value, value.value) || !standsAlone(opened, old, format)) return null;
  const keys = path.filter((step) => typeof step === "string");
  const sealer = new LeafSealer({ plain: sealed, engine, dataKey, context, spellingNotes: false });
  const mac = new Mac(engine, { onlyEncrypted: metadata.macOnlyEncrypted });
  walk(opened.tree, selection, ({ node, selected }) => {
    if (node.kind === "leaf") mac.add((node === plain ? value : node).value, selected);
  });
  const lastModified = timestamp(context.now());
  const bytes = sealed.render({
    replace: new Map([[old, sealer.seal({ node: value, keys })]]),
    metadata: changedMetadata(metadata, { lastModified, mac: sealer.mac(mac.hex(), lastModified) }),
    metadataLike: sealed,
  });
  verify(sealed.tree, format.parse(bytes).tree, old);
  return bytes;
}

/** Empty strings are not encrypted, and bytes are not held by every format. */
const isSealable = ({ value }: Leaf): boolean =>
  value.type !== "bytes" && !(value.type === "str" && value.text === "");

/** Whether a leaf is encrypted, and no value of the file is a copy of another. */
function standsAlone({ opened }: OpenedDocument, leaf: Leaf, format: FileFormat): boolean {
  let found = false;
  for (const { node, content } of opened) {
    if (node === leaf) found = content.kind === "value";
    if (content.kind === "value" && content.note !== null && format.isAliasNote(content.note))
      return false;
  }
  return found;
}

function leafAt({ documents: [document] }: Tree, path: TreePath): Leaf | null {
  let node: TreeNode | undefined = document;
  for (const step of path) node = node === undefined ? undefined : onlyChild(node, step);
  return node?.kind === "leaf" ? node : null;
}

/** The node at a key or index; `undefined` where there is none, or several. */
function onlyChild(node: TreeNode, step: string | number): TreeNode | undefined {
  if (node.kind === "list")
    return node.items.filter((item) => item.kind !== "comment")[Number(step)];
  if (node.kind !== "branch") return undefined;
  const found = node.items.filter((item) => item.kind === "entry" && item.key === step);
  const [entry] = found;
  return found.length === 1 && entry?.kind === "entry" ? entry.value : undefined;
}

function verify(before: Tree, after: Tree, changed: Leaf): void {
  const same = (a: Leaf, b: Leaf): boolean =>
    a === changed
      ? b.value.type === "str" && looksSealed(b.value.text)
      : sameValue(a.value, b.value);
  if (samePlaces(before, after, { same })) return;
  const message = "the sealed text does not read back as the values that were sealed";
  throw new UndersealError("OUTPUT_NOT_VERIFIED", message);
}
