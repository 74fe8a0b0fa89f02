import { type FileFormat } from "../file-format.ts";
import { JsonDocument } from "./json-document.ts";
import { jsonPrinter } from "./json-print.ts";

const parse = (bytes: Uint8Array): JsonDocument => new JsonDocument(bytes);

/** JSON as SOPS reads it, with the author's text kept. */
export const jsonFormat: FileFormat = {
  name: "json",
  extensions: [".json"],
  printer: jsonPrinter,
  isSelective: true,
  holdsAnyText: true,
  heldAs: (value) => (value.type === "time" ? { type: "str", text: value.text } : value),
  isAliasNote: () => false,
  parse,
  parsePlain: parse,
};
