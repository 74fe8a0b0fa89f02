import { type Stats } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UndersealError } from "../errors.ts";
import { type Disk, systemCode } from "./disk.ts";
import { hasFingerprint } from "./read.ts";
import { type Surroundings } from "./surroundings.ts";
import {
  makeTemporary,
  type Owner,
  removeQuietly,
  sweepTemporaries,
  temporaryPath,
} from "./temporary-file.ts";

/** How a file is written. */
export interface WriteOptions {
  /** `SourceFile.fingerprint` of the file that is replaced; `null` when there must be none yet. */
  readonly expect: string | null;
  /** Permissions of a new file, less the umask; a file that is replaced keeps its own. */
  readonly mode: number;
  readonly surroundings: Owner & Pick<Surroundings, "cwd">;
  /** The real disk by default. */
  readonly disk?: Disk;
}

/**
 * Writes a file whole or not at all: to a temporary file beside it that is read back and compared,
 * then put into its place in one step. Symbolic links stay, and their target is replaced.
 * Permissions and, where possible, owner and group are kept; access control lists are not. A kill
 * leaves at most the temporary file, which the next write to the same file removes.
 *
 * Whoever changes the file between the last comparison and the rename, right after it, loses that
 * change: no system call can prevent that.
 *
 * @throws `FILE_CHANGED`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `OUTPUT_DISK_FULL` and
 *   `OUTPUT_NOT_VERIFIED`; the disk is then as it was, except when `OUTPUT_NOT_VERIFIED` says that
 *   the new file is in place
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  options: WriteOptions,
): Promise<void> {
  const absolute = resolve(options.surroundings.cwd, path);
  const job = { disk: fileSystem, ...options, bytes };
  try {
    await (job.expect === null ? create(absolute, job) : replace(absolute, job, job.expect));
  } catch (error) {
    throw writeError(error).at({ file: path });
  }
}

interface Job extends WriteOptions {
  readonly bytes: Uint8Array;
  readonly disk: Disk;
}

async function replace(path: string, job: Job, expect: string): Promise<void> {
  const { disk, surroundings } = job;
  const target = await disk.realpath(path).catch(missingIsChanged);
  // First of all: what a killed write left behind may be a hard link to the file.
  await sweepTemporaries(target, disk, surroundings);
  const old = await disk.stat(target).catch(missingIsChanged);
  refuseUnreplaceable(old);
  await throughTemporary(target, { ...job, old }, async (temporary) => {
    if (!(await hasFingerprint(target, expect, { maxBytes: old.size, disk }))) throw changed();
    await disk.rename(temporary, target);
  });
}

async function create(target: string, job: Job): Promise<void> {
  await sweepTemporaries(target, job.disk, job.surroundings);
  await throughTemporary(target, { ...job, old: null }, async (temporary) => {
    await publishNew(temporary, target, job.disk);
  });
}

async function throughTemporary(
  target: string,
  { disk, surroundings, ...content }: Job & { old: Stats | null },
  publish: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryPath(target, surroundings);
  try {
    await makeTemporary(temporary, content, disk);
    await publish(temporary);
  } catch (error) {
    await removeQuietly(temporary, disk);
    throw error;
  }
  await syncFolder(dirname(target), disk);
}

function missingIsChanged(error: unknown): never {
  throw ["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "") ? changed() : error;
}

/** A rename asks only the folder for permission, and would tear hard links apart without a word. */
function refuseUnreplaceable(old: Stats): void {
  if (!old.isFile()) throw unwritable("this is no regular file");
  if ((old.mode & 0o222) === 0) throw unwritable("the file is read-only");
  if (old.nlink > 1) throw unwritable("the file has hard links, which would keep the old content");
}

const changed = (): UndersealError =>
  new UndersealError("FILE_CHANGED", "the file is no longer as it was when it was read");

const unwritable = (message: string): UndersealError =>
  new UndersealError("OUTPUT_UNWRITABLE", message);

/** What `link` fails with on file systems that have no hard links. */
const NO_LINKS = ["ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EPERM"];

/** Unlike a rename, a link never replaces anything. */
async function publishNew(temporary: string, target: string, disk: Disk): Promise<void> {
  try {
    await disk.link(temporary, target);
  } catch (error) {
    if (!NO_LINKS.includes(systemCode(error) ?? "")) throw error;
    await publishWithoutLinks(temporary, target, disk);
    return;
  }
  await undoneOnFailure(target, disk, () => disk.unlink(temporary));
}

/** Claims the name with an empty file, then renames over it; a kill in between leaves it empty. */
async function publishWithoutLinks(temporary: string, target: string, disk: Disk): Promise<void> {
  const claim = await disk.open(target, "wx", 0o600);
  await undoneOnFailure(target, disk, async () => {
    await claim.close();
    await disk.rename(temporary, target);
  });
}

/** Removes the new file at `target` again when `finish` fails. */
async function undoneOnFailure(
  target: string,
  disk: Disk,
  finish: () => Promise<void>,
): Promise<void> {
  try {
    await finish();
  } catch (error) {
    await removeQuietly(target, disk);
    throw error;
  }
}

/** What systems say that cannot open folders or not sync them: there the rename has to do. */
const NO_FOLDER_SYNC = ["EACCES", "EINVAL", "EISDIR", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EPERM"];

async function syncFolder(folder: string, disk: Disk): Promise<void> {
  try {
    const handle = await disk.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (NO_FOLDER_SYNC.includes(systemCode(error) ?? "")) return;
    const message = "the new file is in place, but the disk did not confirm that it will stay";
    throw new UndersealError("OUTPUT_NOT_VERIFIED", message);
  }
}

/** Our error for a failed system call; any other error that is not ours is a bug, and passes. */
function writeError(error: unknown): UndersealError {
  if (error instanceof UndersealError) return error;
  const code = systemCode(error);
  if (code === null) throw error;
  if (code === "EEXIST") return new UndersealError("OUTPUT_EXISTS", "there is such a file already");
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new UndersealError("OUTPUT_DISK_FULL", "the disk or the quota is full");
  }
  if (code === "ENOENT" || code === "ENOTDIR") return unwritable("there is no such folder");
  return unwritable(`the file cannot be written (${code})`);
}
