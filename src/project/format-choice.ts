import { type FileFormat, type FormatName } from "../formats/file-format.ts";
import { formatNamed } from "../seal/text.ts";

/** What tells the format of a file. */
interface Named {
  readonly path: string;
  /** Name of a format that the user gave. */
  readonly inputType: string | undefined;
}

/**
 * The format of a file in clear: the one that the user names, else by the end of its name as SOPS
 * has it; every other file is binary (sops-format 7.3).
 *
 * @throws `TYPE_UNKNOWN` for a name that is no format
 */
export function plainFormat(
  { path, inputType }: Named,
  formats: readonly FileFormat[],
): FileFormat {
  if (inputType !== undefined) return formatNamed(inputType, formats);
  return byExtension(path, formats) ?? formatNamed("binary", formats);
}

/**
 * The format of a sealed file. Where its name does not tell, its `sops` entry does: `app.yaml.enc`
 * and `.env.production` open without a flag.
 *
 * @throws `TYPE_UNKNOWN` for a name that is no format
 */
export function sealedFormat(
  { path, inputType, bytes }: Named & { bytes: Uint8Array },
  formats: readonly FileFormat[],
): FileFormat {
  if (inputType !== undefined) return formatNamed(inputType, formats);
  return byExtension(path, formats) ?? formatNamed(byContent(bytes), formats);
}

const byExtension = (path: string, formats: readonly FileFormat[]): FileFormat | undefined =>
  formats.find(({ extensions }) => extensions.some((extension) => path.endsWith(extension)));

/** How each format begins its metadata on a line of its own; JSON with one string is a binary file. */
const SIGNS: readonly (readonly [FormatName, RegExp])[] = [
  ["dotenv", /^sops_(?:mac|version|lastmodified)=/m],
  ["ini", /^\[sops\][ \t]*\r?$/m],
  ["yaml", /^["']?sops["']?[ \t]*:/m],
];

function byContent(bytes: Uint8Array): FormatName {
  const text = new TextDecoder().decode(bytes);
  if (/^\s*\{/.test(text)) return isBinary(text) ? "binary" : "json";
  return SIGNS.find(([, sign]) => sign.test(text))?.[0] ?? "binary";
}

/** Whether the object begins as SOPS writes a binary file: with `data`, and `sops` next. */
const isBinary = (text: string): boolean =>
  /^\s*\{\s*"data"\s*:\s*"[^"\\]*"\s*,\s*"sops"\s*:/.test(text) || !text.includes('"sops"');
