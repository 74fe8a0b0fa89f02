/** The `[sops]` section in the source text: where it is put, how it is changed, how it is taken out. */
import { UndersealError } from "../../errors.ts";
import { formatPath } from "../../tree/path.ts";
import { type Branch } from "../../tree/tree.ts";
import { applyEdits, type Edit, encodeSource } from "../dotenv/source-text.ts";
import { escapeBreaks, type FlatField, flattenMetadata } from "../flatten.ts";
import { METADATA_SECTION } from "./parse.ts";
import { type MetadataSyntax, type ParsedIni } from "./syntax.ts";
import { keyText, valueText } from "./value-text.ts";

/** Takes a `[sops]` section out again, with the line breaks that `insertion` put before its header. */
export function removal({ source }: ParsedIni, { range, section }: MetadataSyntax): Edit {
  const eol = lineBreakBefore(source, section.header?.end ?? 0);
  const { start, end } = range;
  if (end < source.length) return { start, end, text: "" };
  const before = withoutEnd(source.slice(0, start), eol);
  if (!source.endsWith("\n")) return { start: withoutEnd(before, eol).length, end, text: "" };
  return { start: before.endsWith("\n") ? before.length : start, end, text: "" };
}

const withoutEnd = (text: string, eol: string): string =>
  text.endsWith(eol) ? text.slice(0, -eol.length) : text;

const lineBreakBefore = (source: string, end: number): string =>
  source.startsWith("\r\n", end - 2) ? "\r\n" : "\n";

/**
 * Puts metadata at the end of a file, behind a blank line as SOPS does. A file without a final line
 * break is sealed without one: opening reads that off its end.
 *
 * @param like - a file whose block is kept to the letter where it says the same
 * @throws `FORMAT_UNFIT` for metadata that INI does not give back
 */
export function insertion(parsed: ParsedIni, metadata: Branch, like: ParsedIni): Edit {
  const { source, reserved } = parsed;
  const fields = flattenMetadata(metadata);
  const block = blockLike(fields, like) ?? newBlock(fields, lineEnding(source));
  const eol = lineBreakBefore(block, block.indexOf("\n") + 1);
  const old = reserved.at(-1);
  const bodyEnd = old?.range.end === source.length ? removal(parsed, old).start : source.length;
  const body = source.slice(0, bodyEnd);
  const at = { start: source.length, end: source.length };
  if (body === "" || body === "\ufeff") return { ...at, text: block + eol };
  if (body.endsWith("\n")) return { ...at, text: eol + block + eol };
  return { ...at, text: eol + eol + block };
}

/** The line ending of the first line. */
export const lineEnding = (source: string): string =>
  lineBreakBefore(source, source.indexOf("\n") + 1);

/**
 * The section as SOPS lays it out, without a line break at its end.
 *
 * @throws `FORMAT_UNFIT`
 */
export const metadataBlock = (metadata: Branch): string =>
  newBlock(flattenMetadata(metadata), "\n");

function newBlock(fields: readonly FlatField[], eol: string): string {
  const lines = fields.map(([name, text]) => [fieldName(name), fieldText(name, text)] as const);
  return [`[${METADATA_SECTION}]`, ...alignedLines(lines)].join(eol);
}

/** The section of another file with single values replaced; `null` when the two differ in their names. */
function blockLike(fields: readonly FlatField[], { source, reserved }: ParsedIni): string | null {
  const [old, second] = reserved;
  if (old === undefined || second !== undefined) return null;
  const { keys, end } = old.section;
  const wanted = new Map(fields);
  const same = keys.every(({ name, occurrences }) => occurrences.length === 1 && wanted.has(name));
  if (!same || keys.length !== wanted.size) return null;
  const { start } = old.range;
  const edits = keys.flatMap(({ name, value }): Edit[] => {
    const text = wanted.get(name) ?? "";
    if (escapeBreaks(value.text) === text) return [];
    return [{ start: value.start - start, end: value.end - start, text: fieldText(name, text) }];
  });
  return applyEdits(source.slice(start, end), edits).replace(/\r?\n$/, "");
}

const fieldName = (name: string): string => keyText(name) ?? unfit(name);
const fieldText = (name: string, text: string): string => valueText(text, null) ?? unfit(name);

function unfit(name: string): never {
  const message = "the metadata holds a text that INI does not give back";
  throw new UndersealError("FORMAT_UNFIT", message, { path: formatPath([METADATA_SECTION, name]) });
}

/** `key = value` lines with their keys padded to the longest in bytes, as go-ini writes them. */
export function alignedLines(lines: readonly (readonly [key: string, value: string])[]): string[] {
  const sizes = lines.map(([key]) => encodeSource(key).length);
  const width = sizes.reduce((widest, size) => Math.max(widest, size), 0);
  return lines.map(([key, value], i) => `${key}${" ".repeat(width - (sizes[i] ?? 0))} = ${value}`);
}
