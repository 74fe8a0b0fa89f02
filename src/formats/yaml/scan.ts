import { type CST, Parser } from "yaml";
import { UndersealError } from "../../errors.ts";
import { LIMITS } from "../file-format.ts";
import { type Lines } from "./lines.ts";

/** A comment where it stands in the source. */
export interface SourceComment {
  /** Offset of the `#`. */
  readonly start: number;
  /** Offset after the last character, before the line break. */
  readonly end: number;
  /** Whether something else stands before it on its line. */
  readonly inline: boolean;
}

/** What the concrete syntax tells before it is composed into nodes. */
export interface Scan {
  readonly tokens: readonly CST.Token[];
  /** In source order. */
  readonly comments: readonly SourceComment[];
  /** Offset of the tag in front of a tagged node, by the token of the node. */
  readonly tags: ReadonlyMap<CST.Token, number>;
}

type Item = CST.CollectionItem;

/**
 * Reads the concrete syntax and refuses what go-yaml would not read, or not in the same way
 * (sops-format 12.1), as far as it shows here.
 *
 * @throws `YAML_UNSUPPORTED`, `YAML_TOO_DEEP`
 */
export function scan(source: string, lines: Lines): Scan {
  const scanner = new Scanner(source, lines);
  const tokens = [...new Parser().parse(source)];
  for (const token of tokens) scanner.token(token);
  scanner.comments.sort((a, b) => a.start - b.start);
  return { tokens, comments: scanner.comments, tags: scanner.tags };
}

/** Control characters, and line breaks that only one of the two readers sees. */
const REFUSED = /[^\P{Cc}\t\n\r]|[\u2028\u2029\ufffe\uffff]|\r(?!\n)|(?!^)\ufeff/u;

/**
 * Refuses characters that the two readers see differently.
 *
 * @throws `YAML_UNSUPPORTED`
 */
export function refuseCharacters(source: string, lines: Lines): void {
  const found = REFUSED.exec(source);
  if (found === null) return;
  const message =
    "a control character or an unusual line break stands in the text; write it as an escape in double quotes";
  throw new UndersealError("YAML_UNSUPPORTED", message, lines.at(found.index));
}

class Scanner {
  readonly comments: SourceComment[] = [];
  readonly tags = new Map<CST.Token, number>();
  readonly #source: string;
  readonly #lines: Lines;

  constructor(source: string, lines: Lines) {
    this.#source = source;
    this.#lines = lines;
  }

