/**
 * A reader for the YAML that most files consist of: block mappings and lists with keys, plain and
 * quoted scalars on one line, literal blocks, comments. It builds no tokens, so it is many times
 * faster than the general reader and needs little memory. Wherever anything else stands, or
 * anything is wrong, it gives up, and the general reader decides; it never refuses a file itself.
 * Both give the same for what both read (test/formats/yaml/everyday.test.ts).
 */
import { type Branch, type Entry, type List, type TreeNode } from "../../tree/tree.ts";
import { literalBlock } from "./everyday-literal.ts";
import { itemOf, KeySet, leafAt, type Value } from "./everyday-parts.ts";
import { keyAt, keyOf, plainEnd, quotedScalar } from "./everyday-scalars.ts";
import { resolvePlain } from "./resolve.ts";
import { type SourceComment } from "./scan.ts";
import { type ContainerSyntax, type ItemSyntax } from "./syntax.ts";

/** A file of one document, comments not placed yet. */
export interface EverydaySource {
  readonly branch: Branch;
  readonly root: ContainerSyntax;
  /** Whether `---` stands before the document. */
  readonly explicit: boolean;
  readonly containers: Map<Branch | List, ContainerSyntax>;
  /** In source order. */
  readonly comments: SourceComment[];
}

/** Reads a file; `null` when the general reader has to. */
export function readEveryday(source: string): EverydaySource | null {
  if (source.startsWith("\ufeff") || source.includes("\r")) return null;
  const reader = new EverydayReader(source);
  try {
    return reader.read();
  } catch (error) {
    if (error === BEYOND) return null;
    throw error;
  }
}

/** Thrown to give up; made once, because a stack would cost time and says nothing. */
const BEYOND = new Error("more than everyday YAML");

/** Deeper nesting is left to the general reader, which has a limit with a name. */
const MAX_DEPTH = 100;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const HASH = 0x23;
const DASH = 0x2d;
const TAB = 0x09;

class EverydayReader {
  readonly #source: string;
  readonly #containers = new Map<Branch | List, ContainerSyntax>();
  readonly #comments: SourceComment[] = [];
  /** The next content: its offset, and its column; a column of -1 stands for the end of the file. */
  #at = 0;
  #column = -1;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): EverydaySource {
    this.#nextContent(0);
    const explicit =
      this.#column === 0 && /^---[ ]*\n/.test(this.#source.slice(this.#at, this.#at + 80));
    if (explicit) this.#nextContent(this.#source.indexOf("\n", this.#at) + 1);
    if (this.#column !== 0) throw BEYOND;
    const node = this.#block(0);
    if (this.#at < this.#source.length || node.kind !== "branch") throw BEYOND;
    const root = this.#containers.get(node);
    if (root === undefined) throw BEYOND;
    return {
      branch: node,
      root,
      explicit,
      containers: this.#containers,
      comments: this.#comments,
    };
  }

  /** Goes to the first content at or behind a line start, taking up the comments before it. */
  #nextContent(lineStart: number): void {
    const source = this.#source;
    for (let start = lineStart; start < source.length;) {
      let at = start;
      while (source.charCodeAt(at) === SPACE) at++;
      const code = source.charCodeAt(at);
      if (code === HASH) at = this.#comment(at, false);
      else if (at < source.length && code !== NEWLINE) {
        this.#contentAt(at, at - start);
        return;
      }
      start = at + 1;
    }
    this.#at = source.length;
    this.#column = -1;
  }

  #contentAt(at: number, column: number): void {
    const source = this.#source;
    const marker = column === 0 && (source.startsWith("---", at) || source.startsWith("...", at));
    // The one marker that is known stands before everything else.
    if (marker && this.#containers.size + this.#depth > 0) throw BEYOND;
    if (source.charCodeAt(at) === TAB) throw BEYOND;
    this.#at = at;
    this.#column = column;
  }

