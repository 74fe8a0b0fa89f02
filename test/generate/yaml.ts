/**
 * YAML files as their authors write them, as source text, with what each means to SOPS. The same
 * fast-check seed gives the same files; a failing one shrinks to the least text that still fails.
 */
import fc, { type Arbitrary } from "fast-check";
import { among, oneIn, rarely } from "./chance.ts";
import { blocks, flowScalars, inlineScalars, keys, multiLineScalars } from "./yaml-scalars.ts";
import {
  type Above,
  type BlockList,
  type BlockMap,
  type Document,
  type File,
  type FlowList,
  type FlowMap,
  type FlowNode,
  type Key,
  type Node,
} from "./yaml-syntax.ts";
import { writeYaml, type YamlSource } from "./yaml-writer.ts";

export { type YamlSource };

/** How big the files are: some ten lines, or some hundred. */
export type Size = "small" | "large";

const SIZES = {
  small: { depth: 2, width: 3, rootWidth: 6, documents: 2 },
  large: { depth: 4, width: 5, rootWidth: 25, documents: 3 },
} as const;

/** Files that sops accepts, with what they mean. */
export function yamlSources(size: Size): Arbitrary<YamlSource> {
  return files(SIZES[size]).map(writeYaml).map(shownAsText);
}

/** Files of exactly so many small documents. */
export function yamlStreams(documents: number): Arbitrary<YamlSource> {
  return files({ ...SIZES.small, documents }, documents)
    .map(writeYaml)
    .map(shownAsText);
}

/** fast-check shows a counterexample as the text alone. */
const shownAsText = (source: YamlSource): YamlSource =>
  Object.assign(source, { [fc.toStringMethod]: () => JSON.stringify(source.text) });

interface Shape {
  readonly depth: number;
  readonly width: number;
  readonly rootWidth: number;
  readonly documents: number;
}

function files(shape: Shape, exactly: number | null = null): Arbitrary<File> {
  const { depth, width, rootWidth, documents } = shape;
  const value = values(depth, width);
  const root = among<BlockMap | FlowMap>(
    [30, blockMaps(value, rootWidth)],
    [1, flowMaps(flowNodes(1), width).map((map) => ({ ...map, tall: false }))],
  );
  const document = fc.record<Document>({ root, comment: rarely(comments), ended: fc.boolean() });
  return fc.record<File>({
    documents:
      exactly === null
        ? among<Document[]>(
            [5, fc.tuple(document)],
            [1, fc.array(document, { minLength: 2, maxLength: documents, size: "max" })],
          )
        : fc.array(document, { minLength: exactly, maxLength: exactly, size: "max" }),
    indent: fc.constantFrom(2, 4),
    marked: oneIn(4),
    crlf: oneIn(6),
    bom: oneIn(10),
    finalNewline: oneIn(6).map((without) => !without),
  });
}

const COMMENTS = [
  " head",
  "no space",
  " key: value",
  "# twice",
  " été 😀",
  " - item",
  ' "quote',
  "\ttab",
  " trailing  ",
  "!",
  " {x",
];
const comments = fc.oneof(
  fc.constantFrom(...COMMENTS),
  fc.stringMatching(/^ [a-z]{1,8}( [a-z]{1,8}){0,2}$/),
);
const above = among<Above>(
  [4, fc.constant([])],
  [1, fc.array(fc.option(comments, { freq: 2 }), { minLength: 1, maxLength: 3 })],
);

/** Values of entries and items, with at most `depth` collections around a scalar. */
function values(depth: number, width: number): Arbitrary<Node> {
  const onePiece = among<Node>(
    [12, inlineScalars],
    [1, multiLineScalars],
    [2, blocks(rarely(comments))],
    [2, flowNodes(2).filter((node) => node.kind !== "inline")],
  );
  if (depth === 0) return onePiece;
  const inner = values(depth - 1, width);
  return among<Node>([16, onePiece], [4, blockMaps(inner, width)], [4, blockLists(inner, width)]);
}

const unique = <T extends { readonly key: Key }>(
  entry: Arbitrary<T>,
  maxLength: number,
  minLength: number,
): Arbitrary<T[]> =>
  fc.uniqueArray(entry, { selector: ({ key }) => key.meaning, minLength, maxLength, size: "max" });

function blockMaps(value: Arbitrary<Node>, width: number): Arbitrary<BlockMap> {
  const start = { key: keys(false), above, gap: fc.constantFrom(1, 1, 1, 2, 5) };
  const entry = among(
    [12, fc.record({ ...start, value, comment: rarely(comments) })],
    // Empty comments stand where they cannot get into a list: there sops takes one for "".
    [1, fc.record({ ...start, value: flowScalars, comment: fc.constant("") })],
  );
  return fc.record({ kind: fc.constant("map"), entries: unique(entry, width, 1), below: above });
}

function blockLists(value: Arbitrary<Node>, width: number): Arbitrary<BlockList> {
  const item = fc.record({ value, above, comment: rarely(comments) });
  return fc.record({
    kind: fc.constant("list"),
    items: fc.array(item, { minLength: 1, maxLength: width, size: "max" }),
    below: above,
    indented: fc.boolean(),
    compact: fc.boolean(),
  });
}

const flowLayout = { tall: oneIn(5), padded: fc.boolean(), trailingComma: oneIn(6) };

function flowMaps(value: Arbitrary<FlowNode>, width: number): Arbitrary<FlowMap> {
  const entry = fc.record({ key: keys(true), value });
  return fc.record({
    kind: fc.constant("flow-map"),
    entries: unique(entry, width, 0),
    ...flowLayout,
  });
}

function flowLists(value: Arbitrary<FlowNode>): Arbitrary<FlowList> {
  return fc.record({
    kind: fc.constant("flow-list"),
    items: fc.array(value, { maxLength: 4 }),
    ...flowLayout,
  });
}

function flowNodes(depth: number): Arbitrary<FlowNode> {
  if (depth === 0) return flowScalars;
  const inner = flowNodes(depth - 1);
  return among<FlowNode>([3, flowScalars], [1, flowMaps(inner, 3)], [1, flowLists(inner)]);
}
