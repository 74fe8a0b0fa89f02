import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dotenvFormat } from "../../../src/formats/dotenv/dotenv-format.ts";
import { dotenvPrinter } from "../../../src/formats/dotenv/dotenv-print.ts";
import {
  branchOf,
  leafOf,
  listOf,
  textLeaf,
  type Tree,
  type TreeNode,
} from "../../../src/tree/tree.ts";
import { codeOf } from "../../seal/fixtures.ts";
import { dotenvTexts } from "../ini/generate.ts";
import { bytesOf, textOf, Verbs } from "./verbs.ts";

const verbs = new Verbs(dotenvFormat);
const parse = (text: string) => dotenvFormat.parse(bytesOf(text));

describe("dotenv is read as sops reads it", () => {
  it.each([
    [
      "A=1\nB=2",
      [
        ["A", "1"],
        ["B", "2"],
      ],
    ],
    [
      "A = 1 \n B=\t2\n",
      [
        ["A ", " 1 "],
        [" B", "\t2"],
      ],
    ],
    ["export A='1' # no comment\n", [["export A", "'1' # no comment"]]],
    ["A=1\r\n", [["A", "1\r"]]],
    ["A=x\\ny\\\\n\n", [["A", "x\ny\\\n"]]],
    [
      "A=b=c\nA=2\n=\n",
      [
        ["A", "b=c"],
        ["A", "2"],
        ["", ""],
      ],
    ],
    ["\ufeffA=1\n", [["\ufeffA", "1"]]],
    ["\n\n", []],
    ["", []],
    ["A=\0\u2028\n", [["A", "\0\u2028"]]],
    [
      "__proto__=1\nconstructor=2",
      [
        ["__proto__", "1"],
        ["constructor", "2"],
      ],
    ],
  ])("%j", (text, leaves) => {
    expect(verbs.leaves(text)).toEqual(leaves);
  });

  it("takes a line whose first byte is # for a comment, with its carriage return", () => {
    const items = parse("#a\r\n #b=1\n#\n").tree.documents[0]?.items;
    expect(items).toMatchObject([
      { kind: "comment", text: "a\r" },
      { kind: "entry", key: " #b" },
      { kind: "comment", text: "" },
    ]);
  });

  it.each([
    ["a line without =", "A=1\nB\n", "DOTENV_SYNTAX", 2],
    ["a value over several lines", 'A="1\nB\n"\n', "DOTENV_SYNTAX", 2],
    ["a blank line with a carriage return", "A=1\r\n\r\n", "DOTENV_SYNTAX", 2],
    ["a comment behind a byte order mark", "\ufeff#c\n", "DOTENV_SYNTAX", 1],
  ])("refuses %s at its line", async (_, text, code, line) => {
    expect(await codeOf(() => parse(text))).toBe(code);
    expect(() => parse(text)).toThrow(expect.objectContaining({ places: { line, column: 1 } }));
  });

  it("refuses what is not UTF-8", async () => {
    const bytes = new Uint8Array([0x41, 0x3d, 0xff]);
    expect(await codeOf(() => dotenvFormat.parse(bytes))).toBe("ENCODING_INVALID");
  });

  it("takes lines over from a continued value that have a = of their own", () => {
    expect(verbs.leaves('A="1\nB=2"\n')).toEqual([
      ["A", '"1'],
      ["B", '2"'],
    ]);
  });
});

