/** Trees in go-yaml's block style, line by line (sops-format 8.1). */
import { UndersealError } from "../../errors.ts";
import { formatPath } from "../../tree/path.ts";
import {
  type Branch,
  type Comment,
  type Entry,
  type List,
  type TreeNode,
} from "../../tree/tree.ts";
import { flowText } from "./emit.ts";
import { MERGE, type PrintedScalar, printedText, printedValue } from "./print-scalar.ts";
import { isUnprintable } from "./quote.ts";

/** Bytes that a key may have on the line of its value. */
const LONGEST_SIMPLE_KEY = 128;

const encoder = new TextEncoder();

/** Writes collections from column 0, one after another. */
export class BlockWriter {
  readonly #indent: number;
  readonly #path: (string | number)[] = [];
  #text = "";
  /** What stands before the next line in the place of its indentation: dashes that it follows. */
  #lead: string | null = null;

  /** @param indent - spaces per level, 2 to 9 */
  constructor(indent: number) {
    this.#indent = indent;
  }

  /** All lines so far, each with a line feed. */
  get text(): string {
    return this.#text;
  }

  /** A line as it is. */
  line(text: string): void {
    this.#line(0, text);
  }

  /**
   * A document, or a part of one. Without entries or items it has its comments before its brackets.
   *
   * @throws `FORMAT_UNFIT` for a key that stands twice, which YAML forbids, and for a comment that holds
   *   control characters
   */
  node(node: TreeNode): void {
    if (node.kind === "leaf") {
      this.#scalar("", printedValue(node.value), { parent: 0, column: this.#indent });
      return;
    }
    if (node.kind !== "null") this.#collection(node, 0);
    if (!isFilled(node)) this.line(flowText(node));
  }

