import { UndersealError } from "../errors.ts";
import { type OpenedContent, type Replacement } from "../formats/file-format.ts";
import { type KeyProvider, type Recipient, type WrappedKey } from "../keys/key-provider.ts";
import { type Comment, type Leaf } from "../tree/tree.ts";
import { additionalData } from "../cipher/leaf-cipher.ts";
import { type Context } from "./context.ts";
import { DATA_KEY_BYTES, DataKey, wrapDataKey } from "./data-key.ts";
import { changedMetadata, type Metadata, timestamp } from "./metadata.ts";
import { type OpenedDocument } from "./open.ts";
import { LeafSealer } from "./seal.ts";

/** Recipients to change, and what wrapping needs. */
export interface RotateOptions {
  readonly providers: readonly KeyProvider[];
  /** All recipients that the new data key is wrapped to. */
  readonly recipients: readonly Recipient[];
  readonly context: Context;
}

/**
 * A new data key for an opened file, and every leaf encrypted anew. Styles, notes, selection and
 * version stay.
 *
 * @throws `RECIPIENT_MISSING`, `RECIPIENT_INVALID`, `RECIPIENT_UNSUPPORTED`
 */
export async function rotateDocument(
  opened: OpenedDocument,
  { providers, recipients, context }: RotateOptions,
): Promise<Uint8Array> {
  using dataKey = new DataKey(context.randomBytes(DATA_KEY_BYTES));
  const keys = await wrapDataKey(dataKey, recipients, providers);
  const { sealed, engine } = opened;
  const sealer = new LeafSealer({
    plain: sealed,
    engine,
    dataKey,
    context,
    spellingNotes: true,
  });
  const replace = new Map<Leaf | Comment, Replacement>();
  for (const { node, keys: path, content } of opened.opened)
    replace.set(node, resealed(sealer, path, content));
  const lastModified = timestamp(context.now());
  const metadata = changedMetadata(opened.metadata, {
    lastModified,
    mac: sealer.mac(opened.mac, lastModified),
    age: keys,
  });
  return sealed.render({ replace, metadata, metadataLike: sealed });
}

function resealed(
  sealer: LeafSealer,
  keys: readonly string[],
  content: OpenedContent,
): Replacement {
  if (content.kind === "comment")
    return sealer.seal({ keys, node: { kind: "comment", text: content.text, offset: -1 } });
  const { value, spelling, note } = content;
  const made = sealer.seal({ keys, node: { kind: "leaf", value, spelling, offset: -1 } });
  return made.as === "sealed" ? sealer.noted(made.text, note, additionalData(keys)) : made;
}

/**
 * The same data key for other recipients (SOPS calls it `updatekeys`): wraps only for those that are
 * new, keeps the wrapped keys of those that stay, and leaves values, MAC and `lastmodified` alone.
 *
 * @returns `null` when the recipients are the wanted ones already
 * @throws `RECIPIENT_MISSING`, `RECIPIENT_INVALID`, `RECIPIENT_UNSUPPORTED`
 */
export async function rewrapDocument(
  opened: Pick<OpenedDocument, "sealed" | "metadata" | "dataKey">,
  wanted: readonly Recipient[],
  providers: readonly KeyProvider[],
): Promise<Uint8Array | null> {
  const { metadata, sealed, dataKey } = opened;
  const { added, removed, kept } = recipientChanges(metadata, wanted);
  if (wanted.length === 0)
    throw new UndersealError("RECIPIENT_MISSING", "there is no recipient to wrap the data key to");
  if (added.length === 0 && removed.length === 0) return null;
  const other = removed.find(({ kind }) => kind !== "age");
  if (other !== undefined) {
    throw new UndersealError(
      "RECIPIENT_UNSUPPORTED",
      `this version removes no recipient of kind ${other.kind}`,
      { recipient: other.recipient },
    );
  }
  const wrapped = added.length === 0 ? [] : await wrapDataKey(dataKey, added, providers);
  const keys = [...kept, ...wrapped];
  const age = wanted.flatMap((recipient) =>
    keys.filter((key) => key.kind === "age" && same(key, recipient)).slice(0, 1),
  );
  return sealed.render({
    replace: new Map(),
    metadata: changedMetadata(metadata, { age }),
    metadataLike: sealed,
  });
}

/** How the recipients of a file differ from the wanted ones; needs no key. */
export function recipientChanges(
  metadata: Metadata,
  wanted: readonly Recipient[],
): { added: Recipient[]; removed: WrappedKey[]; kept: WrappedKey[] } {
  const present = metadata.keyGroups.flat();
  return {
    added: wanted.filter((recipient) => !present.some((key) => same(key, recipient))),
    removed: present.filter((key) => !wanted.some((recipient) => same(key, recipient))),
    kept: present.filter((key) => wanted.some((recipient) => same(key, recipient))),
  };
}

const same = (a: Recipient, b: Recipient): boolean =>
  a.kind === b.kind && a.recipient === b.recipient;
