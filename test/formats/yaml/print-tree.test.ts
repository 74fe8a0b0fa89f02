import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { yamlFormat } from "../../../src/formats/yaml/yaml-format.ts";
import { yamlPrinter } from "../../../src/formats/yaml/yaml-print.ts";
import {
  type Branch,
  branchOf,
  type Comment,
  type Entry,
  leafOf,
  type List,
  listOf,
  textLeaf,
  type TreeNode,
} from "../../../src/tree/tree.ts";
import { branches, oddKeys, oddTexts, yamlScalars } from "../../generate/trees.ts";
import { codeOf } from "../../seal/fixtures.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function printed(documents: Branch | readonly Branch[], indent: number | null = null): string {
  const tree = { documents: "kind" in documents ? [documents] : documents };
  return decoder.decode(yamlPrinter.print(tree, { indent, metadata: null }));
}

const extracted = (node: TreeNode, indent: number | null = null): string =>
  decoder.decode(yamlPrinter.printValue(node, { indent }));

const comment = (text: string): Comment => ({ kind: "comment", text, offset: -1 });
const entry = (key: string, value: TreeNode): Entry => ({ kind: "entry", key, value, offset: -1 });
const branch = (...items: (Entry | Comment)[]): Branch => ({ kind: "branch", items, offset: -1 });
const list = (...items: (TreeNode | Comment)[]): List => ({ kind: "list", items, offset: -1 });
const one = leafOf({ type: "int", text: "1" });
const two = leafOf({ type: "int", text: "2" });
const nothing: TreeNode = { kind: "null", offset: -1 };

const value = (node: TreeNode): string => printed(branch(entry("k", node))).replace(/^k: ?/, "");
const lines = (...text: string[]): string => text.map((line) => `${line}\n`).join("");

describe("a printed tree", () => {
  const tree = branchOf([
    ["a", branchOf([["b", branchOf([["c", one]])]])],
    [
      "l",
      listOf([
        one,
        branchOf([
          ["x", one],
          ["y", branchOf([["z", listOf([two])]])],
        ]),
        listOf([listOf([one]), textLeaf("t\nu")]),
      ]),
    ],
    ["e", branchOf([])],
    ["f", listOf([])],
    ["g", listOf([branchOf([]), listOf([]), nothing])],
  ]);

  it("stands in block style, lists deeper than their keys", () => {
    expect(printed(tree)).toBe(
      lines(
        "a:",
        "    b:",
        "        c: 1",
        "l:",
        "    - 1",
        "    - x: 1",
        '      "y":',
        "        z:",
        "            - 2",
        "    - - - 1",
        "      - |-",
        "        t",
        "        u",
        "e: {}",
        "f: []",
        "g:",
        "    - {}",
        "    - []",
        "    - null",
      ),
    );
  });

  it.each([
    [2, "  "],
    [3, "   "],
    [9, "         "],
    [null, "    "],
    [0, "    "],
    [1, "  "],
    [10, "  "],
  ])("is indented as SOPS takes %s", (indent, spaces) => {
    expect(printed(tree, indent)).toMatch(new RegExp(`^a:\n${spaces}b:\n${spaces}${spaces}c: 1\n`));
  });

  it("has its documents one after another", () => {
    expect(printed([branchOf([["a", one]]), branchOf([]), branchOf([["b", two]])])).toBe(
      lines("a: 1", "---", "{}", "---", "b: 2"),
    );
    expect(printed([])).toBe("");
  });

  it("has the metadata at the end of every document", () => {
    const tree = { documents: [branchOf([["a", one]]), branch(comment(" only"))] };
    const metadata = branchOf([["mac", textLeaf("ENC[x]")]]);
    expect(decoder.decode(yamlPrinter.print(tree, { indent: 2, metadata }))).toBe(
      lines("a: 1", "sops:", "  mac: ENC[x]", "---", "# only", "sops:", "  mac: ENC[x]"),
    );
  });

  it("cannot hold a key twice, nor another `sops` beside the metadata", async () => {
    const twice = branch(
      entry("a", list(branch(entry("b", one), entry("c", one), entry("b", two)))),
    );
    await expect(codeOf(() => printed(twice))).resolves.toBe("FORMAT_UNFIT");
    const taken = { documents: [branchOf([["sops", one]])] };
    await expect(
      codeOf(() => yamlPrinter.print(taken, { indent: null, metadata: branchOf([]) })),
    ).resolves.toBe("SOPS_KEY_RESERVED");
  });
});

