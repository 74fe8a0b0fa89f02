import {
  type Alias,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { UndersealError } from "../../errors.ts";
import { escapeText } from "../../tree/path.ts";
import {
  type Branch,
  type Entry,
  type List,
  textLeaf,
  type TreeNode,
  type Value,
} from "../../tree/tree.ts";
import { LIMITS } from "../file-format.ts";
import { type Lines } from "./lines.ts";
import {
  type Around,
  rangeOf,
  refusedText,
  resolveScalar,
  scalarSyntax,
  scalarText,
  trimmedEnd,
} from "./scalar-source.ts";
import { type Scan } from "./scan.ts";
import { SourceLeaf } from "./source-leaf.ts";
import {
  type AliasSyntax,
  type ContainerSyntax,
  type ItemSyntax,
  type ScalarSyntax,
} from "./syntax.ts";

/** Builds the tree of one document and notes where everything stands. */
export class TreeBuilder {
  /** Scalars with tags, in source order. */
  readonly tagged: ScalarSyntax[] = [];
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
      throw new UndersealError(
        "YAML_ALIAS_EXCESSIVE",
        "aliases stand for more than 100,000 nodes",
        this.#at(node),
      );
    }
    if (isAlias(node)) return this.#alias(node);
    const anchor = node.anchor;
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
    if (anchor === undefined)
      throw new UndersealError(
        "YAML_SYNTAX",
        "an alias names no anchor before it",
        this.#at(alias),
      );
    if (anchor.built === null)
      throw new UndersealError(
        "YAML_UNSUPPORTED",
        "an anchor holds an alias of itself",
        this.#at(alias),
      );
    this.#copying++;
    const copy = this.#node(anchor.node, { flow: true, column: 0, dash: null });
    this.#copying--;
    const [start, end] = rangeOf(alias);
    if (this.#copying === 0)
      this.aliases.push({ start, end, name: alias.source, copy, target: anchor.built });
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
        throw new UndersealError(
          "YAML_DUPLICATE_KEY",
          `the key "${escapeText(key)}" stands twice in one mapping`,
          this.#lines.at(item.start),
        );
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
    const first = token?.start.find((source) =>
      ["tag", "anchor", "explicit-key-ind"].includes(source.type),
    );
    const start = Math.min(first?.offset ?? Infinity, rangeOf(pair.key)[0]);
    const colon = token?.sep?.find((source) => source.type === "map-value-ind");
    const node: TreeNode =
      pair.value === null ? { kind: "null", offset: start } : this.#node(pair.value, around);
    const after = colon === undefined ? rangeOf(pair.key)[1] : colon.offset + 1;
    return {
      start,
      after,
      needsColon: colon === undefined,
      key,
      ...this.#valuePlace(pair.value, node, after),
    };
  }

  /** A key is a string, or a merge key, which SOPS keeps as the string it is written as. */
  #key(key: Node): string {
    const at = this.#at(key);
    if (isAlias(key)) throw new UndersealError("YAML_UNSUPPORTED", "an alias stands as a key", at);
    if (!isScalar(key))
      throw new UndersealError("KEY_NOT_STRING", "a key is a list or a mapping", at);
    const text = String(key.value);
    const value = resolveScalar(key, text);
    if (typeof value !== "object" || value?.type !== "str")
      throw new UndersealError("KEY_NOT_STRING", "a key is not a string", at);
    if (key.anchor !== undefined)
      this.#anchors.set(key.anchor, { node: key, built: textLeaf(value.text) });
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
    const dashes = token?.items.map(
      (item) => item.start.find((source) => source.type === "seq-item-ind")?.offset,
    );
    return dashes?.filter((dash) => dash !== undefined) ?? [];
  }

  #listItem(child: Node, around: Around): ItemSyntax {
    const node = this.#node(child, around);
    const start = around.dash ?? rangeOf(child)[0];
    const after = around.dash === null ? start : around.dash + 1;
    return { start, after, needsColon: false, key: null, ...this.#valuePlace(child, node, after) };
  }

  #valuePlace(
    value: Node | null,
    node: TreeNode,
    after: number,
  ): Pick<ItemSyntax, "node" | "valueStart" | "end" | "container"> {
    const container =
      this.#copying === 0 && !isAlias(value) && (node.kind === "branch" || node.kind === "list")
        ? (this.containers.get(node) ?? null)
        : null;
    if (value === null || (isScalar(value) && rangeOf(value)[0] === rangeOf(value)[1])) {
      return { node, valueStart: after, end: after, container };
    }
    const [start, end] = rangeOf(value);
    return {
      node,
      container,
      valueStart: start,
      end: container?.end ?? trimmedEnd(this.#source, start, end),
    };
  }

  #container(
    node: Branch | List,
    made: Omit<ContainerSyntax, "start" | "end"> & { node: Node },
  ): void {
    if (this.#copying > 0) return;
    const { node: source, ...rest } = made;
    const [start, end] = rangeOf(source);
    const last = rest.items.at(-1);
    this.containers.set(node, { ...rest, start, end: rest.flow ? end : (last?.end ?? start) });
  }

  #scalar(scalar: Scalar, around: Around): TreeNode {
    const [offset] = rangeOf(scalar);
    const text = scalarText(scalar, this.#source);
    const refused = refusedText(scalar, text, this.#source);
    if (refused !== null) throw new UndersealError("YAML_UNSUPPORTED", refused, this.#at(scalar));
    const value = this.#value(scalar, text);
    if (value === null) return { kind: "null", offset };
    const spelling = value.type === "str" || value.type === "bytes" ? null : text;
    if (this.#copying > 0) return { kind: "leaf", value, spelling, offset };
    const tag = scalar.srcToken === undefined ? undefined : this.#scan.tags.get(scalar.srcToken);
    const syntax = scalarSyntax(scalar, this.#source, { ...around, text, tag });
    if (syntax.tagged) this.tagged.push(syntax);
    return new SourceLeaf(value, spelling, syntax);
  }

  #value(scalar: Scalar, text: string): Value | null {
    const value = resolveScalar(scalar, text);
    if (value === "too-large") {
      const words = "an integer is larger than 64 bits with a sign can hold";
      throw new UndersealError("VALUE_UNSUPPORTED", words, this.#at(scalar));
    }
    if (value === "mismatch") {
      throw new UndersealError("YAML_SYNTAX", "a value does not fit its tag", this.#at(scalar));
    }
    return value;
  }

  #column(offset: number): number {
    return (
      this.#lines.at(offset).column -
      1 -
      (this.#source.startsWith("\ufeff") && this.#lines.lineIndex(offset) === 0 ? 1 : 0)
    );
  }

  #at(node: Node): { line: number; column: number } {
    return this.#lines.at(rangeOf(node)[0]);
  }
}
