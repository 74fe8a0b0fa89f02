import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../src/formats/file-format.ts";
import { parseYaml } from "../../../src/formats/yaml/parse.ts";
import { yamlFormat } from "../../../src/formats/yaml/yaml-format.ts";
import { compileSelection, DEFAULT_SELECTION } from "../../../src/tree/selection.ts";
import { walk } from "../../../src/tree/walk.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Refusal {
  code: string;
  message: string;
  places: { line?: number; column?: number };
}

function refusal(source: string | Uint8Array): Refusal | null {
  try {
    parseYaml(typeof source === "string" ? encode(source) : source);
    return null;
  } catch (error) {
    return error as Refusal;
  }
}

describe("parseYaml refuses", () => {
  it.each<[string, string, number | undefined, number | undefined]>([
    ["", "DOCUMENT_EMPTY", undefined, undefined],
    ["# only\n\n", "YAML_NOT_A_MAPPING", undefined, undefined],
    ["...\n", "YAML_NOT_A_MAPPING", 1, 1],
    ["a: 1\n...\n...\n", "YAML_NOT_A_MAPPING", 3, 1],
    ["- a\n", "YAML_NOT_A_MAPPING", 1, 1],
    ["a: 1\n---\n- b\n", "YAML_NOT_A_MAPPING", 3, 1],
    ["a: 1\na: 2\n", "YAML_DUPLICATE_KEY", 2, 1],
    ["a: 1\n---\nb: {c: 1, c: 2}\n", "YAML_DUPLICATE_KEY", 3, 11],
    ["a: [\n", "YAML_SYNTAX", 2, 1],
    ["a: b: c\n", "YAML_SYNTAX", 1, 4],
    ["a:\n  b\n c: d\n", "YAML_SYNTAX", undefined, undefined],
    ["a: 'x\n", "YAML_SYNTAX", undefined, undefined],
    ['a: "\\q"\n', "YAML_SYNTAX", undefined, undefined],
    ["a: *x\n", "YAML_SYNTAX", 1, 4],
    ["a: &x [*x]\n", "YAML_UNSUPPORTED", 1, 8],
    ["a: &x:y b\n", "YAML_UNSUPPORTED", 1, 4],
    ["*x : 1\n", "YAML_UNSUPPORTED", 1, 1],
    ["1: a\n", "KEY_NOT_STRING", 1, 1],
    ["? [a]\n: b\n", "KEY_NOT_STRING", undefined, undefined],
    ["a: 18446744073709551615\n", "VALUE_UNSUPPORTED", 1, 4],
    ["a: !!int x\n", "YAML_SYNTAX", 1, 10],
    ["%YAML 1.2\n---\na: 1\n", "YAML_UNSUPPORTED", 1, 1],
    ["a:\n\tb: 1\n", "YAML_UNSUPPORTED", 2, 1],
    ["-\ta: 1\n", "YAML_UNSUPPORTED", 1, 2],
    ["{?a: 1}\n", "YAML_UNSUPPORTED", 1, 2],
    ["{a:, b: 1}\n", "YAML_UNSUPPORTED", 1, 3],
    ["{a\n: 1}\n", "YAML_UNSUPPORTED", 1, 3],
    ['a: "\\ud800"\n', "YAML_UNSUPPORTED", 1, 4],
    ["a: >+\n    b\n   ", "YAML_UNSUPPORTED", 1, 4],
    ["a: |\n  b\n ", "YAML_UNSUPPORTED", 1, 4],
    ['{"a" # b\n  :1}\n', "YAML_UNSUPPORTED", undefined, undefined],
    ["a: \u0001\n", "YAML_UNSUPPORTED", 1, 4],
    ["a: b\rc: d\n", "YAML_UNSUPPORTED", 1, 5],
    ["a: x\u2028y\n", "YAML_UNSUPPORTED", 1, 5],
  ])("%j with %s", (source, code, line, column) => {
    const refused = refusal(source);
    expect(refused?.code).toBe(code);
    if (line !== undefined) expect(refused?.places).toMatchObject({ line, column });
  });

  it("bytes that are not UTF-8", () => {
    expect(refusal(Uint8Array.of(0x61, 0x3a, 0x20, 0xff))?.code).toBe("ENCODING_INVALID");
  });

  it("more levels than the limit, in blocks and in brackets, and takes half as many", () => {
    const brackets = (depth: number): string => `a: ${"[".repeat(depth)}${"]".repeat(depth)}\n`;
    const blocks = (depth: number): string =>
      Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}k:\n`).join("");
    expect(refusal(brackets(LIMITS.depth + 1))?.code).toBe("YAML_TOO_DEEP");
    expect(refusal(brackets(100_000))?.code).toBe("YAML_TOO_DEEP");
    expect(refusal(blocks(2_000))?.code).toBe("YAML_TOO_DEEP");
    expect(refusal(brackets(LIMITS.depth / 2))).toBeNull();
    expect(refusal(blocks(LIMITS.depth / 2))).toBeNull();
  });

  it("an alias bomb", () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let n = 1; n < 10; n++)
      lines.push(
        `a${String(n)}: &a${String(n)} [${Array(10)
          .fill(`*a${String(n - 1)}`)
          .join(",")}]`,
      );
    expect(refusal(`${lines.join("\n")}\n`)?.code).toBe("YAML_ALIAS_EXCESSIVE");
  });

  it("without quoting the source, and with deceiving characters of keys escaped", () => {
    for (const source of [
      'a: "\\qCANARY"\n',
      "a: CANARY: CANARY\n",
      "a: *CANARYx\n",
      "a: !!int CANARY\n",
    ]) {
      expect(refusal(source)?.message).not.toContain("CANARY");
    }
    expect(refusal('"\u202eb": 1\n"\u202eb": 2\n')?.message).toContain("\\u{202e}b");
  });
});

/** The keys of the container that each comment is bound to, in source order. */
function places(source: string): [string, string][] {
  const found: [string, string][] = [];
  walk(
    yamlFormat.parse(encode(source)).tree,
    compileSelection(DEFAULT_SELECTION),
    ({ node, keys }) => {
      if (node.kind === "comment") found.push([node.text.trim(), keys.join(".")]);
    },
  );
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

describe("an alias", () => {
  it("may stand for a key, a scalar, or a collection", () => {
    const { tree } = yamlFormat.parse(encode("&k key: &v x\na: *k\nb: *v\nc: &m {d: *v}\ne: *m\n"));
    const values: string[] = [];
    walk(tree, compileSelection(DEFAULT_SELECTION), ({ node, keys }) => {
      if (node.kind === "leaf" && node.value.type === "str")
        values.push(`${keys.join(".")}=${node.value.text}`);
    });
    expect(values).toEqual(["key=x", "a=key", "b=x", "c.d=x", "e.d=x"]);
  });
});

/** The table of sops-format 8.1, observed of go-yaml. */
describe("a comment belongs", () => {
  it.each<[string, string, [string, string][]]>([
    ["before a key: to its mapping", "a:\n  # 1\n  b: x\n", [["1", "a"]]],
    ["behind a scalar: to the mapping of its key", "a:\n  b: x # 1\n", [["1", "a"]]],
    ["behind a block header: to the mapping of its key", "a:\n  b: | # 1\n    x\n", [["1", "a"]]],
    ["behind a key with a block below: to the mapping of the key", "a: # 1\n  b: x\n", [["1", ""]]],
    [
      "behind a flow collection: inside it",
      "a: {b: c} # 1\nl: [x] # 2\n",
      [
        ["1", "a"],
        ["2", "l"],
      ],
    ],
    ["behind a dash: to what the dash holds", "l:\n  - # 1\n    k: v\n", [["1", "l"]]],
    [
      "between a key and its first child: inside",
      "a:\n  # 1\n  b:\n    # 2\n    c: x\n",
      [
        ["1", "a"],
        ["2", "a.b"],
      ],
    ],
    [
      "after the last child, indented: to the innermost that closes",
      "a:\n  b:\n    c: 1\n  # 1\nd: 2\n",
      [["1", "a.b"]],
    ],
    ["after the last child, at the outer column: outside", "a:\n  b: 1\n# 1\nd: 2\n", [["1", ""]]],
    ["in the middle: to that container, at any column", "a:\n  b: 1\n# 1\n  c: 2\n", [["1", "a"]]],
    [
      "at the end: as if a key followed",
      "a:\n  b: 1\n  # 1\n\n# 2\n",
      [
        ["1", "a"],
        ["2", ""],
      ],
    ],
    [
      "in a list: to the list",
      "l:\n  # 1\n  - x\n  # 2\n  - y # 3\n",
      [
        ["1", "l"],
        ["2", "l"],
        ["3", "l"],
      ],
    ],
    [
      "detached after several closed levels: by its column",
      "a:\n  b:\n    c: 1\n    # 1\n\n  # 2\nd: 2\n",
      [
        ["1", "a.b"],
        ["2", "a"],
      ],
    ],
    [
      "behind a dash with nothing else: to what comes next",
      "l:\n  - # 1\n  - x\n  - # 2\nm:\n  - k:\n      - # 3\n    z: 1\n  - # 4\n",
      [
        ["1", "l"],
        ["2", ""],
        ["3", "m"],
        ["4", ""],
      ],
    ],
    ["behind a null that is written out: to its list", "l:\n  - ~ # 1\nm: x\n", [["1", "l"]]],
    [
      "before and after a document marker: to the adjacent root",
      "a: 1\n# 1\n---\n# 2\nb: 2\n",
      [
        ["1", ""],
        ["2", ""],
      ],
    ],
  ])("%s", (_, source, expected) => {
    expect(places(source)).toEqual(expected);
  });
});

it("a comment behind a flow collection in a list speaks of the whole item, as SOPS has it", () => {
  const selected: string[] = [];
  const setting = { field: "encrypted_comment_regex", pattern: "secret" } as const;
  const { tree } = yamlFormat.parse(encode("l:\n  - {a: 1, b: 2} # secret\n  - 3\n"));
  walk(tree, compileSelection(setting), ({ node, keys, selected: is }) => {
    if (is && node.kind === "leaf") selected.push(keys.join("."));
  });
  expect(selected).toEqual(["l.a", "l.b"]);
});