  /** Takes up a comment and gives the offset of its line break. */
  #comment(at: number, inline: boolean): number {
    const lineBreak = this.#source.indexOf("\n", at);
    const end = lineBreak < 0 ? this.#source.length : lineBreak;
    this.#comments.push({ start: at, end, inline });
    return end;
  }

  /** The mapping or list that begins at the current content. */
  #block(column: number): Branch | List {
    if (++this.#depth > MAX_DEPTH) throw BEYOND;
    const node = this.#isDash(this.#at) ? this.#list(column) : this.#mapping(column);
    this.#depth--;
    return node;
  }

  #isDash(at: number): boolean {
    if (this.#source.charCodeAt(at) !== DASH) return false;
    const next = this.#source.charCodeAt(at + 1);
    return next === SPACE || next === NEWLINE || at + 1 === this.#source.length;
  }

  #mapping(column: number): Branch {
    const content: Entry[] = [];
    const items: ItemSyntax[] = [];
    const branch: Branch = { kind: "branch", items: content, offset: this.#at };
    const seen = new KeySet(items);
    while (this.#column === column && !this.#isDash(this.#at)) {
      const start = this.#at;
      const keyText = keyAt(this.#source, start);
      const key = keyText === null ? null : keyOf(keyText);
      if (keyText === null || key === null || !seen.add(key)) throw BEYOND;
      const after = start + keyText.length + 1;
      const value = this.#value(after, { column, dash: null });
      items.push(itemOf({ start, after, key }, value));
      content.push({ kind: "entry", key, value: value.node, offset: start });
    }
    if (items.length === 0) throw BEYOND;
    this.#contain(branch, { flow: false, column, items, content });
    return branch;
  }

  #list(column: number): List {
    const content: TreeNode[] = [];
    const items: ItemSyntax[] = [];
    const list: List = { kind: "list", items: content, offset: this.#at };
    while (this.#column === column && this.#isDash(this.#at)) {
      const start = this.#at;
      const value = this.#value(start + 1, { column, dash: start });
      items.push(itemOf({ start, after: start + 1, key: null }, value));
      content.push(value.node);
    }
    this.#contain(list, { flow: false, column, items, content });
    return list;
  }

  #contain(node: Branch | List, made: Omit<ContainerSyntax, "start" | "end">): void {
    const { flow, column, items, content } = made;
    const start = node.offset;
    const end = items.at(-1)?.end ?? start;
    this.#containers.set(node, { flow, column, items, content, start, end });
  }

  /** What stands behind a colon or a dash, on its line or below. */
  #value(after: number, holder: Holder): Value {
    const source = this.#source;
    let at = after;
    while (source.charCodeAt(at) === SPACE) at++;
    const code = source.charCodeAt(at);
    if (code === TAB) throw BEYOND;
    if (at >= source.length || code === NEWLINE || code === HASH) {
      this.#endOfLine(at);
      return this.#below(after, holder);
    }
    if (holder.dash !== null && (this.#isDash(at) || keyAt(source, at) !== null)) {
      this.#column = holder.column + at - holder.dash;
      this.#at = at;
      return this.#contained(this.#block(this.#column));
    }
    return this.#scalar(at, holder);
  }

  #contained(node: Branch | List): Value {
    const container = this.#containers.get(node) ?? null;
    return { node, valueStart: node.offset, end: container?.end ?? node.offset, container };
  }

  #below(after: number, { column, dash }: Holder): Value {
    const deeper = this.#column > column;
    const listOfKey = dash === null && this.#column === column && this.#isDash(this.#at);
    if (deeper || listOfKey) return this.#contained(this.#block(this.#column));
    return {
      node: { kind: "null", offset: after },
      valueStart: after,
      end: after,
      container: null,
    };
  }

  /** Goes on behind a value: nothing but a comment may stand on the rest of its line. */
  #endOfLine(at: number): void {
    const source = this.#source;
    let end = at;
    while (source.charCodeAt(end) === SPACE) end++;
    if (source.charCodeAt(end) === HASH && source.charCodeAt(end - 1) === SPACE)
      end = this.#comment(end, true);
    if (end < source.length && source.charCodeAt(end) !== NEWLINE) throw BEYOND;
    this.#nextContent(end + 1);
  }

  #scalar(at: number, holder: Holder): Value {
    switch (this.#source.charAt(at)) {
      case '"':
      case "'":
        return this.#quoted(at, holder);
      case "|":
        return this.#literal(at, holder);
      case "{":
      case "[":
        return this.#emptyCollection(at, holder);
      default:
        return this.#plain(at, holder);
    }
  }

  #quoted(at: number, { column }: Holder): Value {
    const read = quotedScalar(this.#source, at);
    if (read === null) throw BEYOND;
    const { end, text, style } = read;
    const node = leafAt({ type: "str", text }, null, { style, start: at, end, whole: at, column });
    this.#endOfLine(end);
    return { node, valueStart: at, end, container: null };
  }

  #literal(at: number, { column }: Holder): Value {
    const read = literalBlock(this.#source, at, column);
    if (read === null) throw BEYOND;
    const { start, end, next, text } = read;
    const place = { style: "literal", start, end, whole: at, column: read.column } as const;
    const node = leafAt({ type: "str", text }, null, place);
    this.#nextContent(next);
    return { node, valueStart: at, end, container: null };
  }

  #emptyCollection(at: number, _: Holder): Value {
    const text = this.#source.slice(at, at + 2);
    if (text !== "{}" && text !== "[]") throw BEYOND;
    const node: Branch | List =
      text === "{}"
        ? { kind: "branch", items: [], offset: at }
        : { kind: "list", items: [], offset: at };
    const lineStart = this.#source.lastIndexOf("\n", at) + 1;
    const content = node.items as ContainerSyntax["content"];
    const made = { flow: true, column: at - lineStart, items: [], content, start: at, end: at + 2 };
    this.#containers.set(node, made);
    this.#endOfLine(at + 2);
    return this.#contained(node);
  }

  #plain(at: number, holder: Holder): Value {
    const end = plainEnd(this.#source, at);
    if (end === null) throw BEYOND;
    const text = this.#source.slice(at, end);
    const value = resolvePlain(text);
    if (value === "too-large") throw BEYOND;
    const { column, dash } = holder;
    if (dash !== null && text.startsWith("ENC[") && text.includes("type:comment]")) throw BEYOND;
    this.#endOfLine(end);
    if (value === null)
      return { node: { kind: "null", offset: at }, valueStart: at, end, container: null };
    const spelling = value.type === "str" ? null : text;
    const node = leafAt(value, spelling, { style: "plain", start: at, end, whole: at, column });
    return { node, valueStart: at, end, container: null };
  }
}

/** Where a value stands. */
interface Holder {
  /** Column of the key or dash. */
  readonly column: number;
  /** Offset of the dash, for an item of a list. */
  readonly dash: number | null;
}
