import { type FileFormat } from "../file-format.ts";
import { heldAsText } from "../flatten.ts";
import { IniDocument } from "./ini-document.ts";
import { iniPrinter } from "./ini-print.ts";
import { parseIni } from "./parse.ts";

const parse = (bytes: Uint8Array): IniDocument => new IniDocument(parseIni(bytes));

/** INI as SOPS reads it with go-ini, with the author's text kept. */
export const iniFormat: FileFormat = {
  name: "ini",
  extensions: [".ini"],
  printer: iniPrinter,
  isSelective: true,
  holdsAnyText: false,
  heldAs: heldAsText,
  isAliasNote: () => false,
  parse,
  parsePlain: parse,
};
