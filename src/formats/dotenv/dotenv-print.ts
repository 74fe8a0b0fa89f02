import { UndersealError } from "../../errors.ts";
import { formatPath } from "../../tree/path.ts";
import { type Branch, type Comment, type Entry, type TreeNode } from "../../tree/tree.ts";
import { type Printer } from "../file-format.ts";
import { flattenMetadata } from "../flatten.ts";
import { isKey } from "./change.ts";
import { valueText } from "./dotenv-document.ts";
import { METADATA_PREFIX } from "./parse.ts";
import { encodeSource } from "./source-text.ts";

/**
 * Prints dotenv as SOPS does. What it would print so that it reads as something else is refused:
 * keys with `=`, texts with a backslash before an n, all documents but the first.
 */
export const dotenvPrinter: Printer = {
  print({ documents }, { metadata }) {
    if (documents.length > 1) throw unfit("a dotenv file holds a single document", []);
    const [document] = documents;
    const body = document === undefined ? [] : linesOf(document, metadata !== null);
    const block = metadata === null ? [] : flattenMetadata(metadata).map(fieldLine);
    return encodeSource([...body, ...block].map((line) => `${line}\n`).join(""));
  },
  printValue(node) {
    if (node.kind !== "branch") throw unfit("dotenv prints texts and mappings only", []);
    return dotenvPrinter.print({ documents: [node] }, { indent: null, metadata: null });
  },
  template: [
    "# This is an example file.",
    "hello=Welcome to SOPS! Edit this file as you please!",
    "example_key=example_value",
    "example_multiline=foo\\nbar\\nbaz",
    "",
  ].join("\n"),
};

const unfit = (message: string, path: readonly string[]): UndersealError =>
  new UndersealError("FORMAT_UNFIT", message, path.length === 0 ? {} : { path: formatPath(path) });

const linesOf = ({ items }: Branch, sealed: boolean): string[] =>
  items.map((item) => itemLine(item, sealed));

function itemLine(item: Entry | Comment, sealed: boolean): string {
  if (item.kind === "comment") return `#${item.text.replaceAll("\n", "\n#")}`;
  const { key } = item;
  if (!isKey(key)) throw unfit("a dotenv file cannot hold this key", [key]);
  if (sealed && key.startsWith(METADATA_PREFIX)) {
    const message = "keys that begin with `sops_` are the format's own";
    throw new UndersealError("SOPS_KEY_RESERVED", message, { path: formatPath([key]) });
  }
  // In a sealed file it would be read as a text that is not encrypted, or that the MAC does not cover.
  if (sealed && item.value.kind === "null")
    throw unfit("a sealed dotenv file cannot hold a null", [key]);
  return `${key}=${printedText(item.value, key)}`;
}

function printedText(node: TreeNode, key: string): string {
  if (node.kind === "null") return "<nil>";
  const text = valueText(node);
  if (text === null) throw unfit("a dotenv file cannot hold this value", [key]);
  return text;
}

const fieldLine = ([name, text]: readonly [string, string]): string =>
  `${METADATA_PREFIX}${name}=${text}`;
