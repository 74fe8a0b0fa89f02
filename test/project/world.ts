/** What tests of this room share: a folder of their own, and surroundings that know nothing else. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type ErrorCode, UndersealError } from "../../src/errors.ts";
import { type Surroundings } from "../../src/project/surroundings.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, by its real path, removed after the test. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "underseal-test-")));
  folders.push(folder);
  return folder;
}

/** Surroundings in a folder, without any variable, as process 4242, the only one there is. */
export function surroundingsIn(cwd: string, more: Partial<Surroundings> = {}): Surroundings {
  let calls = 0;
  return {
    cwd,
    env: {},
    home: join(cwd, "home"),
    platform: "linux",
    pid: 4242,
    isRunning: (pid) => pid === 4242,
    now: () => new Date(0),
    randomBytes: (size) => new Uint8Array(size).fill(++calls),
    ...more,
  };
}

/** The code with which `work` fails; fails the test when it does not, or with something else than ours. */
export async function codeOf(work: () => Promise<unknown>): Promise<ErrorCode> {
  return (await failureOf(work)).code;
}

/** The error with which `work` fails. */
export async function failureOf(work: () => Promise<unknown>): Promise<UndersealError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UndersealError) return error;
    throw error;
  }
  throw new Error("this was to fail");
}
