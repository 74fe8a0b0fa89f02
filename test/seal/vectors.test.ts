/** Files that real sops wrote (test/vectors/README.md): ours must mean the same, and refuse the same. */
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalBytes } from "../../src/tree/tree.ts";
import { SELECTION_FIELDS, type SelectionSetting } from "../../src/tree/selection.ts";
import { walk } from "../../src/tree/walk.ts";
import { type OpenedDocument } from "../../src/seal/open.ts";
import { codeOf, open, openTree, read, readText, seal, VECTORS } from "./fixtures.ts";

const CASES = readdirSync(new URL("sops/yaml/", VECTORS));
const has = (name: string, file: string): boolean =>
  existsSync(new URL(`sops/yaml/${name}/${file}`, VECTORS));
const sealedCases = CASES.filter((name) => has(name, "sealed.yaml"));
const refusedCases = CASES.filter((name) => has(name, "refused"));

/** What the flags that a case was made with select. */
function selectionOf(name: string): { selection?: SelectionSetting } {
  const [, flag = "", pattern = ""] =
    /^--([a-z-]+) (.*)$/m.exec(readText(`sops/yaml/${name}/args`)) ?? [];
  const field = SELECTION_FIELDS.find((known) => known === flag.replaceAll("-", "_"));
  return field === undefined ? {} : { selection: { field, pattern } };
}

/** The rows of `leaves.tsv` of the encrypted leaves: path, type, plaintext in base64. */
function encryptedRows(name: string): string[] {
  const rows = readText(`sops/yaml/${name}/leaves.tsv`).split("\n");
  return rows
    .filter((row) => row !== "" && row.split("\t")[1] !== "-")
    .map((row) => row.split("\t").slice(0, 3).join("\t"));
}

function openedRows({ sealed, selection, opened }: OpenedDocument): string[] {
  const first = sealed.tree.documents.slice(0, 1);
  const contents = new Map(opened.map(({ node, content }) => [node, content]));
  const rows: string[] = [];
  walk({ documents: first }, selection, ({ node, keys }) => {
    const content = contents.get(node);
    if (node.kind !== "leaf" || content === undefined) return;
    const [type, plaintext] =
      content.kind === "comment"
        ? ["comment", new TextEncoder().encode(content.text)]
        : [
            content.value.type === "bytes" ? "str" : content.value.type,
            canonicalBytes(content.value),
          ];
    rows.push([pythonJson(keys), type, Buffer.from(plaintext).toString("base64")].join("\t"));
  });
  return rows;
}

/** The vectors were made by Python, which puts a space after each comma. */
const pythonJson = (keys: readonly string[]): string =>
  `[${keys.map((key) => JSON.stringify(key)).join(", ")}]`;

describe.each(sealedCases)("sops's file %s", (name) => {
  it("opens to the leaves that sops sealed", async () => {
    using opened = await openTree(readText(`sops/yaml/${name}/sealed.yaml`));
    if (has(name, "leaves.tsv")) expect(openedRows(opened)).toEqual(encryptedRows(name));
    expect(opened.warnings.map(({ code }) => code)).toEqual(
      name === "select-invalid-regex" ? ["REGEX_INVALID"] : [],
    );
  });
});

/** sops seals nothing, in silence; we refuse. */
const REFUSED_BY_US = ["select-invalid-regex"];
const roundTrips = sealedCases.filter((name) => !REFUSED_BY_US.includes(name));

describe.each(roundTrips)("the author's file %s", (name) => {
  it("comes back byte for byte", async () => {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      read(`sops/yaml/${name}/in.yaml`),
    );
    expect(await open(await seal(text, selectionOf(name)))).toBe(text);
  });

  it("is sealed to the leaves that sops seals", async () => {
    if (!has(name, "leaves.tsv")) return;
    using opened = await openTree(
      await seal(readText(`sops/yaml/${name}/in.yaml`), selectionOf(name)),
    );
    const want = encryptedRows(name).filter((row) => !row.includes("\tcomment\t"));
    expect(openedRows(opened)).toEqual(want);
  });
});

const REFUSALS: Readonly<Record<string, string>> = {
  "duplicate-key": "YAML_DUPLICATE_KEY",
  "edge-0": "VALUE_UNSUPPORTED",
  "edge-1": "VALUE_UNSUPPORTED",
  "edge-4": "KEY_NOT_STRING",
  "edge-5": "KEY_NOT_STRING",
  "edge-6": "KEY_NOT_STRING",
  "edge-7": "KEY_NOT_STRING",
  "empty-document": "DOCUMENT_EMPTY",
  "only-comment": "YAML_NOT_A_MAPPING",
  "own-sops-key": "SOPS_KEY_RESERVED",
  "select-invalid-regex": "REGEX_INVALID",
  "top-level-list": "YAML_NOT_A_MAPPING",
  "top-level-scalar": "YAML_NOT_A_MAPPING",
};

describe("what sops refuses", () => {
  it("is refused with a code of our own", async () => {
    const codes = await Promise.all(
      [...refusedCases, ...REFUSED_BY_US].map(async (name) => {
        const text = readText(`sops/yaml/${name}/in.yaml`);
        return [name, await codeOf(async () => seal(text, selectionOf(name)))] as const;
      }),
    );
    expect(Object.fromEntries(codes)).toEqual(REFUSALS);
  });
});
