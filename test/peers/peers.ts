/** The real programs beside us: where they are, and sops run so that nothing of this machine's user gets in. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const BIN = join(
  process.env["UNDERSEAL_PEERS"] ?? join(homedir(), ".cache/underseal-peers"),
  "bin",
);
const INSTALLER = fileURLToPath(new URL("install.sh", import.meta.url));

/** The installer is the one place that says which versions are wanted. */
const wantedVersion = (variable: string): string =>
  new RegExp(`^${variable}=(.*)$`, "m").exec(readFileSync(INSTALLER, "utf8"))?.[1] ?? "";

const PEERS = [
  { name: "sops", version: wantedVersion("SOPS"), ask: ["--version", "--disable-version-check"] },
  { name: "age", version: wantedVersion("AGE"), ask: ["--version"] },
  { name: "age-keygen", version: wantedVersion("AGE"), ask: ["--version"] },
];

/** What is missing, in words; empty when all peers are there in the wanted versions. */
export function missingPeers(): string[] {
  return PEERS.flatMap(({ name, version, ask }) => {
    const program = peer(name);
    if (!existsSync(program)) return [`${name} ${version} is not there: ${program}`];
    const found = /\d+\.\d+\.\d+/.exec(spawnSync(program, ask, { encoding: "utf8" }).stdout)?.[0];
    return found === version
      ? []
      : [`${name} ${version} is wanted, but ${program} is ${found ?? "of no known version"}`];
  });
}

/** The path of a peer's program. */
export const peer = (name: string): string => join(BIN, name);

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end in an empty folder of its own, with `input` on its standard input. */
export function run(
  program: string,
  words: readonly string[],
  options: { env: Readonly<Record<string, string>>; cwd: string; input?: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { env, cwd, input = "" } = options;
    const child = spawn(program, words, { env, cwd });
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
      const chunks: string[] = [];
      stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
      return chunks;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      resolve({ status, stdout: stdout?.join("") ?? "", stderr: stderr?.join("") ?? "" });
    });
    // A program that refuses early closes its end of the pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** What sops is asked to print. */
export type OutputType = "yaml" | "json";

/** sops with one age identity, an empty home and no config file; dispose of it to remove its folder. */
export class Sops implements Disposable {
  /** An empty folder, home and working directory of every run. */
  readonly folder = mkdtempSync(join(tmpdir(), "underseal-peers-"));
  /** What every run sees of the world. */
  readonly env: Readonly<Record<string, string>>;

  /** @param identities - path of the file with age identities */
  constructor(identities: string) {
    this.env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.folder,
      TZ: "UTC",
      SOPS_AGE_KEY_FILE: identities,
      SOPS_DISABLE_VERSION_CHECK: "true",
    };
  }

  /** Runs `sops WORDS` with `input` on its standard input. */
  run(words: readonly string[], input: string): Promise<Ended> {
    return run(peer("sops"), words, { env: this.env, cwd: this.folder, input });
  }

  /** Seals YAML with the given flags: recipients, selection. */
  encrypt(text: string, flags: readonly string[]): Promise<Ended> {
    return this.run(["encrypt", ...flags, "--filename-override", "in.yaml"], text);
  }

  /** Opens YAML and prints it as another type. */
  decrypt(sealed: string, outputType: OutputType): Promise<Ended> {
    return this.run(
      ["decrypt", "--filename-override", "in.yaml", "--output-type", outputType],
      sealed,
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
