import { type TreePath } from "../tree/path.ts";
import { canonicalBytes, type TreeNode, type Value } from "../tree/tree.ts";
import { jsonText } from "./json-text.ts";

/**
 * A scalar as the text that a program reads: strings as they are, `true` and `false`, ints and floats
 * in their canonical digits (never an exponent, `1.50` is `1.5`), times in RFC 3339. The author's
 * spelling is not used: another tool that rewrites the file may drop it, and a deployed value must
 * not change with that. `null` for bytes, which are no text.
 */
export function scalarText(value: Value): string | null {
  if (value.type === "bytes") return null;
  return value.type === "bool" ? value.text.toLowerCase() : value.text;
}

const encoder = new TextEncoder();

/**
 * The bytes of a value where an artefact holds one value by itself: scalars as `scalarText`, binary
 * strings as they are, mappings and lists as JSON on one line. A null is empty: an author who writes
 * `key:` has written nothing after it, and Kubernetes keeps a null as an empty value, too.
 *
 * @throws `ARTEFACT_VALUE_INVALID` when a mapping or list holds what JSON cannot.
 */
export function contentOf(node: TreeNode, path: TreePath): Uint8Array {
  if (node.kind === "null") return new Uint8Array();
  if (node.kind !== "leaf") return encoder.encode(jsonText(node, 0, path));
  const text = scalarText(node.value);
  return text === null ? canonicalBytes(node.value) : encoder.encode(text);
}
