import { UndersealError } from "../../errors.ts";
import { type Branch, canonicalBytes, type Leaf, type Tree } from "../../tree/tree.ts";
import { type Printer } from "../file-format.ts";
import { jsonPrinter } from "../json/json-print.ts";

/** The key of the one value. */
export const DATA_KEY = "data";

/** The one value of a binary file; `null` for any other shape. */
export function dataLeaf(document: Branch): Leaf | null {
  const [entry, ...others] = document.items.filter((item) => item.kind === "entry");
  if (entry?.key !== DATA_KEY || others.length > 0 || entry.value.kind !== "leaf") return null;
  const { type } = entry.value.value;
  return type === "str" || type === "bytes" ? entry.value : null;
}

/** Raw bytes for a file in clear, JSON for a sealed one. */
export const binaryPrinter: Printer = {
  print(tree, options) {
    const leaf = onlyLeaf(tree);
    if (leaf === null) {
      const message = "a binary file holds one text, under the key `data`";
      throw new UndersealError("FORMAT_UNFIT", message);
    }
    return options.metadata === null
      ? canonicalBytes(leaf.value)
      : jsonPrinter.print(tree, options);
  },
  printValue(node, options) {
    const documents = node.kind === "branch" ? [node] : [];
    return binaryPrinter.print({ documents }, { ...options, metadata: null });
  },
  template: "Welcome to SOPS! Edit this file as you please!",
};

function onlyLeaf({ documents }: Tree): Leaf | null {
  const [document, ...others] = documents;
  return document === undefined || others.length > 0 ? null : dataLeaf(document);
}
