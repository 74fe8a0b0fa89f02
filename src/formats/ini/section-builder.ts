import { type Branch, type Comment, type Leaf } from "../../tree/tree.ts";
import { type Range, type ReadKey, type ReadValue } from "./read-line.ts";
import { endOfText, trimmedEnd } from "./spaces.ts";
import { type CommentSyntax, type Hidden, type KeySyntax, type SectionSyntax } from "./syntax.ts";

/** A line with a key, as it was read. */
export interface KeyLine {
  readonly lineStart: number;
  /** Offset of the key. */
  readonly start: number;
  readonly key: ReadKey;
  readonly value: ReadValue;
  /** Comments above the line and behind the value, from their markers. */
  readonly pieces: readonly Range[];
}

/** Collects the lines of a section, and makes of them what SOPS does. */
export class SectionBuilder {
  readonly #source: string;
  readonly #name: string;
  readonly #header: Range | null;
  readonly #above: readonly Range[];
  /** Lines by key, keys in the order of their first lines. */
  readonly #keys = new Map<string, KeyLine[]>();
  #unnamed = 0;
  #end: number;

  constructor(
    source: string,
    name: string,
    { header, pieces }: { header: Range | null; pieces: readonly Range[] },
  ) {
    this.#source = source;
    this.#name = name;
    this.#header = header;
    this.#above = pieces;
    this.#end = header?.end ?? (source.startsWith("\ufeff") ? 1 : 0);
  }

  /** A key `-` stands for `#1`, `#2` and so on. */
  add(line: KeyLine): void {
    const name = line.key.name === "-" ? `#${String(++this.#unnamed)}` : line.key.name;
    const lines = this.#keys.get(name);
    if (lines === undefined) this.#keys.set(name, [line]);
    else lines.push(line);
    this.#end = line.value.next;
  }

  /**
   * @param left - comments behind the last key that no other section has. SOPS loses them: here they
   *   are the last item, where a comment has no say in what is encrypted, so that sealing hides them.
   */
  finish(left: readonly Range[]): SectionSyntax {
    const keys = [...this.#keys].map(([name, lines]) => this.#key(name, lines));
    const own = this.#comment(this.#above, this.#headerOfComment());
    const last = this.#comment(left);
    const items = keys.flatMap(({ name, leaf, start, comment }): Branch["items"] => {
      const entry = { kind: "entry", key: name, value: leaf, offset: start } as const;
      return comment === null ? [entry] : [entry, comment.node];
    });
    return {
      name: this.#name,
      header: this.#header,
      start: this.#start(),
      keys,
      branch: {
        kind: "branch",
        items: [...nodeOf(own), ...items, ...nodeOf(last)],
        offset: this.#header?.start ?? 0,
      },
      comments: [own, ...keys.map(({ comment }) => comment), last].filter((c) => c !== null),
      end: this.#end,
    };
  }

  #headerOfComment(): number | null {
    const header = this.#header?.start ?? null;
    const last = this.#above.at(-1);
    return header !== null && last !== undefined && last.start > header ? header : null;
  }

  #start(): number {
    const header = this.#header?.start ?? 0;
    const first = this.#above[0]?.start ?? header;
    return first < header ? this.#source.lastIndexOf("\n", first) + 1 : header;
  }

  #key(name: string, lines: readonly KeyLine[]): KeySyntax {
    const last = lines.at(-1);
    if (last === undefined) throw new Error("a key without a line");
    const { start, value, key, pieces } = last;
    const leaf: Leaf = {
      kind: "leaf",
      value: { type: "str", text: value.text },
      spelling: null,
      offset: value.start,
    };
    return {
      name,
      leaf,
      start,
      after: key.after,
      value,
      comment: this.#comment(pieces),
      hidden: lines.slice(0, -1).flatMap((line) => this.#hidden(line)),
      occurrences: lines.map((line) => ({ start: line.lineStart, end: line.value.next })),
    };
  }

  #hidden({ value, pieces }: KeyLine): Hidden[] {
    const comments = pieces.map(({ start, end }): Hidden => {
      return { kind: "comment", start: start + 1, end: endOfText(this.#source, start + 1, end) };
    });
    const own: Hidden = { kind: "value", start: value.start, end: value.end };
    return [...comments, own].toSorted((a, b) => a.start - b.start);
  }

  /** SOPS joins the pieces with their markers, and takes off those that the whole begins with. */
  #comment(pieces: readonly Range[], header: number | null = null): CommentSyntax | null {
    const [first, ...others] = pieces;
    if (first === undefined) return null;
    const source = this.#source;
    const marked = pieces.map(({ start, end }) => source.slice(start, end)).join("");
    const text = withoutMarkers(trimmedEnd(marked));
    const from = first.start + marked.length - withoutMarkers(marked).length;
    const node: Comment = { kind: "comment", text, offset: first.start };
    const places = others.map(({ start, end }) => ({ start, end: endOfText(source, start, end) }));
    const own = { start: from, end: endOfText(source, from, first.end) };
    return { node, pieces: [own, ...places], header };
  }
}

const nodeOf = (comment: CommentSyntax | null): Comment[] =>
  comment === null ? [] : [comment.node];

function withoutMarkers(comment: string): string {
  const marker = comment.charAt(0);
  let at = 0;
  while (comment.charAt(at) === marker || comment.charAt(at) === " ") at++;
  return comment.slice(at);
}
