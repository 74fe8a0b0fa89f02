import { describe, expect, it } from "vitest";
import { type SourceDocument } from "../../src/formats/file-format.ts";
import { editDocument } from "../../src/seal/edit.ts";
import { plaintextOf } from "../../src/seal/plaintext.ts";
import { parsePath } from "../../src/tree/path.ts";
import { listOf, type TreeNode, textLeaf } from "../../src/tree/tree.ts";
import { codeOf, format, later, open, openTree, readText, seal } from "./fixtures.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

async function edit(
  sealed: string,
  change: (plain: string, document: SourceDocument) => string | Uint8Array,
): Promise<string> {
  using opened = await openTree(sealed);
  const before = plaintextOf(opened, format);
  const changed = change(decode(before.bytes), before.document);
  const bytes = typeof changed === "string" ? encode(changed) : changed;
  return decode(editDocument(opened, bytes, { before, format, context: later }));
}

const set = (sealed: string, path: string, value: TreeNode): Promise<string> =>
  edit(sealed, (_, document) => document.withValue(parsePath(path), value));

/** Lines of `after` that are not in `before` at their place, by a longest common subsequence. */
function changedLines(before: string, after: string): string[] {
  const a = before.split("\n");
  const b = after.split("\n");
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = table[i];
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const changed: string[] = [];
  for (let i = 0, j = 0; j < b.length;) {
    if (i < a.length && a[i] === b[j]) [i, j] = [i + 1, j + 1];
    else if (i < a.length && at(i + 1, j) >= at(i, j + 1)) changed.push(`-${a[i++] ?? ""}`);
    else changed.push(`+${b[j++] ?? ""}`);
  }
  return changed;
}

const keyOf = (line: string): string => /^[+-]\s*(?:- )?"?([^":]*)/.exec(line)?.[1] ?? line;
const changedKeys = (before: string, after: string): string[] => [
  ...new Set(changedLines(before, after).map(keyOf)),
];

describe("set", () => {
  it("changes one line of 500 and the two metadata lines that must change", async () => {
    const lines = Array.from(
      { length: 500 },
      (_, index) => `key${String(index)}: value ${String(index)}`,
    );
    const sealed = await seal(`# head\n${lines.join("\n")}\n`);
    const after = await set(sealed, "key250", textLeaf("new"));
    expect(changedLines(sealed, after)).toHaveLength(6);
    expect(changedKeys(sealed, after).sort()).toEqual(["key250", "lastmodified", "mac"]);
  });

  it.each([
    "basic",
    "comments",
    "strings",
    "block-scalars",
    "flow",
    "lists",
    "keys",
    "scalars",
    "comment-in-list",
  ])("does the same in sops's file %s", async (name) => {
    const sealed = readText(`sops/yaml/${name}/sealed.yaml`);
    using opened = await openTree(sealed);
    const first = opened.tree.documents[0]?.items.find(
      (item) => item.kind === "entry" && item.value.kind === "leaf",
    );
    const key = first?.kind === "entry" ? first.key : "new key";
    const after = await set(sealed, `[${JSON.stringify(key)}]`, textLeaf("changed"));
    expect(
      changedKeys(sealed, after).filter((changed) => !["lastmodified", "mac"].includes(changed)),
    ).toEqual([key]);
    expect(await open(after)).toContain("changed");
  });

  it("appends what is missing and keeps all other lines", async () => {
    const sealed = await seal("a: 1\nb:\n  - x # note\nc: {d: e}\n");
    const list = await set(sealed, "b[1]", textLeaf("w"));
    expect(await open(list)).toBe("a: 1\nb:\n  - x # note\n  - w\nc: {d: e}\n");
    const nested = await set(list, "new.m[0]", textLeaf("z"));
    expect(await open(nested)).toBe(
      "a: 1\nb:\n  - x # note\n  - w\nc: {d: e}\nnew:\n    m:\n        - z\n",
    );
    const flow = await set(nested, "c.f", textLeaf("g"));
    expect(await open(flow)).toContain("c: {d: e, f: g}\n");
  });

  it("restyles nothing: a value takes the quotes of the old one", async () => {
    const sealed = await seal(`a: 'x'\nb: "y"\nc: |\n  one\n  two\n`);
    expect(await open(await set(sealed, "a", textLeaf("it's")))).toContain("a: 'it''s'\n");
    expect(await open(await set(sealed, "b", textLeaf("1")))).toContain('b: "1"\n');
    expect(await open(await set(sealed, "c", textLeaf("three\nfour\n")))).toContain(
      "c: |\n  three\n  four\n",
    );
  });

  it("of several lines or of a collection leaves the comment behind the old value alone", async () => {
    const sealed = await seal("a: x # c\nb: # d\nl:\n  - y # e\nf: [1] # g\n");
    const lines = textLeaf("l1\nl2");
    expect(await open(await set(sealed, "a", lines))).toContain('a: "l1\\nl2" # c\n');
    expect(await open(await set(sealed, "b", lines))).toContain('b: "l1\\nl2" # d\n');
    expect(await open(await set(sealed, "l[0]", lines))).toContain('  - "l1\\nl2" # e\n');
    expect(await open(await set(sealed, "f", listOf([textLeaf("z")])))).toContain(
      "f:\n    - z # g\n",
    );
  });

  it("refuses paths that lead nowhere", async () => {
    const sealed = await seal("a: 1\nb: [x]\n");
    expect(await codeOf(set(sealed, "a.b", textLeaf("x")))).toBe("PATH_INVALID");
    expect(await codeOf(set(sealed, "b[7]", textLeaf("x")))).toBe("PATH_NOT_FOUND");
    expect(await codeOf(set(sealed, "b.c", textLeaf("x")))).toBe("PATH_INVALID");
    expect(await codeOf(set(sealed, "[0]", textLeaf("x")))).toBe("PATH_INVALID");
    expect(await codeOf(set(sealed, "", textLeaf("x")))).toBe("PATH_INVALID");
    expect(await codeOf(set(sealed, "sops", textLeaf("x")))).toBe("SOPS_KEY_RESERVED");
  });
});

