import { type FileFormat } from "../file-format.ts";
import { BinaryPlain, BinarySealed } from "./binary-document.ts";
import { binaryPrinter } from "./binary-print.ts";

/** Any bytes; sealed, they are the string `data` of a JSON file (sops-format 8.5). */
export const binaryFormat: FileFormat = {
  name: "binary",
  extensions: [],
  printer: binaryPrinter,
  isSelective: false,
  holdsAnyText: true,
  heldAs: (value) => value,
  isAliasNote: () => false,
  parse: (bytes) => new BinarySealed(bytes),
  parsePlain: (bytes) => new BinaryPlain(bytes),
};
