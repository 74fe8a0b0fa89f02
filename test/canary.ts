/** A canary, what may be derived from it, and a place to look for both after a command has run. */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UndersealError } from "../src/errors.ts";
import { type Given, type Ran, World } from "./cli/world.ts";
import { IDENTITIES, seal } from "./seal/fixtures.ts";

export const CANARY = "cAnArY-4f9d1c7e-s3cr3t";

/** What a careless message might hold instead of the value itself. */
const DERIVED = [
  CANARY,
  CANARY.slice(0, 9),
  CANARY.slice(-9),
  Buffer.from(CANARY).toString("base64").slice(0, 20),
  Buffer.from(CANARY).toString("hex").slice(0, 20),
  ...["md5", "sha1", "sha256", "sha512"].flatMap((name) => {
    const digest = createHash(name).update(CANARY).digest();
    return [digest.toString("hex").slice(0, 16), digest.toString("base64").slice(0, 16)];
  }),
  encodeURIComponent(CANARY),
];

export const leakIn = (text: string): string | undefined =>
  DERIVED.find((derived) => text.toLowerCase().includes(derived.toLowerCase()));

export const PLAIN = `# ${CANARY}
user: app
password: "${CANARY}"
list: [${CANARY}, 1]
nested:
  token: ${CANARY} # ${CANARY}
  other_unencrypted: clear
`;

/** The plaintext with one more line, which each scenario breaks in its own way. */
export const plainWith = (more: string): string => `${PLAIN}${more}\n`;

export interface Setting {
  readonly world: World;
  /** Writes a file that may hold the canary. */
  readonly put: (name: string, content: string | Uint8Array) => Promise<void>;
  /** Writes a sealed file; it must not hold the canary, before or after. */
  readonly putSealed: (name: string, change?: (sealed: string) => string) => Promise<void>;
  /** Runs a command line with the identity that opens everything. */
  readonly run: (words: string, given?: Given) => Promise<Ran>;
}

interface Outcome {
  /** Everything that the program said. */
  readonly said: string;
  readonly code: string | null;
  readonly out: string;
}

export async function inSetting(
  work: (setting: Setting) => Promise<Ran | UndersealError>,
): Promise<{ outcome: Outcome; spilled: string[]; altered: string[] }> {
  await using world = await World.create();
  const allowed = new Set<string>();
  const files = new Map<string, string | Uint8Array>();
  const setting: Setting = {
    world,
    put: async (name, content) => {
      allowed.add(world.path(name));
      files.set(world.path(name), content);
      await writeFile(world.path(name), content);
    },
    putSealed: async (name, change = (sealed) => sealed) => {
      const sealed = change(await seal(PLAIN));
      files.set(world.path(name), sealed);
      await writeFile(world.path(name), sealed);
    },
    run: (words, given = {}) => {
      const env = { SOPS_AGE_KEY: IDENTITIES[0] ?? "", EDITOR: "editor", ...given.env };
      return world.run(words.split(" "), { ...given, env });
    },
  };
  const ended = await work(setting);
  const spilled = await filesWith(world.folder, allowed);
  const altered = await changedFiles(files);
  return {
    outcome: ended instanceof UndersealError ? errorOutcome(ended) : ranOutcome(ended),
    spilled: [...spilled, ...(await strays())],
    altered,
  };
}

const errorOutcome = (error: UndersealError): Outcome => ({
  said: [
    error.message,
    error.stack,
    JSON.stringify(error),
    JSON.stringify(error.places),
    String(error.cause),
  ].join("\n"),
  code: error.code,
  out: "",
});

const ranOutcome = ({ status, out, err }: Ran): Outcome => ({
  said: err,
  code:
    status === 0
      ? null
      : (/underseal: ([A-Z_]+):/.exec(err)?.[1] ??
        /"code":"([A-Z_]+)"/.exec(err)?.[1] ??
        String(status)),
  out,
});

/** Files that are no longer as the scenario wrote them. */
async function changedFiles(files: ReadonlyMap<string, string | Uint8Array>): Promise<string[]> {
  const same = async ([path, content]: readonly [string, string | Uint8Array]): Promise<boolean> =>
    Buffer.from(content).equals(await readFile(path));
  const entries = await Promise.all([...files].map(async (entry) => [entry[0], await same(entry)]));
  return entries.filter(([, isSame]) => isSame === false).map(([path]) => String(path));
}

/** Files that hold the canary and should not. */
async function filesWith(folder: string, allowed: ReadonlySet<string>): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    paths.map(async (path) => (leakIn(await readFile(path, "latin1")) === undefined ? [] : [path])),
  );
  return found.flat().filter((path) => !allowed.has(path));
}

/** Folders for editors that this process left behind. */
async function strays(): Promise<string[]> {
  const folders = ["/dev/shm", tmpdir()];
  const left = await Promise.all(
    folders.map((folder) => readdir(folder).catch((): string[] => [])),
  );
  return left.flat().filter((name) => name.startsWith(`underseal-edit-${String(process.pid)}-`));
}
