/** Writes the generated syntax down as text, and says what it means. */
import { type MapMeaning, type Meaning } from "./meaning.ts";
import {
  type Above,
  type Block,
  type BlockList,
  type BlockMap,
  type Document,
  type File,
  type FlowList,
  type FlowMap,
  type FlowNode,
  type ListItem,
  type MapEntry,
  type Node,
} from "./yaml-syntax.ts";

/** A YAML file and what it means. */
export interface YamlSource {
  readonly text: string;
  readonly documents: readonly MapMeaning[];
}

/** Writes a file. */
export function writeYaml(file: File): YamlSource {
  const writer = new Writer(file.indent);
  file.documents.forEach((document, index) => {
    writer.document(document, { marked: file.marked || index > 0, first: index === 0 });
  });
  const endsInBlock = file.finalNewline ? null : writer.last;
  const text = writer.lines.map((line) => `${line}\n`).join("");
  const cut = file.finalNewline ? text : text.slice(0, -1);
  return {
    text: (file.bom ? "\ufeff" : "") + (file.crlf ? cut.replaceAll("\n", "\r\n") : cut),
    documents: file.documents.map(({ root }) => meaningOf(root, endsInBlock) as MapMeaning),
  };
}

const spaces = (count: number): string => " ".repeat(count);
const remark = (comment: string | null): string => (comment === null ? "" : ` #${comment}`);

class Writer {
  readonly lines: string[] = [];
  /** The block that the last line belongs to. */
  last: Block | null = null;
  readonly #indent: number;
  /** What a compact collection has in the place of the indentation of its first line. */
  #lead: string | null = null;

  constructor(indent: number) {
    this.#indent = indent;
  }

  document(
    { root, comment, ended }: Document,
    { marked, first }: { marked: boolean; first: boolean },
  ): void {
    if (!first && ended) this.#line(0, "...");
    if (marked) this.#line(0, `---${remark(comment)}`);
    if (root.kind === "map") this.#map(root, 0);
    else this.#line(0, flowText(root));
  }

  #line(column: number, text: string): void {
    this.lines.push((this.#lead ?? spaces(column)) + text);
    this.#lead = null;
    this.last = null;
  }

  #blank(): void {
    this.lines.push("");
    this.last = null;
  }

