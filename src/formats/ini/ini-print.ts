import { UndersealError } from "../../errors.ts";
import { formatPath, type TreePath } from "../../tree/path.ts";
import { type Branch, type Comment, type Entry, type TreeNode } from "../../tree/tree.ts";
import { encodeSource } from "../dotenv/source-text.ts";
import { type Printer } from "../file-format.ts";
import { scalarText } from "../flatten.ts";
import { compactJson } from "./compact-json.ts";
import { alignedLines, metadataBlock } from "./metadata-block.ts";
import { DEFAULT_SECTION, METADATA_SECTION } from "./parse.ts";
import { trimmed } from "./spaces.ts";
import { isSectionName, keyText, valueText } from "./value-text.ts";

/**
 * Prints INI as SOPS does with go-ini. Where SOPS prints a text that it would read as another, a
 * spelling is taken that it reads alike, and what has none is refused; so are maps and lists inside of
 * sections, for which SOPS prints Go's own notation.
 */
export const iniPrinter: Printer = {
  print({ documents }, { metadata }) {
    const sealed = metadata !== null;
    if (sealed && documents.length > 1)
      throw unfit("a sealed INI file holds a single document", []);
    const entries = documents.flatMap(({ items }) => items.filter((item) => item.kind === "entry"));
    const sections = entries.map((entry, index) =>
      sectionText(entry, { first: index === 0, sealed }),
    );
    if (metadata !== null) {
      if (entries.some(({ key }) => key === METADATA_SECTION)) throw reserved();
      sections.push(`${metadataBlock(metadata)}\n`);
    }
    return encodeSource(joined(sections));
  },
  printValue(node) {
    if (node.kind === "branch")
      return iniPrinter.print({ documents: [node] }, { indent: null, metadata: null });
    const text = compactJson(node);
    if (text === null) throw unfit("INI cannot print this value", []);
    return encodeSource(text);
  },
  template: [
    "; This is an example file.",
    "[Welcome!]",
    "hello       = Welcome to SOPS! Edit this file as you please!",
    "example_key = example_value",
    "",
  ].join("\n"),
};

/** In a sealed file a null would be read as a text that is not encrypted, or that the MAC does not cover. */
const SEALED_NULL = "a sealed INI file cannot hold a null";

const reserved = (): UndersealError =>
  new UndersealError("SOPS_KEY_RESERVED", "the section `sops` is the format's own");

const unfit = (message: string, path: TreePath): UndersealError =>
  new UndersealError("FORMAT_UNFIT", message, path.length === 0 ? {} : { path: formatPath(path) });

/** A blank line stands between sections, but none behind a first one that has no lines but a comment. */
function joined(sections: readonly string[]): string {
  const [first = "", ...others] = sections;
  const glue = first === "" || /^(?:[#;].*\n)+$/.test(first) ? "" : "\n";
  return first + (others.length === 0 ? "" : glue) + others.join("\n");
}

/** A section with a line break behind each line; the first one needs no header to be `DEFAULT`. */
function sectionText(
  { key: name, value }: Entry,
  { first, sealed }: { first: boolean; sealed: boolean },
): string {
  if (value.kind !== "branch") throw unfit("INI holds values in sections only", [name]);
  if (!isSectionName(name)) throw unfit("INI cannot hold this section name", [name]);
  const [comment, items] = taken(value);
  const above = comment === null ? [] : commentLines(comment, (line) => line);
  const header = first && name === DEFAULT_SECTION ? [] : [`[${name}]`];
  const lines = keyLines(name, items, sealed);
  return [...above, ...header, ...lines].map((line) => `${line}\n`).join("");
}

/** A comment that a section begins with stands above its header. */
function taken({ items }: Branch): [Comment | null, Branch["items"]] {
  const [first, ...others] = items;
  return first?.kind === "comment" ? [first, others] : [null, items];
}

/** A comment belongs to the key before it; of several the last one is kept, and none before the first key. */
function keyLines(section: string, items: Branch["items"], sealed: boolean): string[] {
  const entries = items.filter((item) => item.kind === "entry");
  const comments = new Map<Entry, Comment>();
  let last: Entry | null = null;
  for (const item of items) {
    if (item.kind === "entry") last = item;
    else if (last !== null) comments.set(last, item);
  }
  if (new Set(entries.map(({ key }) => key)).size < entries.length)
    throw unfit("INI cannot hold a key twice in one section", [section]);
  const lines = alignedLines(
    entries.map(({ key, value }) => {
      if (sealed && value.kind === "null") throw unfit(SEALED_NULL, [section, key]);
      return [printedKey(section, key), printedText(value, [section, key])];
    }),
  );
  return entries.flatMap((entry, index) => {
    const comment = comments.get(entry);
    const above = comment === undefined ? [] : commentLines(comment, trimmed);
    return [...above, lines[index] ?? ""];
  });
}

function printedKey(section: string, key: string): string {
  const text = keyText(key);
  if (text === null) throw unfit("INI cannot hold this key", [section, key]);
  return text;
}

function printedText(node: TreeNode, path: TreePath): string {
  if (node.kind === "null") return "<nil>";
  const plain = node.kind === "leaf" ? scalarText(node.value) : null;
  const text = plain === null ? null : valueText(plain, null);
  if (text === null) throw unfit("INI cannot hold this value", path);
  return text;
}

function commentLines({ text }: Comment, unmarked: (line: string) => string): string[] {
  if (text === "") return [];
  return text.split("\n").map((line) => {
    if (/^[#;]/.test(line)) return `${line.charAt(0)} ${trimmed(line.slice(1))}`;
    return `; ${unmarked(line)}`;
  });
}
