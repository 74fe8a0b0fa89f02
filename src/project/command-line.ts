import { UndersealError } from "../errors.ts";

/** What may stand between words; `#` starts a comment only where a word could start. */
const GAP = /(?:[ \t\r\n]|#[^\n]*)*/y;

/** A part of a word: an escaped character, double quotes, single quotes, or a plain character. */
const PART = /\\([^])|"((?:[^"\\]|\\[^])*)"|'([^']*)'|([^ \t\r\n\\"'])/y;

/**
 * Splits a command line into words as google/shlex does, which SOPS uses (sops-format 5.1): quotes,
 * backslashes and comments, but no variables, globs or operators. Unlike in a shell, a backslash in
 * double quotes always takes the next character as it is.
 *
 * @throws `USAGE` when a quote is not closed or a backslash ends the text
 */
export function splitCommandLine(text: string): string[] {
  const words: string[] = [];
  let at = skipGap(text, 0);
  while (at < text.length) {
    const { word, end } = readWord(text, at);
    words.push(word);
    at = skipGap(text, end);
  }
  return words;
}

function skipGap(text: string, from: number): number {
  GAP.lastIndex = from;
  GAP.exec(text);
  return GAP.lastIndex;
}

function readWord(text: string, from: number): { word: string; end: number } {
  let word = "";
  let end = from;
  PART.lastIndex = from;
  for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
    const [, escaped, double, single, plain] = part;
    word += escaped ?? double?.replace(/\\([^])/g, "$1") ?? single ?? plain ?? "";
    end = PART.lastIndex;
  }
  if (end < text.length && !/[ \t\r\n]/.test(text.charAt(end))) {
    throw new UndersealError("USAGE", "a command line has an open quote or ends with a backslash");
  }
  return { word, end };
}