describe("a sealed dotenv file", () => {
  it("keeps each line in its place, and has the metadata at its end", async () => {
    const sealed = await verbs.seal("# c\n\nA=1\nB_unencrypted=2\nC=\n#\n");
    expect(sealed.replace(/ENC\[[^\]]*type:/g, "ENC[type:").replace(/=----.*/, "=…")).toMatch(
      /^#ENC\[type:comment\]\n\nA=ENC\[type:str\]\nB_unencrypted=2\nC=\n#\nsops_age__list_0__map_enc=…\nsops_age__list_0__map_recipient=age1\w+\nsops_lastmodified=2026-11-24T12:00:00Z\nsops_mac=ENC\[type:str\]\nsops_unencrypted_suffix=_unencrypted\nsops_version=3\.13\.3\n$/,
    );
  });

  it("needs no spelling notes", async () => {
    expect(await verbs.seal('A="x"\\n y\r\n')).not.toContain("~");
  });

  it.each(["", "\n", "A=1", "A=1\n", "A=1\n\n", "#", "\n\nA=1\n#x", "A=1\r\nB=2\r\n", "A=1\r"])(
    "comes back byte for byte: %j",
    async (text) => {
      expect(await verbs.roundTrip(text)).toBe(text);
    },
  );

  it("comes back byte for byte whatever the lines are", async () => {
    await fc.assert(
      fc.asyncProperty(dotenvTexts, async (text) => {
        const code = await codeOf(() => parse(text));
        if (code !== null) expect(code).toBe("DOTENV_SYNTAX");
        else expect(await verbs.roundTrip(text)).toBe(text);
      }),
    );
  });

  it("ends without a line break where the author's file does", async () => {
    expect(await verbs.seal("A=1")).toMatch(/sops_version=3\.13\.3$/);
  });

  it("is opened with its metadata anywhere in it", async () => {
    const lines = (await verbs.seal("A=1\nB=2\n")).trimEnd().split("\n");
    expect(await verbs.open(`${[...lines.slice(2), ...lines.slice(0, 2)].join("\n")}\n`)).toBe(
      "A=1\nB=2\n",
    );
  });

  it("changes one line and the metadata when one value is edited", async () => {
    const sealed = await verbs.seal("# c\nA=1\nA=1\nB=2\n");
    const edited = await verbs.edit(sealed, (text) => text.replace("B=2", "B=3"));
    expect(await verbs.open(edited)).toBe("# c\nA=1\nA=1\nB=3\n");
    const changed = edited.split("\n").filter((line) => !sealed.split("\n").includes(line));
    expect(changed.map((line) => line.replace(/=.*/, ""))).toEqual([
      "B",
      "sops_lastmodified",
      "sops_mac",
    ]);
  });

  it("keeps the order of metadata that another program wrote", async () => {
    const lines = (await verbs.seal("A=1\n")).trimEnd().split("\n");
    const [a = "", ...block] = lines;
    const sealed = `${[a, ...block.toReversed()].join("\n")}\n`;
    const edited = await verbs.edit(sealed, (text) => `${text}B=2\n`);
    const names = (text: string) => [...text.matchAll(/^sops_\w+/gm)].map(([name]) => name);
    expect(names(edited)).toEqual(names(sealed));
  });

  it("refuses an author's own keys of metadata", async () => {
    for (const text of ["sops_x=1\n", "sops_a=1\nsops_a__map_b=1\n"])
      expect(await codeOf(verbs.seal(text))).toBe("SOPS_KEY_RESERVED");
    expect(await codeOf(verbs.seal(await verbs.seal("A=1\n")))).toBe("ALREADY_SEALED");
  });

  it("refuses metadata that sops would not put together", async () => {
    const sealed = await verbs.seal("A=1\n");
    const broken = `${sealed}sops_version=3.13.3\n`;
    expect(await codeOf(verbs.open(broken))).toBe("METADATA_INVALID");
  });

  it("refuses a selection whose expression would not come back", async () => {
    const selection = { field: "encrypted_regex", pattern: "a\\n" } as const;
    expect(await codeOf(verbs.seal("A=1\n", selection))).toBe("FORMAT_UNFIT");
  });
});

