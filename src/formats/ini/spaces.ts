/** White space as go-ini trims it: Unicode's property White_Space, which JavaScript's `trim` differs from. */
const SPACE = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

const isSpace = (source: string, at: number): boolean => {
  const unit = source.charCodeAt(at);
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return SPACE.test(source.charAt(at));
};

/** Offset of the first character from `start` that is no white space; `end` when there is none. */
export function skipSpace(source: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(source, at)) at++;
  return at;
}

/** Offset behind the last character before `end` that is no white space; `start` when there is none. */
export function endOfText(source: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(source, at - 1)) at--;
  return at;
}

/** A text without white space around it. */
export function trimmed(text: string): string {
  const end = endOfText(text, 0, text.length);
  return text.slice(skipSpace(text, 0, end), end);
}

/** A text without white space at its end. */
export const trimmedEnd = (text: string): string => text.slice(0, endOfText(text, 0, text.length));

/** Offset behind the line break of the line that holds `at`; the length of the source on its last line. */
export function nextLine(source: string, at: number): number {
  const lineBreak = source.indexOf("\n", at);
  return lineBreak < 0 ? source.length : lineBreak + 1;
}
