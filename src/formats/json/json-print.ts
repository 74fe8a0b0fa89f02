import { UndersealError } from "../../errors.ts";
import { formatPath } from "../../tree/path.ts";
import { type Branch, type TreeNode, type Value } from "../../tree/tree.ts";
import { METADATA_KEY, type Printer } from "../file-format.ts";
import { goFloat, goString } from "./text.ts";

/** How JSON is laid out. */
export interface JsonLayout {
  /** What one level is indented by. */
  readonly unit: string;
  /** Line ending. */
  readonly eol: string;
}

const encoder = new TextEncoder();

/** SOPS indents by a tab unless it is told a number of spaces. */
const layoutOf = (indent: number | null): JsonLayout => ({
  unit: indent === null ? "\t" : " ".repeat(indent),
  eol: "\n",
});

/** JSON as Go's `encoding/json` prints it. Comments are left out. */
export const jsonPrinter: Printer = {
  print({ documents }, { indent, metadata }) {
    const [document, ...others] = documents;
    if (document === undefined || others.length > 0)
      throw new UndersealError("FORMAT_UNFIT", "a JSON file holds a single document");
    return encoder.encode(`${nodeText(withMetadata(document, metadata), layoutOf(indent))}\n`);
  },
  printValue(node, { indent }) {
    const text = nodeText(node, layoutOf(indent));
    return encoder.encode(node.kind === "branch" ? `${text}\n` : text);
  },
  template: [
    "{",
    '\t"hello": "Welcome to SOPS! Edit this file as you please!",',
    '\t"example_key": "example_value",',
    '\t"example_array": [',
    '\t\t"example_value1",',
    '\t\t"example_value2"',
    "\t],",
    '\t"example_number": 1234.56789,',
    '\t"example_booleans": [',
    "\t\ttrue,",
    "\t\tfalse",
    "\t]",
    "}",
    "",
  ].join("\n"),
};

function withMetadata(document: Branch, metadata: Branch | null): Branch {
  if (metadata === null) return document;
  const entry = { kind: "entry", key: METADATA_KEY, value: metadata, offset: -1 } as const;
  return { ...document, items: [...document.items, entry] };
}

/**
 * A node as text, its inner lines indented below `lead`.
 *
 * @param lead - indentation of the line that the node stands on
 * @throws `FORMAT_UNFIT` for values that JSON has no way to write, with the path below the node
 */
export function nodeText(node: TreeNode, layout: JsonLayout, lead = ""): string {
  const pieces: string[] = [];
  new Writer(layout, pieces).node(node, lead);
  return pieces.join("");
}

class Writer {
  readonly #layout: JsonLayout;
  readonly #pieces: string[];
  readonly #path: (string | number)[] = [];

  constructor(layout: JsonLayout, pieces: string[]) {
    this.#layout = layout;
    this.#pieces = pieces;
  }

  node(node: TreeNode, lead: string): void {
    switch (node.kind) {
      case "null":
        this.#pieces.push("null");
        return;
      case "leaf":
        this.#pieces.push(this.#scalar(node.value));
        return;
      case "list": {
        const items = node.items.filter((item) => item.kind !== "comment");
        this.#lines("[]", lead, items, (item, index, inner) => {
          this.#below(index, item, inner);
        });
        return;
      }
      case "branch": {
        const entries = node.items.filter((item) => item.kind === "entry");
        this.#lines("{}", lead, entries, ({ key, value }, _, inner) => {
          this.#pieces.push(goString(key), ": ");
          this.#below(key, value, inner);
        });
      }
    }
  }

  #below(step: string | number, node: TreeNode, lead: string): void {
    this.#path.push(step);
    this.node(node, lead);
    this.#path.pop();
  }

  #lines<T>(
    ...[brackets, lead, items, write]: [
      brackets: string,
      lead: string,
      items: readonly T[],
      write: (item: T, index: number, inner: string) => void,
    ]
  ): void {
    if (items.length === 0) {
      this.#pieces.push(brackets);
      return;
    }
    const { unit, eol } = this.#layout;
    const inner = lead + unit;
    this.#pieces.push(brackets.charAt(0));
    items.forEach((item, index) => {
      this.#pieces.push(index === 0 ? "" : ",", eol, inner);
      write(item, index, inner);
    });
    this.#pieces.push(eol, lead, brackets.charAt(1));
  }

  #scalar(value: Value): string {
    const text = scalarText(value);
    if (text !== null) return text;
    throw new UndersealError(
      "FORMAT_UNFIT",
      "JSON has no way to write bytes, infinity or NaN",
      this.#path.length === 0 ? {} : { path: formatPath(this.#path) },
    );
  }
}

function scalarText(value: Value): string | null {
  switch (value.type) {
    case "bytes":
      return null;
    case "float":
      return goFloat(value.text);
    case "bool":
      return value.text.toLowerCase();
    case "int":
      return value.text;
    case "str":
    case "time":
      return goString(value.text);
  }
}
