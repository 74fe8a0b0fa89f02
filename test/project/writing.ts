/** What tests of writing share: an old file, and the ways to put a new one in its place. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Disk } from "../../src/project/disk.ts";
import { fingerprintOf } from "../../src/project/read.ts";
import { writeAtomically, type WriteOptions } from "../../src/project/write.ts";
import { newFolder, surroundingsIn } from "./world.ts";

export const OLD = "old: 1\n";
export const NEW = "new: 22\n";

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A new folder with the old file in it. */
export function oldFile(mode = 0o640): string {
  const path = join(newFolder(), "a.yaml");
  writeFileSync(path, OLD);
  chmodSync(path, mode);
  return path;
}

/** Replaces the old file by the new one, as process 4242. */
export const replace = (path: string, more: Partial<WriteOptions> = {}): Promise<void> =>
  writeAtomically(path, bytes(NEW), {
    expect: fingerprintOf(bytes(OLD)),
    mode: 0o600,
    surroundings: surroundingsIn(dirname(path)),
    ...more,
  });

/** Writes the new file where there is none. */
export const create = (path: string, more: Partial<WriteOptions> = {}): Promise<void> =>
  replace(path, { expect: null, ...more });

export const contentOf = (path: string): string => readFileSync(path, "utf8");
export const modeOf = (path: string): number => statSync(path).mode & 0o7777;
export const filesIn = (folder: string): string[] => readdirSync(folder).sort();

/** The real disk with some calls in other hands. */
export const diskWith = (calls: Partial<Disk>): Disk => ({ ...fileSystem, ...calls });
