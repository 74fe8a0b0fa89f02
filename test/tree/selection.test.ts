import { describe, expect, it } from "vitest";
import {
  compileRegex,
  compileSelection,
  type SelectionField,
  unmatchedSelection,
} from "../../src/tree/selection.ts";
import { branchOf, type Comment, listOf, textLeaf, type Tree } from "../../src/tree/tree.ts";
import { walk } from "../../src/tree/walk.ts";

const selects = (field: SelectionField, pattern: string, ...keys: string[]): boolean =>
  compileSelection({ field, pattern }).selects({ keys, comments: [], comment: null });

describe("a selection by keys", () => {
  it("looks at every key of the path", () => {
    expect(selects("unencrypted_suffix", "_unencrypted", "a_unencrypted", "b")).toBe(false);
    expect(selects("unencrypted_suffix", "_unencrypted", "a", "b")).toBe(true);
    expect(selects("encrypted_suffix", "_key", "a_key", "b")).toBe(true);
    expect(selects("encrypted_suffix", "_key", "a", "b")).toBe(false);
    expect(selects("unencrypted_regex", "^pub", "x", "public")).toBe(false);
    expect(selects("encrypted_regex", "^(data|stringData)$", "stringData", "password")).toBe(true);
  });

  it("leaves top-level comments in clear when it names what is encrypted", () => {
    expect(selects("encrypted_regex", "x")).toBe(false);
    expect(selects("unencrypted_regex", "x")).toBe(true);
  });

  it("has RE2 semantics", () => {
    expect(selects("encrypted_regex", "(?i)^PASS", "password")).toBe(true);
    expect(selects("encrypted_regex", "(?P<x>a)\\z", "ba")).toBe(true);
    expect(() => compileRegex("(?=x)")).toThrow(expect.objectContaining({ code: "REGEX_INVALID" }));
    expect(() => compileSelection({ field: "encrypted_regex", pattern: "(" })).toThrow(
      expect.objectContaining({ code: "REGEX_INVALID" }),
    );
  });

  it("matches nothing where a file's stored expression is invalid, as SOPS has it", () => {
    expect(
      unmatchedSelection({ field: "encrypted_regex", pattern: "(" }).selects({
        keys: ["a"],
        comments: [],
        comment: null,
      }),
    ).toBe(false);
  });
});

const comment = (text: string): Comment => ({ kind: "comment", text, offset: -1 });

/** # keep / a: 1 / b: [# enc, x] / c: 2 */
const TREE: Tree = {
  documents: [
    {
      kind: "branch",
      offset: -1,
      items: [
        comment(" keep"),
        ...branchOf([["a", textLeaf("1")]]).items,
        ...branchOf([
          ["b", { ...listOf([textLeaf("x")]), items: [comment(" enc"), textLeaf("x")] }],
        ]).items,
        ...branchOf([["c", textLeaf("2")]]).items,
      ],
    },
  ],
};

function selected(field: SelectionField, pattern: string): string[] {
  const found: string[] = [];
  walk(TREE, compileSelection({ field, pattern }), ({ node, selected: is }) => {
    if (is)
      found.push(
        node.kind === "comment"
          ? `#${node.text}`
          : node.value.type === "bytes"
            ? ""
            : node.value.text,
      );
  });
  return found;
}

describe("a selection by comments", () => {
  it("governs the next item and all below it", () => {
    expect(selected("encrypted_comment_regex", "enc")).toEqual(["x"]);
    expect(selected("unencrypted_comment_regex", "keep")).toEqual(["# enc", "x", "2"]);
  });
});

describe("walk", () => {
  it("gives keys without indices, and the container's path for a comment", () => {
    const seen: [string, readonly string[], readonly (string | number)[], boolean][] = [];
    walk(
      TREE,
      compileSelection({ field: "encrypted_regex", pattern: "x" }),
      ({ node, keys, path, inList }) => {
        seen.push([node.kind, [...keys], [...path], inList]);
      },
    );
    expect(seen).toEqual([
      ["comment", [], [], false],
      ["leaf", ["a"], ["a"], false],
      ["comment", ["b"], ["b"], true],
      ["leaf", ["b"], ["b", 0], true],
      ["leaf", ["c"], ["c"], false],
    ]);
  });
});
