import { UndersealError } from "../../errors.ts";
import { formatPath } from "../../tree/path.ts";
import { type Branch, type Entry } from "../../tree/tree.ts";
import { METADATA_KEY, type Printer } from "../file-format.ts";
import { BlockWriter } from "./print-block.ts";

/** SOPS's own indentation, and the one that lists are extracted with. */
const DEFAULT_INDENT = 4;

/** Prints YAML as SOPS does. Where SOPS would print what it cannot read back, valid YAML is printed. */
export const yamlPrinter: Printer = {
  print({ documents }, { indent, metadata }) {
    const writer = new BlockWriter(spaces(indent));
    for (const [index, document] of documents.entries()) {
      if (index > 0) writer.line("---");
      writer.node(metadata === null ? document : withMetadata(document, metadata));
    }
    return encoder.encode(writer.text);
  },
  printValue(node, { indent }) {
    const writer = new BlockWriter(node.kind === "branch" ? spaces(indent) : DEFAULT_INDENT);
    writer.node(node);
    return encoder.encode(writer.text);
  },
  template: [
    "hello: Welcome to SOPS! Edit this file as you please!",
    "example_key: example_value",
    "# Example comment",
    "example_array:",
    "    - example_value1",
    "    - example_value2",
    "example_number: 1234.56789",
    "example_booleans:",
    "    - true",
    "    - false",
    "",
  ].join("\n"),
};

const encoder = new TextEncoder();

/** SOPS takes 0 for its default, and go-yaml what it cannot show for 2. */
function spaces(indent: number | null): number {
  if (indent === null || indent === 0) return DEFAULT_INDENT;
  return indent < 2 || indent > 9 ? 2 : indent;
}

function withMetadata(document: Branch, metadata: Branch): Branch {
  const { items } = document;
  if (items.some((item) => item.kind === "entry" && item.key === METADATA_KEY)) {
    const message = "the key `sops` is taken by the metadata of a sealed file";
    throw new UndersealError("SOPS_KEY_RESERVED", message, { path: formatPath([METADATA_KEY]) });
  }
  const entry: Entry = { kind: "entry", key: METADATA_KEY, value: metadata, offset: -1 };
  return { ...document, items: [...items, entry] };
}