describe("withValue and withoutValue", () => {
  const set = (text: string, key: string, value: string | TreeNode): string =>
    textOf(parse(text).withValue([key], typeof value === "string" ? textLeaf(value) : value));

  it.each([
    ["A=1\nB=2\n", "A", "x", "A=x\nB=2\n"],
    ["A=1\nA=2\n", "A", "x", "A=x\nA=2\n"],
    ["A=1\n", "C", "x\ny", "A=1\nC=x\\ny\n"],
    ["A=1", "C", "", "A=1\nC="],
    ["", "C", "x", "C=x\n"],
    ["A=1\r\n", "A", "x", "A=x\n"],
  ])("%j with %s set to %j", (text, key, value, changed) => {
    expect(set(text, key, value)).toBe(changed);
  });

  it("writes values of other types as sops does", () => {
    expect(set("", "A", leafOf({ type: "float", text: "1" }))).toBe("A=1.0\n");
    expect(set("", "A", leafOf({ type: "bool", text: "True" }))).toBe("A=true\n");
  });

  it.each([
    ["a backslash before an n", textLeaf("a\\nb")],
    ["a map", branchOf([])],
    ["a list", listOf([])],
    ["a null", { kind: "null", offset: -1 } as const],
    ["half a character", textLeaf("\ud800")],
  ])("refuses %s", async (_, value) => {
    expect(await codeOf(() => set("", "A", value))).toBe("VALUE_UNSUPPORTED");
  });

  it.each([
    [["sops_a"], "SOPS_KEY_RESERVED"],
    [["a=b"], "PATH_INVALID"],
    [["#a"], "PATH_INVALID"],
    [["a\nb"], "PATH_INVALID"],
    [["a", "b"], "PATH_INVALID"],
    [[0], "PATH_INVALID"],
    [[], "PATH_INVALID"],
  ])("refuses the path %j", async (path, code) => {
    expect(await codeOf(() => parse("A=1\n").withValue(path, textLeaf("x")))).toBe(code);
  });

  it.each([
    ["#c\nA=1\nB=2\n", "A", "#c\nB=2\n"],
    ["A=1\nB=2", "B", "A=1"],
    ["A=1", "A", ""],
    ["A=1\nA=2\n", "A", "A=2\n"],
  ])("%j without %s", (text, key, changed) => {
    expect(textOf(parse(text).withoutValue([key]))).toBe(changed);
  });

  it("refuses to remove what is not there", async () => {
    expect(await codeOf(() => parse("#A=1\n").withoutValue(["A"]))).toBe("PATH_NOT_FOUND");
  });
});

describe("dotenvPrinter", () => {
  const print = (tree: Tree): string =>
    textOf(dotenvPrinter.print(tree, { indent: null, metadata: null }));
  const one = (key: string, value: TreeNode): Tree => ({ documents: [branchOf([[key, value]])] });

  it("prints comments, scalars and nulls as sops does", () => {
    const { tree } = parse("#c\nA=1\nB=x\\ny\n");
    const items = [...(tree.documents[0]?.items ?? [])];
    items.push({ kind: "entry", key: "N", value: { kind: "null", offset: -1 }, offset: -1 });
    expect(print({ documents: [{ kind: "branch", items, offset: 0 }] })).toBe(
      "#c\nA=1\nB=x\\ny\nN=<nil>\n",
    );
  });

  it.each([
    ["a map", one("a", branchOf([]))],
    ["a list", one("a", listOf([]))],
    ["a key with =", one("a=b", textLeaf(""))],
    ["a key that would be a comment", one("#", textLeaf(""))],
    ["a backslash before an n", one("a", textLeaf("\\n"))],
    ["bytes", one("a", leafOf({ type: "bytes", bytes: new Uint8Array([255]) }))],
    ["two documents", { documents: [branchOf([]), branchOf([])] }],
  ])("refuses %s", async (_, tree) => {
    expect(await codeOf(() => print(tree))).toBe("FORMAT_UNFIT");
  });

  it("prints a part only where that is a file again", async () => {
    const options = { indent: null };
    const part = branchOf([["A", textLeaf("1")]]);
    expect(textOf(dotenvPrinter.printValue(part, options))).toBe("A=1\n");
    const int = leafOf({ type: "int", text: "1" });
    expect(await codeOf(() => dotenvPrinter.printValue(int, options))).toBe("FORMAT_UNFIT");
  });

  it("has a template that is sealed and opened again", async () => {
    expect(await verbs.roundTrip(dotenvPrinter.template)).toBe(dotenvPrinter.template);
    expect(verbs.leaves(dotenvPrinter.template)).toContainEqual([
      "example_multiline",
      "foo\nbar\nbaz",
    ]);
  });
});

describe("hostile dotenv", () => {
  it.each([
    ["a line of a million =", "=".repeat(1_000_000), null],
    ["a megabyte key", `${"k".repeat(1_000_000)}=1\n`, null],
    ["a megabyte without =", "k".repeat(1_000_000), "DOTENV_SYNTAX"],
    ["a million empty lines", "\n".repeat(1_000_000), null],
    ["a million backslashes before n", `A=${"\\n".repeat(1_000_000)}`, null],
    ["10,000 lines of one key", "A=1\n".repeat(10_000), null],
    [
      "50,000 keys of metadata",
      Array.from({ length: 50_000 }, (_, i) => `sops_a__list_${String(i)}=`).join("\n"),
      null,
    ],
  ])("ends in a result or a code: %s", async (_, text, code) => {
    expect(await codeOf(() => parse(text))).toBe(code);
  });
});
