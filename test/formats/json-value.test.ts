import { describe, expect, it } from "vitest";
import { parseJsonValue } from "../../src/formats/json-value.ts";
import { flowText } from "../../src/formats/yaml/emit.ts";

const parse = (text: string): string => flowText(parseJsonValue(new TextEncoder().encode(text)));

describe("parseJsonValue", () => {
  it.each([
    ['"x"', "x"],
    ["5432", "5432"],
    ["9007199254740993", "9007199254740993"],
    ["1.0", "1.0"],
    ["true", "true"],
    ["null", "null"],
    ['"1"', '"1"'],
    ['{"b": [1, 2.5, "s", null], "a": {}}', "{b: [1, 2.5, s, null], a: {}}"],
    ['"\\u00e9\\ud83d\\ude00\\/"', "é😀/"],
    ['{"__proto__": 1}', "{__proto__: 1}"],
    [" [\n\t1 ] ", "[1]"],
  ])("reads %s", (text, shown) => {
    expect(parse(text)).toBe(shown);
  });

  it.each([
    "",
    "x",
    "{a: 1}",
    "[1,]",
    "1e400",
    "18446744073709551615",
    '{"a":1,"a":2}',
    "'x'",
    "0x1F",
    "01",
  ])("refuses %j", (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "VALUE_INVALID" }));
  });
});
