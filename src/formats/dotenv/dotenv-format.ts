import { type FileFormat } from "../file-format.ts";
import { heldAsText } from "../flatten.ts";
import { DotenvDocument } from "./dotenv-document.ts";
import { dotenvPrinter } from "./dotenv-print.ts";
import { parseDotenv } from "./parse.ts";

const parse = (bytes: Uint8Array): DotenvDocument => new DotenvDocument(parseDotenv(bytes));

/** dotenv as SOPS reads it, with the author's text kept. */
export const dotenvFormat: FileFormat = {
  name: "dotenv",
  extensions: [".env"],
  printer: dotenvPrinter,
  isSelective: true,
  holdsAnyText: false,
  heldAs: heldAsText,
  isAliasNote: () => false,
  parse,
  parsePlain: parse,
};
