/**
 * What sops prints, and what we print, byte for byte. sops gets the generated trees as JSON, which
 * our YAML has no part in, or as the YAML that we print, comments included: it gives that back as it is.
 * `UNDERSEAL_SEED` chooses other trees.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import fc, { type Arbitrary } from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { yamlFormat } from "../../src/formats/yaml/yaml-format.ts";
import { yamlPrinter } from "../../src/formats/yaml/yaml-print.ts";
import {
  type Branch,
  branchOf,
  childOf,
  type List,
  textLeaf,
  type Tree,
  type TreeNode,
} from "../../src/tree/tree.ts";
import {
  branches,
  jsonScalars,
  jsonText,
  oddKeys,
  oddTexts,
  type TreeShape,
  yamlScalars,
} from "../generate/trees.ts";
import { IDENTITY_FILE, RECIPIENT } from "./judge.ts";
import { type Ended, peer, run, Sops } from "./peers.ts";

const SEED = Number(process.env["UNDERSEAL_SEED"] ?? 20_261_124);
/** Trees in a file, so that few processes judge many. */
const BATCH = 150;

const sops = new Sops(IDENTITY_FILE);
afterAll(() => {
  sops[Symbol.dispose]();
});

const layout = (indent: number): string[] => ["--indent", String(indent), "--output-type", "yaml"];

/** What sops makes of a JSON file that it sealed and opened again. */
async function reprinted(json: string, indent: number): Promise<string> {
  const words = ["encrypt", "--age", RECIPIENT, "--filename-override", "in.json"];
  const file = join(sops.folder, `sealed-${String(indent)}.json`);
  writeFileSync(file, (await ended(words, json)).stdout);
  return (await ended(["--decrypt", ...layout(indent), file], "")).stdout;
}

/** What sops makes of a YAML file that it seals without encrypting anything in it. */
async function resealed(yaml: string, indent: number): Promise<string> {
  const file = join(sops.folder, `clear-${String(indent)}.yaml`);
  writeFileSync(file, yaml);
  const selection = ["--encrypted-regex", "^(?:nothing)$"];
  return (await ended(["--encrypt", "--age", RECIPIENT, ...selection, ...layout(indent), file], ""))
    .stdout;
}

