import { Composer, type CST, type Document } from "yaml";
import { type ErrorPlaces, UndersealError } from "../../errors.ts";
import { type Lines } from "./lines.ts";

/**
 * Composes concrete syntax into documents, with every scalar left as text.
 *
 * @throws `YAML_SYNTAX`, `YAML_TOO_DEEP`
 */
export function composeDocuments(
  tokens: readonly CST.Token[],
  source: string,
  lines: Lines,
): Document.Parsed[] {
  const composer = new Composer({
    keepSourceTokens: true,
    schema: "failsafe",
    resolveKnownTags: false,
    // The library looks for duplicates in quadratic time; we look ourselves.
    uniqueKeys: false,
    logLevel: "silent",
    prettyErrors: false,
  });
  const documents = [...composer.compose(tokens, false, source.length)] as Document.Parsed[];
  for (const { errors } of documents) {
    const [error] = errors;
    if (error === undefined) continue;
    if (error.code === "RESOURCE_EXHAUSTION") throw tooDeep(lines.at(error.pos[0]));
    throw new UndersealError("YAML_SYNTAX", syntaxWords(error.code), lines.at(error.pos[0]));
  }
  return documents;
}

/** Brackets in brackets may exhaust the stack before they reach the limit. */
export const tooDeep = (places: ErrorPlaces): UndersealError =>
  new UndersealError(
    "YAML_TOO_DEEP",
    "the document has more levels than the stack can hold",
    places,
  );

/** Our words for the library's codes: its own messages may quote the source. */
const SYNTAX_WORDS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "an alias has no name",
  BAD_DQ_ESCAPE: "an escape in double quotes is not known",
  BAD_INDENT: "the indentation does not fit",
  BAD_SCALAR_START: "a plain value starts with a character that needs quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a key or value stands where none can; is a quote or an indentation missing?",
  KEY_OVER_1024_CHARS: "a key is longer than 1,024 characters",
  MISSING_CHAR: "a closing quote, bracket, colon or comma is missing",
  MULTILINE_IMPLICIT_KEY: "a key spans several lines; is a colon or a quote missing?",
  TAB_AS_INDENT: "a tab is used as indentation",
};

const syntaxWords = (code: string): string =>
  `not valid YAML: ${SYNTAX_WORDS[code] ?? "an unexpected character or structure"}`;
