/** A world for command lines in tests: a temporary folder, an environment of its own, recorded streams. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Io } from "../../src/cli/io.ts";
import { runProgram } from "../../src/cli/program.ts";

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** What stands in for the user and the machine. */
export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** Answers to questions on a terminal, in order; without them there is no terminal. */
  readonly answers?: readonly string[];
  /** What the editor does to the file that it is given; its exit status. */
  readonly editor?: (path: string) => Promise<number>;
}

export class World implements AsyncDisposable {
  /** The working folder. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), "underseal-test-"));
    await chmod(folder, 0o700);
    return new World(folder);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async run(words: readonly string[], given: Given = {}): Promise<Ran> {
    const out: string[] = [];
    const err: string[] = [];
    const status = await runProgram(words, this.#io(given, out, err));
    return { status, out: out.join(""), err: err.join("") };
  }

  #io(
    { env = {}, stdin = new Uint8Array(), answers, editor }: Given,
    out: string[],
    err: string[],
  ): Io {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const replies = [...(answers ?? [])];
    const home = join(this.folder, "home");
    return {
      surroundings: {
        cwd: this.folder,
        env: {
          PATH: process.env["PATH"],
          HOME: home,
          XDG_CONFIG_HOME: join(home, ".config"),
          ...env,
        },
        home,
        platform: "linux",
        now: () => new Date("2026-11-24T12:00:00Z"),
        randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
        pid: process.pid,
        isRunning: (pid) => pid === process.pid,
      },
      terminal: { stdin: answers !== undefined, stdout: false },
      out: (data) => out.push(typeof data === "string" ? data : decoder.decode(data)),
      err: (text) => err.push(text),
      readStdin: () => Promise.resolve(stdin),
      ask: (question) => {
        err.push(`${question}\n`);
        return Promise.resolve(replies.shift() ?? null);
      },
      run: (command) => editor?.(command.at(-1) ?? "") ?? Promise.resolve(127),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
