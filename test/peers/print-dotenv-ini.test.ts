/**
 * dotenv and INI through real sops: odd texts mean the same to both, what we seal sops opens to the same
 * values, and trees are printed with the same bytes. `UNDERSEAL_SEED` and `UNDERSEAL_DOCUMENTS` choose
 * other texts, and more or fewer of them.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { dotenvFormat } from "../../src/formats/dotenv/dotenv-format.ts";
import { dotenvPrinter } from "../../src/formats/dotenv/dotenv-print.ts";
import { type FileFormat, type Printer } from "../../src/formats/file-format.ts";
import { iniFormat } from "../../src/formats/ini/ini-format.ts";
import { iniPrinter } from "../../src/formats/ini/ini-print.ts";
import { yamlFormat } from "../../src/formats/yaml/yaml-format.ts";
import { type SelectionSetting } from "../../src/tree/selection.ts";
import { childOf, type TreeNode } from "../../src/tree/tree.ts";
import { codeOf } from "../seal/fixtures.ts";
import { bytesOf, leavesOfJson, textOf, Verbs } from "../formats/dotenv/verbs.ts";
import { dotenvTexts, iniTexts } from "../formats/ini/generate.ts";
import { Sops } from "./peers.ts";

const KEYS = new URL("../vectors/keys/", import.meta.url);
const RECIPIENT = readFileSync(new URL("age-1.pub", KEYS), "utf8").trim();
const SEED = Number(process.env["UNDERSEAL_SEED"] ?? 20_261_124);
const DOCUMENTS = Number(process.env["UNDERSEAL_DOCUMENTS"] ?? 60);

const sops = new Sops(new URL("age-1.txt", KEYS).pathname);
afterAll(() => {
  sops[Symbol.dispose]();
});

const AS_JSON = ["--output-type", "json"];

/** Sealed as JSON, so that nothing is lost but what sops does not read: INI it may not even open again. */
const sealedBySops = (text: string, file: string): ReturnType<Sops["run"]> =>
  sops.run(["encrypt", "--age", RECIPIENT, "--filename-override", file, ...AS_JSON], text);

const openedBySops = (
  text: string,
  file: string,
  words: readonly string[],
): ReturnType<Sops["run"]> => sops.run(["decrypt", "--filename-override", file, ...words], text);

const selections = fc.constantFrom<(SelectionSetting | null)[]>(
  null,
  { field: "encrypted_regex", pattern: "^[a-dA-D]" },
  { field: "unencrypted_regex", pattern: "^[a-dA-D]" },
  { field: "encrypted_suffix", pattern: "b" },
  { field: "encrypted_comment_regex", pattern: "x y|it's" },
  { field: "unencrypted_comment_regex", pattern: "x y|it's" },
);

const FORMATS: readonly {
  file: string;
  format: FileFormat;
  texts: fc.Arbitrary<string>;
  syntax: string;
  /** Codes for what sops seals, and loses a part of. */
  refusals: readonly string[];
}[] = [
  {
    file: "x.env",
    format: dotenvFormat,
    texts: dotenvTexts,
    syntax: "DOTENV_SYNTAX",
    refusals: [],
  },
  {
    file: "x.ini",
    format: iniFormat,
    texts: iniTexts,
    syntax: "INI_SYNTAX",
    refusals: ["INI_UNSUPPORTED"],
  },
];

describe.each(FORMATS)("generated texts as $file", ({ file, format, texts, syntax, refusals }) => {
  const verbs = new Verbs(format);

  async function judge(text: string, selection: SelectionSetting | null): Promise<void> {
    const theirs = await sealedBySops(text, file);
    const code = await codeOf(() => verbs.seal(text, selection));
    if (theirs.status !== 0) {
      expect([syntax, ...refusals]).toContain(code);
      return;
    }
    if (code !== null) {
      expect(refusals).toContain(code);
      return;
    }
    const ours = await verbs.seal(text, selection);
    expect(await verbs.open(ours)).toBe(text);
    const wanted = await openedBySops(theirs.stdout, "x.json", AS_JSON);
    const found = await openedBySops(ours, file, AS_JSON);
    expect(found).toEqual({ status: 0, stdout: wanted.stdout, stderr: "" });
    expect(verbs.leaves(text)).toEqual(leavesOfJson(wanted.stdout));
  }

  it("mean the same to sops and come back to the byte", async () => {
    await fc.assert(fc.asyncProperty(texts, selections, judge), { seed: SEED, numRuns: DOCUMENTS });
  });
});

