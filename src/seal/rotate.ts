import { type OpenedContent, type Replacement } from "../formats/file-format.ts";
import { type KeyGroups, oneGroup, sameKeyGroups } from "../keys/key-groups.ts";
import { type KeyProvider, type Recipient } from "../keys/key-provider.ts";
import { type Comment, type Leaf } from "../tree/tree.ts";
import { additionalData } from "../cipher/leaf-cipher.ts";
import { type Context } from "./context.ts";
import { DATA_KEY_BYTES, DataKey, wrapDataKey, type Wrapping } from "./data-key.ts";
import { changedMetadata, type Metadata, type StoredKey, timestamp } from "./metadata.ts";
import { type OpenedDocument } from "./open.ts";
import { LeafSealer } from "./seal.ts";

/** Recipients to change, and what wrapping needs. */
export interface RotateOptions {
  readonly providers: readonly KeyProvider[];
  /** All that the new data key is wrapped to. */
  readonly recipients: KeyGroups;
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
  const keys = await wrapDataKey(dataKey, recipients, { providers, context });
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
    keys: { wrapped: keys, createdAt: lastModified },
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
 * new, keeps the wrapped keys of those that stay, and leaves values, MAC and `lastmodified` alone. Where
 * there are several key groups, before or after, the key is split and wrapped anew for all of them.
 *
 * @returns `null` when the recipients are the wanted ones already
 * @throws `RECIPIENT_MISSING`, `RECIPIENT_INVALID`, `RECIPIENT_UNSUPPORTED`
 */
export async function rewrapDocument(
  opened: Pick<OpenedDocument, "sealed" | "metadata" | "dataKey">,
  wanted: KeyGroups,
  wrapping: Wrapping,
): Promise<Uint8Array | null> {
  const { metadata, sealed, dataKey } = opened;
  if (sameKeyGroups(metadata.keyGroups, wanted)) return null;
  const several = wanted.groups.length > 1 || metadata.keyGroups.groups.length > 1;
  // Shares of a split that is made anew do not go with old ones.
  const wrapped = several
    ? await wrapDataKey(dataKey, wanted, wrapping)
    : oneGroup(await wrappedFor(opened, wanted, wrapping));
  const createdAt = timestamp(wrapping.context.now());
  return sealed.render({
    replace: new Map(),
    metadata: changedMetadata(metadata, { keys: { wrapped, createdAt } }),
    metadataLike: sealed,
  });
}

/** The keys of a single group: those that are there as they stand, and new ones. */
async function wrappedFor(
  { metadata, dataKey }: Pick<OpenedDocument, "metadata" | "dataKey">,
  wanted: KeyGroups,
  wrapping: Wrapping,
): Promise<StoredKey[]> {
  const { added, kept } = recipientChanges(metadata, wanted);
  const recipients = wanted.groups.flat();
  const isNew = added.length > 0 || recipients.length === 0;
  const wrapped = isNew ? (await wrapDataKey(dataKey, oneGroup(added), wrapping)).groups : [];
  const keys: StoredKey[] = [...kept, ...wrapped.flat()];
  return recipients.flatMap((recipient) => keys.filter((key) => same(key, recipient)).slice(0, 1));
}

/** How the recipients of a file differ from the wanted ones; needs no key. */
export function recipientChanges(
  metadata: Metadata,
  { groups }: KeyGroups,
): { added: Recipient[]; removed: StoredKey[]; kept: StoredKey[] } {
  const present = metadata.keyGroups.groups.flat();
  const wanted = groups.flat();
  return {
    added: wanted.filter((recipient) => !present.some((key) => same(key, recipient))),
    removed: present.filter((key) => !wanted.some((recipient) => same(key, recipient))),
    kept: present.filter((key) => wanted.some((recipient) => same(key, recipient))),
  };
}

const same = (a: Recipient, b: Recipient): boolean =>
  a.kind === b.kind && a.recipient === b.recipient;
