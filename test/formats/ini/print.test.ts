import { describe, expect, it } from "vitest";
import { compactJson } from "../../../src/formats/ini/compact-json.ts";
import { iniFormat } from "../../../src/formats/ini/ini-format.ts";
import { iniPrinter } from "../../../src/formats/ini/ini-print.ts";
import {
  type Branch,
  branchOf,
  leafOf,
  listOf,
  textLeaf,
  type Tree,
  type TreeNode,
} from "../../../src/tree/tree.ts";
import { codeOf } from "../../seal/fixtures.ts";
import { bytesOf, textOf, Verbs } from "../dotenv/verbs.ts";

const verbs = new Verbs(iniFormat);
const print = (...documents: Branch[]): string =>
  textOf(iniPrinter.print({ documents }, { indent: null, metadata: null }));
const one = (key: string, value: TreeNode): Branch => branchOf([["a", branchOf([[key, value]])]]);
const comment = (text: string) => ({ kind: "comment", text, offset: -1 }) as const;
const entry = (key: string) => ({ kind: "entry", key, value: textLeaf("1"), offset: -1 }) as const;

describe("iniPrinter", () => {
  it("aligns keys in bytes, and puts a blank line between sections", () => {
    const a = branchOf([
      ["x", textLeaf("1")],
      ["żółw", textLeaf("")],
    ]);
    const tree = branchOf([
      ["a", a],
      ["b", branchOf([])],
    ]);
    expect(print(tree)).toBe("[a]\nx       = 1\nżółw = \n\n[b]\n");
  });

  it("gives the first section no header if it is DEFAULT, and prints nothing of an empty one", () => {
    const a: [string, TreeNode] = ["a", branchOf([])];
    expect(print(branchOf([["DEFAULT", branchOf([])], a]))).toBe("[a]\n");
    expect(print(branchOf([["DEFAULT", branchOf([["x", textLeaf("1")]])], a]))).toBe(
      "x = 1\n\n[a]\n",
    );
    expect(print(branchOf([a, ["DEFAULT", branchOf([])]]))).toBe("[a]\n\n[DEFAULT]\n");
  });

  it("keeps the header of a first section `default`, which sops loses", () => {
    expect(print(branchOf([["default", branchOf([])]]))).toBe("[default]\n");
  });

  it.each([
    ["a#b", "`a#b`"],
    ["a`b", '"""a`b"""'],
    ["a\nb", '"""a\nb"""'],
    [" a", '" a"'],
    ["a'b", "a'b"],
    ['"a"', "'\"a\"'"],
    ["'a'", "\"'a'\""],
    ["a\\", '"a\\"'],
    ['"""a', '""""a"""'],
  ])("writes %j so that it is read alike", (text, written) => {
    if (text === '"""a')
      expect(verbs.leaves(print(one("k", textLeaf(text))))).toEqual([["a/k", text]]);
    else expect(print(one("k", textLeaf(text)))).toBe(`[a]\nk = ${written}\n`);
  });

  it("puts comments where sops does, and drops those that it drops", () => {
    const items = [
      comment(" of the section\n# more"),
      comment("dropped"),
      entry("x"),
      comment("dropped"),
      comment(" of x "),
      entry("y"),
      comment(""),
    ];
    const section = {
      kind: "entry",
      key: "a",
      value: { kind: "branch", items, offset: -1 },
    } as const;
    const tree: Branch = {
      kind: "branch",
      items: [comment("top"), { ...section, offset: -1 }],
      offset: -1,
    };
    expect(print(tree)).toBe(";  of the section\n# more\n[a]\n; of x\nx = 1\ny = 1\n");
  });

  it.each([
    ["a value outside of sections", branchOf([["a", textLeaf("1")]])],
    ["a map in a section", one("k", branchOf([]))],
    ["a list in a section", one("k", listOf([]))],
    ["a key `-`", one("-", textLeaf("1"))],
    ["an empty key", one("", textLeaf("1"))],
    ["a key of two lines", one("a\nb", textLeaf("1"))],
    ["a section of two lines", branchOf([["a\nb", branchOf([])]])],
    ["a section without a name", branchOf([["", branchOf([])]])],
    ["a text that no quotes hold", one("k", textLeaf('a`"""\nb'))],
    ["bytes", one("k", leafOf({ type: "bytes", bytes: new Uint8Array([255]) }))],
    [
      "a key twice",
      branchOf([
        [
          "a",
          branchOf([
            ["x", textLeaf("1")],
            ["x", textLeaf("2")],
          ]),
        ],
      ]),
    ],
  ])("refuses %s", async (_, tree) => {
    expect(await codeOf(() => print(tree))).toBe("FORMAT_UNFIT");
  });

  it("refuses in a sealed file what sops could not open again", async () => {
    const metadata = branchOf([["version", textLeaf("3.13.3")]]);
    const sealed = (tree: Tree): Uint8Array => iniPrinter.print(tree, { indent: null, metadata });
    const nothing: TreeNode = { kind: "null", offset: -1 };
    expect(textOf(sealed({ documents: [one("k", textLeaf("1"))] }))).toBe(
      "[a]\nk = 1\n\n[sops]\nversion = 3.13.3\n",
    );
    expect(await codeOf(() => sealed({ documents: [one("k", nothing)] }))).toBe("FORMAT_UNFIT");
    expect(await codeOf(() => sealed({ documents: [branchOf([]), branchOf([])] }))).toBe(
      "FORMAT_UNFIT",
    );
    expect(await codeOf(() => sealed({ documents: [branchOf([["sops", branchOf([])]])] }))).toBe(
      "SOPS_KEY_RESERVED",
    );
    expect(print(one("k", nothing))).toBe("[a]\nk = <nil>\n");
  });

  it("has a template that is sealed and opened again", async () => {
    expect(await verbs.roundTrip(iniPrinter.template)).toBe(iniPrinter.template);
    expect(textOf(bytesOf(iniPrinter.template))).toContain("[Welcome!]");
  });
});

describe("compactJson", () => {
  it.each([
    [leafOf({ type: "float", text: "1" }), "1"],
    [leafOf({ type: "float", text: "-0" }), "-0"],
    [leafOf({ type: "float", text: "+Inf" }), null],
    [leafOf({ type: "int", text: "9223372036854775807" }), "9223372036854775807"],
    [leafOf({ type: "time", text: "2024-01-01T00:00:00Z" }), '"2024-01-01T00:00:00Z"'],
    [
      listOf([textLeaf("<&>\u2028"), leafOf({ type: "bool", text: "True" })]),
      '["\\u003c\\u0026\\u003e\\u2028",true]',
    ],
    [listOf([branchOf([])]), null],
  ])("of %j is %s", (node, text) => {
    expect(compactJson(node)).toBe(text);
  });
});
