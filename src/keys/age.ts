import {
  armor,
  Decrypter,
  Encrypter,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import { UndersealError } from "../errors.ts";
import { type KeyProvider, type WrappedKey } from "./key-provider.ts";

/** An age secret key and where it was found. */
export interface AgeIdentity {
  /** `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`: a secret, never to be shown. */
  readonly text: string;
  /** Public words for messages, safe for a terminal: `SOPS_AGE_KEY`, `SOPS_AGE_KEY_FILE (path)`. */
  readonly source: string;
}

/** Sizes of what SOPS wraps, in bytes: a data key, or a share of one. */
const WRAPPED_BYTES: readonly number[] = [32, 33];

/**
 * Data keys wrapped to native recipients, X25519 and post-quantum hybrid, each in an armored age file of its own
 * (sops-format 5.1, age-encryption.org/v1).
 *
 * @param loadIdentities - called once, when the first data key is unwrapped; what it throws,
 *   `unwrap` throws
 */
export function ageProvider(loadIdentities: () => Promise<readonly AgeIdentity[]>): KeyProvider {
  let loading: Promise<readonly AgeIdentity[]> | undefined;
  return {
    kind: "age",
    wrap,
    async unwrap(wrapped) {
      loading ??= loadIdentities();
      return unwrapWith(await loading, wrapped);
    },
  };
}

async function wrap(dataKey: Uint8Array, recipient: string): Promise<string> {
  const text = recipient.trim();
  refuseOtherRecipients(text);
  try {
    const encrypter = new Encrypter();
    encrypter.addRecipient(text);
    return armor.encode(await encrypter.encrypt(dataKey));
  } catch {
    throw new UndersealError("RECIPIENT_INVALID", "the age recipient is malformed", { recipient });
  }
}

/** Kinds by prefix, as SOPS tells them apart (sops-format 5.1). */
const OTHER_RECIPIENTS = [
  { shape: /^ssh-/, words: "SSH keys are not supported as age recipients yet" },
  { shape: /^age1(?!pq1)[^1]+1/, words: "age plugin recipients are not supported yet" },
];

function refuseOtherRecipients(recipient: string): void {
  const other = OTHER_RECIPIENTS.find(({ shape }) => shape.test(recipient));
  if (other === undefined) return;
  throw new UndersealError("RECIPIENT_UNSUPPORTED", other.words, { recipient });
}

/** Identities are asked in order: once this one is, the header is sound and none before it fits. */
class LastIdentity {
  asked = false;

  unwrapFileKey(): null {
    this.asked = true;
    return null;
  }
}

async function unwrapWith(
  identities: readonly AgeIdentity[],
  { enc, recipient }: WrappedKey,
): Promise<Uint8Array | null> {
  const decrypter = new Decrypter();
  const last = new LastIdentity();
  for (const { text } of identities) decrypter.addIdentity(text);
  decrypter.addIdentity(last);
  try {
    const dataKey = await decrypter.decrypt(armor.decode(enc));
    if (WRAPPED_BYTES.includes(dataKey.length)) return dataKey;
    dataKey.fill(0);
  } catch {
    if (last.asked) return null;
  }
  const message = "the data key wrapped to an age recipient is damaged";
  throw new UndersealError("METADATA_INVALID", message, { recipient });
}

/** Sorts of identities that age has and this version does not read. */
const OTHER_IDENTITIES = [
  { prefix: "AGE-PLUGIN-", words: "age plugin identities are not supported yet" },
];

/** Starts of a passphrase-protected identity file, binary and armored (sops-format 5.1). */
const PROTECTED = ["age-encryption", "-----BEGIN AGE"];

/**
 * Reads identities with white space between; blank lines and lines that start with `#` are skipped.
 *
 * @param source - public words for where the text comes from, safe for a terminal
 * @throws `IDENTITY_INVALID` with source and line, never the text
 */
export function parseAgeIdentities(text: string, source: string): AgeIdentity[] {
  if (PROTECTED.some((start) => text.trimStart().startsWith(start))) {
    const message = `${source}: passphrase-protected identity files are not supported yet`;
    throw new UndersealError("IDENTITY_INVALID", message);
  }
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    if (line.trimStart().startsWith("#")) return [];
    const words = line.split(/\s+/).filter((word) => word !== "");
    return words.map((word) => readIdentity(word, source, index + 1));
  });
}

function readIdentity(text: string, source: string, line: number): AgeIdentity {
  const refuse = (words: string): never => {
    throw new UndersealError("IDENTITY_INVALID", `${source}, line ${String(line)}: ${words}`);
  };
  const other = OTHER_IDENTITIES.find(({ prefix }) => text.startsWith(prefix));
  if (other !== undefined) return refuse(other.words);
  try {
    new Decrypter().addIdentity(text);
    return { text, source };
  } catch {
    return refuse("not an age identity");
  }
}

/** A new age key pair: the secret `AGE-SECRET-KEY-1…` and its public `age1…`. */
export async function generateAgeKey(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/**
 * The public `age1…` of an identity.
 *
 * @throws `IDENTITY_INVALID` when it is no X25519 identity
 */
export async function recipientOf(identity: string): Promise<string> {
  return identityToRecipient(readIdentity(identity, "the identity given", 1).text);
}
