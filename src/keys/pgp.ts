import { UndersealError } from "../errors.ts";
import { type KeyProvider, type WrappedKey } from "./key-provider.ts";

/** What a run of gpg came to. */
export interface GpgRun {
  /** `null` when it was killed. */
  readonly status: number | null;
  readonly stdout: Uint8Array;
  /** Its status lines without `[GNUPG:] `: words, key ids and user ids, never key material. */
  readonly report: readonly string[];
}

/**
 * Runs gpg with its status lines on; a passphrase is its agent's to ask for.
 *
 * @throws `GPG_FAILED` when it cannot be started
 */
export type RunGpg = (words: readonly string[], input: Uint8Array) => Promise<GpgRun>;

/** A fingerprint or a long key id; `!` stands for exactly this subkey. */
const FINGERPRINT = /^[0-9A-Fa-f]{16,64}!?$/;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Data keys wrapped to OpenPGP keys by the `gpg` program, which knows the user's keys, cards and agents
 * (sops-format 5.2).
 */
export function pgpProvider(run: RunGpg): KeyProvider {
  return {
    kind: "pgp",
    wrap: (dataKey, recipient) => wrap(run, dataKey, recipient),
    unwrap: (wrapped) => unwrap(run, wrapped),
  };
}

async function wrap(run: RunGpg, dataKey: Uint8Array, recipient: string): Promise<string> {
  if (!FINGERPRINT.test(recipient)) {
    const message = "a PGP recipient is a fingerprint: 40 hexadecimal digits";
    throw new UndersealError("RECIPIENT_INVALID", message, { recipient });
  }
  // SOPS takes one digit more where `!` stands at the end.
  const trusted = recipient.slice(recipient.endsWith("!") ? -17 : -16);
  const words = ["--no-default-recipient", "--yes", "--encrypt", "-a", "-r", recipient];
  const { status, stdout, report } = await run(
    [...words, "--trusted-key", trusted, "--no-encrypt-to"],
    dataKey,
  );
  const enc = decoder.decode(stdout).trim();
  if (status === 0 && enc !== "") return enc;
  throw new UndersealError("GPG_FAILED", `gpg wraps no data key: ${reasonIn(report)}`, {
    recipient,
  });
}

async function unwrap(run: RunGpg, { enc, recipient }: WrappedKey): Promise<Uint8Array | null> {
  const { status, stdout, report } = await run(["-d"], encoder.encode(enc));
  if (status === 0 && stdout.length > 0) return stdout;
  stdout.fill(0);
  // A wrong passphrase is reported beside the missing key: what the user did comes first.
  const mine = report.some((line) => /^(?:BAD_PASSPHRASE|MISSING_PASSPHRASE) /.test(line));
  if (!mine && report.some((line) => line.startsWith("NO_SECKEY "))) return null;
  throw new UndersealError("GPG_FAILED", `gpg unwraps no data key: ${reasonIn(report)}`, {
    recipient,
  });
}

/** Why gpg failed, by its status lines (GnuPG's doc/DETAILS). */
const REASONS: readonly (readonly [start: string, words: string])[] = [
  ["BAD_PASSPHRASE", "the passphrase is wrong"],
  ["MISSING_PASSPHRASE", "no passphrase was given"],
  ["INV_RECP 1 ", "the public key is not in the keyring"],
  ["INV_RECP 4 ", "the key is revoked"],
  ["INV_RECP 5 ", "the key has expired"],
  ["INV_RECP 10 ", "the key is not trusted"],
  ["INV_RECP ", "the key cannot be encrypted to"],
  ["KEYREVOKED", "the key is revoked"],
  ["KEYEXPIRED", "the key has expired"],
  ["NODATA", "the wrapped key is no OpenPGP message"],
  ["BADMDC", "the wrapped key is damaged"],
  ["DECRYPTION_FAILED", "the wrapped key cannot be decrypted"],
];

function reasonIn(report: readonly string[]): string {
  const found = REASONS.find(([start]) => report.some((line) => line.startsWith(start)));
  return found?.[1] ?? "it does not say why";
}
