/**
 * Texts that stand in several places of the source and are written, compared and noted as one: a
 * comment of several lines, and a value with what earlier lines of its key hold.
 */

/** Texts as one: a single one as it is, several as a JSON list. */
export const joinedTexts = (texts: readonly string[]): string =>
  texts.length === 1 ? (texts[0] ?? "") : JSON.stringify(texts);

/** The texts again; `null` when there are not as many. */
export function splitTexts(joined: string, count: number): string[] | null {
  if (count === 1) return [joined];
  try {
    const texts: unknown = JSON.parse(joined);
    return Array.isArray(texts) && texts.length === count && texts.every(isText) ? texts : null;
  } catch {
    return null;
  }
}

const isText = (value: unknown): value is string => typeof value === "string";