const SCALARS = String.raw`
i: -5
f: 1.0
g: 1234567.5
e: 1e-5
nan: .nan
inf: -.inf
nz: -0.0
b: true
t: 2024-01-01T00:00:00.5+02:00
n: null
s: " x "
l: "a\nb\n"
h: "a#b;c"
bq: "a\x60b"
w: żó
e0: ""
# before z, behind e0
"k y": =
# last
`;

const SECTIONS = ["a:", ...SCALARS.split("\n").map((line) => `    ${line}`), "# top"].join("\n");

const FILES: readonly {
  name: string;
  file: string;
  printer: Printer;
  format: FileFormat;
  yaml: string;
}[] = [
  {
    name: "every type",
    file: "x.env",
    printer: dotenvPrinter,
    format: dotenvFormat,
    yaml: SCALARS,
  },
  { name: "nothing", file: "x.env", printer: dotenvPrinter, format: dotenvFormat, yaml: "{}" },
  {
    name: "every type in a section",
    file: "x.ini",
    printer: iniPrinter,
    format: iniFormat,
    yaml: SECTIONS,
  },
  { name: "no section", file: "x.ini", printer: iniPrinter, format: iniFormat, yaml: "{}" },
  {
    name: "odd comments",
    file: "x.ini",
    printer: iniPrinter,
    format: iniFormat,
    yaml: "DEFAULT: {}\nb c:\n  # one\n  # two\n  x: 1 # in\n  y: 2\nd]: {}\n",
  },
  {
    name: "odd keys, two documents",
    file: "x.ini",
    printer: iniPrinter,
    format: iniFormat,
    yaml: "DEFAULT:\n  # c\n  'k:1': 1\n  'k`': 1\n  'ż\"k': 2\n  x: 1\n---\nb: {y: 1}\n",
  },
];

describe.each(FILES)("$name as $file", ({ file, printer, format, yaml }) => {
  const type = file === "x.env" ? "dotenv" : "ini";

  it("is printed with the bytes that sops prints", async () => {
    const sealed = await sops.encrypt(yaml, ["--age", RECIPIENT]);
    const wanted = await sops.run(
      ["decrypt", "--filename-override", "x.yaml", "--output-type", type],
      sealed.stdout,
    );
    const { tree } = yamlFormat.parse(bytesOf(yaml));
    expect(wanted.status, wanted.stderr).toBe(0);
    expect(textOf(printer.print(tree, { indent: null, metadata: null }))).toBe(wanted.stdout);
  });

  it("is printed like sops's sealed file with its metadata, and opens", async () => {
    const words = ["encrypt", "--age", RECIPIENT, "--filename-override", "x.yaml"];
    // sops seals nulls and several documents to what it cannot open again; the printers refuse them.
    const text = yaml.replace(/^ *n: null\n/m, "").replace(/---[^]*/, "");
    const sealed = await sops.run([...words, "--output-type", type], text);
    const { tree, metadata } = format.parse(bytesOf(sealed.stdout));
    expect(sealed.status, sealed.stderr).toBe(0);
    if (metadata?.kind !== "branch") throw new Error("sops's file has no metadata");
    expect(textOf(printer.print(tree, { indent: null, metadata }))).toBe(sealed.stdout);
    const verbs = new Verbs(format);
    const again = await openedBySops(sealed.stdout, file, []);
    expect(again.status, again.stderr).toBe(0);
    expect(verbs.leaves(await verbs.open(sealed.stdout))).toEqual(verbs.leaves(again.stdout));
  });
});

describe("parts of a file", () => {
  const yaml =
    'a: {x: 1}\nl: [1, 1.0, "<&\\u2028", null, true, [x]]\nf: 1e+300\nt: 2024-01-01\nn: null\ns: {}\n';

  it.each(["a", "l", "f", "t", "n", "s"])("are printed as sops prints them: %s", async (key) => {
    const { stdout: sealed } = await sops.encrypt(yaml, ["--age", RECIPIENT]);
    const [document] = yamlFormat.parse(bytesOf(yaml)).tree.documents;
    const node: TreeNode | null = document === undefined ? null : childOf(document, key);
    if (node === null) throw new Error("there is no such key");
    const types = [
      { type: "dotenv", printer: dotenvPrinter },
      { type: "ini", printer: iniPrinter },
    ];
    for (const { type, printer } of types) {
      const words = ["--output-type", type, "--extract", `["${key}"]`];
      const wanted = await openedBySops(sealed, "x.yaml", words);
      const print = (): string => textOf(printer.printValue(node, { indent: null }));
      if (wanted.status === 0) expect(print()).toBe(wanted.stdout);
      else expect(await codeOf(print)).toBe("FORMAT_UNFIT");
    }
  });
});
