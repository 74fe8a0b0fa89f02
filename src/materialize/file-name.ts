import { type TreePath } from "../tree/path.ts";
import { refusal } from "./document.ts";

/**
 * Name of the file by which `deliver` knows a folder that underseal made. Reserved: no artefact may
 * have it.
 */
export const MARKER_NAME = ".underseal";

/** Characters that end or escape a path, deceive a reader, or cannot stand in a name on Windows. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029/\\<>:"|?*]/u;
/** Devices on Windows, with or without an extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
/** What the usual file systems allow, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;

/**
 * Refuses a name that is no plain file name on every usual system. A dot in front is allowed
 * (`.npmrc`, `.pgpass`): such files are materialized on purpose.
 *
 * @throws `ARTEFACT_NAME_INVALID` with the path.
 */
export function checkFileName(name: string, path: TreePath): void {
  const problem = problemOf(name);
  if (problem !== null) throw refusal("ARTEFACT_NAME_INVALID", problem, path);
}

function problemOf(name: string): string | null {
  if (name === "" || /[. ]$/.test(name))
    return "a file name is empty, or ends with a dot or a space";
  if (FORBIDDEN.test(name)) return "a file name has a character that not every system allows";
  if (DEVICE.test(name) || foldedName(name) === foldedName(MARKER_NAME))
    return "a file name is reserved";
  if (new TextEncoder().encode(name).length > MAX_NAME_BYTES) return "a file name is too long";
  return null;
}

/** Names with the same folded form are one file where case or Unicode form does not count. */
export function foldedName(name: string): string {
  return name.normalize("NFC").toLowerCase().toUpperCase().normalize("NFC");
}
