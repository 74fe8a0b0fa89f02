import { type Alias, Composer, type CST, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { type ErrorPlaces, UndersealError } from "../../errors.ts";
import { escapeText } from "../../tree/path.ts";
import { type Branch, type Entry, type Leaf, type List, textLeaf, type TreeNode } from "../../tree/tree.ts";
import { LIMITS } from "../file-format.ts";
import { type Lines } from "./lines.ts";
import { type Resolved, resolvePlain, resolveTagged } from "./resolve.ts";
import { type Scan } from "./scan.ts";
import { type AliasSyntax, type ContainerSyntax, type ItemSyntax, type ScalarStyle, type ScalarSyntax } from "./syntax.ts";

/**
 * Composes concrete syntax into documents, with every scalar left as text.
 *
 * @throws `YAML_SYNTAX`, `YAML_TOO_DEEP`
 */
export function composeDocuments(tokens: readonly CST.Token[], source: string, lines: Lines): Document.Parsed[] {
  const composer = new Composer({
    keepSourceTokens: true,
    schema: "failsafe",
    resolveKnownTags: false,
    // The library looks for duplicates in quadratic time; we look ourselves.
    uniqueKeys: false,
    logLevel: "silent",
    prettyErrors: false,
  });
  const documents = [...composer.compose(tokens, false, source.length)] as Document.Parsed[];
  for (const { errors } of documents) {
    const [error] = errors;
    if (error === undefined) continue;
    if (error.code === "RESOURCE_EXHAUSTION") throw tooDeep(lines.at(error.pos[0]));
    throw new UndersealError("YAML_SYNTAX", syntaxWords(error.code), lines.at(error.pos[0]));
  }
  return documents;
}

/** Brackets in brackets may exhaust the stack before they reach the limit. */
export const tooDeep = (places: ErrorPlaces): UndersealError =>
  new UndersealError("YAML_TOO_DEEP", "the document has more levels than the stack can hold", places);

/** Our words for the library's codes: its own messages may quote the source. */
const SYNTAX_WORDS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "an alias has no name",
  BAD_DQ_ESCAPE: "an escape in double quotes is not known",
  BAD_INDENT: "the indentation does not fit",
  BAD_SCALAR_START: "a plain value starts with a character that needs quotes",
  BLOCK_AS_IMPLICIT_KEY: "a key or value stands where none can; is a quote or an indentation missing?",
  KEY_OVER_1024_CHARS: "a key is longer than 1,024 characters",
  MISSING_CHAR: "a closing quote, bracket, colon or comma is missing",
  MULTILINE_IMPLICIT_KEY: "a key spans several lines; is a colon or a quote missing?",
  TAB_AS_INDENT: "a tab is used as indentation",
};

const syntaxWords = (code: string): string => `not valid YAML: ${SYNTAX_WORDS[code] ?? "an unexpected character or structure"}`;

/** A plain walk over any composed node. */
interface Around {
  /** Inside braces or brackets. */
  readonly flow: boolean;
  /** Column of the key or dash in front. */
  readonly column: number;
  /** Offset of the dash, for an item of a block list. */
  readonly dash: number | null;
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};
const SEALED_COMMENT = /^ENC\[AES256_GCM,.*,type:comment\]/;
const MARKED_PLAIN = /^ENC\[AES256_GCM,.*\]~$/;

/** Builds the tree of one document and notes where everything stands. */
export class TreeBuilder {
  readonly scalars = new Map<Leaf, ScalarSyntax>();
  readonly containers = new Map<Branch | List, ContainerSyntax>();
  readonly aliases: AliasSyntax[] = [];
  readonly #source: string;
  readonly #lines: Lines;
  readonly #scan: Scan;
  /** Anchored nodes of the document so far; `null` while a node is being built. */
  readonly #anchors = new Map<string, { node: Node; built: TreeNode | null }>();
  #aliasNodes = 0;
  /** Above zero inside the copy that an alias stands for: its nodes have no place of their own. */
  #copying = 0;

  constructor(source: string, lines: Lines, scan: Scan) {
    this.#source = source;
    this.#lines = lines;
    this.#scan = scan;
  }

  /** Forgets the anchors: each document has its own. */
  startDocument(): void {
    this.#anchors.clear();
  }

  /** The root mapping of a document. */
  root(map: YAMLMap): Branch {
    return this.#node(map, { flow: false, column: 0, dash: null }) as Branch;
  }

