import { type Stats } from "node:fs";
import { type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UndersealError } from "../errors.ts";
import { type Disk } from "./disk.ts";
import { fingerprintOf, hasFingerprint } from "./read.ts";
import { type Surroundings } from "./surroundings.ts";

/** Whose temporary files they are. */
export type Owner = Pick<Surroundings, "isRunning" | "pid" | "randomBytes">;

/** What a temporary file is to hold. */
export interface Content {
  readonly bytes: Uint8Array;
  /** Permissions of a file that replaces none, less the umask. */
  readonly mode: number;
  /** The file to replace, whose owner and permissions are taken over; `null` for a new file. */
  readonly old: Stats | null;
}

/** Enough to know the file by, and short enough for what is put around it (255 bytes at most). */
const NAME_CHARACTERS = 45;

const prefixFor = (target: string): string =>
  `.${Array.from(basename(target)).slice(0, NAME_CHARACTERS).join("")}.underseal-`;

/** A fresh path beside `target`: `.<name>.underseal-<pid>-<random>`. */
export function temporaryPath(
  target: string,
  { pid, randomBytes }: Omit<Owner, "isRunning">,
): string {
  const random = [...randomBytes(8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return join(dirname(target), `${prefixFor(target)}${String(pid)}-${random}`);
}

/**
 * Removes what writes to `target` left behind whose process was killed. What cannot be removed now
 * is left for the next write: it must not keep this one from happening.
 */
export async function sweepTemporaries(
  target: string,
  disk: Disk,
  { isRunning }: Owner,
): Promise<void> {
  const folder = dirname(target);
  const prefix = prefixFor(target);
  const names = await disk.readdir(folder).catch((): string[] => []);
  for (const name of names.filter((candidate) => candidate.startsWith(prefix))) {
    const pid = /^(\d{1,10})-[0-9a-f]{16}$/.exec(name.slice(prefix.length))?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await removeQuietly(join(folder, name), disk);
  }
}

/** Removes a file on the way out of a failure, whose reason matters more than this one's. */
export async function removeQuietly(path: string, disk: Disk): Promise<void> {
  await disk.unlink(path).catch(() => undefined);
}

/**
 * Makes the file at `path` with its whole content on the disk, owner and permissions included.
 *
 * @throws `OUTPUT_NOT_VERIFIED`, and failed system calls as they are
 */
export async function makeTemporary(
  path: string,
  { bytes, mode, old }: Content,
  disk: Disk,
): Promise<void> {
  const handle = await disk.open(path, "wx", old === null ? mode : 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    const limits = { maxBytes: bytes.length, disk };
    if (!(await hasFingerprint(path, fingerprintOf(bytes), limits))) {
      throw new UndersealError("OUTPUT_NOT_VERIFIED", "what was written does not read back");
    }
    if (old !== null) await takeOver(handle, old);
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
  await handle.close();
}

/**
 * Only the superuser may give a file away, and only to their own groups may others. Where the group
 * cannot be kept, it gets no more than everybody: its bits were meant for another group.
 */
async function takeOver(handle: FileHandle, old: Stats): Promise<void> {
  const mode = old.mode & 0o777;
  const groupKept = await keepOwner(handle, old);
  await handle.chmod(groupKept ? mode : (mode & 0o707) | ((mode & 0o007) << 3));
}

/** Whether the group was kept. */
async function keepOwner(handle: FileHandle, old: Stats): Promise<boolean> {
  const own = await handle.stat();
  if (own.uid === old.uid && own.gid === old.gid) return true;
  const given = async (uid: number): Promise<boolean> =>
    handle.chown(uid, old.gid).then(
      () => true,
      () => false,
    );
  return (await given(old.uid)) || (await given(own.uid));
}
