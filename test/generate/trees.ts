/** Arbitrary trees with the values that printers find hard: odd texts, keys, numbers and nesting. */
import fc, { type Arbitrary } from "fast-check";
import { canonicalFloat } from "../../src/tree/scalars.ts";
import {
  type Branch,
  type Comment,
  type Entry,
  leafOf,
  type List,
  textLeaf,
  type TreeNode,
} from "../../src/tree/tree.ts";
import { among } from "./chance.ts";

/** What the trees may hold. */
export interface TreeShape {
  /** Collections around a scalar, at most. */
  readonly depth: number;
  readonly text: Arbitrary<string>;
  readonly key: Arbitrary<string>;
  /** Scalars besides texts and null. */
  readonly scalar: Arbitrary<TreeNode>;
  /** Comments before entries and items and behind the last; `null` for none. */
  readonly comment: Arbitrary<string> | null;
}

/** Branches of some entries. */
export function branches(shape: TreeShape): Arbitrary<Branch> {
  const value = values(shape);
  const entry = fc.record({ key: shape.key, value, above: aboves(shape) });
  const entries = fc.uniqueArray(entry, { selector: ({ key }) => key, maxLength: 5 });
  return fc.tuple(entries, aboves(shape)).map(([entries, below]): Branch => ({
    kind: "branch",
    items: [
      ...entries.flatMap(({ key, value, above }): (Entry | Comment)[] => [
        ...above,
        { kind: "entry", key, value, offset: -1 },
      ]),
      ...below,
    ],
    offset: -1,
  }));
}

function lists(shape: TreeShape): Arbitrary<List> {
  const item = fc.record({ value: values(shape), above: aboves(shape) });
  return fc.tuple(fc.array(item, { maxLength: 4 }), aboves(shape)).map(([items, below]): List => ({
    kind: "list",
    items: [
      ...items.flatMap(({ value, above }): (TreeNode | Comment)[] => [...above, value]),
      ...below,
    ],
    offset: -1,
  }));
}

function values({ depth, ...shape }: TreeShape): Arbitrary<TreeNode> {
  const scalar = among<TreeNode>(
    [6, shape.text.map(textLeaf)],
    [3, shape.scalar],
    [1, fc.constant<TreeNode>({ kind: "null", offset: -1 })],
  );
  if (depth === 0) return scalar;
  const inner = { ...shape, depth: depth - 1 };
  return among<TreeNode>([4, scalar], [2, branches(inner)], [2, lists(inner)]);
}

function aboves({ comment }: TreeShape): Arbitrary<Comment[]> {
  if (comment === null) return fc.constant([]);
  const one = comment.map((text): Comment => ({ kind: "comment", text, offset: -1 }));
  return among([3, fc.constant<Comment[]>([])], [1, fc.array(one, { maxLength: 2 })]);
}

const WORDS =
  `<<|=|---|--- a|---a|...|...a|-|- a|-a|?|? a|?a|:|:a|: a|a:|a: b|a:b|a #b|a#b|#a|[a|a]|{a|}|&a|*a|!a|>|%a|@a|\`a|'a|"a
  |a'b|a"b|a\\b| a|a | ||y|Y|yes|n|No|on|OFF|true|True|TRUE|tRUE|false|null|Null|~|1|-1|+1|0|-0|0x1F|0o7|017|08|1_000|_1
  |1.5|1e3|1e400|.5|.inf|+.INF|-.Inf|.nan|1:20|-1:20|1:60|190:20:30.15|2024-01-01|2024-1-1|2024-13-01|2024-01-01T00:00:00Z
  |2024-01-01 00:00:00|9223372036854775807|9223372036854775808|18446744073709551616|1,000|0b1|0b2|!!str a|a, b|a?|a,|é|日本
  |😀|ENC[x]`.split("|");