  /** Visits a top-level token and all below it, without recursion: depth is the attacker's choice. */
  token(top: CST.Token): void {
    const stack: { token: CST.Token; depth: number; flow: boolean }[] = [
      { token: top, depth: 0, flow: false },
    ];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { token, depth, flow } = next;
      if (depth > LIMITS.depth)
        throw this.#refuse(
          "YAML_TOO_DEEP",
          "the document has more than 1,000 levels",
          token.offset,
        );
      this.#own(token, flow);
      const inFlow = flow || token.type === "flow-collection";
      for (const child of this.#children(token, inFlow))
        stack.push({ token: child, depth: depth + 1, flow: inFlow });
    }
  }

  /** Tokens that belong to a node itself: around it, behind it, in its header. */
  #own(token: CST.Token, flow: boolean): void {
    if (token.type === "directive") this.#directive(token);
    if (token.type === "comment") this.#comment(token);
    if ("props" in token) this.#sources(token.props as CST.SourceToken[], flow);
    if ("start" in token && Array.isArray(token.start)) this.#sources(token.start, flow);
    if ("end" in token && Array.isArray(token.end)) this.#sources(token.end, flow);
  }

  #children(token: CST.Token, flow: boolean): CST.Token[] {
    if (token.type === "document") {
      if (token.value === undefined) return [];
      this.#tag(token.value, token.start);
      return [token.value];
    }
    return "items" in token ? token.items.flatMap((item) => this.#item(item, flow)) : [];
  }

  #item(item: Item, flow: boolean): CST.Token[] {
    this.#sources(item.start, flow);
    this.#sources(item.sep ?? [], flow);
    if (flow) this.#flowColon(item);
    if (flow) this.#flowItem(item);
    if (item.value !== undefined) this.#tag(item.value, item.sep ?? item.start);
    if (item.key) this.#tag(item.key, item.start);
    return [item.key, item.value].filter((token) => token !== null && token !== undefined);
  }

  #tag(token: CST.Token, before: readonly CST.SourceToken[]): void {
    const tag = before.find((source) => source.type === "tag");
    if (tag !== undefined) this.tags.set(token, tag.offset);
  }

  #sources(sources: readonly CST.SourceToken[], flow: boolean): void {
    let previous: CST.SourceToken | undefined;
    for (const source of sources) {
      if (source.type === "comment") this.#comment(source);
      if (source.type === "anchor") this.#anchor(source);
      if (!flow && source.type === "space" && source.source.includes("\t"))
        this.#tab(source, previous);
      previous = source;
    }
  }

  #comment({ offset, source }: { offset: number; source: string }): void {
    const lineStart = this.#source.lastIndexOf("\n", offset - 1) + 1;
    const inline = /[^\s\ufeff]/.test(this.#source.slice(lineStart, offset));
    this.comments.push({ start: offset, end: offset + source.length, inline });
  }

  #anchor({ offset, source }: CST.SourceToken): void {
    if (/^&[\w-]+$/.test(source)) return;
    throw this.#refuse(
      "YAML_UNSUPPORTED",
      "an anchor may hold letters of ASCII, digits, _ and - only",
      offset,
    );
  }

  /** go-yaml takes a tab for white space only where no key could start. */
  #tab({ offset }: CST.SourceToken, previous: CST.SourceToken | undefined): void {
    const before = this.#source.charAt(offset - 1);
    if (
      previous?.type !== "seq-item-ind" &&
      previous?.type !== "explicit-key-ind" &&
      before !== "\n" &&
      before !== ""
    )
      return;
    throw this.#refuse(
      "YAML_UNSUPPORTED",
      "a tab stands where a key could start; use spaces",
      offset,
    );
  }

  /** Two places where go-yaml reads another key than `yaml` does. */
  #flowItem({ key, sep, value }: Item): void {
    if (key?.type !== "scalar") return;
    if (key.source.startsWith("?")) {
      throw this.#refuse(
        "YAML_UNSUPPORTED",
        "a plain key in braces starts with ?; quote it",
        key.offset,
      );
    }
    const [colon, ...more] = sep ?? [];
    const empty = value === undefined || (value.type === "scalar" && value.source === "");
    if (colon?.type !== "map-value-ind" || more.length > 0 || !empty) return;
    if (!/[,[\]{}]/.test(this.#source.charAt(colon.offset + 1))) return;
    throw this.#refuse(
      "YAML_UNSUPPORTED",
      "a key in braces has no value and no space behind its colon",
      colon.offset,
    );
  }

  /** go-yaml wants a key and its colon on one line. */
  #flowColon({ start, sep = [] }: Item): void {
    const colon = sep.findIndex(({ type }) => type === "map-value-ind");
    const broken = sep.slice(0, colon).find(({ type }) => type === "newline");
    if (broken === undefined || start.some(({ type }) => type === "explicit-key-ind")) return;
    throw this.#refuse(
      "YAML_UNSUPPORTED",
      "a key in braces and its colon stand on different lines",
      broken.offset,
    );
  }

  #directive({ offset, source }: { offset: number; source: string }): void {
    if (/^%(?:YAML[ \t]+1\.1|TAG)(?:\s|$)/.test(source)) return;
    throw this.#refuse(
      "YAML_UNSUPPORTED",
      "SOPS reads no directive but %YAML 1.1 and %TAG",
      offset,
    );
  }

  #refuse(
    code: "YAML_UNSUPPORTED" | "YAML_TOO_DEEP",
    message: string,
    offset: number,
  ): UndersealError {
    return new UndersealError(code, message, this.#lines.at(offset));
  }
}