describe("unset", () => {
  const unset = (sealed: string, path: string): Promise<string> =>
    edit(sealed, (_, document) => document.withoutValue(parsePath(path)));

  it.each([
    ["a: 1\nb: 2\nc: 3\n", "b", "a: 1\nc: 3\n"],
    ["a: 1\nb:\n  - x\n  - y\n", "b[0]", "a: 1\nb:\n  - y\n"],
    ["a: 1\nb:\n  - x\n", "b[0]", "a: 1\nb: []\n"],
    ["a: {b: 1, c: 2}\n", "a.b", "a: {c: 2}\n"],
    ["a: {b: 1, c: 2}\n", "a.c", "a: {b: 1}\n"],
    ["a: {b: 1}\nd: 1\n", "a.b", "a: {}\nd: 1\n"],
    ["a:\n  b: 1\nd: 1\n", "a.b", "a: {}\nd: 1\n"],
    ["l:\n- a: 1\n  b: 2\n- c\n", "l[0].a", "l:\n- b: 2\n- c\n"],
    ["a: |\n  x\n  y\nb: 1\n", "a", "b: 1\n"],
    ["a: 1\n", "a", "{}\n"],
  ])("of %j takes %s away and leaves the rest", async (text, path, left) => {
    expect(await open(await unset(await seal(text), path))).toBe(left);
  });

  it("refuses what is not there", async () => {
    const sealed = await seal("a: 1\n");
    expect(await codeOf(unset(sealed, "b"))).toBe("PATH_NOT_FOUND");
    expect(await codeOf(unset(sealed, "a.b"))).toBe("PATH_NOT_FOUND");
  });
});

describe("edit", () => {
  const TEXT = `# head
db:
  password: "s3cret" # inline
  hosts: [a, 'b', "c"]
list:
  # in list
  - same
  - same
  - other
text: |
  line 1
  line 2
`;

  it("of nothing changes the two metadata lines only", async () => {
    const sealed = await seal(TEXT);
    expect(changedKeys(sealed, await edit(sealed, (plain) => plain)).sort()).toEqual([
      "lastmodified",
      "mac",
    ]);
  });

  it("keeps the sealed text of everything that moved with its place", async () => {
    const sealed = await seal(TEXT);
    const after = await edit(sealed, (plain) => plain.replace("list:", "extra: 1\nlist:"));
    expect(changedKeys(sealed, after).sort()).toEqual(["extra", "lastmodified", "mac"]);
  });

  it("keeps the ciphertext of a value that is only spelled another way", async () => {
    const sealed = await seal("a: 'x'\nb: abc\n");
    const after = await edit(sealed, () => 'a: "x"\nb: "abc"\n');
    const data = (text: string): string[] =>
      [...text.matchAll(/data:([^,]*)/g)].map((match) => match[1] ?? "").slice(0, 2);
    expect(data(after)).toEqual(data(sealed));
    expect(await open(after)).toBe('a: "x"\nb: "abc"\n');
  });

  it("seals a number that is spelled another way anew", async () => {
    const after = await edit(await seal("b: 1.50\n"), () => "b: 1.5e0\n");
    expect(await open(after)).toBe("b: 1.5e0\n");
  });

  it("takes a plain value into braces, where its sealed text needs quotes", async () => {
    const sealed = await seal("a:\n  b: x\n");
    const after = await edit(sealed, () => "a: {b: x}\n");
    expect(await open(after)).toBe("a: {b: x}\n");
  });

  it("seals a comment anew when it changed, and drops it when it is gone", async () => {
    const sealed = await seal(TEXT);
    const after = await edit(sealed, (plain) =>
      plain.replace("# head", "# changed").replace(" # inline", ""),
    );
    expect(await open(after)).toBe(TEXT.replace("# head", "# changed").replace(" # inline", ""));
    expect(after).not.toContain("changed");
  });

  it("refuses a text that is no document", async () => {
    const sealed = await seal(TEXT);
    expect(await codeOf(edit(sealed, () => "a: [\n"))).toBe("YAML_SYNTAX");
    expect(await codeOf(edit(sealed, () => "- a\n"))).toBe("YAML_NOT_A_MAPPING");
    expect(await codeOf(edit(sealed, () => "sops: 1\n"))).toBe("SOPS_KEY_RESERVED");
  });
});