const LINES = ["a\nb", "a\nb\n", "a\n\n", "\n", "\n\n", "\na", " a\nb", "a \nb", "a\nb ", "a\n b"];
const ODD = [
  "a\tb",
  "\t",
  "a\t\nb",
  "a\n\tb",
  "\n\ta",
  " \n\ta",
  "a\rb",
  "a\r\nb",
  "\u0085",
  "\u00a0",
  "\u00a0a: b",
  "\u3000#x",
  "\ufeff",
  '\ufeffa b"é日\u00a0😀',
  "\u007f",
  "\u001b[0m",
  "\u200b",
  "\ufffd",
  "\ue000",
  "\ufffe",
  "\0",
  "a\u0001\nb",
  "a\n😀",
  "\u00ad",
];
const CHARS = Array.from("ab1 .:-#,[]{}&*!|>'\"%@`\n\n\t\\~?_+/=é日\u00a0\r\u0000😀");

/** Texts that are hard to write down; none with the line separators of Unicode. */
export const oddTexts: Arbitrary<string> = among(
  [4, fc.constantFrom(...WORDS.map((word) => word.replace(/\n\s*/, "")))],
  [2, fc.constantFrom(...LINES, ...ODD)],
  [3, fc.string({ unit: fc.constantFrom(...CHARS), maxLength: 8 })],
  [1, fc.string({ unit: "grapheme", maxLength: 8 }).filter(isOrdinary)],
);

function isOrdinary(text: string): boolean {
  return !/[\u2028\u2029]/.test(text);
}

/** Keys that are hard to write down, some of them too long for one line. */
export const oddKeys: Arbitrary<string> = among(
  [4, fc.stringMatching(/^[a-z]{1,6}$/)],
  [4, oddTexts],
  [
    1,
    fc.tuple(oddTexts, fc.integer({ min: 120, max: 131 })).map(([a, size]) => a.padEnd(size, "x")),
  ],
  [1, fc.integer({ min: 62, max: 66 }).map((size) => "é".repeat(size))],
);

/** Ints, bools and finite floats. */
export const jsonScalars: Arbitrary<TreeNode> = fc
  .oneof(
    fc.boolean().map((value) => ["bool", value ? "True" : "False"] as const),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value) => ["int", value.toString()] as const),
    fc.integer({ min: -100, max: 100 }).map((value) => ["int", String(value)] as const),
    fc
      .oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer().map((value) => value / 100),
        fc.integer({ min: -8, max: 8 }).map((power) => 10 ** power),
      )
      .map((value) => ["float", canonicalFloat(String(value)) ?? "0"] as const),
  )
  .map(([type, text]) => leafOf({ type, text }));

/** What JSON has no word for: times, infinities, bytes. */
export const yamlScalars: Arbitrary<TreeNode> = fc.oneof(
  jsonScalars,
  fc.constantFrom("NaN", "+Inf", "-Inf").map((text) => leafOf({ type: "float", text })),
  fc
    .constantFrom("2024-01-01T00:00:00Z", "1999-12-31T23:59:59.000000001+05:30")
    .map((text) => leafOf({ type: "time", text })),
  fc
    .uint8Array({ maxLength: 120 })
    .map((bytes) => leafOf({ type: "bytes", bytes: Uint8Array.of(0xff, ...bytes) })),
);

/** A tree as JSON that sops reads with the same types: floats have a point. */
export function jsonText(node: TreeNode): string {
  if (node.kind === "null") return "null";
  if (node.kind === "list")
    return `[${node.items.map((item) => jsonText(item as TreeNode)).join(",")}]`;
  if (node.kind === "branch") {
    const entries = node.items.flatMap((item) => (item.kind === "entry" ? [item] : []));
    return `{${entries.map(({ key, value }) => `${JSON.stringify(key)}:${jsonText(value)}`).join(",")}}`;
  }
  const { value } = node;
  if (value.type === "bytes") throw new Error("JSON has no bytes");
  if (value.type === "bool") return value.text.toLowerCase();
  if (value.type === "float") return value.text.includes(".") ? value.text : `${value.text}.0`;
  return value.type === "int" ? value.text : JSON.stringify(value.text);
}
