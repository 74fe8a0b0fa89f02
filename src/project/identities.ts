import { type ChildProcessByStdio, spawn } from "node:child_process";
import { isAbsolute, join, resolve } from "node:path";
import { type Readable } from "node:stream";
import { UndersealError } from "../errors.ts";
import { type AgeIdentity, parseAgeIdentities } from "../keys/age.ts";
import { escapeText } from "../tree/path.ts";
import { splitCommandLine } from "./command-line.ts";
import { readAnyFile } from "./read.ts";
import { type Surroundings } from "./surroundings.ts";

/** Every identity that was found, and what was wrong with the places that gave none. */
export interface FoundIdentities {
  readonly identities: readonly AgeIdentity[];
  /** `IDENTITY_INVALID`, `IDENTITY_COMMAND_FAILED`: one error for each bad place. */
  readonly problems: readonly UndersealError[];
}

/**
 * The user's age identities from every place where SOPS looks for native ones (sops-format 5.1):
 * `SOPS_AGE_KEY`, `SOPS_AGE_KEY_FILE`, `SOPS_AGE_KEY_CMD`, `keys.txt`, in this order. An empty
 * variable counts as not set.
 *
 * @throws `IDENTITY_INVALID`, `IDENTITY_COMMAND_FAILED`: the first problem, when no place gave one
 */
export async function ageIdentities(surroundings: Surroundings): Promise<readonly AgeIdentity[]> {
  const {
    identities,
    problems: [problem],
  } = await gatherAgeIdentities(surroundings);
  if (identities.length === 0 && problem !== undefined) throw problem;
  return identities;
}

/** As `ageIdentities`, and never throws for a bad place: a good one beside it still counts. */
export async function gatherAgeIdentities(surroundings: Surroundings): Promise<FoundIdentities> {
  const identities: AgeIdentity[] = [];
  const problems: UndersealError[] = [];
  for (const place of [fromVariable, fromNamedFile, fromCommand, fromKeysFile]) {
    try {
      identities.push(...(await place(surroundings)));
    } catch (error) {
      if (!(error instanceof UndersealError)) throw error;
      problems.push(error);
    }
  }
  return { identities, problems };
}

/** What says where the configuration folder is. */
type User = Pick<Surroundings, "env" | "home" | "platform">;

/** Where the user's own identities are kept: `sops/age/keys.txt` in the configuration folder. */
export function keysFilePath(surroundings: User): string {
  return join(configFolder(surroundings), "sops", "age", "keys.txt");
}

function configFolder({ env, home, platform }: User): string {
  if (platform === "win32") return env["APPDATA"] ?? join(home, "AppData", "Roaming");
  const chosen = env["XDG_CONFIG_HOME"] ?? "";
  // The XDG specification says that a relative path is to be ignored.
  if (isAbsolute(chosen)) return chosen;
  return join(home, ...(platform === "darwin" ? ["Library", "Application Support"] : [".config"]));
}

function fromVariable({ env }: Surroundings): AgeIdentity[] {
  const text = env["SOPS_AGE_KEY"] ?? "";
  return text === "" ? [] : identitiesIn(text, "SOPS_AGE_KEY");
}

async function fromNamedFile({ cwd, env }: Surroundings): Promise<AgeIdentity[]> {
  const path = env["SOPS_AGE_KEY_FILE"] ?? "";
  if (path === "") return [];
  const source = `SOPS_AGE_KEY_FILE (${escapeText(path)})`;
  const text = await readIdentityFile(resolve(cwd, path), source);
  if (text === null) throw invalid(`${source}: there is no such file`);
  return identitiesIn(text, source);
}

async function fromKeysFile(surroundings: Surroundings): Promise<AgeIdentity[]> {
  const path = keysFilePath(surroundings);
  const source = escapeText(path);
  const text = await readIdentityFile(path, source);
  return text === null ? [] : identitiesIn(text, source);
}

async function fromCommand(surroundings: Surroundings): Promise<AgeIdentity[]> {
  const text = surroundings.env["SOPS_AGE_KEY_CMD"] ?? "";
  if (text === "") return [];
  return identitiesIn(await outputOf(commandIn(text), surroundings), "SOPS_AGE_KEY_CMD");
}

function identitiesIn(text: string, source: string): AgeIdentity[] {
  const identities = parseAgeIdentities(text, source);
  if (identities.length === 0) throw invalid(`${source} holds no identity`);
  return identities;
}

const invalid = (message: string): UndersealError =>
  new UndersealError("IDENTITY_INVALID", message);

/** Nobody has a mebibyte of keys. */
const MAX_BYTES = 1024 * 1024;

/**
 * The text of a file or pipe; `null` when there is none. Any other failure is one of the identity:
 * the codes of files mean the file that the caller works on.
 */
async function readIdentityFile(path: string, source: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await readAnyFile(path, MAX_BYTES));
  } catch (error) {
    if (!(error instanceof UndersealError)) throw error;
    if (error.code === "FILE_NOT_FOUND") return null;
    throw invalid(`${source}: ${error.message}`);
  }
}

function commandIn(text: string): string[] {
  try {
    return splitCommandLine(text);
  } catch (error) {
    throw error instanceof UndersealError ? commandFailed(error.message) : error;
  }
}

const commandFailed = (why: string): UndersealError =>
  new UndersealError("IDENTITY_COMMAND_FAILED", `SOPS_AGE_KEY_CMD gave no identity: ${why}`);

/** Standard output of a command, run without a shell. Its standard error may hold keys: dropped. */
async function outputOf(command: readonly string[], surroundings: Surroundings): Promise<string> {
  const child = start(command, surroundings);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    if (text.length > MAX_BYTES) child.kill("SIGKILL");
  });
  return new Promise((done, fail) => {
    child.once("error", () => {
      fail(cannotStart());
    });
    child.once("close", (status, signal) => {
      if (text.length > MAX_BYTES) fail(commandFailed("it prints too much"));
      else if (signal !== null) fail(commandFailed("it was killed"));
      else if (status !== 0) fail(commandFailed(`it ended with status ${String(status)}`));
      else done(text);
    });
  });
}

const cannotStart = (): UndersealError => commandFailed("the program cannot be started");

/** Some failures to start are thrown, others emitted. */
function start(
  [program, ...words]: readonly string[],
  { cwd, env }: Surroundings,
): ChildProcessByStdio<null, Readable, null> {
  if (program === undefined) throw commandFailed("it names no program");
  try {
    return spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    throw cannotStart();
  }
}
