/** One line of a dotenv file set or removed; all other text stays as it is. */
import { UndersealError } from "../../errors.ts";
import { formatPath } from "../../tree/path.ts";
import { type DotenvLine, type ParsedDotenv } from "./parse.ts";
import { applyEdits } from "./source-text.ts";

/** The first line with this key: the one that a path means. */
const lineOf = ({ content }: ParsedDotenv, key: string): DotenvLine | undefined =>
  content.find((line) => line.node?.kind === "leaf" && line.key === key);

/**
 * The source with a value in the first line of a key, or in a new line at its end.
 *
 * @param text - the value as it is written
 * @throws `PATH_INVALID` for a key that would not be read as one
 */
export function setLine(parsed: ParsedDotenv, key: string, text: string): string {
  const { source } = parsed;
  const line = lineOf(parsed, key);
  if (line !== undefined) return applyEdits(source, [{ start: line.text, end: line.end, text }]);
  if (!isKey(key)) {
    const message = "a dotenv file cannot hold this key";
    throw new UndersealError("PATH_INVALID", message, { path: formatPath([key]) });
  }
  const added = `${key}=${text}`;
  return source === "" || source.endsWith("\n") ? `${source}${added}\n` : `${source}\n${added}`;
}

/** Whether a key at the start of a line is read as just this key. */
export const isKey = (key: string): boolean => !/[=\n]|^#|\p{Cs}/u.test(key);

/**
 * The source without the first line of a key.
 *
 * @throws `PATH_NOT_FOUND`
 */
export function removeLine(parsed: ParsedDotenv, key: string): string {
  const { source } = parsed;
  const line = lineOf(parsed, key);
  if (line === undefined) throw new UndersealError("PATH_NOT_FOUND", "there is no such entry");
  const { start, end } = line;
  if (end < source.length) return applyEdits(source, [{ start, end: end + 1, text: "" }]);
  // A file without a line break at its end keeps that.
  return applyEdits(source, [{ start: Math.max(0, start - 1), end, text: "" }]);
}
