/** Values and keys as they are written: in go-ini's spelling where that reads back, else in one that does. */
import { isWritable } from "../dotenv/source-text.ts";
import { readKey, readValue, type ValueStyle } from "./read-line.ts";
import { trimmed } from "./spaces.ts";

/** What stands around a value in each style. */
const QUOTES: Readonly<Record<ValueStyle, string>> = {
  plain: "",
  continued: "",
  single: "'",
  double: '"',
  back: "`",
  triple: '"""',
};

/** A text in a style, whether it fits or not. */
export const inStyle = (text: string, style: ValueStyle): string =>
  QUOTES[style] + text + QUOTES[style];

/**
 * A value as it is written, in the style wanted if that gives it back.
 *
 * @param style - `null` for go-ini's choice
 * @returns `null` when no spelling gives it back
 */
export function valueText(text: string, style: ValueStyle | null): string | null {
  if (text === "" && (style === null || QUOTES[style] === "")) return "";
  if (!isWritable(text)) return null;
  const styles: readonly ValueStyle[] = [
    ...(style === null ? [] : [style]),
    goStyle(text),
    "plain",
    "double",
    "single",
    "back",
    "triple",
  ];
  const fitting = styles.find((known) => readsBack(inStyle(text, known), text));
  return fitting === undefined ? null : inStyle(text, fitting);
}

function goStyle(text: string): ValueStyle {
  if (/[\n`]/.test(text)) return "triple";
  if (/[#;]/.test(text)) return "back";
  return trimmed(text) === text ? "plain" : "double";
}

function readsBack(written: string, text: string): boolean {
  const line = `${written}\n`;
  const read = readValue(line, 0);
  return (
    typeof read === "object" &&
    read.text === text &&
    read.comment === null &&
    !read.overhang &&
    read.style !== "continued" &&
    read.start === 0 &&
    read.end === written.length &&
    read.next === line.length
  );
}

/** A key as it is written; `null` when no spelling gives it back. */
export function keyText(key: string): string | null {
  if (key === "" || key === "-" || !isWritable(key)) return null;
  const quotes = /["=:]/.test(key) ? ["`"] : key.includes("`") ? ['"""'] : [""];
  const fitting = [...quotes, "", "`", '"', '"""'].find((quote) => keyReadsBack(key, quote));
  return fitting === undefined ? null : fitting + key + fitting;
}

function keyReadsBack(key: string, quote: string): boolean {
  const written = quote + key + quote;
  if (/^[#;[]/.test(written) || written.includes("\n")) return false;
  const read = readKey(`${written} = `, 0);
  if (typeof read === "string" || read.overhang || read.name !== key) return false;
  return read.after === written.length + 2 && trimmed(written) === written;
}

/** Whether a name can stand in a section header. */
export const isSectionName = (name: string): boolean =>
  name !== "" && !name.includes("\n") && isWritable(name);
