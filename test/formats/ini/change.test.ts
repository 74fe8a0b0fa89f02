import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { iniFormat } from "../../../src/formats/ini/ini-format.ts";
import { branchOf, leafOf, listOf, textLeaf, type TreeNode } from "../../../src/tree/tree.ts";
import { codeOf } from "../../seal/fixtures.ts";
import { bytesOf, textOf, Verbs } from "../dotenv/verbs.ts";
import { iniTexts } from "./generate.ts";

const verbs = new Verbs(iniFormat);
const parse = (text: string) => iniFormat.parse(bytesOf(text));
const set = (text: string, path: readonly string[], value: string | TreeNode): string =>
  textOf(parse(text).withValue(path, typeof value === "string" ? textLeaf(value) : value));
const unset = (text: string, path: readonly string[]): string =>
  textOf(parse(text).withoutValue(path));

describe("withValue", () => {
  it.each([
    ["[a]\nx = 1 ; c\ny=2\n", ["a", "x"], "3", "[a]\nx = 3 ; c\ny=2\n"],
    ["[a]\r\nx: '1'\r\n", ["a", "x"], "2", "[a]\r\nx: '2'\r\n"],
    ["x = '1'\n", ["DEFAULT", "x"], "it's", "x = it's\n"],
    ["x = 1\n", ["DEFAULT", "x"], "a#b", "x = `a#b`\n"],
    ["x = 1\n", ["DEFAULT", "x"], "a\nb", 'x = """a\nb"""\n'],
    ["x = 1\n", ["DEFAULT", "x"], " a ", 'x = " a "\n'],
    ["x = 1\n", ["DEFAULT", "x"], '"a"', "x = '\"a\"'\n"],
    ["x = 1\n", ["DEFAULT", "x"], "a\\", 'x = "a\\"\n'],
    ["x = 1\n", ["DEFAULT", "x"], "", "x = \n"],
    ["x =\n", ["DEFAULT", "x"], "1", "x = 1\n"],
    ["x=\n", ["DEFAULT", "x"], "1", "x=1\n"],
    ["x = \n", ["DEFAULT", "x"], "1", "x = 1\n"],
    ["x = ; c\n", ["DEFAULT", "x"], "1", "x = 1 ; c\n"],
    ["x = a \\\n  b\ny=1", ["DEFAULT", "x"], "c", "x = c\ny=1"],
    ["x = 1\nx = 2\n", ["DEFAULT", "x"], "3", "x = 1\nx = 3\n"],
    ["[a]\n  x = 1 ; c\n", ["a", "x"], "a;b", "[a]\n  ; c\n  x = `a;b`\n"],
    ["[a]\nx=1\n[b]\n[a]\ny=1\n", ["a", "y"], "2", "[a]\nx=1\ny=2\n[b]\n[a]\ny=1\n"],
    ["- = 1\n- = 2\n", ["DEFAULT", "#2"], "3", "- = 1\n- = 3\n"],
  ])("%j with %j set to %j", (text, path, value, changed) => {
    expect(set(text, path, value)).toBe(changed);
  });

  it.each([
    ["[a]\n  x   : 1\n\n[b]\n", ["a", "y"], "[a]\n  x   : 1\n  y : 2\n\n[b]\n"],
    ["[a]\nx=1", ["a", "y"], "[a]\nx=1\ny=2"],
    ["[a]\r\nx=1\r\n; last", ["a", "y"], "[a]\r\nx=1\r\ny=2\r\n; last"],
    ["[a]\n[b]\n", ["a", "y"], "[a]\ny = 2\n[b]\n"],
    ["\ufeff[a]\n", ["DEFAULT", "y"], "\ufeffy = 2\n[a]\n"],
    ["", ["a", "y"], "[a]\ny = 2\n"],
    ["x = 1", ["a", "y"], "x = 1\n\n[a]\ny = 2"],
    ["x = 1\n; last\n", ["a", "y"], "x = 1\n\n[a]\ny = 2\n; last\n"],
    ["x = 1\n", ["a", "k=1"], "x = 1\n\n[a]\n`k=1` = 2\n"],
    ["x = 1\n", ["a", "#1"], "x = 1\n\n[a]\n`#1` = 2\n"],
    ["x = 1 \\\n", ["DEFAULT", "y"], "x = 1 \\\n\ny = 2\n"],
  ])("%j with a new key %j", (text, path, changed) => {
    expect(set(text, path, "2")).toBe(changed);
  });

  it("writes values of other types as sops does", () => {
    expect(set("", ["a", "x"], leafOf({ type: "float", text: "1" }))).toBe("[a]\nx = 1.0\n");
  });

  it.each([
    ["a map", branchOf([])],
    ["a list", listOf([])],
    ["a null", { kind: "null", offset: -1 } as const],
    ["half a character", textLeaf("\ud800")],
    ["lines with both kinds of quotes", textLeaf('a`"""\nb')],
  ])("refuses %s", async (_, value) => {
    expect(await codeOf(() => set("", ["a", "x"], value))).toBe("VALUE_UNSUPPORTED");
  });

  it.each([
    [["sops", "x"], "SOPS_KEY_RESERVED"],
    [["a"], "PATH_INVALID"],
    [["a", "b", "c"], "PATH_INVALID"],
    [[], "PATH_INVALID"],
    [["a", 0], "PATH_INVALID"],
    [["a", "-"], "PATH_INVALID"],
    [["a", ""], "PATH_INVALID"],
    [["a", "x\ny"], "PATH_INVALID"],
    [["", "x"], "PATH_INVALID"],
    [["a\nb", "x"], "PATH_INVALID"],
  ])("refuses the path %j", async (path, code) => {
    expect(await codeOf(() => parse("").withValue(path, textLeaf("1")))).toBe(code);
  });

  it("changes the value asked for and nothing else, whatever the file", async () => {
    const value = fc.oneof(
      fc.string(),
      fc.string({
        unit: fc.constantFrom("a", " ", "\n", "'", '"', "`", "#", ";", "\\", "=", "\r"),
      }),
    );
    const key = fc.constantFrom("a", "b", "new", "d e", "k=1");
    await fc.assert(
      fc.asyncProperty(iniTexts, key, value, async (text, name, wanted) => {
        if ((await codeOf(() => parse(text))) !== null) return;
        const before = verbs.leaves(text);
        const path = ["a", name];
        const code = await codeOf(() => set(text, path, wanted));
        if (code !== null) {
          expect(code).toMatch(/^(?:VALUE_UNSUPPORTED|OUTPUT_NOT_VERIFIED)$/);
          return;
        }
        const after = verbs.leaves(set(text, path, wanted));
        const added = after.length - before.length;
        const at = after.findIndex((leaf, index) => leaf.join() !== before[index]?.join());
        if (at < 0) return;
        expect(after[at]).toEqual([path.join("/"), wanted]);
        expect([0, 1]).toContain(added);
        expect(after.toSpliced(at, 1)).toEqual(before.toSpliced(at, 1 - added));
      }),
      { numRuns: 200 },
    );
  });
});

describe("withoutValue", () => {
  it.each([
    ["[a]\n; c\nx = 1 ; d\ny=2\n", ["a", "x"], "[a]\n; c\ny=2\n"],
    ["x=1\r\ny=2", ["DEFAULT", "y"], "x=1"],
    ["x=1", ["DEFAULT", "x"], ""],
    ["x=1\ny=2\nx=3\n", ["DEFAULT", "x"], "y=2\n"],
    ['x="""1\n2"""\ny=2\n', ["DEFAULT", "x"], "y=2\n"],
    ["x=1 \\\n2\ny=2\n", ["DEFAULT", "x"], "y=2\n"],
  ])("%j without %j", (text, path, changed) => {
    expect(unset(text, path)).toBe(changed);
  });

  it("refuses what is not there, and what would rename another key", async () => {
    expect(await codeOf(() => unset("x=1\n", ["DEFAULT", "y"]))).toBe("PATH_NOT_FOUND");
    expect(await codeOf(() => unset("x=1\n", ["a", "x"]))).toBe("PATH_NOT_FOUND");
    expect(await codeOf(() => unset("-=1\n-=2\n", ["DEFAULT", "#1"]))).toBe("OUTPUT_NOT_VERIFIED");
  });
});
