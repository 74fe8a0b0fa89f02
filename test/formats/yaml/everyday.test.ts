import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEveryday } from "../../../src/formats/yaml/everyday.ts";
import { Lines } from "../../../src/formats/yaml/lines.ts";
import { parseGenerally, type ParsedSource, parseYaml } from "../../../src/formats/yaml/parse.ts";
import { SourceLeaf } from "../../../src/formats/yaml/source-leaf.ts";
import { type SourceSyntax } from "../../../src/formats/yaml/syntax.ts";
import { EVERYTHING } from "../../../src/tree/selection.ts";
import { walk } from "../../../src/tree/walk.ts";
import { yamlSources } from "../../generate/yaml.ts";
import { seal } from "../../seal/fixtures.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function scalarsOf({ documents }: SourceSyntax): unknown[] {
  const scalars: unknown[] = [];
  walk({ documents: documents.map(({ branch }) => branch) }, EVERYTHING, ({ node }) => {
    if (node.kind === "leaf") scalars.push([node, SourceLeaf.syntaxOf(node)]);
  });
  for (const { metadata } of documents)
    if (metadata?.node.kind === "branch")
      walk({ documents: [metadata.node] }, EVERYTHING, ({ node }) => {
        if (node.kind === "leaf") scalars.push([node, SourceLeaf.syntaxOf(node)]);
      });
  return scalars;
}

/** All that is known about a file, in an order that both readers share. */
function picture({ syntax }: ParsedSource): unknown {
  const { documents, containers, aliases, comments } = syntax;
  return {
    documents,
    aliases,
    scalars: scalarsOf(syntax),
    containers: [...containers]
      .map(([node, { items, content, ...rest }]) => ({
        ...rest,
        kind: node.kind,
        content: content.length,
        items: items.map(({ node: value, container, ...item }) => ({
          ...item,
          kind: value.kind,
          container: container?.start ?? null,
        })),
      }))
      .toSorted((a, b) => a.start - b.start || (a.kind < b.kind ? -1 : 1)),
    comments: [...comments].map(([node, { start, end }]) => ({ node, start, end })),
  };
}

/** Nulls have no text of their own: where they are said to stand is not compared. */
const withoutNullOffsets = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      part instanceof Object && "kind" in part && part.kind === "null" ? "null" : part,
    ),
  );

function expectSame(source: string): void {
  expect(withoutNullOffsets(picture(parseYaml(encode(source))))).toEqual(
    withoutNullOffsets(picture(parseGenerally(source, new Lines(source)))),
  );
}

const vectors = new URL("../../vectors/sops/yaml/", import.meta.url);
const texts = readdirSync(vectors, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => [name, readFileSync(new URL(name, vectors), "utf8")] as const)
  .filter(([, text]) => readEveryday(text) !== null);

describe("the everyday reader and the general reader", () => {
  it.each(texts)("give the same for %s", (_, text) => {
    expectSame(text);
  });

  it("both read a good part of the vectors", () => {
    expect(texts.length).toBeGreaterThan(30);
  });

  it("give the same for generated files and what they are sealed to", async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(yamlSources("small"), async ({ text }) => {
        // A block in clear that ends a file without a line break cannot be sealed.
        const sealed = await seal(text).catch(() => "");
        for (const source of [text, sealed]) {
          if (readEveryday(source) === null) continue;
          read++;
          expectSame(source);
        }
      }),
      { numRuns: 400 },
    );
    expect(read).toBeGreaterThan(50);
  });

  it.each([
    "a: 1\n",
    "a:\n- b\n-   - c\n    - d: e\n      f: g\n- \nh:\n",
    "---\n# c\na: 'it''s' # d\nb: \"x\\ty\\u00e9\"\n",
    "a: |\n  b\n\n   c\n\n\n# d\ne: |+\n    f\n\ng: |-\n h\n",
    "a: {} # b\nc: [] \n- d",
    "a: {}\nb: []\n\"c d\": - e\n'f': -1\ng: http://h:1#i\n",
    "a:   # b\n  # c\n  d: ~\n   # e\nf: null\n",
    "a: b",
    "ENC: ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]\n",
  ])("give the same for %j", (source) => {
    if (readEveryday(source) !== null) expectSame(source);
  });
});

describe("the everyday reader leaves to the general one", () => {
  it.each([
    ["a line that goes on", "a: b\n  c\n"],
    ["a quoted line that goes on", 'a: "b\n  c"\n'],
    ["brackets", "a: [b]\n"],
    ["braces", "a: {b: c}\n"],
    ["an anchor", "a: &b c\n"],
    ["an alias", "a: *b\n"],
    ["a tag", "a: !!str 1\n"],
    ["a folded block", "a: >\n  b\n"],
    ["an indented header", "a: |2\n   b\n"],
    ["a header with a comment", "a: | # b\n  c\n"],
    ["a block that the file ends", "a: |\n  b"],
    ["a tab", "a:\tb\n"],
    ["CRLF", "a: b\r\n"],
    ["a byte order mark", "\ufeffa: b\n"],
    ["another document", "a: b\n---\nc: d\n"],
    ["an end of document", "a: b\n...\n"],
    ["a directive", "%YAML 1.1\n---\na: b\n"],
    ["an explicit key", "? a\n: b\n"],
    ["a key that is a number", "1: a\n"],
    ["a key that is a bool", "true: a\n"],
    ["a merge key", "<<: a\n"],
    ["a key that stands twice", "a: 1\na: 2\n"],
    ["a wrong indentation", "a:\n    b: c\n  d: e\n"],
    ["a colon in a value", "a: b: c\n"],
    ["a list among keys", "a: b\n- c\n"],
    ["a list on top", "- a\n"],
    ["a scalar on top", "a\n"],
    ["an integer of 64 bits", "a: 18446744073709551615\n"],
    ["an escape that is not known", 'a: "\\q"\n'],
    ["half a surrogate pair", 'a: "\\ud800"\n'],
    ["a sealed comment in a list", "a:\n  - ENC[AES256_GCM,data:x,iv:y,tag:z,type:comment]\n"],
    ["nothing", "# a\n"],
    [
      "a hundred levels",
      Array.from({ length: 120 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join(""),
    ],
  ])("%s", (_, source) => {
    expect(readEveryday(source)).toBeNull();
  });
});