describe("a printed text", () => {
  it.each([
    ["hello world", "hello world"],
    ["", '""'],
    ["true", '"true"'],
    ["NO", '"NO"'],
    ["012", '"012"'],
    ["2024-01-01", '"2024-01-01"'],
    ["12:30:45", '"12:30:45"'],
    ["18446744073709551615", '"18446744073709551615"'],
    ["1e400", "1e400"],
    ["a: b", "'a: b'"],
    ["it's: so", "'it''s: so'"],
    ["---x", "'---x'"],
    [" a", "' a'"],
    ["\u00a0a", "\u00a0a"],
    ["<<", "!!merge <<"],
    ["a\tb", '"a\\tb"'],
    ["😀", '"\\U0001F600"'],
    ["a\rb", '"a\\rb"'],
    ["\u2028", '"\\L"'],
    ["\u001b[0m", '"\\e[0m"'],
    ["zażółć 日本", "zażółć 日本"],
    ["\ufeffa b", '"\\uFEFFa b"'],
  ])("of one line is quoted as go-yaml does: %j", (text, written) => {
    expect(value(textLeaf(text))).toBe(`${written}\n`);
  });

  it.each([
    ["a\nb", "|-\n    a\n    b\n"],
    ["a\n\n\nb\n", "|\n    a\n\n\n    b\n"],
    ["a\n\n", "|+\n    a\n\n"],
    ["\n", "|4+\n\n"],
    [" a\nb", "|4-\n     a\n    b\n"],
    ["\na", "|4-\n\n    a\n"],
    ["a\t\nb", "|-\n    a\t\n    b\n"],
    ["a \nb", '"a \\nb"\n'],
    ["a\nb ", '"a\\nb "\n'],
    ["a\n😀", '"a\\n\\U0001F600"\n'],
  ])("of several lines is a block where it can be: %j", (text, written) => {
    expect(value(textLeaf(text))).toBe(written);
  });

  it("that begins with a tab is escaped, where SOPS would print null", () => {
    expect(value(textLeaf("\ta\nb"))).toBe('"\\ta\\nb"\n');
  });

  it("tells the indentation that it has, where SOPS tells the one of the file", () => {
    expect(value(list(textLeaf(" a\nb"), branch(entry("x", textLeaf("\na")))))).toBe(
      lines("", "    - |2-", "       a", "      b", "    - x: |2-", "", "        a"),
    );
  });
});

describe("a printed scalar", () => {
  it.each([
    ["int", "-9223372036854775808", "-9223372036854775808"],
    ["float", "1234567.89", "1.23456789e+06"],
    ["float", "123456.789", "123456.789"],
    ["float", "0.00001", "1e-05"],
    ["float", "1000000000000000000000", "1e+21"],
    ["float", "1", "1"],
    ["float", "-0", "-0"],
    ["float", "NaN", ".nan"],
    ["float", "-Inf", "-.inf"],
    ["bool", "True", "true"],
    ["time", "2024-01-01T10:00:00.5+05:30", "2024-01-01T10:00:00.5+05:30"],
  ] as const)("is written as SOPS does: %s %s", (type, text, written) => {
    expect(value(leafOf({ type, text }))).toBe(`${written}\n`);
  });

  it("of bytes is base64, in lines of 70 characters where it is long", () => {
    const bytes = (size: number): TreeNode =>
      leafOf({ type: "bytes", bytes: new Uint8Array(size).fill(0xff) });
    expect(value(bytes(4))).toBe("!!binary /////w==\n");
    expect(value(bytes(53))).toBe(`!!binary |\n    ${"/".repeat(70)}\n    8=\n`);
    expect(value(list(bytes(54)))).toBe(`\n    - !!binary |\n      ${"/".repeat(70)}\n      //\n`);
  });

  it("keeps no spelling: a printed file has no author", () => {
    expect(value({ ...one, spelling: "0x1" })).toBe("1\n");
  });
});

