import { createHash } from "node:crypto";
import { constants } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { resolve } from "node:path";
import { type ErrorCode, UndersealError } from "../errors.ts";
import { joinedBytes } from "../tree/bytes.ts";
import { type Disk, systemCode } from "./disk.ts";
import { type Surroundings } from "./surroundings.ts";

/** Largest file that is read where nothing else is said: 64 MiB. */
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** A file as it was when it was read. */
export interface SourceFile {
  /** As the caller named it. */
  readonly path: string;
  /** Absolute, symbolic links not resolved. */
  readonly absolute: string;
  readonly bytes: Uint8Array;
  /** Tells whether the file changed meanwhile. It says something about plaintext: never show it. */
  readonly fingerprint: string;
}

/**
 * Reads a regular file, through symbolic links as SOPS does.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, `FILE_UNREADABLE`, `FILE_TOO_LARGE`
 */
export async function readSource(
  path: string,
  { cwd }: Pick<Surroundings, "cwd">,
  { maxBytes = DEFAULT_MAX_BYTES }: { maxBytes?: number } = {},
): Promise<SourceFile> {
  const absolute = resolve(cwd, path);
  try {
    const bytes = await readRegularFile(absolute, { maxBytes });
    return { path, absolute, bytes, fingerprint: fingerprintOf(bytes) };
  } catch (error) {
    throw error instanceof UndersealError ? error.at({ file: path }) : error;
  }
}

/** SHA-256 in hexadecimal; kept in memory only. */
export function fingerprintOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** How much is read, and from where. */
interface ReadLimits {
  readonly maxBytes: number;
  readonly disk?: Pick<Disk, "open">;
}

/**
 * The bytes of a regular file; a pipe or device is refused without waiting for it.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, `FILE_UNREADABLE`, `FILE_TOO_LARGE`, without places
 */
export async function readRegularFile(
  absolute: string,
  { maxBytes, disk = fileSystem }: ReadLimits,
): Promise<Uint8Array> {
  return named(async () => {
    const handle = await disk.open(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw new UndersealError("FILE_NOT_REGULAR", "this is no regular file");
      if (status.size > maxBytes) throw tooLarge(maxBytes);
      return await readAll(handle, maxBytes);
    } finally {
      await handle.close();
    }
  });
}

/** Whether a regular file holds just this; also `false` when it cannot be read. */
export async function hasFingerprint(
  absolute: string,
  fingerprint: string,
  limits: ReadLimits,
): Promise<boolean> {
  try {
    return fingerprintOf(await readRegularFile(absolute, limits)) === fingerprint;
  } catch (error) {
    if (error instanceof UndersealError) return false;
    throw error;
  }
}

/**
 * The bytes of a file of any kind, such as the pipe of a process substitution: waits for its end.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_NOT_REGULAR` (a folder), `FILE_UNREADABLE`, `FILE_TOO_LARGE`,
 *   without places
 */
export async function readAnyFile(absolute: string, maxBytes: number): Promise<Uint8Array> {
  return named(async () => {
    const handle = await fileSystem.open(absolute, "r");
    try {
      return await readAll(handle, maxBytes);
    } finally {
      await handle.close();
    }
  });
}

const CHUNK_BYTES = 256 * 1024;

/** A file may grow while it is read, and some say that they are empty: read to the end. */
async function readAll(handle: fileSystem.FileHandle, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES);
    if (bytesRead === 0) return joinedBytes(chunks);
    size += bytesRead;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

const tooLarge = (maxBytes: number): UndersealError =>
  new UndersealError("FILE_TOO_LARGE", `the file is larger than ${String(maxBytes)} bytes`);

/** What failed calls mean to a reader; any other is `FILE_UNREADABLE`. */
const MEANINGS = new Map<string, [ErrorCode, string]>([
  ["ENOENT", ["FILE_NOT_FOUND", "there is no such file"]],
  ["ENOTDIR", ["FILE_NOT_FOUND", "there is no such file"]],
  ["EISDIR", ["FILE_NOT_REGULAR", "this is a folder"]],
  // Opening a socket, or a device without a driver.
  ["ENXIO", ["FILE_NOT_REGULAR", "this is no regular file"]],
  ["ENODEV", ["FILE_NOT_REGULAR", "this is no regular file"]],
]);

/** Runs `read` and turns the failed system call that escapes it into ours. */
async function named<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    const unreadable = ["FILE_UNREADABLE", `the file cannot be read (${code})`] as const;
    const [meaning, words] = MEANINGS.get(code) ?? unreadable;
    throw new UndersealError(meaning, words);
  }
}
