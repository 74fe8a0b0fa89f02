import { UndersealError } from "../errors.ts";
import { childOf, type TreeNode } from "../tree/tree.ts";
import { resolvePlain } from "./yaml/resolve.ts";
import { parseYaml } from "./yaml/parse.ts";

const STRINGS = /"(?:[^"\\]|\\.)*"/g;
const NUMBERS = /-?\d[\d.eE+-]*/g;

/**
 * One JSON value (RFC 8259) as a tree: integers exact up to int64, keys in order. JSON is read as
 * the YAML that it also is, once it is known to be JSON.
 *
 * @throws `VALUE_INVALID` when it is no JSON, has a key twice, or a number that fits neither int64
 *   nor a double
 */
export function parseJsonValue(bytes: Uint8Array): TreeNode {
  const invalid = (why: string): UndersealError =>
    new UndersealError("VALUE_INVALID", `the value is not usable JSON: ${why}`);
  const text = decode(bytes);
  if (text === null || !isJson(text)) throw invalid("it does not parse");
  if ((text.replace(STRINGS, "").match(NUMBERS) ?? []).some((number) => !isNumber(number)))
    throw invalid("a number is out of range");
  try {
    const [document] = parseYaml(new TextEncoder().encode(`{"value": ${text}\n}`)).syntax.documents;
    const value = document === undefined ? null : childOf(document.branch, "value");
    if (value !== null) return value;
  } catch (error) {
    if (!(error instanceof UndersealError)) throw error;
    if (error.code === "YAML_DUPLICATE_KEY") throw invalid("a key stands twice in one object");
  }
  throw invalid("it cannot be stored");
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isNumber(text: string): boolean {
  const value = resolvePlain(text);
  return (
    value !== null && typeof value === "object" && (value.type === "int" || value.type === "float")
  );
}
