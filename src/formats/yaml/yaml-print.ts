import { toBase64 } from "../../tree/base64.ts";
import {
  type Branch,
  type Comment,
  type Entry,
  type List,
  type TreeNode,
} from "../../tree/tree.ts";
import { METADATA_KEY, type Printer } from "../file-format.ts";
import { printedKey, printedScalar, printedText } from "./print-scalar.ts";

const encoder = new TextEncoder();

/** SOPS's default; and what go-yaml's emitter takes for 1, or for more than 9. */
const DEFAULT_INDENT = 4;
const CLAMPED_INDENT = 2;

const indentOf = (indent: number | null): number => {
  if (indent === null || indent === 0) return DEFAULT_INDENT;
  return indent === 1 || indent > 9 ? CLAMPED_INDENT : indent;
};

/** YAML as go-yaml v3's emitter prints it for SOPS: block style, one document after another. */
export const yamlPrinter: Printer = {
  print({ documents }, { indent, metadata }) {
    const writer = new Writer(indentOf(indent));
    documents.forEach((document, index) => {
      if (index > 0) writer.line(0, "---");
      writer.document(document, metadata);
    });
    return encoder.encode(writer.text());
  },
  printValue(node, { indent }) {
    const writer = new Writer(indentOf(indent));
    if (node.kind === "branch") writer.document(node, null);
    else writer.root(node);
    return encoder.encode(writer.text());
  },
  template: [
    "hello: Welcome to SOPS! Edit this file as you please!",
    "example_key: example_value",
    "# Example comment",
    "example_array:",
    "    - example_value1",
    "    - example_value2",
    "example_number: 1234.56789",
    "example_booleans:",
    "    - true",
    "    - false",
    "",
  ].join("\n"),
};

class Writer {
  readonly #indent: number;
  readonly #lines: string[] = [];

  constructor(indent: number) {
    this.#indent = indent;
  }

  text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  line(column: number, text: string): void {
    this.#lines.push(" ".repeat(column) + text);
  }

  document(document: Branch, metadata: Branch | null): void {
    const sops: Entry[] =
      metadata === null ? [] : [{ kind: "entry", key: METADATA_KEY, value: metadata, offset: -1 }];
    const items = [...document.items, ...sops];
    this.#entries(items, 0);
    if (!items.some((item) => item.kind === "entry")) this.line(0, "{}");
  }

  /** A list or scalar by itself. */
  root(node: TreeNode): void {
    if (node.kind === "list" && hasItems(node)) this.#items(node, 0);
    else this.#scalar("", node, { column: 0, block: this.#indent });
  }

  #comment({ text }: Comment, column: number): void {
    for (const line of text.split("\n")) this.line(column, `#${line}`);
  }

  #entries(items: Branch["items"], column: number): void {
    for (const item of items) {
      if (item.kind === "comment") this.#comment(item, column);
      else this.#entry(item, column);
    }
  }

  #entry({ key, value }: Entry, column: number): void {
    const inner = this.#next(column);
    const { line, block, explicit } = printedKey(key, inner - column);
    if (explicit) {
      this.line(column, `? ${line}`);
      this.#block(block, inner);
    }
    const head = explicit ? ":" : `${line}:`;
    if (!isNested(value)) {
      this.#scalar(`${head} `, value, { column, block: inner });
      return;
    }
    if (!explicit) this.line(column, head);
    const start = this.#lines.length;
    if (value.kind === "branch") this.#entries(value.items, inner);
    else this.#items(value, inner);
    if (explicit) this.#lead(start, column, ":");
  }

  /** go-yaml indents to the next multiple above the current column. */
  #next(column: number): number {
    return (Math.floor(column / this.#indent) + 1) * this.#indent;
  }

  #items({ items }: List, column: number): void {
    for (const item of items) {
      if (item.kind === "comment") {
        if (isItem(item)) this.line(column, `- ${item.text}`);
        else this.#comment(item, column);
      } else {
        this.#item(item, column);
      }
    }
  }

  #item(item: TreeNode, column: number): void {
    const content = column + 2;
    if (!isNested(item)) {
      this.#scalar("- ", item, { column, block: content });
      return;
    }
    const start = this.#lines.length;
    if (item.kind === "branch") this.#entries(item.items, content);
    else this.#items(item, content);
    this.#lead(start, column, "- ");
  }

  /** Puts a dash or colon before the first line that is no comment; comments before it stand above. */
  #lead(start: number, column: number, sign: string): void {
    let at = start;
    while (this.#lines[at]?.trimStart().startsWith("#") === true) at++;
    for (let line = start; line < at; line++)
      this.#lines[line] = " ".repeat(column) + (this.#lines[line] ?? "").trimStart();
    const first = this.#lines[at] ?? "";
    this.#lines[at] = " ".repeat(column) + sign + first.slice(column + sign.length);
  }

  #scalar(
    head: string,
    node: TreeNode,
    { column, block }: { column: number; block: number },
  ): void {
    if (node.kind === "branch" || node.kind === "list") {
      for (const item of node.items) if (item.kind === "comment") this.#comment(item, column);
      this.line(column, head + (node.kind === "branch" ? "{}" : "[]"));
      return;
    }
    if (node.kind === "null") {
      this.line(column, `${head}null`);
      return;
    }
    const { value } = node;
    if (value.type === "bytes") {
      this.#binary(head, toBase64(value.bytes), { column, block });
      return;
    }
    const text =
      value.type === "str"
        ? printedText(value.text, block - column)
        : { line: printedScalar(value) };
    this.line(column, head + text.line);
    if ("block" in text) this.#block(text.block, block);
  }

  #block(lines: readonly string[], column: number): void {
    for (const line of lines) this.#lines.push(line === "" ? "" : " ".repeat(column) + line);
  }

  /** Base64 on one line, or on lines of 70 characters. */
  #binary(
    head: string,
    base64: string,
    { column, block }: { column: number; block: number },
  ): void {
    const lines = base64.match(/.{1,70}/g) ?? [""];
    const short = lines.length === 1 && base64.length < 70;
    this.line(column, `${head}!!binary ${short ? base64 : "|"}`);
    if (!short) for (const line of lines) this.line(block, line);
  }
}

const isNested = (node: TreeNode): node is Branch | List =>
  (node.kind === "branch" && hasEntries(node)) || (node.kind === "list" && hasItems(node));

const hasEntries = ({ items }: Branch): boolean => items.some((item) => item.kind === "entry");

/** Of an encrypted comment in a list SOPS makes an item. */
const isItem = ({ text }: Comment): boolean => text.startsWith("ENC[");

const hasItems = ({ items }: List): boolean =>
  items.some((item) => item.kind !== "comment" || isItem(item));
