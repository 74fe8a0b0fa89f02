import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { hostSurroundings } from "../index.ts";
import { type Io } from "./io.ts";

/** The world as this process sees it. */
export function processIo(): Io {
  ignoreClosedPipe();
  return {
    surroundings: hostSurroundings({ cwd: process.cwd(), env: process.env }),
    terminal: { stdin: process.stdin.isTTY, stdout: process.stdout.isTTY },
    out: (data) => void process.stdout.write(data),
    err: (text) => void process.stderr.write(text),
    readStdin,
    ask,
    run,
  };
}

/** `underseal decrypt x | head -1` is no failure of ours. */
function ignoreClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return new Uint8Array(Buffer.concat(chunks));
}

async function ask(question: string): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return await Promise.race([lines.question(question), closed(lines)]);
  } finally {
    lines.close();
  }
}

const closed = (lines: ReturnType<typeof createInterface>): Promise<null> =>
  new Promise((resolve) => {
    lines.once("close", () => {
      resolve(null);
    });
  });

async function run([program = "", ...words]: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: "inherit" });
    child.once("error", () => {
      resolve(127);
    });
    child.once("exit", (status, signal) => {
      resolve(signal === null ? (status ?? 1) : 128);
    });
  });
}
