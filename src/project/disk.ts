import type * as fileSystem from "node:fs/promises";
import { UndersealError } from "../errors.ts";

/** The calls by which files are written: `node:fs/promises`, or in tests one that fails. */
export type Disk = Pick<
  typeof fileSystem,
  "link" | "open" | "readdir" | "realpath" | "rename" | "stat" | "unlink"
>;

/** The code of a failed system call (`ENOENT`); `null` for any other error. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof UndersealError) return null;
  return "code" in error && typeof error.code === "string" ? error.code : null;
}
