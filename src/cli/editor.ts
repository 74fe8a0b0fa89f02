import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { splitCommandLine, UndersealError } from "../index.ts";
import { type Io } from "./io.ts";

/** A plaintext file for an editor, in a private folder in memory where there is one; gone when disposed of. */
export class EditorFile implements AsyncDisposable {
  readonly #folder: string;
  readonly #path: string;
  readonly #forget: () => void;

  private constructor(folder: string, path: string) {
    this.#folder = folder;
    this.#path = path;
    this.#forget = removeOnSignal(folder);
  }

  /** A file (0600) in a new folder (0700), named as the file that is edited. */
  static async create(name: string, content: Uint8Array): Promise<EditorFile> {
    const folder = await mkdtemp(
      join(await memoryFolder(), `underseal-edit-${String(process.pid)}-`),
    );
    await chmod(folder, 0o700);
    const file = new EditorFile(folder, join(folder, basename(name)));
    await writeFile(file.#path, content, { mode: 0o600, flag: "wx" });
    return file;
  }

  /**
   * Lets the user edit and gives the new content.
   *
   * @throws `EDITOR_FAILED`
   */
  async edit(io: Io): Promise<Uint8Array> {
    const command = editorCommand(io);
    const status = await io.run([...command, this.#path]);
    if (status === 127) throw new UndersealError("EDITOR_FAILED", "the editor cannot be started");
    if (status !== 0)
      throw new UndersealError(
        "EDITOR_FAILED",
        `the editor ended with status ${String(status)}; nothing was changed`,
      );
    try {
      return new Uint8Array(await readFile(this.#path));
    } catch {
      throw new UndersealError("EDITOR_FAILED", "the editor removed the file; nothing was changed");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forget();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A tmpfs keeps plaintext off the disk. */
async function memoryFolder(): Promise<string> {
  const shared = "/dev/shm";
  const exists = await stat(shared).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return exists ? shared : tmpdir();
}

function editorCommand({ surroundings: { env } }: Io): string[] {
  const text = env["SOPS_EDITOR"] ?? env["EDITOR"] ?? "vi";
  const words = editorWords(text);
  if (words.length === 0)
    throw new UndersealError("EDITOR_FAILED", "SOPS_EDITOR or EDITOR names no program");
  return words;
}

function editorWords(text: string): string[] {
  try {
    return splitCommandLine(text);
  } catch (error) {
    if (error instanceof UndersealError)
      throw new UndersealError("EDITOR_FAILED", "SOPS_EDITOR or EDITOR has an open quote");
    throw error;
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Removes the folder when the process is told to end; gives the way to stop listening. */
function removeOnSignal(folder: string): () => void {
  const end = (): void => {
    void rm(folder, { recursive: true, force: true }).finally(() => process.exit(1));
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return () => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
}
