import { type Attempt, UndersealError } from "../errors.ts";
import { groupsNeeded, type KeyGroups } from "../keys/key-groups.ts";
import { type KeyProvider, type Recipient, type WrappedKey } from "../keys/key-provider.ts";
import { combineShares, MAX_SHARES, splitSecret } from "../keys/shamir.ts";
import { type Context } from "./context.ts";

/** Size of a data key in bytes. */
export const DATA_KEY_BYTES = 32;
/** Size of a share of one. */
const SHARE_BYTES = DATA_KEY_BYTES + 1;

/** A data key that is wiped when its block ends. */
export class DataKey implements Disposable {
  /** 32 bytes. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Overwrites the key with zeros. */
  [Symbol.dispose](): void {
    this.bytes.fill(0);
  }
}

/** SOPS's default decryption order; kinds that are not listed come last, as stored. */
const ORDER: readonly string[] = ["age", "pgp"];

/**
 * Recovers the data key of a file: in each group the first identity that fits gives it, or with
 * several groups the share of the group.
 *
 * @throws `DATA_KEY_UNAVAILABLE` with every attempt, `METADATA_INVALID` for shares that do not fit
 *   together
 */
export async function recoverDataKey(
  keys: KeyGroups<WrappedKey>,
  providers: readonly KeyProvider[],
): Promise<DataKey> {
  const { groups } = keys;
  const size = groups.length > 1 ? SHARE_BYTES : DATA_KEY_BYTES;
  const attempts: Attempt[] = [];
  const parts: Uint8Array[] = [];
  try {
    // All groups are asked, as in SOPS: nothing vouches for the threshold that the file names.
    for (const group of groups) {
      const part = await openedPart(group, providers, { size, attempts });
      if (part !== null) parts.push(part);
    }
    if (parts.length < groupsNeeded(keys)) throw unavailable(keys, parts.length, attempts);
    return new DataKey(joined(parts, groups.length));
  } finally {
    if (groups.length > 1) parts.forEach((part) => part.fill(0));
  }
}

function joined(parts: readonly Uint8Array[], groups: number): Uint8Array {
  const [only] = parts;
  const key = groups > 1 ? combineShares(parts) : only;
  if (key === null || key === undefined)
    throw new UndersealError(
      "METADATA_INVALID",
      "the shares of the key groups do not fit together",
    );
  return key;
}

function unavailable(
  keys: KeyGroups,
  opened: number,
  attempts: readonly Attempt[],
): UndersealError {
  const count = keys.groups.length;
  const message =
    count === 1
      ? "no identity here opens the file"
      : `${String(opened)} of the ${String(count)} key groups opened, and ${String(groupsNeeded(keys))} are needed`;
  return new UndersealError("DATA_KEY_UNAVAILABLE", message, { attempts });
}

interface Search {
  /** Bytes that are looked for. */
  readonly size: number;
  readonly attempts: Attempt[];
}

/** What the first key of a group that opens holds; `null` when none does. */
async function openedPart(
  group: readonly WrappedKey[],
  providers: readonly KeyProvider[],
  { size, attempts }: Search,
): Promise<Uint8Array | null> {
  for (const key of inOrder(group)) {
    const outcome = await tryKey(key, providers);
    if (typeof outcome !== "string" && outcome.length === size) return outcome;
    if (typeof outcome !== "string") outcome.fill(0);
    const result = typeof outcome === "string" ? outcome : "what it wraps is no data key";
    attempts.push({ kind: key.kind, recipient: key.recipient, result });
  }
  return null;
}

function inOrder(group: readonly WrappedKey[]): WrappedKey[] {
  const rank = ({ kind }: WrappedKey): number =>
    ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length;
  return group.toSorted((a, b) => rank(a) - rank(b));
}

/** What a key wraps, or words for why it did not open. */
async function tryKey(
  key: WrappedKey,
  providers: readonly KeyProvider[],
): Promise<Uint8Array | string> {
  const provider = providers.find(({ kind }) => kind === key.kind);
  if (provider === undefined) return "this version has no provider for this kind";
  try {
    return (await provider.unwrap(key)) ?? "no identity here fits this recipient";
  } catch (error) {
    if (error instanceof UndersealError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** What wrapping needs. */
export interface Wrapping {
  readonly providers: readonly KeyProvider[];
  readonly context: Context;
}

/**
 * Wraps a data key to every recipient, concurrently: the key itself, or with several groups each
 * group's share of it.
 *
 * @returns the keys of each group, in the order given
 * @throws `RECIPIENT_MISSING` for no group or an empty one, `THRESHOLD_INVALID`,
 *   `RECIPIENT_UNSUPPORTED`, `RECIPIENT_INVALID`, `DATA_KEY_NOT_WRAPPED`
 */
export async function wrapDataKey(
  dataKey: DataKey,
  wanted: KeyGroups,
  { providers, context }: Wrapping,
): Promise<KeyGroups<WrappedKey>> {
  const { groups } = wanted;
  if (groups.length === 0 || groups.some((group) => group.length === 0)) {
    const message = "there is no recipient to wrap the data key to";
    throw new UndersealError("RECIPIENT_MISSING", message);
  }
  const parts = groups.length > 1 ? sharesOf(dataKey, wanted, context) : [dataKey.bytes];
  try {
    const wrapped = await Promise.all(
      groups.map((group, index) =>
        Promise.all(group.map((recipient) => wrap(parts[index], recipient, providers))),
      ),
    );
    return { groups: wrapped, threshold: groupsNeeded(wanted) };
  } finally {
    if (groups.length > 1) parts.forEach((part) => part.fill(0));
  }
}

function sharesOf(dataKey: DataKey, wanted: KeyGroups, context: Context): Uint8Array[] {
  const parts = wanted.groups.length;
  const threshold = groupsNeeded(wanted);
  if (threshold < 2 || threshold > parts || parts > MAX_SHARES) {
    const message = `a data key is not split over ${String(parts)} key groups so that ${String(threshold)} open it`;
    throw new UndersealError("THRESHOLD_INVALID", message);
  }
  const randomBytes = (size: number): Uint8Array => context.randomBytes(size);
  return splitSecret(dataKey.bytes, { parts, threshold, randomBytes });
}

async function wrap(
  part: Uint8Array | undefined,
  { kind, recipient }: Recipient,
  providers: readonly KeyProvider[],
): Promise<WrappedKey> {
  const provider = providers.find((candidate) => candidate.kind === kind);
  if (provider === undefined || part === undefined) {
    const message = `this version wraps no data key to a recipient of kind ${kind}`;
    throw new UndersealError("RECIPIENT_UNSUPPORTED", message, { recipient });
  }
  return { kind, recipient, enc: await provider.wrap(part, recipient) };
}
