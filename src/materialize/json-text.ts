import { type TreePath } from "../tree/path.ts";
import { type TreeNode, type Value } from "../tree/tree.ts";
import { childrenOf, refusal } from "./document.ts";

/**
 * A node as JSON text (RFC 8259) without a final newline. Keys keep their order, numbers every digit
 * of their canonical text, times are strings; comments are left out.
 *
 * @param indent - spaces for each level; 0 gives one line without any spaces
 * @param path - where the node stands, for failures
 * @throws `ARTEFACT_VALUE_INVALID` for what JSON has no word for: NaN, infinities, bytes that are no text.
 */
export function jsonText(node: TreeNode, indent: number, path: TreePath = []): string {
  return nodeText(node, { indent: " ".repeat(indent), margin: indent === 0 ? "" : "\n" }, path);
}

interface Layout {
  readonly indent: string;
  /** What stands before an item: a newline and the indentation so far; empty on one line. */
  readonly margin: string;
}

function nodeText(node: TreeNode, layout: Layout, path: TreePath): string {
  if (node.kind === "null") return "null";
  if (node.kind === "leaf") return jsonScalar(node.value, path);
  const { indent, margin } = layout;
  const inner = { indent, margin: margin + indent };
  const items = childrenOf(node).map(([step, child]) => {
    const text = nodeText(child, inner, [...path, step]);
    return typeof step === "number" ? text : quoted(step) + (margin === "" ? ":" : ": ") + text;
  });
  const [open, close] = node.kind === "branch" ? (["{", "}"] as const) : (["[", "]"] as const);
  if (items.length === 0) return `${open}${close}`;
  return open + inner.margin + items.join(`,${inner.margin}`) + margin + close;
}

/**
 * A scalar as JSON; every JSON scalar is a YAML scalar of the same type, too.
 *
 * @throws `ARTEFACT_VALUE_INVALID`
 */
export function jsonScalar(value: Value, path: TreePath): string {
  switch (value.type) {
    case "bool":
      return value.text === "True" ? "true" : "false";
    case "int":
      return value.text;
    case "float":
      if (/[NI]/.test(value.text))
        throw refusal("ARTEFACT_VALUE_INVALID", "JSON has no NaN and no infinity", path);
      return value.text;
    case "str":
    case "time":
      return quoted(value.text);
    case "bytes":
      throw refusal("ARTEFACT_VALUE_INVALID", "a value is binary and not text", path);
  }
}

/**
 * What JSON lets stand in a string and YAML 1.1 or 1.2 does not (delete, C1 controls, the byte order
 * mark, noncharacters), or takes for a line break.
 */
const NOT_IN_YAML = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Text in double quotes that JSON, YAML 1.1 and YAML 1.2 all read back as the same text. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    NOT_IN_YAML,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
