/** Types of YAML scalars, exactly as go-yaml v3 resolves them (sops-format 8.1). */
import { fromBase64 } from "../../tree/base64.ts";
import {
  clockParts,
  canonicalFloat,
  dateParts,
  int64Text,
  offsetMinutes,
  timeText,
} from "../../tree/scalars.ts";
import { type Value, valueOfBytes } from "../../tree/tree.ts";

/**
 * What a scalar means: a value, `null` for YAML null, or a word for why SOPS cannot hold it:
 * `too-large` is an integer between 2^63 and 2^64, `mismatch` a text that its tag does not fit.
 */
export type Resolved = Value | null | "too-large" | "mismatch";

const CORE = "tag:yaml.org,2002:";
const WORDS = new Map<string, Value | null>([
  ...["true", "True", "TRUE"].map((word) => [word, { type: "bool", text: "True" }] as const),
  ...["false", "False", "FALSE"].map((word) => [word, { type: "bool", text: "False" }] as const),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, { type: "float", text: "NaN" }] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map(
    (word) => [word, { type: "float", text: "+Inf" }] as const,
  ),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, { type: "float", text: "-Inf" }] as const),
]);

/** The type of a plain scalar without a tag. */
export function resolvePlain(text: string): Value | null | "too-large" {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (text.startsWith(".")) return floatValue(text) ?? { type: "str", text };
  if (!/^[-+0-9]/.test(text)) return { type: "str", text };
  return timeValue(text) ?? numberValue(text.replaceAll("_", "")) ?? { type: "str", text };
}

function numberValue(digits: string): Value | "too-large" | null {
  const integer = integerOf(digits);
  if (integer !== null) {
    const text = int64Text(integer);
    if (text !== null) return { type: "int", text };
    if (integer >= 0n && integer < 2n ** 64n) return "too-large";
  }
  return floatValue(digits);
}

const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/;

function integerOf(digits: string): bigint | null {
  const match = INTEGER.exec(digits);
  if (match?.[2] === undefined) return null;
  const octal = /^0[0-7]+$/.test(match[2]) ? `0o${match[2].slice(1)}` : match[2];
  const size = BigInt(octal.toLowerCase());
  return match[1] === "-" ? -size : size;
}

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

function floatValue(text: string): Value | null {
  const canonical = FLOAT.test(text) ? canonicalFloat(text) : null;
  return canonical === null ? null : { type: "float", text: canonical };
}

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const ZONED =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;
const SPACED = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?$/;

function timeValue(text: string): Value | null {
  const match = DATE.exec(text) ?? SPACED.exec(text) ?? ZONED.exec(text);
  if (match === null) return null;
  const offset = offsetMinutes(match[8] ?? "Z");
  const clock =
    match[4] === undefined ? { hour: 0, minute: 0, second: 0, fraction: "" } : clockParts(match);
  const canonical = offset === null ? null : timeText({ ...dateParts(match), ...clock, offset });
  return canonical === null ? null : { type: "time", text: canonical };
}

/**
 * The type of a scalar with an explicit tag (in full form) or in quotes or a block.
 *
 * @param tag - full tag, or `null` for a quoted or block scalar without one
 */
export function resolveTagged(text: string, tag: string | null): Resolved {
  if (tag?.startsWith(CORE) !== true) return { type: "str", text };
  const plain = resolvePlain(text);
  switch (tag.slice(CORE.length)) {
    case "int":
      return expect(plain, "int");
    case "float":
      return floatFrom(plain);
    case "bool":
      return expect(plain, "bool");
    case "timestamp":
      return expect(plain, "time");
    case "null":
      return plain === null ? null : "mismatch";
    case "binary":
      return binaryValue(text);
    default:
      return { type: "str", text };
  }
}

function expect(plain: Resolved, type: Value["type"]): Resolved {
  if (plain === null) return "mismatch";
  return plain === "too-large" || (typeof plain === "object" && plain.type === type)
    ? plain
    : "mismatch";
}

function floatFrom(plain: Resolved): Resolved {
  if (plain === null || typeof plain !== "object") return "mismatch";
  if (plain.type === "float") return plain;
  const canonical = plain.type === "int" ? canonicalFloat(plain.text) : null;
  return canonical === null ? "mismatch" : { type: "float", text: canonical };
}

/** Base64 in a `!!binary` scalar; a string where the bytes are UTF-8, as SOPS has it. */
function binaryValue(text: string): Resolved {
  const bytes = fromBase64(text.replace(/[\r\n]/g, ""));
  return bytes === null ? "mismatch" : valueOfBytes(bytes);
}
