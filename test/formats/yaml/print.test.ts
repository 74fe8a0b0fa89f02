import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { yamlFormat } from "../../../src/formats/yaml/yaml-format.ts";
import { yamlPrinter } from "../../../src/formats/yaml/yaml-print.ts";
import {
  branchOf,
  listOf,
  sameValue,
  textLeaf,
  type TreeNode,
  type Value,
} from "../../../src/tree/tree.ts";
import { samePlaces } from "../../../src/tree/walk.ts";
import { yamlSources } from "../../generate/yaml.ts";

const DEFAULTS = { indent: null, metadata: null };

/** A float without a fraction is printed as an integer, as SOPS does. */
const readsAlike = (a: Value, b: Value): boolean =>
  sameValue(a, b) || (a.type === "float" && b.type === "int" && Number(a.text) === Number(b.text));

const VECTORS = new URL("../../vectors/sops/yaml/", import.meta.url);
const cases = readdirSync(VECTORS)
  .filter((name) => existsSync(new URL(`${name}/sealed.yaml`, VECTORS)))
  // Its line separators are compared below.
  .filter((name) => name !== "strings");
const read = (name: string): Uint8Array => readFileSync(new URL(name, VECTORS));

const printed = (bytes: Uint8Array): string => {
  const { tree, metadata } = yamlFormat.parse(bytes);
  const block = metadata?.kind === "branch" ? metadata : null;
  return new TextDecoder().decode(yamlPrinter.print(tree, { indent: null, metadata: block }));
};

/**
 * What cannot be seen in a tree that was read from text: which comments stood behind a value (ours
 * stand above, as those that SOPS decrypts do), and that `-0` was a float.
 */
const shown = (text: string): string =>
  text
    .replace(
      /^( *)(\S[^\n]*?) (#[^\n]*)$/gm,
      (line, indent: string, rest: string, comment: string) =>
        rest.startsWith("#") || rest.includes('"') ? line : `${indent}${comment}\n${indent}${rest}`,
    )
    .replace(/^s012: -0$/m, "s012: 0");

describe("the YAML printer", () => {
  it.each(cases)("prints what sops printed: %s", (name) => {
    for (const file of ["sealed.yaml", "opened.yaml"])
      if (existsSync(new URL(`${name}/${file}`, VECTORS)))
        expect(printed(read(`${name}/${file}`))).toBe(
          shown(new TextDecoder().decode(read(`${name}/${file}`))),
        );
  });

  it("prints strings as sops does, but for one that sops folds and one that it escapes too much", () => {
    const { tree } = yamlFormat.parse(read("strings/in.yaml"));
    const lines = new TextDecoder().decode(yamlPrinter.print(tree, DEFAULTS)).split("\n");
    const theirs = new TextDecoder().decode(read("strings/opened.yaml")).split("\n");
    const differing = theirs.flatMap((line, index) =>
      line === lines[index] ? [] : [lines[index]],
    );
    expect(differing).toEqual(['bom: "\\uFEFFx"', 'ls: "a\\Lb"']);
  });

  it("loses no comment of a list whose first item begins with one", () => {
    const source = "a:\n    # one\n    -\n        # two\n        b: c\n";
    const { tree } = yamlFormat.parse(new TextEncoder().encode(source));
    const text = new TextDecoder().decode(yamlPrinter.print(tree, DEFAULTS));
    expect(text).toBe("a:\n    # one\n    # two\n    - b: c\n");
  });

  it.each([
    [null, "a:\n    - b:\n        c: 1\n"],
    [2, "a:\n  - b:\n      c: 1\n"],
    [1, "a:\n  - b:\n      c: 1\n"],
    [0, "a:\n    - b:\n        c: 1\n"],
    [12, "a:\n  - b:\n      c: 1\n"],
  ])("indents by %s", (indent, text) => {
    const { tree } = yamlFormat.parse(new TextEncoder().encode("a: [{b: {c: 1}}]\n"));
    expect(new TextDecoder().decode(yamlPrinter.print(tree, { indent, metadata: null }))).toBe(
      text,
    );
  });

  it("prints what reads back as the same values, whatever it is", () => {
    fc.assert(
      fc.property(yamlSources("small"), ({ text }) => {
        const { tree } = yamlFormat.parse(new TextEncoder().encode(text));
        const again = yamlFormat.parse(yamlPrinter.print(tree, DEFAULTS)).tree;
        expect(samePlaces(tree, again, { same: (a, b) => readsAlike(a.value, b.value) })).toBe(
          true,
        );
      }),
      { numRuns: 500 },
    );
  });

  it("prints any string so that it reads back, as a value and as a key", () => {
    const strings = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(" ", "\n", "\t", "#", ":", "-", "'", '"', "a", "1") }),
    );
    fc.assert(
      fc.property(
        strings.filter((text) => !/\p{Cs}/u.test(text) && text !== "<<"),
        (text) => {
          const tree = {
            documents: [
              branchOf([
                ["k", listOf([textLeaf(text)])],
                [`key${text}`, textLeaf(text)],
              ]),
            ],
          };
          const again = yamlFormat.parse(yamlPrinter.print(tree, DEFAULTS)).tree;
          expect(samePlaces(tree, again, { same: (a, b) => sameValue(a.value, b.value) })).toBe(
            true,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("prints parts of a document", () => {
    const part = (node: TreeNode): string =>
      new TextDecoder().decode(yamlPrinter.printValue(node, { indent: null }));
    expect(part(listOf([textLeaf("a"), listOf([textLeaf("b")])]))).toBe("- a\n- - b\n");
    expect(part(branchOf([["a", branchOf([["b", textLeaf("c")]])]]))).toBe("a:\n    b: c\n");
    expect(part({ kind: "null", offset: -1 })).toBe("null\n");
    expect(part(listOf([]))).toBe("[]\n");
  });
});