  #node(node: Node, around: Around): TreeNode {
    if (this.#copying > 0 && ++this.#aliasNodes > LIMITS.aliasNodes) {
      throw new UndersealError("YAML_ALIAS_EXCESSIVE", "aliases stand for more than 100,000 nodes", this.#at(node));
    }
    if (isAlias(node)) return this.#alias(node);
    const anchor = (node).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, { node, built: null });
    const built = this.#build(node, around);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, built });
    return built;
  }

  #build(node: Node, around: Around): TreeNode {
    if (isMap(node)) return this.#map(node, around);
    if (isSeq(node)) return this.#seq(node, around);
    return this.#scalar(node as Scalar, around);
  }

  #alias(alias: Alias): TreeNode {
    const anchor = this.#anchors.get(alias.source);
    if (anchor === undefined) throw new UndersealError("YAML_SYNTAX", "an alias names no anchor before it", this.#at(alias));
    if (anchor.built === null) throw new UndersealError("YAML_UNSUPPORTED", "an anchor holds an alias of itself", this.#at(alias));
    this.#copying++;
    const copy = this.#node(anchor.node, { flow: true, column: 0, dash: null });
    this.#copying--;
    const [start, end] = rangeOf(alias);
    if (this.#copying === 0) this.aliases.push({ start, end, name: alias.source, copy, target: anchor.built });
    return copy;
  }

  #map(map: YAMLMap, around: Around): Branch {
    const content: Entry[] = [];
    const branch: Branch = { kind: "branch", items: content, offset: rangeOf(map)[0] };
    const flow = around.flow || map.flow === true;
    const column = this.#column(rangeOf(map)[0]);
    const seen = new Set<string>();
    const items = map.items.map((pair) => {
      const item = this.#pair(pair as Pair<Node, Node | null>, { flow, column, dash: null });
      const key = item.key ?? "";
      if (seen.has(key)) {
        throw new UndersealError("YAML_DUPLICATE_KEY", `the key "${escapeText(key)}" stands twice in one mapping`, this.#lines.at(item.start));
      }
      seen.add(key);
      content.push({ kind: "entry", key, value: item.node, offset: item.start });
      return item;
    });
    this.#container(branch, { node: map, flow: map.flow === true, column, items, content });
    return branch;
  }

  #pair(pair: Pair<Node, Node | null>, around: Around): ItemSyntax {
    const token = (pair as { srcToken?: CST.CollectionItem }).srcToken;
    const key = this.#key(pair.key);
    const first = token?.start.find((source) => ["tag", "anchor", "explicit-key-ind"].includes(source.type));
    const start = Math.min(first?.offset ?? Infinity, rangeOf(pair.key)[0]);
    const colon = token?.sep?.find((source) => source.type === "map-value-ind");
    const node: TreeNode = pair.value === null ? { kind: "null", offset: start } : this.#node(pair.value, around);
    const after = colon === undefined ? rangeOf(pair.key)[1] : colon.offset + 1;
    return { start, after, needsColon: colon === undefined, key, ...this.#valuePlace(pair.value, node, after) };
  }

  /** A key is a string, or a merge key, which SOPS keeps as the string it is written as. */
  #key(key: Node): string {
    const at = this.#at(key);
    if (isAlias(key)) throw new UndersealError("YAML_UNSUPPORTED", "an alias stands as a key", at);
    if (!isScalar(key)) throw new UndersealError("KEY_NOT_STRING", "a key is a list or a mapping", at);
    const text = String(key.value);
    const value = this.#resolve(key, text);
    if (typeof value !== "object" || value?.type !== "str") throw new UndersealError("KEY_NOT_STRING", "a key is not a string", at);
    if (key.anchor !== undefined) this.#anchors.set(key.anchor, { node: key, built: textLeaf(value.text) });
    return value.text;
  }

  #seq(seq: YAMLSeq, around: Around): List {
    const content: TreeNode[] = [];
    const list: List = { kind: "list", items: content, offset: rangeOf(seq)[0] };
    const block = seq.flow !== true;
    const flow = around.flow || !block;
    const column = this.#column(rangeOf(seq)[0]);
    const dashes = block ? this.#dashes(seq) : [];
    const items = seq.items.map((child, index) => {
      const dash = dashes[index] ?? null;
      const item = this.#listItem(child as Node, { flow, column, dash });
      content.push(item.node);
      return item;
    });
    this.#container(list, { node: seq, flow: !block, column, items, content });
    return list;
  }

  #dashes(seq: YAMLSeq): number[] {
    const token = seq.srcToken as CST.BlockSequence | undefined;
    const dashes = token?.items.map((item) => item.start.find((source) => source.type === "seq-item-ind")?.offset);
    return dashes?.filter((dash) => dash !== undefined) ?? [];
  }

  #listItem(child: Node, around: Around): ItemSyntax {
    const node = this.#node(child, around);
    const start = around.dash ?? rangeOf(child)[0];
    const after = around.dash === null ? start : around.dash + 1;
    return { start, after, needsColon: false, key: null, ...this.#valuePlace(child, node, after) };
  }

  #valuePlace(value: Node | null, node: TreeNode, after: number): Pick<ItemSyntax, "node" | "valueStart" | "end" | "container"> {
    const container = this.#copying === 0 && !isAlias(value) && (node.kind === "branch" || node.kind === "list")
      ? (this.containers.get(node) ?? null)
      : null;
    if (value === null || (isScalar(value) && rangeOf(value)[0] === rangeOf(value)[1])) {
      return { node, valueStart: after, end: after, container };
    }
    const [start, end] = rangeOf(value);
    return { node, container, valueStart: start, end: container?.end ?? this.#trimmedEnd(start, end) };
  }

  /** Ranges of block scalars include their final line break. */
  #trimmedEnd(start: number, end: number): number {
    if (end <= start || this.#source.charAt(end - 1) !== "\n") return end;
    return this.#source.charAt(end - 2) === "\r" ? end - 2 : end - 1;
  }

  #container(node: Branch | List, made: Omit<ContainerSyntax, "start" | "end"> & { node: Node }): void {
    if (this.#copying > 0) return;
    const { node: source, ...rest } = made;
    const [start, end] = rangeOf(source);
    const last = rest.items.at(-1);
    this.containers.set(node, { ...rest, start, end: rest.flow ? end : (last?.end ?? start) });
  }

  #scalar(scalar: Scalar, around: Around): TreeNode {
    const style = STYLES[scalar.type ?? "PLAIN"] ?? "plain";
    const [offset, end] = rangeOf(scalar);
    const text = this.#text(scalar, end);
    const value = this.#resolve(scalar, text);
    if (value === null) return { kind: "null", offset };
    if (typeof value === "string") throw this.#unsupported(value, scalar);
    const spelling = value.type === "str" || value.type === "bytes" ? null : text;
    const leaf: Leaf = { kind: "leaf", value, spelling, offset };
    if (this.#copying === 0) this.scalars.set(leaf, this.#scalarSyntax(scalar, style, { ...around, text }));
    return leaf;
  }

  /** go-yaml gives a block scalar no final line break where the file ends without one. */
  #text(scalar: Scalar, end: number): string {
    const text = String(scalar.value);
    const block = scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED";
    return block && end === this.#source.length && !this.#source.endsWith("\n") ? text.replace(/\n$/, "") : text;
  }

  #resolve(scalar: Scalar, text: string): Resolved {
    const tag = scalar.tag;
    if (tag !== undefined && tag !== "!") return resolveTagged(text, tag);
    return scalar.type === "PLAIN" || scalar.type === undefined ? resolvePlain(text) : resolveTagged(text, null);
  }

  #unsupported(why: "too-large" | "mismatch", scalar: Scalar): UndersealError {
    const words = why === "too-large" ? "an integer is larger than 64 bits with a sign can hold" : "a value does not fit its tag";
    return new UndersealError(why === "too-large" ? "VALUE_UNSUPPORTED" : "YAML_SYNTAX", words, this.#at(scalar));
  }

  #scalarSyntax(scalar: Scalar, style: ScalarStyle, around: Around & { text: string }): ScalarSyntax {
    const [start, end] = rangeOf(scalar);
    const { flow, column, dash, text } = around;
    const tag = scalar.srcToken === undefined ? undefined : this.#scan.tags.get(scalar.srcToken);
    const common = { flow, whole: start, column, commentItem: false };
    const trimmed = this.#trimmedEnd(start, end);
    if (tag !== undefined) return { ...common, style: "plain", tagged: true, start: tag, end: trimmed };
    const comment = dash !== null && style === "plain" && SEALED_COMMENT.test(text);
    if (comment) return { ...common, style, tagged: false, commentItem: true, start: dash, end };
    if (style === "double" && flow && MARKED_PLAIN.test(text)) return { ...common, style: "plain", tagged: false, start, end };
    if (style !== "literal" && style !== "folded") return { ...common, style, tagged: false, start, end };
    return { ...common, style, tagged: false, ...this.#blockContent(start, trimmed, around) };
  }

  /** The lines below the header of a block scalar, and the column that they start at. */
  #blockContent(header: number, end: number, { text, column }: { text: string; column: number }): { start: number; end: number; column: number } {
    const start = this.#source.indexOf("\n", header) + 1;
    const lines = this.#source.slice(start, end).split("\n");
    const first = lines.find((line) => /[^ \r]/.test(line));
    const value = text.split("\n").find((line) => /[^ \r]/.test(line)) ?? "";
    if (start === 0 || first === undefined) return { start: start === 0 ? end : start, end, column: column + 2 };
    return { start, end, column: leadingSpaces(first) - leadingSpaces(value) };
  }

  #column(offset: number): number {
    return this.#lines.at(offset).column - 1 - (this.#source.startsWith("\ufeff") && this.#lines.lineIndex(offset) === 0 ? 1 : 0);
  }

  #at(node: Node): { line: number; column: number } {
    return this.#lines.at(rangeOf(node)[0]);
  }
}

const leadingSpaces = (line: string): number => line.length - line.trimStart().length;

function rangeOf(node: Node): readonly [number, number] {
  const range = node.range;
  return range === undefined || range === null ? [0, 0] : [range[0], range[1]];
}
