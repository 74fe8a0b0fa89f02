import { type FileFormat } from "../file-format.ts";
import { isAliasNote } from "./alias.ts";
import { parseYaml } from "./parse.ts";
import { yamlPrinter } from "./yaml-print.ts";
import { YamlDocument } from "./yaml-document.ts";

const parse = (bytes: Uint8Array): YamlDocument => new YamlDocument(parseYaml(bytes));

/** YAML as SOPS reads it with go-yaml v3, with the author's text kept. */
export const yamlFormat: FileFormat = {
  name: "yaml",
  extensions: [".yaml", ".yml"],
  printer: yamlPrinter,
  isSelective: true,
  holdsAnyText: true,
  heldAs: (value) => value,
  isAliasNote,
  parse,
  parsePlain: parse,
};