describe("a printed key", () => {
  it.each([
    ["n", '"n": 1'],
    ["1", '"1": 1'],
    ["", '"": 1'],
    ["a: b", "'a: b': 1"],
    ["__proto__", "__proto__: 1"],
    ["a\nb", "? |-\n    a\n    b\n: 1"],
    ["a\r", '? "a\\r"\n: 1'],
    ["é".repeat(64), `${"é".repeat(64)}: 1`],
    ["é".repeat(65), `? ${"é".repeat(65)}\n: 1`],
  ])("of %j is one that SOPS reads", (key, text) => {
    expect(printed(branch(entry(key, one)))).toBe(`${text}\n`);
  });

  it("of several lines has its collection behind a colon of its own", () => {
    const key = "a\nb";
    const tree = branch(
      entry(key, branch(entry("x", one), entry("z", list(two)))),
      entry("l", list(branch(entry(key, list(one, list(two)))))),
    );
    expect(printed(tree)).toBe(
      lines(
        "? |-",
        "    a",
        "    b",
        ":   x: 1",
        "    z:",
        "        - 2",
        "l:",
        "    - ? |-",
        "        a",
        "        b",
        "      : - 1",
        "        - - 2",
      ),
    );
  });

  it("that merges has its tag over mappings, and quotes over anything else", () => {
    const merge = (value: TreeNode): string => printed(branch(entry("<<", value)));
    expect(merge(branch(entry("a", one)))).toBe("!!merge <<:\n    a: 1\n");
    expect(merge(list(branch(entry("a", one))))).toBe("!!merge <<:\n    - a: 1\n");
    expect(merge(one)).toBe('"<<": 1\n');
    expect(merge(list(one))).toBe('"<<":\n    - 1\n');
  });
});

describe("a printed comment", () => {
  it("stands in a line above what follows, or at the end", () => {
    const tree = branch(
      comment(" head"),
      comment("!second"),
      entry("a", one),
      comment(" b"),
      entry("b", branch(comment(" in b"), entry("c", one), comment(" end b"))),
      entry("l", list(comment(" in l"), one, comment(" two"), two, comment(" end l"))),
      comment(" end"),
    );
    expect(printed(tree)).toBe(
      lines(
        "# head",
        "#!second",
        "a: 1",
        "# b",
        "b:",
        "    # in b",
        "    c: 1",
        "    # end b",
        "l:",
        "    # in l",
        "    - 1",
        "    # two",
        "    - 2",
        "    # end l",
        "# end",
      ),
    );
  });

  it("at the beginning of an item stands above its dash, and with it those of the list, which SOPS loses", () => {
    const tree = branch(
      entry(
        "l",
        list(
          comment(" list"),
          branch(comment(" map"), entry("a", one), comment(" end map")),
          comment(" before"),
          list(comment(" outer"), list(comment(" inner"), one)),
          comment(" end list"),
        ),
      ),
    );
    expect(printed(tree)).toBe(
      lines(
        "l:",
        "    # list",
        "    # map",
        "    - a: 1",
        "      # end map",
        "    # before",
        "    # outer",
        "    - # inner",
        "      - - 1",
        "    # end list",
      ),
    );
  });

  it("is kept where a collection holds nothing else", () => {
    const only = (text: string): Branch => branch(comment(text));
    const tree = branch(
      entry("m", only(" m")),
      entry("l", list(comment(" l"))),
      entry("i", list(only(" i"), list(comment(" j")))),
    );
    expect(printed(tree)).toBe(
      lines(
        "m: {",
        "    # m",
        "}",
        "l: []",
        "# l",
        "i:",
        "    # i",
        "    - {}",
        "    # j",
        "    - []",
      ),
    );
    expect(printed(only(" nothing"))).toBe("# nothing\n{}\n");
  });

  it("of several lines, as INI has them, stays one", () => {
    expect(printed(branch(comment("a\nb\n#c\r\n; d"), entry("k", one)))).toBe(
      lines("#a", "# b", "#c", "# ; d", "k: 1"),
    );
  });

  it("cannot hold control characters", async () => {
    const tree = branch(entry("a", list(comment(" \u001b[0m"))));
    await expect(codeOf(() => printed(tree))).resolves.toBe("FORMAT_UNFIT");
  });

  it("that is sealed is an item of its list", () => {
    const sealed = comment("ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:comment]");
    expect(printed(branch(sealed, entry("a", list(sealed)), entry("b", list(list(sealed)))))).toBe(
      lines(`#${sealed.text}`, "a:", `    - ${sealed.text}`, "b:", `    - - ${sealed.text}`),
    );
  });
});

