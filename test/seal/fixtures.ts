/** What tests of sealing share: the vectors' keys, a fixed context, and short ways through the verbs. */
import { readFileSync } from "node:fs";
import { armor, Decrypter, Encrypter } from "age-encryption";
import { type FileFormat } from "../../src/formats/file-format.ts";
import { oneGroup } from "../../src/keys/key-groups.ts";
import { yamlFormat } from "../../src/formats/yaml/yaml-format.ts";
import { type KeyProvider } from "../../src/keys/key-provider.ts";
import { type Context } from "../../src/seal/context.ts";
import { openDocument, type OpenedDocument } from "../../src/seal/open.ts";
import { plaintextOf } from "../../src/seal/plaintext.ts";
import { sealDocument } from "../../src/seal/seal.ts";
import { type SelectionSetting } from "../../src/tree/selection.ts";

export const VECTORS = new URL("../vectors/", import.meta.url);

export const read = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(path, VECTORS)));
export const readText = (path: string): string => readFileSync(new URL(path, VECTORS), "utf8");

export const IDENTITIES = [1, 2, 3].map(
  (n) => /AGE-SECRET-KEY-1\w+/.exec(readText(`keys/age-${String(n)}.txt`))?.[0] ?? "",
);
export const RECIPIENTS = [1, 2, 3].map((n) => readText(`keys/age-${String(n)}.pub`).trim());

/** A provider with its own few lines over the age library, so that tests of sealing stand alone. */
export function ageWith(...identities: readonly (string | undefined)[]): KeyProvider {
  return {
    kind: "age",
    async wrap(dataKey, recipient) {
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      return armor.encode(await encrypter.encrypt(dataKey));
    },
    async unwrap({ enc }) {
      for (const identity of identities) {
        const decrypter = new Decrypter();
        decrypter.addIdentity(identity ?? "");
        try {
          return await decrypter.decrypt(armor.decode(enc));
        } catch {
          continue;
        }
      }
      return null;
    },
  };
}

export const providers = [ageWith(IDENTITIES[0])];

export const context: Context = {
  now: () => new Date("2026-11-24T12:00:00.123Z"),
  randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
};

/** The same, an hour later: `lastmodified` of a change differs. */
export const later: Context = { ...context, now: () => new Date("2026-11-24T13:00:00Z") };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export const format: FileFormat = yamlFormat;

export interface SealChoices {
  readonly selection?: SelectionSetting;
  readonly macOnlyEncrypted?: boolean;
}

export async function seal(
  text: string,
  { selection, macOnlyEncrypted = false }: SealChoices = {},
): Promise<string> {
  const recipients = oneGroup([{ kind: "age", recipient: RECIPIENTS[0] ?? "" }]);
  const options = {
    format,
    providers,
    recipients,
    context,
    selection: selection ?? null,
    macOnlyEncrypted,
  };
  return decoder.decode(await sealDocument(format.parse(encoder.encode(text)), options));
}

export async function openTree(sealed: string, ignoreMac = false): Promise<OpenedDocument> {
  return openDocument(format.parse(encoder.encode(sealed)), { providers, ignoreMac });
}

export async function open(sealed: string): Promise<string> {
  using opened = await openTree(sealed);
  return decoder.decode(plaintextOf(opened, format).bytes);
}

/** The code that a promise fails with; `null` when it does not. */
export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string | null> {
  try {
    await (typeof work === "function" ? work() : work);
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
