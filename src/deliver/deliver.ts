/** Plaintext artefacts to the disk, whole or not at all, for their owner only. */
import * as fileSystem from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { UndersealError } from "../errors.ts";
import { type Artefact } from "../materialize/artefact.ts";
import { MARKER_NAME } from "../materialize/file-name.ts";
import { systemCode } from "../project/disk.ts";
import { type Surroundings } from "../project/surroundings.ts";
import { temporaryPath } from "../project/temporary-file.ts";

/** The calls by which artefacts are written: `node:fs/promises`, or in tests one that fails. */
export type DeliveryDisk = Pick<
  typeof fileSystem,
  "link" | "lstat" | "mkdir" | "open" | "readdir" | "readFile" | "rename" | "rm"
>;

/** How artefacts are delivered. */
export interface DeliverOptions {
  /** Replaces a file, or a folder that was delivered before. */
  readonly force: boolean;
  readonly surroundings: Pick<Surroundings, "pid" | "randomBytes">;
  /** The real disk by default. */
  readonly disk?: DeliveryDisk;
}

/**
 * Writes one file. Nobody sees a part of it, and on failure the disk is as it was.
 *
 * @param path - absolute; a symbolic link is replaced, not followed
 * @throws `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `OUTPUT_DISK_FULL`, `OUTPUT_NOT_VERIFIED`
 */
export async function deliverFile(
  path: string,
  content: Uint8Array,
  { mode, force, surroundings, disk = fileSystem }: DeliverOptions & { mode: number },
): Promise<void> {
  const temporary = temporaryPath(path, surroundings);
  try {
    await writeNew(temporary, { content, mode }, disk);
    // Unlike a rename, a link never replaces anything.
    await (force ? disk.rename(temporary, path) : disk.link(temporary, path));
  } catch (error) {
    await disk.rm(temporary, { force: true }).catch(() => undefined);
    throw deliveryError(error).at({ file: path });
  }
  await removed(temporary, disk);
}

/** Plaintext that cannot be taken away again has to be known of. */
async function removed(path: string, disk: DeliveryDisk): Promise<void> {
  try {
    await disk.rm(path, { recursive: true, force: true });
  } catch {
    const message = "all is written, but a plaintext copy could not be removed: remove it";
    throw new UndersealError("OUTPUT_UNWRITABLE", message, { file: path });
  }
}

/**
 * Writes a folder (0700) of artefacts. Nobody sees a part of them, and on failure the disk is as it was.
 *
 * @param folder - absolute
 * @returns the absolute paths of the files
 * @throws `OUTPUT_EXISTS` when there is something that was not delivered before, or `force` is not
 *   given; `ARTEFACT_NAME_INVALID` for a path that leads out; else as `deliverFile`
 */
export async function deliverFiles(
  folder: string,
  artefacts: readonly Artefact[],
  { force, surroundings, disk = fileSystem }: DeliverOptions,
): Promise<string[]> {
  refuseEscapes(artefacts);
  const temporary = temporaryPath(folder, surroundings);
  try {
    const occupied = await isOccupied(folder, disk);
    if (occupied && !(force && (await wasDelivered(folder, disk)))) throw exists();
    await fill(temporary, artefacts, disk);
    if (occupied) await swap(temporary, folder, disk);
    else await disk.rename(temporary, folder);
  } catch (error) {
    await disk.rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw deliveryError(error).at({ file: folder });
  }
  return artefacts.map(({ path }) => join(folder, path));
}

const exists = (): UndersealError =>
  new UndersealError("OUTPUT_EXISTS", "something stands there already");

function refuseEscapes(artefacts: readonly Artefact[]): void {
  for (const { path } of artefacts) {
    const steps = path.split("/");
    if (steps.every((step) => step !== "" && step !== "." && step !== ".." && !/[\\\0]/.test(step)))
      continue;
    throw new UndersealError("ARTEFACT_NAME_INVALID", "an artefact's path leads out of its folder");
  }
}

/** Whether something stands there; an empty folder does not count. */
async function isOccupied(folder: string, disk: DeliveryDisk): Promise<boolean> {
  try {
    const found = await disk.lstat(folder);
    return !found.isDirectory() || (await disk.readdir(folder)).length > 0;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Whether everything in a folder was delivered: its marker names each file. */
async function wasDelivered(folder: string, disk: DeliveryDisk): Promise<boolean> {
  if (!(await disk.lstat(folder)).isDirectory()) return false;
  if (!(await disk.readdir(folder)).includes(MARKER_NAME)) return false;
  const named = new Set((await disk.readFile(join(folder, MARKER_NAME), "utf8")).split("\n"));
  const entries = await disk.readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.every((entry) => named.has(relative(folder, join(entry.parentPath, entry.name))));
}

async function fill(
  folder: string,
  artefacts: readonly Artefact[],
  disk: DeliveryDisk,
): Promise<void> {
  await disk.mkdir(folder, { mode: 0o700 });
  for (const { path, content, mode } of artefacts) {
    await disk.mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    await writeNew(join(folder, path), { content, mode }, disk);
  }
  const named = [...artefacts.map(({ path }) => path.split("/").join(sep)), MARKER_NAME];
  const marker = { content: new TextEncoder().encode(named.join("\n")), mode: 0o600 };
  await writeNew(join(folder, MARKER_NAME), marker, disk);
}

/** Creates a file that must not exist, on the disk and read back. */
async function writeNew(
  path: string,
  { content, mode }: Pick<Artefact, "content" | "mode">,
  disk: DeliveryDisk,
): Promise<void> {
  const handle = await disk.open(path, "wx", mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const written = await disk.readFile(path);
  if (written.length === content.length && content.every((byte, index) => byte === written[index]))
    return;
  throw new UndersealError("OUTPUT_NOT_VERIFIED", "what was written does not read back");
}

/** Puts a new folder in the place of an old one; the old one comes back when that fails. */
async function swap(fresh: string, folder: string, disk: DeliveryDisk): Promise<void> {
  const aside = `${fresh}-old`;
  await disk.rename(folder, aside);
  try {
    await disk.rename(fresh, folder);
  } catch (error) {
    await disk.rename(aside, folder);
    throw error;
  }
  await removed(aside, disk);
}

/** Our error for a failed system call; any other that is not ours is a bug, and passes. */
function deliveryError(error: unknown): UndersealError {
  if (error instanceof UndersealError) return error;
  const code = systemCode(error);
  if (code === null) throw error;
  if (code === "EEXIST" || code === "ENOTEMPTY") return exists();
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new UndersealError("OUTPUT_DISK_FULL", "the disk or the quota is full");
  }
  return new UndersealError("OUTPUT_UNWRITABLE", `it cannot be written (${code})`);
}
