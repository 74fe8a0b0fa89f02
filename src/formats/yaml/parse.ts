import { type CST, type Document, isMap, isScalar } from "yaml";
import { UndersealError } from "../../errors.ts";
import { type Branch, type Comment } from "../../tree/tree.ts";
import { METADATA_KEY } from "../file-format.ts";
import { composeDocuments, tooDeep } from "./compose.ts";
import { type PlacedComment, placeComments } from "./comments.ts";
import { type EverydaySource, readEveryday } from "./everyday.ts";
import { Lines } from "./lines.ts";
import { refuseCharacters, scan, type SourceComment } from "./scan.ts";
import { TreeBuilder } from "./tree-builder.ts";
import {
  type ContainerSyntax,
  type DocumentSyntax,
  type ItemSyntax,
  type Range,
  type ScalarSyntax,
  type SourceSyntax,
} from "./syntax.ts";

/** A source text with everything that is known about it. */
export interface ParsedSource {
  readonly source: string;
  readonly lines: Lines;
  readonly syntax: SourceSyntax;
}

/**
 * Reads YAML as SOPS does.
 *
 * @throws `ENCODING_INVALID`, `YAML_*`, `DOCUMENT_EMPTY`, `KEY_NOT_STRING`, `VALUE_UNSUPPORTED`
 */
export function parseYaml(bytes: Uint8Array): ParsedSource {
  try {
    return parseSource(decode(bytes));
  } catch (error) {
    throw error instanceof RangeError ? tooDeep({}) : error;
  }
}

function parseSource(source: string): ParsedSource {
  if (source === "") throw new UndersealError("DOCUMENT_EMPTY", "the file is empty");
  const lines = new Lines(source);
  refuseCharacters(source, lines);
  const everyday = readEveryday(source);
  return everyday === null ? parseGenerally(source, lines) : placed(everyday, source, lines);
}

function placed(everyday: EverydaySource, source: string, lines: Lines): ParsedSource {
  const { branch, root, explicit, containers } = everyday;
  const metadata = metadataItem(root);
  const document = { branch, root, metadata, bodyEnd: source.length, explicit };
  const comments = attachComments(source, [document], { visible: everyday.comments, lines });
  return {
    source,
    lines,
    syntax: { documents: [document], containers, aliases: [], comments },
  };
}

const metadataItem = (root: ContainerSyntax | null): ItemSyntax | null =>
  root?.items.find((item) => item.key === METADATA_KEY) ?? null;

/** Reads any YAML. Exported to compare the two readers. */
export function parseGenerally(source: string, lines: Lines): ParsedSource {
  const scanned = scan(source, lines);
  const composed = composeDocuments(scanned.tokens, source, lines);
  if (composed.length === 0)
    throw new UndersealError(
      "YAML_NOT_A_MAPPING",
      "the file holds nothing but comments or blank lines",
    );
  const builder = new TreeBuilder(source, lines, scanned);
  const ends = bodyEnds(scanned.tokens, source.length);
  const documents = composed.map((document, index) =>
    documentSyntax(document, builder, { lines, bodyEnd: ends[index] ?? source.length }),
  );
  const visible = scanned.comments.filter((comment) => !isHidden(comment.start, builder.tagged));
  const comments = attachComments(source, documents, { visible, lines });
  const { containers, aliases } = builder;
  return { source, lines, syntax: { documents, containers, aliases, comments } };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UndersealError("ENCODING_INVALID", "the file is not valid UTF-8");
  }
}

function documentSyntax(
  { contents, directives }: Document.Parsed,
  builder: TreeBuilder,
  { lines, bodyEnd }: { lines: Lines; bodyEnd: number },
): DocumentSyntax {
  builder.startDocument();
  const explicit = directives.docStart === true;
  const empty =
    contents === null ||
    (isScalar(contents) && contents.range[0] === contents.range[1] && contents.tag === undefined);
  if (empty && !explicit) {
    const message = "a document without `---` holds nothing";
    throw new UndersealError("YAML_NOT_A_MAPPING", message, lines.at(bodyEnd));
  }
  if (empty)
    return {
      branch: { kind: "branch", items: [], offset: bodyEnd },
      root: null,
      metadata: null,
      bodyEnd,
      explicit,
    };
  if (!isMap(contents)) {
    throw new UndersealError(
      "YAML_NOT_A_MAPPING",
      "the top level of a document is not a mapping",
      lines.at(contents.range[0]),
    );
  }
  const branch = builder.root(contents);
  const root = builder.containers.get(branch) ?? null;
  return { branch, root, metadata: metadataItem(root), bodyEnd, explicit };
}

/** Where each document's own lines end: at `...`, at the next `---`, or at the end of the file. */
function bodyEnds(tokens: readonly CST.Token[], length: number): number[] {
  const ends: number[] = [];
  let open = false;
  for (const token of tokens) {
    const marker = markerOffset(token);
    if (open && marker !== null) {
      ends.push(marker);
      open = false;
    }
    if (token.type === "document") open = true;
  }
  if (open) ends.push(length);
  return ends;
}

function markerOffset(token: CST.Token): number | null {
  if (token.type === "doc-end") return token.offset;
  if (token.type !== "document") return null;
  return token.start.find((source) => source.type === "doc-start")?.offset ?? token.offset;
}

function attachComments(
  source: string,
  documents: readonly DocumentSyntax[],
  { visible, lines }: { visible: readonly SourceComment[]; lines: Lines },
): Map<Comment, Range> {
  const ranges = new Map<Comment, Range>();
  let next = 0;
  for (const document of documents) {
    const end = document === documents.at(-1) ? Infinity : document.bodyEnd;
    const placed: PlacedComment[] = [];
    for (
      let comment = visible[next];
      comment !== undefined && comment.start < end;
      comment = visible[++next]
    ) {
      const node: Comment = {
        kind: "comment",
        text: source.slice(comment.start + 1, comment.end),
        offset: comment.start,
      };
      ranges.set(node, comment);
      placed.push({ source: comment, comment: node });
    }
    attach(document, placed, lines);
  }
  return ranges;
}

function attach(
  { branch, root, metadata }: DocumentSyntax,
  placed: readonly PlacedComment[],
  lines: Lines,
): void {
  const items = branch.items as Branch["items"][number][];
  if (root === null) {
    items.push(...placed.map(({ comment }) => comment));
    return;
  }
  placeComments(root, placed, lines);
  if (metadata !== null)
    items.splice(
      items.findIndex((item) => item.kind === "entry" && item.key === METADATA_KEY),
      1,
    );
}

/** Comments between a tag and its scalar are covered by the scalar's range. */
function isHidden(offset: number, tagged: readonly ScalarSyntax[]): boolean {
  return tagged.some((scalar) => scalar.start <= offset && offset < scalar.end);
}
