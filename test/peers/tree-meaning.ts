/** What a tree of ours means, in the words of the generator. */
import { type Tree, type TreeNode } from "../../src/index.ts";
import { type MapMeaning, type Meaning } from "../generate/meaning.ts";

/** The meaning of every document. */
export const treeMeaning = ({ documents }: Tree): MapMeaning[] =>
  documents.map((document) => nodeMeaning(document) as MapMeaning);

function nodeMeaning(node: TreeNode): Meaning {
  switch (node.kind) {
    case "null":
      return { type: "null", text: "" };
    case "leaf":
      return node.value.type === "bytes"
        ? { type: "str", text: "bytes" }
        : { type: node.value.type, text: node.value.text };
    case "branch":
      return {
        type: "map",
        entries: node.items.flatMap((item) =>
          item.kind === "entry" ? [[item.key, nodeMeaning(item.value)] as const] : [],
        ),
      };
    case "list":
      return {
        type: "list",
        items: node.items.flatMap((item) => (item.kind === "comment" ? [] : [nodeMeaning(item)])),
      };
  }
}

/** The same after sops wrote it: in clear it writes whole floats without a point, and so as ints. */
export const writtenBySops = (document: MapMeaning): MapMeaning =>
  written(document, false) as MapMeaning;

function written(meaning: Meaning, clear: boolean): Meaning {
  if (meaning.type === "list")
    return { type: "list", items: meaning.items.map((item) => written(item, clear)) };
  if (meaning.type === "map") {
    return {
      type: "map",
      entries: meaning.entries.map(
        ([key, value]) => [key, written(value, clear || key.endsWith("_unencrypted"))] as const,
      ),
    };
  }
  return clear && meaning.type === "float" && /^-?\d{1,6}$/.test(meaning.text)
    ? { type: "int", text: meaning.text }
    : meaning;
}
