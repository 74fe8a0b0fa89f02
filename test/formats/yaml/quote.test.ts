import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  doubleQuoted,
  fitsPlain,
  fitsSingle,
  quoted,
  singleQuoted,
  valueText,
} from "../../../src/formats/yaml/quote.ts";
import { parseYaml } from "../../../src/formats/yaml/parse.ts";
import { childOf, sameValue, type TreeNode, type Value } from "../../../src/tree/tree.ts";
import { canonicalFloat } from "../../../src/tree/scalars.ts";

const BLOCK = { flow: false };
const FLOW = { flow: true };

function readBack(text: string, { flow }: { flow: boolean }): TreeNode | null {
  const source = flow ? `k: [${text}]\n` : `k: ${text}\n`;
  const branch = parseYaml(new TextEncoder().encode(source)).syntax.documents[0]?.branch;
  const node = branch === undefined ? null : childOf(branch, "k");
  return flow && node?.kind === "list" ? ((node.items[0] as TreeNode | undefined) ?? null) : node;
}

const texts = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom(...Array.from("a :#-?[]{},&*!|>'\"%@`\n\t\\~01e.xX+_")),
      maxLength: 12,
    }),
    fc.constantFrom(
      "yes",
      "null",
      "true",
      "1",
      "1.5",
      "2024-01-01",
      "---",
      "...",
      "<<",
      "=",
      "0x1F",
      ".inf",
      "1:30",
      "",
      " ",
      "a ",
      "\ufeff",
      "\u2028",
      "\u0085",
    ),
  )
  .filter((text) => !/\p{Cs}/u.test(text));

describe("a string in its quotes", () => {
  it.each([BLOCK, FLOW])("reads back as itself, whatever it is (%j)", (place) => {
    fc.assert(
      fc.property(texts, (text) => {
        const value: Value = { type: "str", text };
        const spellings = [
          quoted(text, place),
          doubleQuoted(text),
          ...(fitsSingle(text) ? [singleQuoted(text)] : []),
        ];
        for (const spelling of [...spellings, ...(fitsPlain(text, place) ? [text] : [])]) {
          const node = readBack(spelling, place);
          expect(
            node?.kind === "leaf" && sameValue(node.value, value),
            `${spelling} for ${JSON.stringify(text)}`,
          ).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ["hello", "hello"],
    ["a b", "a b"],
    ["y", '"y"'],
    ["Off", '"Off"'],
    ["12:30:45", '"12:30:45"'],
    ["1", '"1"'],
    ["true", '"true"'],
    ["", '""'],
    ["...", "'...'"],
    ["it's", "it's"],
    ["'x", "'''x'"],
    ["a: b", "'a: b'"],
    ["a #b", "'a #b'"],
    ["@home", "'@home'"],
    ["tab\there", '"tab\\there"'],
    ["\u001b[0m", '"\\e[0m"'],
    ["zażółć", "zażółć"],
  ])("%j is written as go-yaml would: %s", (text, written) => {
    expect(quoted(text, BLOCK)).toBe(written);
  });
});

describe("valueText", () => {
  it("reads back as the same type and value", () => {
    const floats = fc.double().map((value): Value => ({
      type: "float",
      text:
        canonicalFloat(Number.isNaN(value) ? "NaN" : String(value).replace("Infinity", "Inf")) ??
        "0",
    }));
    const ints = fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value): Value => ({ type: "int", text: value.toString() }));
    const bytes = fc
      .uint8Array({ maxLength: 40 })
      .map((data): Value => ({ type: "bytes", bytes: Uint8Array.of(0xff, ...data) }));
    const others = fc.constantFrom<Value>(
      { type: "bool", text: "True" },
      { type: "bool", text: "False" },
      { type: "time", text: "2024-01-01T00:00:00Z" },
    );
    fc.assert(
      fc.property(fc.oneof(floats, ints, bytes, others), (value) => {
        const node = readBack(valueText(value, null, BLOCK), BLOCK);
        expect(node?.kind === "leaf" && sameValue(node.value, value)).toBe(true);
      }),
    );
  });

  it("prefers a spelling that reads back the same, and no other", () => {
    expect(valueText({ type: "int", text: "31" }, "0x1F", BLOCK)).toBe("0x1F");
    expect(valueText({ type: "int", text: "31" }, "0x20", BLOCK)).toBe("31");
    expect(valueText({ type: "float", text: "1" }, null, BLOCK)).toBe("1.0");
    expect(valueText({ type: "bool", text: "True" }, null, BLOCK)).toBe("true");
  });
});
