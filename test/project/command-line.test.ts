import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCommandLine } from "../../src/project/command-line.ts";

describe("splitCommandLine", () => {
  it.each([
    ["", []],
    [" \t\r\n ", []],
    ["vim", ["vim"]],
    ["code --wait  -n\t--new", ["code", "--wait", "-n", "--new"]],
    [`sh -c 'echo "$KEY" | cat'`, ["sh", "-c", `echo "$KEY" | cat`]],
    [`"my editor" --x="a b"c'd e'`, ["my editor", "--x=a bcd e"]],
    [`a\\ b \\"c\\' \\\\`, ["a b", `"c'`, "\\"]],
    [`"a\\"b\\\\c\\n"`, [`a"b\\cn`]],
    [`'a\\'b`, ["a\\b"]],
    [`'' "" x`, ["", "", "x"]],
    ["a # comment 'open\nb", ["a", "b"]],
    ["# nothing", []],
    ["a#b #c", ["a#b"]],
    ["a\\\nb", ["a\nb"]],
    ["clé 'ключ 🔑'", ["clé", "ключ 🔑"]],
    ["$HOME *.txt | >x && y", ["$HOME", "*.txt", "|", ">x", "&&", "y"]],
  ])("splits %j as google/shlex does", (text, words) => {
    expect(splitCommandLine(text)).toEqual(words);
  });

  it.each([`'a`, `a "b`, `"a\\"`, "a\\", `x 'y' "`])("refuses %j", (text) => {
    expect(() => splitCommandLine(text)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("gives back any words that were quoted, in either way", () => {
    const single = (word: string): string => `'${word.replaceAll("'", `'"'"'`)}'`;
    const double = (word: string): string => `"${word.replace(/[\\"]/g, "\\$&")}"`;
    const gap = fc.constantFrom(" ", "\n", "\t \r\n", ' # it\'s "a" comment\\\n');
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" })),
        gap,
        fc.boolean(),
        (words, between, doubled) => {
          const text = words.map(doubled ? double : single).join(between);
          expect(splitCommandLine(text)).toEqual(words);
        },
      ),
    );
  });
});
