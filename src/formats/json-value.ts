import { UndersealError } from "../errors.ts";
import { type TreeNode } from "../tree/tree.ts";
import { decodeJson, parseJson } from "./json/parse.ts";

/**
 * One JSON value (RFC 8259) as a tree: integers exact up to int64, keys in order.
 *
 * @throws `VALUE_INVALID` when it is no JSON, has a key twice, or a number that fits neither int64
 *   nor a double
 */
export function parseJsonValue(bytes: Uint8Array): TreeNode {
  const invalid = (why: string): UndersealError =>
    new UndersealError("VALUE_INVALID", `the value is not usable JSON: ${why}`);
  const root = read(bytes, invalid);
  if (hasKeyTwice(root)) throw invalid("a key stands twice in one object");
  return root;
}

function read(bytes: Uint8Array, invalid: (why: string) => UndersealError): TreeNode {
  try {
    return parseJson(decodeJson(bytes)).root;
  } catch (error) {
    if (!(error instanceof UndersealError)) throw error;
    if (error.code === "VALUE_UNSUPPORTED") throw invalid("a number or text of it cannot be held");
    throw invalid("it does not parse");
  }
}

function hasKeyTwice(node: TreeNode): boolean {
  if (node.kind === "list")
    return node.items.some((item) => item.kind !== "comment" && hasKeyTwice(item));
  if (node.kind !== "branch") return false;
  const entries = node.items.filter((item) => item.kind === "entry");
  return (
    new Set(entries.map(({ key }) => key)).size < entries.length ||
    entries.some(({ value }) => hasKeyTwice(value))
  );
}
