/**
 * Every format printed as every other, by sops and by us, from one file that sops sealed: the same
 * bytes, or both refuse. What differs is listed with its reason. `UNDERSEAL_SEED` and
 * `UNDERSEAL_DOCUMENTS` choose other texts, and more or fewer of them.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import fc, { type Arbitrary } from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { binaryFormat } from "../../src/formats/binary/binary-format.ts";
import { dotenvFormat } from "../../src/formats/dotenv/dotenv-format.ts";
import { type FileFormat } from "../../src/formats/file-format.ts";
import { iniFormat } from "../../src/formats/ini/ini-format.ts";
import { jsonFormat } from "../../src/formats/json/json-format.ts";
import { yamlFormat } from "../../src/formats/yaml/yaml-format.ts";
import { printTree } from "../../src/seal/convert.ts";
import { type OpenedDocument } from "../../src/seal/open.ts";
import { type Leaf, leafOf } from "../../src/tree/tree.ts";
import { mapTree } from "../../src/tree/walk.ts";
import { bytesOf, leavesOf, textOf, Verbs } from "../formats/dotenv/verbs.ts";
import { dotenvTexts, iniTexts } from "../formats/ini/generate.ts";
import { branches, jsonScalars, jsonText, oddKeys, oddTexts } from "../generate/trees.ts";
import { yamlSources } from "../generate/yaml.ts";
import { codeOf } from "../seal/fixtures.ts";
import { IDENTITY_FILE, RECIPIENT } from "./judge.ts";
import { Sops } from "./peers.ts";

const VECTORS = new URL("../vectors/sops/", import.meta.url);
const SEED = Number(process.env["UNDERSEAL_SEED"] ?? 20_261_124);
const DOCUMENTS = Number(process.env["UNDERSEAL_DOCUMENTS"] ?? 40);

const FORMATS: readonly { format: FileFormat; folder: string }[] = [
  { format: yamlFormat, folder: "yaml" },
  { format: jsonFormat, folder: "json" },
  { format: dotenvFormat, folder: "env" },
  { format: iniFormat, folder: "ini" },
  { format: binaryFormat, folder: "bin" },
];

/** What sops prints although it cannot be read back as it was; we refuse it. */
const REFUSED: Readonly<Record<string, string>> = {
  "yaml/deep as ini": "maps and lists in a section: Go's own notation",
  "yaml/merge-key as ini": "the same",
  "yaml/two-space-indent as ini": "the same",
  "yaml/keys as dotenv": "a key with = in it",
  "yaml/multi-document as json": "all documents but the first",
  "yaml/multi-document as dotenv": "the same",
  "json/duplicate-keys as yaml": "a key twice, which no YAML reader takes",
  "env/duplicates as yaml": "the same",
  "ini/duplicate-sections as yaml": "the same",
};

/** What we print in another spelling of the same values. */
const RESPELLED: Readonly<Record<string, string>> = {
  "yaml/strings as yaml":
    "escapes for line separators, which other readers fold; none behind a byte order mark",
  "json/strings as yaml": "line separators",
};

const sops = new Sops(IDENTITY_FILE);
afterAll(() => {
  sops[Symbol.dispose]();
});

/** A file that sops sealed, nothing in it in clear; `null` where it seals nothing. */
async function sealedBySops(text: string, folder: string): Promise<string | null> {
  const words = ["--age", RECIPIENT, "--unencrypted-suffix", "in clear"];
  const named = ["--filename-override", `in.${folder}`];
  const { status, stdout } = await sops.run(["encrypt", ...words, ...named], text);
  return status === 0 ? stdout : null;
}

/** What sops prints of a sealed file; `null` where it refuses, `"panic"` where it ends in one. */
async function printedBySops(sealed: string, folder: string, as: string): Promise<string | null> {
  const words = ["--filename-override", `in.${folder}`, "--output-type", as];
  const { status, stdout, stderr } = await sops.run(["decrypt", ...words], sealed);
  if (status === 0) return stdout;
  return stderr.startsWith("panic:") ? "panic" : null;
}

/** What we print of it; `null` where we refuse. */
async function printed({ tree }: OpenedDocument, format: FileFormat): Promise<string | null> {
  const print = (): string => textOf(printTree(tree, { format, indent: null }));
  const code = await codeOf(print);
  expect([null, "FORMAT_UNFIT"]).toContain(code);
  return code === null ? print() : null;
}

const vectors = FORMATS.flatMap(({ format, folder }) =>
  readdirSync(new URL(`${folder}/`, VECTORS))
    .filter((name) => !existsSync(new URL(`${folder}/${name}/refused`, VECTORS)))
    .map((name) => ({ title: `${folder}/${name}`, format, folder })),
);

