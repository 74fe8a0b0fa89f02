import { additionalData } from "../cipher/leaf-cipher.ts";
import { envelopeText, parseEnvelope } from "../cipher/envelope.ts";
import { type FileFormat, type Replacement, type SourceDocument } from "../formats/file-format.ts";
import { canonicalBytes, type Comment, type Leaf, type Tree } from "../tree/tree.ts";
import { toBase64 } from "../cipher/base64.ts";
import { type Visit, walk } from "../tree/walk.ts";
import { type Context } from "./context.ts";
import { changedMetadata, timestamp } from "./metadata.ts";
import { type OpenedDocument, type OpenedNode } from "./open.ts";
import { type Plaintext } from "./plaintext.ts";
import { LeafSealer, refuseReserved, sealAll } from "./seal.ts";

/** How to seal a changed text. */
export interface EditOptions {
  /** The text before the change, from `plaintextOf`. */
  readonly before: Plaintext;
  readonly format: FileFormat;
  readonly context: Context;
}

/**
 * Seals a changed text in the place of an opened file, under the same data key, selection and
 * recipients. Every leaf and comment that is as it was keeps its sealed text to the letter, so that
 * a diff shows what changed and nothing else.
 *
 * @param changed - the whole new text in clear
 * @returns the bytes of the sealed file
 * @throws a parsing code for the new text, `SOPS_KEY_RESERVED`
 */
export function editDocument(opened: OpenedDocument, changed: Uint8Array, { before, format, context }: EditOptions): Uint8Array {
  const plain = format.parse(changed);
  refuseReserved(plain);
  const { engine, dataKey, metadata, selection, sealed } = opened;
  const sealer = new LeafSealer({ plain, engine, dataKey, context });
  const reuse = new Reuse(opened, before.document);
  const seal = (visit: Visit): Replacement => reuse.find(visit, plain) ?? reuse.restyle(visit, plain, sealer) ?? sealer.seal(visit);
  const { replace, mac } = sealAll(plain.tree, { selection, macOnlyEncrypted: metadata.macOnlyEncrypted, engine, seal });
  const lastModified = timestamp(context.now());
  const block = changedMetadata(metadata, { lastModified, mac: sealer.mac(mac, lastModified) });
  return plain.render({ replace, metadata: block, metadataLike: sealed });
}

/**
 * The sealed texts of a file, found again by what they held. Equal leaves at one place are taken in
 * their order, so that each keeps its own.
 */
class Reuse {
  readonly #sealed: SourceDocument;
  /** Sealed source text, by place, kind of place, value and spelling. */
  readonly #texts = new Map<string, string[]>();
  /** Sealed strings without their notes, by place and value; other types seal their spelling too. */
  readonly #values = new Map<string, string[]>();

  constructor(opened: OpenedDocument, before: SourceDocument) {
    this.#sealed = opened.sealed;
    const leaves = new Map(pairs(nodesOf(opened.sealed.tree, opened), nodesOf(before.tree)));
    for (const record of opened.opened) this.#remember(record, leaves.get(record.node), before);
  }

  #remember({ node, keys, content }: OpenedNode, plain: Placed | undefined, before: SourceDocument): void {
    if (plain === undefined) return;
    push(this.#texts, textKey({ ...plain, keys }, before), this.#sealed.sourceOf(node));
    if (content.kind === "value" && content.value.type === "str" && node.kind === "leaf" && node.value.type === "str") {
      push(this.#values, valueKey(plain.node, keys), envelopeText(parseEnvelope(node.value.text)));
    }
  }

  /** The sealed text of a leaf or comment that has not changed in value, spelling or surroundings. */
  find(visit: Visit, plain: SourceDocument): Replacement | null {
    const text = this.#texts.get(textKey(visit, plain))?.shift();
    if (text === undefined) return null;
    this.#values.get(valueKey(visit.node, visit.keys))?.shift();
    return { as: "source", text };
  }

  /** The sealed value of a string that is spelled another way, with a note for the new spelling. */
  restyle({ node, keys }: Visit, plain: SourceDocument, sealer: LeafSealer): Replacement | null {
    const value = node.kind === "leaf" ? this.#values.get(valueKey(node, keys))?.shift() : undefined;
    if (value === undefined || node.kind !== "leaf") return null;
    return sealer.noted(value, plain.noteFor(node), additionalData(keys));
  }
}

interface Placed {
  readonly node: Leaf | Comment;
  readonly inList: boolean;
}

/** Leaves in walk order, then comments in the order of the text: both files have them alike. */
function nodesOf(tree: Tree, opened?: OpenedDocument): Placed[] {
  const isComment = new Set(opened?.opened.filter(({ content }) => content.kind === "comment").map(({ node }) => node));
  const leaves: Placed[] = [];
  const comments: Placed[] = [];
  walk(tree, { ...EVERYTHING, selects: () => true }, ({ node, inList }) => {
    (node.kind === "comment" || isComment.has(node) ? comments : leaves).push({ node, inList });
  });
  return [...leaves, ...comments.toSorted((a, b) => a.node.offset - b.node.offset)];
}

const EVERYTHING = { setting: { field: "encrypted_regex", pattern: "" }, readsComments: false } as const;

function pairs(sealed: readonly Placed[], plain: readonly Placed[]): [Leaf | Comment, Placed][] {
  // A comment that took several lines has no single counterpart: then nothing is taken for another.
  if (sealed.length !== plain.length) return [];
  return sealed.flatMap(({ node }, index) => {
    const other = plain[index];
    return other === undefined ? [] : [[node, other]];
  });
}

function textKey({ node, keys, inList }: Placed & { keys: readonly string[] }, document: SourceDocument): string {
  const place = node.kind === "leaf" && document.inFlow(node) ? "flow" : "block";
  return JSON.stringify([valueKey(node, keys), place, inList, document.sourceOf(node)]);
}

function valueKey(node: Leaf | Comment, keys: readonly string[]): string {
  if (node.kind === "comment") return JSON.stringify([keys, "comment", node.text]);
  const { value } = node;
  return JSON.stringify([keys, value.type, value.type === "bytes" ? toBase64(canonicalBytes(value)) : value.text]);
}

function push(map: Map<string, string[]>, key: string, text: string): void {
  const texts = map.get(key);
  if (texts === undefined) map.set(key, [text]);
  else texts.push(text);
}
