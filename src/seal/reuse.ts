import { toBase64 } from "../tree/base64.ts";
import { envelopeText, parseEnvelope } from "../cipher/envelope.ts";
import { additionalData } from "../cipher/leaf-cipher.ts";
import {
  type OpenedContent,
  type Replacement,
  type SourceDocument,
} from "../formats/file-format.ts";
import { EVERYTHING } from "../tree/selection.ts";
import { sealableSpelling } from "../tree/scalars.ts";
import { canonicalBytes, type Comment, type Leaf, sameValue, type Tree } from "../tree/tree.ts";
import { type Visit, walk } from "../tree/walk.ts";
import { type OpenedDocument, type OpenedNode } from "./open.ts";
import { type LeafSealer } from "./seal.ts";

/** What a leaf or comment looked like when it was sealed. */
interface Sealed {
  /** Its source text, quotes and header included. */
  readonly source: string;
  /** The value as it stands, with its note, and without; empty for a comment. */
  readonly noted: string;
  readonly bare: string;
  readonly note: string | null;
  taken: boolean;
}

/**
 * The sealed texts of a file, found again by what they held. Equal leaves at one place are taken in
 * their order, so that each keeps its own, and none is taken twice.
 */
export class Reuse {
  readonly #sealed: SourceDocument;
  /** By place, kind of place, value and spelling. */
  readonly #bySpelling = new Map<string, Sealed[]>();
  /** By place and sealed plaintext. */
  readonly #byValue = new Map<string, Sealed[]>();

  /** @param before - the file in clear, as it was opened */
  constructor(opened: OpenedDocument, before: SourceDocument) {
    this.#sealed = opened.sealed;
    const counterparts = new Map(pairs(nodesOf(opened.sealed.tree, opened), nodesOf(before.tree)));
    for (const record of opened.opened)
      this.#remember(record, counterparts.get(record.node), before);
  }

  #remember(
    { node, keys, content }: OpenedNode,
    plain: Placed | undefined,
    before: SourceDocument,
  ): void {
    if (plain === undefined || !holds(plain.node, content)) return;
    const source = this.#sealed.sourceOf(node);
    const sealed: Sealed = {
      source,
      ...valueTexts(node),
      note: content.kind === "value" ? content.note : null,
      taken: false,
    };
    push(this.#bySpelling, spellingKey({ ...plain, keys }, before), sealed);
    push(this.#byValue, valueKey(plain.node, keys), sealed);
  }

  /** The sealed text of a leaf or comment that has not changed in value, spelling or surroundings. */
  find(visit: Visit, plain: SourceDocument): Replacement | null {
    // A copy that an alias stands for has no text of its own.
    if (plain.sourceOf(visit.node) === "") return null;
    const sealed = take(this.#bySpelling, spellingKey(visit, plain));
    return sealed === null ? null : { as: "source", text: sealed.source };
  }

  /** The sealed value of a leaf that is spelled another way, with a note for the new spelling. */
  restyle({ node, keys }: Visit, plain: SourceDocument, sealer: LeafSealer): Replacement | null {
    if (node.kind === "comment") return null;
    const sealed = take(this.#byValue, valueKey(node, keys));
    if (sealed === null) return null;
    const note = sealer.noteFor(plain, node);
    return note === sealed.note && note !== null
      ? { as: "sealed", text: sealed.noted }
      : sealer.noted(sealed.bare, note, additionalData(keys));
  }
}

/** A format that does not tell the type of a value gives back another one: that is sealed anew. */
const holds = (node: Leaf | Comment, content: OpenedContent): boolean =>
  node.kind === "comment" || content.kind === "comment" || sameValue(node.value, content.value);

function valueTexts(node: Leaf | Comment): { noted: string; bare: string } {
  if (node.kind === "comment" || node.value.type !== "str") return { noted: "", bare: "" };
  const envelope = parseEnvelope(node.value.text);
  return { noted: node.value.text, bare: envelopeText(envelope, envelope.iv, envelope.type) };
}

interface Placed {
  readonly node: Leaf | Comment;
  readonly inList: boolean;
}

/** Leaves in walk order, then comments in the order of the text: both files have them alike. */
function nodesOf(tree: Tree, opened?: OpenedDocument): Placed[] {
  const isComment = new Set(
    opened?.opened.filter(({ content }) => content.kind === "comment").map(({ node }) => node),
  );
  const leaves: Placed[] = [];
  const comments: Placed[] = [];
  walk(tree, EVERYTHING, ({ node, inList }) => {
    (node.kind === "comment" || isComment.has(node) ? comments : leaves).push({ node, inList });
  });
  return [...leaves, ...comments.toSorted((a, b) => a.node.offset - b.node.offset)];
}

function pairs(sealed: readonly Placed[], plain: readonly Placed[]): [Leaf | Comment, Placed][] {
  // A comment that took several lines has no single counterpart: then nothing is taken for another.
  if (sealed.length !== plain.length) return [];
  return sealed.flatMap(({ node }, index) => {
    const other = plain[index];
    return other === undefined ? [] : [[node, other]];
  });
}

function spellingKey(
  { node, keys, inList }: Placed & { keys: readonly string[] },
  document: SourceDocument,
): string {
  const place = node.kind === "leaf" && document.inFlow(node) ? "flow" : "block";
  return JSON.stringify([valueKey(node, keys), place, inList, document.sourceOf(node)]);
}

/** What was encrypted, and where. */
function valueKey(node: Leaf | Comment, keys: readonly string[]): string {
  if (node.kind === "comment") return JSON.stringify([keys, "comment", node.text]);
  const { value, spelling } = node;
  if (value.type === "bytes")
    return JSON.stringify([keys, "bytes", toBase64(canonicalBytes(value))]);
  return JSON.stringify([keys, value.type, sealableSpelling(value, spelling) ?? value.text]);
}

function push(map: Map<string, Sealed[]>, key: string, sealed: Sealed): void {
  const found = map.get(key);
  if (found === undefined) map.set(key, [sealed]);
  else found.push(sealed);
}

/** The next one under a key that nothing has taken. */
function take(map: ReadonlyMap<string, Sealed[]>, key: string): Sealed | null {
  const queue = map.get(key);
  for (let next = queue?.shift(); next !== undefined; next = queue?.shift()) {
    if (next.taken) continue;
    next.taken = true;
    return next;
  }
  return null;
}