describe.each(vectors)("the vector $title", ({ title, format, folder }) => {
  it("is printed in every format as sops prints it", async () => {
    const text = readFileSync(new URL(`${title}/in.${folder}`, VECTORS), "utf8");
    const sealed = await sealedBySops(text, folder);
    if (sealed === null) throw new Error("sops does not seal this vector");
    using opened = await new Verbs(format).openTree(sealed);
    for (const { format: target } of FORMATS) {
      const theirs = await printedBySops(sealed, folder, target.name);
      const ours = await printed(opened, target);
      const conversion = `${title} as ${target.name}`;
      if (conversion in REFUSED)
        expect([conversion, theirs !== null, ours]).toEqual([conversion, true, null]);
      else if (conversion in RESPELLED) expect(ours).not.toBe(theirs);
      else expect([conversion, ours]).toEqual([conversion, theirs]);
    }
  });
});

/** What stands in RESPELLED: generated texts do without it. */
const RESPELLED_TEXT = /\ufeff|\\[LP]|\u2028|\u2029/;

/** Blocks that begin with a tab: sops prints null for them in YAML. */
const NULL_TO_SOPS = /(?:^|\/)\t[^]*\n/;

const SOURCES: readonly { folder: string; format: FileFormat; texts: Arbitrary<string> }[] = [
  // Comments in YAML are sops's to move; print-yaml.test.ts has those that stay.
  {
    folder: "yaml",
    format: yamlFormat,
    texts: yamlSources("small")
      .map(({ text }) => text)
      .filter((text) => !text.includes("#")),
  },
  {
    folder: "json",
    format: jsonFormat,
    texts: branches({
      depth: 2,
      text: oddTexts,
      // Under a merge key sops prints what is no mapping, too, and cannot read it.
      key: oddKeys.filter((key) => key !== "<<" && !NULL_TO_SOPS.test(key)),
      scalar: jsonScalars,
      comment: null,
    }).map(jsonText),
  },
  { folder: "env", format: dotenvFormat, texts: dotenvTexts },
  // The key - is numbered: sealed by sops, #1 is a comment to itself.
  {
    folder: "ini",
    format: iniFormat,
    texts: iniTexts.filter((text) => !/^\s*-\s*[=:]/m.test(text)),
  },
];

describe.each(SOURCES)("generated texts as $folder", ({ folder, format, texts }) => {
  it("are printed in every format as sops prints them, or refused", async () => {
    const verbs = new Verbs(format);
    let printedTexts = 0;
    const judge = async (text: string): Promise<void> => {
      const sealed = await sealedBySops(text, folder);
      if (sealed === null) return;
      // Whether we open what sops opens is for the other tests here.
      if ((await codeOf(verbs.open(sealed))) !== null) return;
      using opened = await verbs.openTree(sealed);
      if (
        leavesOf(opened.tree)
          .flat()
          .some((held) => NULL_TO_SOPS.test(held))
      )
        return;
      for (const { format: target } of FORMATS) {
        const theirs = await printedBySops(sealed, folder, target.name);
        const ours = await printed(opened, target);
        if (ours === null || theirs === "panic") continue;
        printedTexts++;
        if (target === iniFormat && theirs !== null) expectSameInIni(ours, opened);
        else expect([target.name, alike(ours)]).toEqual([target.name, theirs && alike(theirs)]);
      }
    };
    const spelledAlike = texts.filter((text) => !RESPELLED_TEXT.test(text));
    await fc.assert(fc.asyncProperty(spelledAlike, judge), { seed: SEED, numRuns: DOCUMENTS });
    expect(printedTexts).toBeGreaterThan(DOCUMENTS);
  });
});

/** INI takes other quotes than sops where it could not read its own; print-dotenv-ini.test.ts has the bytes. */
function expectSameInIni(ini: string, { tree }: OpenedDocument): void {
  const found = leavesOf(iniFormat.parse(bytesOf(ini)).tree).filter(([, text]) => text !== "<nil>");
  const held = mapTree(tree, (node) => (node.kind === "leaf" ? heldInIni(node) : node));
  expect(found).toEqual(leavesOf(held));
}

const heldInIni = (leaf: Leaf): Leaf => leafOf(iniFormat.heldAs(leaf.value));

/** Without what print-yaml.test.ts and print.test.ts tell of: comments that sops moves, digits of blocks. */
const alike = (text: string): string =>
  text.replaceAll(/^[ -]*#[^\n\r\u2028\u2029]*[\n\r\u2028\u2029]+/gm, "").replaceAll(/\|\d/g, "|");
