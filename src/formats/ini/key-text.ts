/**
 * Values in the sealed and in the opened file. What stands in quotes is sealed in them; the author's text
 * goes into a spelling note where the value does not tell it. Of several lines with one key SOPS reads
 * the last: the values and comments of the earlier ones, which it never sees, are sealed into that
 * note too, and a mark stands for each such value.
 */
import { UndersealError } from "../../errors.ts";
import { type Value } from "../../tree/tree.ts";
import { type Edit } from "../dotenv/source-text.ts";
import { type OpenedContent, type Replacement } from "../file-format.ts";
import { scalarText } from "../flatten.ts";
import { lineEnding } from "./metadata-block.ts";
import { joinedTexts, splitTexts } from "./pieces.ts";
import { type Range, type ValueStyle } from "./read-line.ts";
import { trimmedEnd } from "./spaces.ts";
import { type KeySyntax, type ParsedIni } from "./syntax.ts";
import { inStyle, valueText } from "./value-text.ts";

/** Stands for the sealed value of an earlier line: an empty one would not tell its place. */
const HIDDEN_MARK = "~";

const textOf = ({ source }: ParsedIni, { start, end }: Range): string => source.slice(start, end);

/** The text of a value as it stands, with what earlier lines of its key hold. */
export const keySource = (parsed: ParsedIni, { value, hidden }: KeySyntax): string =>
  joinedTexts([value, ...hidden].map((range) => textOf(parsed, range)));

/** That text where opening could not tell it from the sealed text and the value; else `null`. */
export function keyNote(parsed: ParsedIni, key: KeySyntax): string | null {
  const { value, hidden } = key;
  const untold = hidden.some((range) => textOf(parsed, range) !== "");
  const told = valueText(value.text, sealedStyle(value.style)) === textOf(parsed, value);
  return told && !untold ? null : keySource(parsed, key);
}

const sealedStyle = (style: ValueStyle): ValueStyle => (style === "continued" ? "plain" : style);

/**
 * What a replacement makes of a value and the earlier lines of its key.
 *
 * @throws `VALUE_UNSUPPORTED` for an opened value that INI does not give back
 */
export function keyEdits(parsed: ParsedIni, key: KeySyntax, replacement: Replacement): Edit[] {
  const texts = textsOf(parsed, key, replacement);
  return [key.value, ...key.hidden].map(({ start, end }, index) => {
    return { start, end, text: texts[index] ?? "" };
  });
}

function textsOf(parsed: ParsedIni, key: KeySyntax, replacement: Replacement): string[] {
  const count = 1 + key.hidden.length;
  switch (replacement.as) {
    case "sealed": {
      const marks = key.hidden.map(({ kind }) => (kind === "value" ? HIDDEN_MARK : ""));
      return [sealedText(parsed, key, replacement.text), ...marks];
    }
    case "source":
      return splitTexts(replacement.text, count) ?? [replacement.text];
    case "opened":
      return openedTexts(parsed, key, replacement.content);
  }
}

/**
 * Behind a closing quote SOPS sees a comment only where the quotes hold more than one line: a line break
 * stays in them then, which ends up behind the bracket.
 */
function sealedText({ source }: ParsedIni, { value }: KeySyntax, sealed: string): string {
  const style = sealedStyle(value.style);
  const spread = value.comment !== null && (style === "back" || style === "triple");
  return inStyle(spread ? trimmedEnd(sealed) + lineEnding(source) : sealed, style);
}

function openedTexts(parsed: ParsedIni, key: KeySyntax, content: OpenedContent): string[] {
  if (content.kind === "comment") return [];
  const noted = content.note === null ? null : splitTexts(content.note, 1 + key.hidden.length);
  return noted ?? [openedText(parsed, key, content.value)];
}

function openedText({ lines }: ParsedIni, { leaf, value }: KeySyntax, opened: Value): string {
  const text = scalarText(opened);
  const written = text === null ? null : valueText(text, sealedStyle(value.style));
  if (written !== null) return written;
  const message = "INI does not give this value back";
  throw new UndersealError("VALUE_UNSUPPORTED", message, lines.at(leaf.offset));
}

/**
 * Refuses text that SOPS does not see and that would stay in clear, because the value whose note it
 * belongs into is not sealed. Values of earlier lines are in clear where theirs is, being of one path;
 * but an empty one is never sealed, whatever the selection says.
 *
 * @throws `INI_UNSUPPORTED`
 */
export function refuseClear(parsed: ParsedIni, { value, hidden }: KeySyntax): void {
  if (value.overhang) throw refused(parsed, value, `text behind a closing quote ${LOST}`);
  // Three quotes are a text only where nothing follows them, not even a line break.
  if (value.style === "plain" && value.text === '"""')
    throw refused(parsed, value, "metadata behind three quotes would be taken for a part of them");
  const left = hidden.find((range) => {
    const text = textOf(parsed, range);
    if (range.kind === "comment") return text !== "";
    return value.text === "" && text !== "" && text !== HIDDEN_MARK;
  });
  if (left !== undefined) throw refused(parsed, left, `an earlier line of a key ${LOST}`);
}

const LOST = "is lost to SOPS and would stay in clear";

const refused = ({ lines }: ParsedIni, { start }: Range, message: string): UndersealError =>
  new UndersealError("INI_UNSUPPORTED", message, lines.at(start));
