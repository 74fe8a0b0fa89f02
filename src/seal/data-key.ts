import { type Attempt, UndersealError } from "../errors.ts";
import { type KeyProvider, type Recipient, type WrappedKey } from "../keys/key-provider.ts";
import { type Metadata } from "./metadata.ts";

/** Size of a data key in bytes. */
export const DATA_KEY_BYTES = 32;

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
 * Recovers the data key of a file: the first identity that fits gives it.
 *
 * @throws `DATA_KEY_UNAVAILABLE` with every attempt, `KEY_GROUPS_UNSUPPORTED`
 */
export async function recoverDataKey(
  { keyGroups }: Metadata,
  providers: readonly KeyProvider[],
): Promise<DataKey> {
  const [group = [], ...others] = keyGroups;
  if (others.length > 0) {
    throw new UndersealError(
      "KEY_GROUPS_UNSUPPORTED",
      `the data key is split over ${String(keyGroups.length)} key groups`,
    );
  }
  const attempts: Attempt[] = [];
  for (const key of inOrder(group)) {
    const outcome = await tryKey(key, providers);
    if (typeof outcome !== "string") return outcome;
    attempts.push({ kind: key.kind, recipient: key.recipient, result: outcome });
  }
  throw new UndersealError("DATA_KEY_UNAVAILABLE", "no identity here opens the file", { attempts });
}

function inOrder(group: readonly WrappedKey[]): WrappedKey[] {
  const rank = ({ kind }: WrappedKey): number =>
    ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length;
  return group.toSorted((a, b) => rank(a) - rank(b));
}

/** The data key, or words for why there is none. */
async function tryKey(
  key: WrappedKey,
  providers: readonly KeyProvider[],
): Promise<DataKey | string> {
  const provider = providers.find(({ kind }) => kind === key.kind);
  if (provider === undefined) return "this version has no provider for this kind";
  try {
    const bytes = await provider.unwrap(key);
    if (bytes === null) return "no identity here fits this recipient";
    return bytes.length === DATA_KEY_BYTES ? new DataKey(bytes) : "what it wraps is no data key";
  } catch (error) {
    if (error instanceof UndersealError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/**
 * Wraps a data key to every recipient, concurrently.
 *
 * @throws `RECIPIENT_MISSING`, `RECIPIENT_UNSUPPORTED`, `RECIPIENT_INVALID`, `DATA_KEY_NOT_WRAPPED`
 */
export async function wrapDataKey(
  dataKey: DataKey,
  recipients: readonly Recipient[],
  providers: readonly KeyProvider[],
): Promise<WrappedKey[]> {
  if (recipients.length === 0)
    throw new UndersealError("RECIPIENT_MISSING", "there is no recipient to wrap the data key to");
  return Promise.all(
    recipients.map(async ({ kind, recipient }) => {
      const provider = providers.find((candidate) => candidate.kind === kind);
      if (provider === undefined) {
        throw new UndersealError(
          "RECIPIENT_UNSUPPORTED",
          `this version wraps no data key to a recipient of kind ${kind}`,
          { recipient },
        );
      }
      return { kind, recipient, enc: await provider.wrap(dataKey.bytes, recipient) };
    }),
  );
}