  #above(above: Above, column: number): void {
    for (const comment of above) {
      if (comment !== null) this.#line(column, `#${comment}`);
      // Blank lines behind a block that keeps its trailing breaks would belong to it.
      else if (this.last?.chomp !== "+") this.#blank();
    }
  }

  #map({ entries, below }: BlockMap, column: number): void {
    for (const entry of entries) {
      this.#above(entry.above, column);
      this.#entry(entry, column);
    }
    this.#above(below, column);
  }

  #entry({ key, value, comment, gap }: MapEntry, column: number): void {
    const head = `${key.text}:`;
    if (value.kind !== "map" && value.kind !== "list") {
      this.#value({ head: head + spaces(gap), value, comment }, column);
      return;
    }
    this.#line(column, head + remark(comment));
    const flush = value.kind === "list" && !value.indented;
    this.#collection(value, flush ? column : column + this.#indent);
  }

  #collection(value: BlockMap | BlockList, column: number): void {
    if (value.kind === "map") this.#map(value, column);
    else this.#list(value, column);
  }

  #list(list: BlockList, column: number): void {
    for (const item of list.items) {
      this.#above(item.above, column);
      this.#item(item, list.compact, column);
    }
    this.#above(list.below, column);
  }

  #item({ value, comment }: ListItem, compact: boolean, column: number): void {
    if (value.kind !== "map" && value.kind !== "list") {
      this.#value({ head: "- ", value, comment }, column);
      return;
    }
    const first = value.kind === "map" ? value.entries[0] : value.items[0];
    if (compact && first?.above.length === 0) {
      this.#lead = `${this.#lead ?? spaces(column)}-${spaces(this.#indent - 1)}`;
    } else {
      this.#line(column, `-${remark(comment)}`);
    }
    this.#collection(value, column + this.#indent);
  }

  #value(
    {
      head,
      value,
      comment,
    }: { head: string; value: Exclude<Node, BlockMap | BlockList>; comment: string | null },
    column: number,
  ): void {
    if (value.kind === "block") {
      this.#block(head, value, column);
      return;
    }
    const [first = "", ...rest] = sourceLines(value);
    const end = value.kind === "inline" && first === "" ? head.trimEnd() : head + first;
    this.#line(column, rest.length === 0 ? end + remark(comment) : end);
    rest.forEach((line, index) => {
      if (line === "") this.lines.push("");
      else
        this.#line(
          column + this.#indent,
          index === rest.length - 1 ? line + remark(comment) : line,
        );
    });
  }

  #block(head: string, block: Block, column: number): void {
    const indicator =
      block.indicator || block.lines[0]?.startsWith(" ") === true ? String(this.#indent) : "";
    this.#line(column, `${head}${block.style}${indicator}${block.chomp}${remark(block.comment)}`);
    for (const line of block.lines)
      this.lines.push(line === "" ? "" : spaces(column + this.#indent) + line);
    for (let count = 0; count < block.trailing; count++) this.lines.push("");
    this.last = block;
  }
}

/** The lines of a value that is no block collection; the first without indentation, the others with what they need besides the column. */
function sourceLines(value: Exclude<Node, BlockMap | BlockList | Block>): readonly string[] {
  if (value.kind === "inline") return [value.text];
  return value.kind === "lines" ? value.lines : flowText(value).split("\n");
}

function flowText(value: FlowNode): string {
  if (value.kind === "inline") return value.text;
  const [open, close] = value.kind === "flow-map" ? ["{", "}"] : ["[", "]"];
  const items = flowItems(value);
  if (items.length === 0) return open + close;
  const comma = value.trailingComma ? "," : "";
  if (value.tall) return `${open}\n${items.join(",\n")}${comma}\n${close}`;
  const padding = value.padded ? " " : "";
  return open + padding + items.join(", ") + comma + padding + close;
}

const flowItems = (value: FlowMap | FlowList): string[] =>
  value.kind === "flow-map"
    ? value.entries.map(({ key, value: inner }) => `${key.text}: ${flowText(inner)}`)
    : value.items.map(flowText);

/** What a node means; `endsInBlock` is the block that ends the file without a line break. */
function meaningOf(node: Node, endsInBlock: Block | null): Meaning {
  switch (node.kind) {
    case "inline":
    case "lines":
      return node.meaning;
    case "block":
      return { type: "str", text: blockText(node, node === endsInBlock) };
    case "map":
    case "flow-map":
      return {
        type: "map",
        entries: node.entries.map(
          ({ key, value }) => [key.meaning, meaningOf(value, endsInBlock)] as const,
        ),
      };
    case "list":
      return { type: "list", items: node.items.map(({ value }) => meaningOf(value, endsInBlock)) };
    case "flow-list":
      return { type: "list", items: node.items.map((item) => meaningOf(item, endsInBlock)) };
  }
}

/** What a block means, by the rules of YAML 1.1 for its style and chomping. */
function blockText({ style, chomp, lines, trailing }: Block, cut: boolean): string {
  const body = style === "|" ? lines.join("\n") : foldedBlock(lines);
  const breaks = 1 + trailing - (cut ? 1 : 0);
  if (chomp === "-") return body;
  return body + "\n".repeat(chomp === "+" ? breaks : Math.min(breaks, 1));
}

/** Breaks between two lines of text fold; those next to a line that starts with a blank stay. */
function foldedBlock(lines: readonly string[]): string {
  let text = "";
  let breaks = 0;
  let before = "";
  for (const line of lines) {
    if (line !== "") {
      const folds = before !== "" && !/^[ \t]/.test(before) && !/^[ \t]/.test(line);
      if (before === "") text += "\n".repeat(breaks);
      else if (folds) text += breaks === 1 ? " " : "\n".repeat(breaks - 1);
      else text += "\n".repeat(breaks);
      text += line;
      before = line;
      breaks = 0;
    }
    breaks++;
  }
  return text;
}
