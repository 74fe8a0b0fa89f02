/** One value of an INI file set or removed; all other text stays as it is. */
import { UndersealError } from "../../errors.ts";
import { formatPath } from "../../tree/path.ts";
import { type TreeNode } from "../../tree/tree.ts";
import { applyEdits, type Edit, encodeSource } from "../dotenv/source-text.ts";
import { scalarText } from "../flatten.ts";
import { lineEnding } from "./metadata-block.ts";
import { parseIni } from "./parse.ts";
import { type KeySyntax, type ParsedIni, type SectionSyntax } from "./syntax.ts";
import { isSectionName, keyText, valueText } from "./value-text.ts";

/** Where a value stands. */
interface Place {
  readonly section: string;
  readonly key: string;
}

/**
 * The source with a value in the first section of a name; a missing key or section is appended.
 *
 * @throws `VALUE_UNSUPPORTED`, `PATH_INVALID` for a name that would not be read as one, `OUTPUT_NOT_VERIFIED`
 */
export function setKey(
  parsed: ParsedIni,
  { value, ...place }: Place & { value: TreeNode },
): string {
  const text = value.kind === "leaf" ? scalarText(value.value) : null;
  const section = parsed.sections.find(({ name }) => name === place.section);
  const key = section?.keys.find(({ name }) => name === place.key);
  const style = key === undefined || key.value.style === "continued" ? null : key.value.style;
  const written = text === null ? null : valueText(text, style);
  if (text === null || written === null) {
    const places = { path: formatPath([place.section, place.key]) };
    throw new UndersealError("VALUE_UNSUPPORTED", "INI does not give this value back", places);
  }
  const edits =
    key === undefined
      ? addedLine(parsed, { section, place, written })
      : replacedValue(parsed, key, written);
  const wanted = JSON.stringify([place.section, place.key, text]);
  return verified(parsed, edits, (before, after) =>
    key === undefined ? isAdded(before, after, wanted) : isReplaced(before, after, wanted),
  );
}

/** Ways to write another value, the one that touches least first. */
function replacedValue(
  { source }: ParsedIni,
  { value, after, ...key }: KeySyntax,
  text: string,
): Edit[][] {
  const line = key.occurrences.at(-1)?.start ?? after;
  const { start, end, comment } = value;
  if (start === end) return [[emptyFilled(source, after, text)]];
  const inPlace = { start, end, text };
  if (comment === null) return [[inPlace]];
  // Behind a closing quote SOPS would not see the comment any more: it moves to a line of its own.
  const [indent = ""] = /^[ \t]*/.exec(source.slice(line, start)) ?? [];
  const moved = indent + source.slice(comment.start, comment.end) + lineEnding(source);
  return [
    [inPlace],
    [
      { start: line, end: line, text: moved },
      { start, end: comment.end, text },
    ],
  ];
}

function emptyFilled(source: string, after: number, text: string): Edit {
  const at = source.charAt(after) === " " ? after + 1 : after;
  const lead = at === after && source.charAt(after - 2) === " " ? " " : "";
  const trail = /[#;]/.test(source.charAt(at)) ? " " : "";
  return { start: at, end: at, text: lead + text + trail };
}

interface Added {
  readonly section: SectionSyntax | undefined;
  readonly place: Place;
  readonly written: string;
}

/** Behind the last line of the section; behind a blank one where that line would go on. */
function addedLine(parsed: ParsedIni, { section, place, written }: Added): Edit[][] {
  const { source, sections } = parsed;
  const key = keyText(place.key);
  if (key === null || !isSectionName(place.section)) {
    const places = { path: formatPath([place.section, place.key]) };
    throw new UndersealError("PATH_INVALID", "an INI file cannot hold this name", places);
  }
  const eol = lineEnding(source);
  const last = section?.keys.at(-1);
  const line = leadOf(source, last) + key + delimiterOf(source, last) + written;
  const at = section?.end ?? sections.at(-1)?.end ?? 0;
  const start = /^\ufeff?$/.test(source.slice(0, at));
  const header = `${start ? "" : eol}[${place.section}]${eol}`;
  const text = section === undefined ? header + line : line;
  const texts =
    !start && !source.endsWith("\n", at) ? [eol + text] : [text + eol, eol + text + eol];
  return texts.map((added) => [{ start: at, end: at, text: added }]);
}

function leadOf(source: string, last: KeySyntax | undefined): string {
  const line = last?.occurrences.at(-1)?.start ?? 0;
  return /^[ \t]*/.exec(source.slice(line, last?.start ?? 0))?.[0] ?? "";
}

/** The delimiter of the key before, with a space on each side where that has any. */
function delimiterOf(source: string, last: KeySyntax | undefined): string {
  if (last === undefined) return " = ";
  const { after, value } = last;
  const before = /[ \t]/.test(source.charAt(after - 2)) ? " " : "";
  const behind = value.start > after || (value.start === value.end && before !== "") ? " " : "";
  return before + source.charAt(after - 1) + behind;
}

/**
 * The source without a key: all of its lines, because an earlier one would come to light.
 *
 * @throws `PATH_NOT_FOUND`, `OUTPUT_NOT_VERIFIED`
 */
export function removedKey(parsed: ParsedIni, place: Place): string {
  const { source, sections } = parsed;
  const section = sections.find(({ name }) => name === place.section);
  const key = section?.keys.find(({ name }) => name === place.key);
  if (key === undefined) throw new UndersealError("PATH_NOT_FOUND", "there is no such entry");
  const edits = key.occurrences.map(({ start, end }) => {
    // A file without a line break at its end keeps that.
    const open = end === source.length && !source.endsWith("\n");
    const lineBreak = source.slice(0, start).endsWith("\r\n") ? 2 : 1;
    return { start: open ? Math.max(0, start - lineBreak) : start, end, text: "" };
  });
  const gone = JSON.stringify([place.section, place.key, key.value.text]);
  return verified(parsed, [edits], (before, after) => isAdded(after, before, gone));
}

/** The first of the results that changes what it should and nothing else. */
function verified(
  parsed: ParsedIni,
  attempts: readonly (readonly Edit[])[],
  holds: (before: readonly string[], after: readonly string[]) => boolean,
): string {
  const before = valuesOf(parsed);
  for (const edits of attempts) {
    const text = applyEdits(parsed.source, edits);
    const after = readAgain(text);
    if (after !== null && holds(before, after)) return text;
  }
  const message = "the change would touch other values of the file; edit it";
  throw new UndersealError("OUTPUT_NOT_VERIFIED", message);
}

function readAgain(text: string): string[] | null {
  try {
    return valuesOf(parseIni(encodeSource(text)));
  } catch (error) {
    if (error instanceof UndersealError) return null;
    throw error;
  }
}

/** Section, key and value of each leaf, then all comments. */
function valuesOf({ sections }: ParsedIni): string[] {
  return sections.flatMap(({ name, keys }) =>
    keys.map((key) =>
      JSON.stringify([name, key.name, key.value.text, ...(key.value.overhang ? [key.start] : [])]),
    ),
  );
}

function isReplaced(before: readonly string[], after: readonly string[], wanted: string): boolean {
  const changed = after.filter((value, index) => value !== before[index]);
  return before.length === after.length && (changed.length === 0 || changed.join() === wanted);
}

function isAdded(before: readonly string[], after: readonly string[], wanted: string): boolean {
  const at = after.findIndex((value, index) => value !== before[index]);
  if (after.length !== before.length + 1) return false;
  const rest = after.filter((_, index) => index !== at);
  return after[at] === wanted && rest.every((value, index) => value === before[index]);
}