describe("a part of a document", () => {
  it("is a scalar and a line feed", () => {
    expect(extracted(leafOf({ type: "float", text: "1000000" }))).toBe("1e+06\n");
    expect(extracted(nothing)).toBe("null\n");
    expect(extracted(textLeaf(" a\nb"))).toBe("|4-\n     a\n    b\n");
  });

  it("is a list from column 0, whatever the indentation of the file", () => {
    const node = list(comment(" c"), branch(entry("a", branch(entry("b", list(one))))), list(two));
    const text = lines("# c", "- a:", "    b:", "        - 1", "- - 2");
    expect(extracted(node, 2)).toBe(text);
    expect(extracted(listOf([]))).toBe("[]\n");
    expect(extracted(list(comment(" only")))).toBe("# only\n[]\n");
  });

  it("is a file where it is a mapping", () => {
    expect(extracted(branch(comment(" c"), entry("a", branch(entry("b", one)))), 2)).toBe(
      lines("# c", "a:", "  b: 1"),
    );
    expect(extracted(branchOf([]))).toBe("{}\n");
  });
});

describe("the template of a new file", () => {
  it("is what is printed for it", () => {
    const { template } = yamlPrinter;
    const { tree } = yamlFormat.parse(new TextEncoder().encode(template));
    expect(printed(tree.documents)).toBe(template);
  });
});

describe("what is printed", () => {
  const shape = {
    depth: 3,
    text: oddTexts,
    key: oddKeys,
    scalar: yamlScalars,
    comment: fc
      .string({ unit: "grapheme", maxLength: 6 })
      .filter((text) => !/[\p{C}\u2028\u2029]/u.test(text)),
  };

  it("reads back as the same values, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.array(branches(shape), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 10 }),
        (documents, indent) => {
          const text = printed(documents, indent);
          const { tree } = yamlFormat.parse(new TextEncoder().encode(text));
          expect(tree.documents.map(values)).toEqual(documents.map(values));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps every comment", () => {
    fc.assert(
      fc.property(branches(shape), (document) => {
        const { tree } = yamlFormat.parse(new TextEncoder().encode(printed(document)));
        expect(tree.documents.flatMap(comments).toSorted()).toEqual(comments(document).toSorted());
      }),
      { numRuns: 300 },
    );
  });
});

/** A tree without comments; an int and a float of the same text are the same, as they are to the MAC. */
function values(node: TreeNode): unknown {
  if (node.kind === "null") return null;
  if (node.kind === "branch")
    return node.items.flatMap((item) =>
      item.kind === "entry" ? [[item.key, values(item.value)]] : [],
    );
  if (node.kind === "list")
    return { items: node.items.flatMap((item) => (item.kind === "comment" ? [] : [values(item)])) };
  const { value } = node;
  if (value.type === "bytes") return Array.from(value.bytes);
  if (value.type === "float" && /^-?\d+$/.test(value.text))
    return `int ${String(BigInt(value.text))}`;
  return `${value.type} ${value.text}`;
}

function comments(node: TreeNode): string[] {
  if (node.kind !== "branch" && node.kind !== "list") return [];
  return node.items.flatMap((item) => {
    if (item.kind === "comment") return [item.text];
    return comments(item.kind === "entry" ? item.value : item);
  });
}
