import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  escapeBreaks,
  flattenMetadata,
  scalarText,
  unescapeBreaks,
  unflattenMetadata,
} from "../../src/formats/flatten.ts";
import { branchOf, leafOf, listOf, textLeaf, type TreeNode } from "../../src/tree/tree.ts";
import { codeOf } from "../seal/fixtures.ts";

describe("flattenMetadata", () => {
  it("names each text by the way to it, in the order of the tree", () => {
    const key = branchOf([
      ["enc", textLeaf("a\nb\n")],
      ["recipient", textLeaf("age1x")],
    ]);
    const metadata = branchOf([
      ["age", listOf([key, key])],
      ["kms", listOf([branchOf([["context", branchOf([["Z", textLeaf("1")]])]])])],
      ["mac_only_encrypted", leafOf({ type: "bool", text: "True" })],
      ["shamir_threshold", leafOf({ type: "int", text: "2" })],
    ]);
    expect(flattenMetadata(metadata)).toEqual([
      ["age__list_0__map_enc", "a\\nb\\n"],
      ["age__list_0__map_recipient", "age1x"],
      ["age__list_1__map_enc", "a\\nb\\n"],
      ["age__list_1__map_recipient", "age1x"],
      ["kms__list_0__map_context__map_Z", "1"],
      ["mac_only_encrypted", "true"],
      ["shamir_threshold", "2"],
    ]);
  });

  it("leaves out empty lists and maps, and nulls", () => {
    const empty: [string, TreeNode][] = [
      ["age", listOf([])],
      ["kms", branchOf([])],
      ["pgp", { kind: "null", offset: -1 }],
    ];
    expect(flattenMetadata(branchOf(empty))).toEqual([]);
  });

  it("refuses a text with a backslash before an n, which would come back as a line break", async () => {
    const metadata = branchOf([["encrypted_regex", textLeaf("a\\nb")]]);
    expect(await codeOf(() => flattenMetadata(metadata))).toBe("FORMAT_UNFIT");
  });
});

describe("unflattenMetadata", () => {
  const tree = fc.letrec<{ node: TreeNode; branch: TreeNode }>((tie) => ({
    branch: fc
      .dictionary(fc.constantFrom("a", "b", "c"), tie("node"), { minKeys: 1 })
      .map((map) => branchOf(Object.entries(map))),
    node: fc.oneof(
      { depthSize: "small" },
      fc
        .string()
        .filter((text) => !text.includes("\\n"))
        .map(textLeaf),
      tie("branch"),
      fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map(listOf),
    ),
  })).branch;

  it("gives the tree back that was flattened", () => {
    fc.assert(
      fc.property(tree, (node) => {
        if (node.kind === "branch") expect(unflattenMetadata(flattenMetadata(node))).toEqual(node);
      }),
    );
  });

  it("takes list items in any order", () => {
    const fields = [
      ["l__list_1", "b"],
      ["l__list_0", "a"],
    ] as const;
    expect(unflattenMetadata(fields)).toEqual(
      branchOf([["l", listOf([textLeaf("a"), textLeaf("b")])]]),
    );
  });

  it.each([
    ["a name that stands twice", ["a", "a"]],
    ["a list with a gap", ["l__list_0", "l__list_2"]],
    ["a list without a first item", ["l__list_1"]],
    ["an index out of all proportion", ["l__list_999999999999"], true],
    ["a text that is a map too", ["mac", "mac__map_a"]],
    ["a map that is a text too", ["mac__map_a", "mac"]],
    ["a map that is a list too", ["a__map_0", "a__list_0"]],
  ])("refuses, as sops does, %s", (_, names, first = false) => {
    const tree = unflattenMetadata(names.map((name) => [name, "x"]));
    // An index that is no number stands for 0.
    expect(tree === null).toBe(!first);
  });

  it("gives up on a million levels", () => {
    expect(unflattenMetadata([["a" + "__map_".repeat(1_000_000), "x"]])).toBeNull();
  });
});

describe("scalarText", () => {
  it.each([
    ["float", "1", "1.0"],
    ["float", "-0", "-0.0"],
    ["float", "1234567.5", "1.2345675E+06"],
    ["float", "0.00001", "1E-05"],
    ["float", "123456.5", "123456.5"],
    ["float", "NaN", "NaN"],
    ["float", "-Inf", "-Inf"],
    ["bool", "True", "true"],
    ["bool", "False", "false"],
    ["int", "-5", "-5"],
    ["time", "2024-01-01T00:00:00.5+02:00", "2024-01-01T00:00:00+02:00"],
    ["str", "True", "True"],
  ] as const)("writes a %s as sops does: %s", (type, text, written) => {
    expect(scalarText({ type, text })).toBe(written);
  });

  it("has no text for bytes", () => {
    expect(scalarText({ type: "bytes", bytes: new Uint8Array([255]) })).toBeNull();
  });
});

describe("escapeBreaks", () => {
  it("is undone to the letter for every text that was read", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("\\", "n", "a") }), (text) => {
        expect(escapeBreaks(unescapeBreaks(text))).toBe(text);
      }),
    );
  });
});
