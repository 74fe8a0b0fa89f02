import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UndersealError } from "../errors.ts";
import { generateAgeKey, parseAgeIdentities, recipientOf } from "../keys/age.ts";
import { keysFilePath } from "./identities.ts";
import { type Surroundings } from "./surroundings.ts";
import { writeAtomically } from "./write.ts";

/** What `init` made. */
export interface Initialised {
  /** Path of the config file. */
  readonly config: string;
  /** age recipients that the rules name. */
  readonly recipients: readonly string[];
  /** Where the age key is kept; `null` when recipients were given. */
  readonly keyFile: string | null;
  /** Whether the key is new. */
  readonly keyCreated: boolean;
}

const encoder = new TextEncoder();

/**
 * Writes `.sops-config.yaml` with first rules into a folder, for the recipients given, else for the
 * user's own age key, which is made where there is none.
 *
 * @throws `OUTPUT_EXISTS` when there is a config file already, `IDENTITY_INVALID`, `OUTPUT_UNWRITABLE`
 */
export async function initProject(
  folder: string,
  surroundings: Surroundings,
  age: readonly string[] | null,
): Promise<Initialised> {
  const config = join(folder, ".sops-config.yaml");
  await refuseExisting(config);
  const key =
    age === null
      ? await ownKey(surroundings)
      : { recipients: age, keyFile: null, keyCreated: false };
  await writeAtomically(config, encoder.encode(configText(key.recipients)), {
    expect: null,
    mode: 0o644,
    surroundings,
  });
  return { config, ...key };
}

/** Asked before a key is made; the write refuses it once more. */
async function refuseExisting(config: string): Promise<void> {
  const exists = await readFile(config).then(
    () => true,
    () => false,
  );
  if (exists)
    throw new UndersealError("OUTPUT_EXISTS", "this folder has a config file already", {
      file: config,
    });
}

async function ownKey(surroundings: Surroundings): Promise<Omit<Initialised, "config">> {
  const keyFile = keysFilePath(surroundings);
  const text = await readFile(keyFile, "utf8").catch(() => null);
  if (text !== null) {
    const identities = parseAgeIdentities(text, keyFile);
    const recipients = await Promise.all(identities.map((identity) => recipientOf(identity.text)));
    if (recipients.length > 0) return { recipients, keyFile, keyCreated: false };
  }
  const { identity, recipient } = await generateAgeKey();
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  const created = surroundings.now().toISOString();
  await writeAtomically(
    keyFile,
    encoder.encode(`# created: ${created}\n# public key: ${recipient}\n${identity}\n`),
    { expect: null, mode: 0o600, surroundings },
  );
  return { recipients: [recipient], keyFile, keyCreated: true };
}

function configText(recipients: readonly string[]): string {
  const list = recipients.map((recipient) => `      - ${recipient}\n`).join("");
  return `# Who can open what in this repository. The first rule whose path_regex matches a path wins.
creation_rules:
  # Kubernetes Secret manifests: names and labels stay readable, values are encrypted.
  - path_regex: \\.secret\\.ya?ml$
    encrypted_regex: ^(data|stringData)$
    age:
${list}  # Every other file: all values, except below keys that end in _unencrypted.
  - age:
${list}`;
}