async function ended(words: readonly string[], input: string): Promise<Ended> {
  const end = await sops.run(words, input);
  expect(end).toMatchObject({ status: 0, stderr: "" });
  return end;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const printed = (tree: Tree, indent: number): string =>
  decoder.decode(yamlPrinter.print(tree, { indent, metadata: null }));

/** go-yaml puts the whole indentation where the digit of a block has to stand, even where that is wrong. */
const withoutDigits = (text: string): string => text.replaceAll(/\|\d/g, "|");

function sample(shape: Arbitrary<Branch>, count: number): Branch[] {
  return fc.sample(shape, { seed: SEED, numRuns: count });
}

/**
 * sops puts null in the place of blocks that begin with a tab (go-yaml cannot read back what it writes
 * for them), and escapes every character behind a byte order mark, which we leave legible.
 */
const isKeptBySops = (text: string): boolean => !/^\t[^]*\n|^\ufeff./s.test(text);

const shape: TreeShape = {
  depth: 3,
  text: oddTexts.filter(isKeptBySops),
  // A merge key holds a mapping, or sops prints what it cannot read.
  key: oddKeys.filter((key) => isKeptBySops(key) && key !== "<<"),
  scalar: jsonScalars,
  comment: null,
};

/** Only if a block begins with a letter can sops read what it prints. */
const readable = oddTexts.filter(
  (text) => isKeptBySops(text) && text !== "<<" && !/^[ \n][^]*\n|^\n/.test(text),
);

describe("a tree without comments", () => {
  it.each([2, 3, 4, 5, 8])("is printed as sops prints it, %d spaces a level", async (indent) => {
    const trees = sample(branches(shape), BATCH);
    const root = branchOf(trees.map((tree, index) => [`t${String(index)}`, tree]));
    const theirs = await reprinted(jsonText(root), indent);
    const ours = printed({ documents: [root] }, indent);
    expect(entriesOf(ours)).toEqual(entriesOf(theirs));
  });
});

describe("trees with comments, in documents of their own", () => {
  it.each([2, 4])("are printed as sops prints them, %d spaces a level", async (indent) => {
    const comment = fc.stringMatching(/^[a-z#: -]{1,8}$/);
    const clear = { ...shape, key: readable, text: readable, scalar: yamlScalars, comment };
    const documents = sample(branches(clear).map(settled), BATCH);
    const ours = yamlPrinter.print(
      { documents },
      { indent, metadata: branchOf([["mac", textLeaf("")]]) },
    );
    expect(documentsOf(decoder.decode(ours))).toEqual(
      documentsOf(await resealed(printed({ documents }, indent), indent)),
    );
  });
});

const SOURCE = `# head
a: {b: {c: [1, [2, {d: x}]]}}
text: "two\\nlines"
l:
  # in l
  - b:
      c: [1]
    # m
    d: "x\\n"
  # second
  - [1, {q: 1}]
n: null
f: 1000000.0
t: 2024-01-01
e: []
m: {}
g: !!binary //8=
`;

describe("a file that sops sealed", () => {
  const sealed = ended(["encrypt", "--age", RECIPIENT, "--filename-override", "in.yaml"], SOURCE);

  it("is printed with its metadata as it is", async () => {
    const { stdout } = await sealed;
    const { tree, metadata } = yamlFormat.parse(new TextEncoder().encode(stdout));
    if (metadata?.kind !== "branch") throw new Error("sops's file has no metadata");
    expect(decoder.decode(yamlPrinter.print(tree, { indent: null, metadata }))).toBe(stdout);
  });

  it.each(["a", "l", "n", "f", "t", "e", "m"])("has its part %s printed", async (key) => {
    const words = ["decrypt", "--filename-override", "in.yaml", "--extract", `["${key}"]`];
    const theirs = await ended(words, (await sealed).stdout);
    const [document] = yamlFormat.parse(new TextEncoder().encode(SOURCE)).tree.documents;
    const node = document === undefined ? null : childOf(document, key);
    if (node === null) throw new Error("no such key");
    expect(decoder.decode(yamlPrinter.printValue(node, { indent: null }))).toBe(theirs.stdout);
  });
});

it("the template is what sops offers for a new file", async () => {
  const env = { ...sops.env, EDITOR: "cat", SOPS_AGE_RECIPIENTS: RECIPIENT };
  const options = { env, cwd: sops.folder };
  const { stdout } = await run(peer("sops"), ["edit", "new.yaml"], options);
  expect(stdout).toBe(yamlPrinter.template);
});

/**
 * Without the comments that sops reads into another collection than the one they were printed for:
 * behind the last entry or item, and at the beginning of an item or of what stands behind a key of
 * several lines.
 */
function settled<T extends TreeNode>(node: T): T {
  if (node.kind === "branch") {
    const items = withoutTail(node.items).map((item) => {
      if (item.kind === "comment") return item;
      const value = /[\n\r\x85]/.test(item.key) ? withoutHead(item.value) : item.value;
      return { ...item, value: settled(value) };
    });
    return { ...node, items };
  }
  if (node.kind !== "list") return node;
  const items = withoutTail(node.items).map((item) =>
    item.kind === "comment" ? item : settled(withoutHead(item)),
  );
  return { ...node, items };
}

const withoutTail = <T extends { kind: string }>(items: readonly T[]): T[] =>
  items.slice(0, items.findLastIndex(({ kind }) => kind !== "comment") + 1);

function withoutHead(node: TreeNode): TreeNode {
  if (node.kind !== "branch" && node.kind !== "list") return node;
  const start = node.items.findIndex(({ kind }) => kind !== "comment");
  return { ...node, items: node.items.slice(Math.max(0, start)) } as Branch | List;
}

/** One text for each tree, so that a difference is shown alone. */
const entriesOf = (text: string): string[] => withoutDigits(text).split(/^(?=t\d+:)/m);
const documentsOf = (text: string): string[] =>
  withoutDigits(text)
    .replaceAll(/^sops:\n(?: .*\n)*/gm, "")
    .split(/^---\n/m);