  #line(column: number, text: string): void {
    this.#text += `${this.#start(column)}${text}\n`;
  }

  /** What the line begins with; whatever stood there before is used up. */
  #start(column: number): string {
    const start = this.#lead ?? " ".repeat(column);
    this.#lead = null;
    return start;
  }

  /** @param from - the first item to print; those before it stand above already */
  #branch({ items }: Branch, column: number, from = 0): void {
    const seen = new Set<string>();
    for (const item of items.slice(from)) {
      if (item.kind === "comment") {
        this.#comment(item, column);
        continue;
      }
      this.#path.push(item.key);
      if (seen.has(item.key)) throw this.#unfit("YAML does not allow a key twice");
      seen.add(item.key);
      this.#entry(item, column);
      this.#path.pop();
    }
  }

  #entry({ key, value }: Entry, column: number): void {
    const printed = printedKey(key, value);
    if (isSimple(key)) {
      this.#value(`${printed.head}:`, value, column);
      return;
    }
    const inner = this.#inner(column);
    this.#scalar("? ", printed, { parent: column, column: inner });
    // Behind this colon a collection begins on the same line, where there is room.
    const room = isFilled(value) && inner - column > 1;
    if (room) this.#lead = this.#start(column) + ":".padEnd(inner - column);
    if (room) this.#collection(value, inner);
    else this.#value(":", value, column);
  }

  /** A value behind its key. */
  #value(head: string, value: TreeNode, column: number): void {
    const inner = this.#inner(column);
    if (value.kind === "leaf") {
      const printed = printedValue(value.value);
      this.#scalar(`${head} `, printed, { parent: column, column: inner });
    } else if (isFilled(value)) {
      this.#line(column, head);
      this.#collection(value, inner);
    } else this.#empty(head, value, column);
  }

  /** Comments in a mapping without entries stand inside its braces, those in a list without items below it. */
  #empty(head: string, value: TreeNode, column: number): void {
    if (value.kind === "branch" && value.items.length > 0) {
      this.#line(column, `${head} {`);
      this.#branch(value, this.#inner(column));
      this.#line(column, "}");
      return;
    }
    this.#line(column, `${head} ${flowText(value)}`);
    if (value.kind === "list") this.#list(value, column);
  }

  #collection(value: Branch | List, column: number, from = 0): void {
    if (value.kind === "branch") this.#branch(value, column, from);
    else this.#list(value, column, from);
  }

  #list({ items }: List, column: number, from = 0): void {
    let index = 0;
    for (const item of items.slice(from)) {
      if (item.kind === "comment") {
        if (isItem(item)) this.#line(column, `- ${item.text}`);
        else this.#comment(item, column);
        continue;
      }
      this.#path.push(index++);
      this.#item(item, column);
      this.#path.pop();
    }
  }

  /** The comments that a collection begins with stand above its dash. */
  #item(item: TreeNode, column: number): void {
    const inner = column + 2;
    if (item.kind === "leaf") {
      this.#scalar("- ", printedValue(item.value), { parent: column, column: inner });
      return;
    }
    const from = item.kind === "null" ? 0 : this.#comments(item, column);
    if (isFilled(item)) {
      this.#lead = `${this.#start(column)}- `;
      this.#collection(item, inner, from);
    } else this.#line(column, `- ${flowText(item)}`);
  }

  /** Prints the comments that a collection begins with, and tells how many they are. */
  #comments({ items }: Branch | List, column: number): number {
    let count = 0;
    for (const item of items) {
      if (item.kind !== "comment" || isItem(item)) break;
      this.#comment(item, column);
      count++;
    }
    return count;
  }

  /** A comment has one line, or comes from INI and may have more. Line breaks of any kind end one. */
  #comment({ text }: Comment, column: number): void {
    const [first = "", ...more] = text.split(/\r\n|[\n\r\x85\u2028\u2029]/);
    if (more.at(-1) === "") more.pop();
    if (isUnprintable(text.replaceAll(/[\r\x85\u2028\u2029]/g, "")))
      throw this.#unfit("a comment holds characters that YAML cannot carry");
    this.#line(column, `#${first}`);
    for (const line of more) {
      if (line === "") this.#text += "\n";
      else this.#line(column, line.startsWith("#") ? line : `# ${line}`);
    }
  }

  #scalar(before: string, scalar: PrintedScalar, { parent, column }: ScalarPlace): void {
    // go-yaml always writes the whole indentation as digit, and where that is wrong cannot read it back.
    const { head, indicated, lines } = scalar;
    const digit = indicated ? String(column - parent) : "";
    this.#line(parent, before + (digit === "" ? head : head.replace("|", `|${digit}`)));
    for (const line of lines ?? []) {
      this.#text += line === "" ? "\n" : `${" ".repeat(column)}${line}\n`;
    }
  }

  /** go-yaml indents to the next multiple above the column. */
  #inner(column: number): number {
    return (Math.floor(column / this.#indent) + 1) * this.#indent;
  }

  #unfit(message: string): UndersealError {
    return new UndersealError("FORMAT_UNFIT", message, { path: formatPath(this.#path) });
  }
}

interface ScalarPlace {
  /** Column of the key or dash. */
  readonly parent: number;
  /** Column of the lines of a block. */
  readonly column: number;
}

/**
 * A sealed comment as SOPS writes it into a list: an item, of a type that opening turns back into a
 * comment.
 */
const isItem = ({ text }: Comment): boolean =>
  text.startsWith("ENC[AES256_GCM,") && text.endsWith(",type:comment]");

/** Whether a collection has items besides comments: then it stands in lines of its own. */
function isFilled(node: TreeNode): node is Branch | List {
  if (node.kind === "branch") return node.items.some(({ kind }) => kind === "entry");
  return node.kind === "list" && node.items.some((item) => item.kind !== "comment" || isItem(item));
}

/** go-yaml merges under any key `<<`, and refuses what is no mapping there: quotes keep it from that. */
function printedKey(key: string, value: TreeNode): PrintedScalar {
  if (key !== "<<") return printedText(key);
  return { head: isMergeable(value) ? MERGE : '"<<"', indicated: false, lines: null };
}

const isMergeable = (value: TreeNode): boolean =>
  value.kind === "branch" ||
  (value.kind === "list" &&
    value.items.every((item) => item.kind === "branch" || item.kind === "comment"));

function isSimple(key: string): boolean {
  if (/[\n\r\x85\u2028\u2029]/.test(key)) return false;
  return key.length <= LONGEST_SIMPLE_KEY && encoder.encode(key).length <= LONGEST_SIMPLE_KEY;
}
