import { UndersealError } from "../../errors.ts";
import { type Branch, type Entry, type TreeNode } from "../../tree/tree.ts";
import { decodeSource } from "../dotenv/source-text.ts";
import { unflattenMetadata } from "../flatten.ts";
import { Lines } from "../yaml/lines.ts";
import { commentIn, type Range, readKey, readValue } from "./read-line.ts";
import { SectionBuilder } from "./section-builder.ts";
import { nextLine, skipSpace, trimmed } from "./spaces.ts";
import { type MetadataSyntax, type ParsedIni, type SectionSyntax } from "./syntax.ts";

/** The section that SOPS keeps for itself. */
export const METADATA_SECTION = "sops";

/** The section of what stands before the first header; SOPS reads it in every file. */
export const DEFAULT_SECTION = "DEFAULT";

/**
 * Reads INI as SOPS does with go-ini (sops-format 8.4). Text that SOPS would not see and that nothing
 * here could hide is refused: between a quoted key and its delimiter, and behind a section header.
 *
 * @throws `ENCODING_INVALID`, `INI_SYNTAX`, `INI_UNSUPPORTED`
 */
export function parseIni(bytes: Uint8Array): ParsedIni {
  const source = decodeSource(bytes);
  return new IniReader(source).read();
}

class IniReader {
  readonly #source: string;
  readonly #lines: Lines;
  readonly #finished: SectionSyntax[] = [];
  #section: SectionBuilder;
  /** Comments that no key or section has taken yet: each from its marker to behind its line break. */
  #pending: Range[] = [];

  constructor(source: string) {
    this.#source = source;
    this.#lines = new Lines(source);
    this.#section = new SectionBuilder(source, DEFAULT_SECTION, { header: null, pieces: [] });
  }

  read(): ParsedIni {
    const source = this.#source;
    for (let line = source.startsWith("\ufeff") ? 1 : 0; line < source.length;) {
      const next = nextLine(source, line);
      const start = skipSpace(source, line, next);
      line = start === next ? next : this.#line({ lineStart: line, start, next });
    }
    this.#finished.push(this.#section.finish(this.#take()));
    return this.#parsed();
  }

  /** Reads a line that is not blank, and gives the offset of the next one. */
  #line({ lineStart, start, next }: { lineStart: number; start: number; next: number }): number {
    switch (this.#source.charAt(start)) {
      case "#":
      case ";":
        this.#pending.push({ start, end: next });
        return next;
      case "[":
        this.#header({ start: lineStart, end: next }, start);
        return next;
      default:
        return this.#entry(lineStart, start);
    }
  }

  #header(header: Range, start: number): void {
    const line = this.#source.slice(start, header.end);
    const close = line.lastIndexOf("]");
    if (close < 0) throw this.#syntax("a section header has no `]`", start);
    const name = line.slice(1, close);
    if (name === "") throw this.#syntax("a section header has no name", start);
    const behind = start + close + 1;
    const comment = commentIn(this.#source, behind, header.end);
    if (trimmed(this.#source.slice(behind, comment?.start ?? header.end)) !== "")
      throw this.#unsupported("text behind a section header", behind);
    const above = this.#take();
    // SOPS drops its own section with the comment above it: to the author that belongs to what is before.
    const metadata = name === METADATA_SECTION;
    this.#finished.push(this.#section.finish(metadata ? above : []));
    const own = comment === null ? [] : [comment];
    const pieces = metadata ? own : [...above, ...own];
    this.#section = new SectionBuilder(this.#source, name, { header, pieces });
  }

  #entry(lineStart: number, start: number): number {
    const key = readKey(this.#source, start);
    if (typeof key === "string") throw this.#syntax(key, start);
    if (key.overhang) throw this.#unsupported("text between a quoted key and its delimiter", start);
    const value = readValue(this.#source, key.after);
    if (typeof value === "string") throw this.#syntax(value, start);
    const pieces = this.#take();
    if (value.comment !== null) pieces.push(value.comment);
    this.#section.add({ lineStart, start, key, value, pieces });
    return value.next;
  }

  #take(): Range[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  #parsed(): ParsedIni {
    const all = this.#finished;
    const sections = all.filter(({ name }) => name !== METADATA_SECTION);
    const reserved = all.flatMap((section, index) =>
      section.name === METADATA_SECTION ? [this.#metadata(section, all[index + 1])] : [],
    );
    return {
      source: this.#source,
      lines: this.#lines,
      sections,
      branch: { kind: "branch", items: sections.map(sectionEntry), offset: 0 },
      leaves: new Map(sections.flatMap(({ keys }) => keys.map((key) => [key.leaf, key]))),
      comments: new Map(
        sections.flatMap(({ comments }) => comments.map((comment) => [comment.node, comment])),
      ),
      reserved,
      metadata: metadataOf(reserved),
    };
  }

  /** The section up to the comments and the header of the next one. */
  #metadata(section: SectionSyntax, next: SectionSyntax | undefined): MetadataSyntax {
    const start = section.header?.start ?? 0;
    const end = next === undefined ? this.#source.length : next.start;
    return { section, range: { start, end } };
  }

  #syntax(message: string, at: number): UndersealError {
    return new UndersealError("INI_SYNTAX", message, this.#lines.at(at));
  }

  #unsupported(what: string, at: number): UndersealError {
    const message = `${what} is lost to SOPS and would stay in clear`;
    return new UndersealError("INI_UNSUPPORTED", message, this.#lines.at(at));
  }
}

const sectionEntry = ({ name, branch, header }: SectionSyntax): Entry => ({
  kind: "entry",
  key: name,
  value: branch,
  offset: header?.start ?? 0,
});

/** A text where SOPS would find no single set of fields, so that nothing takes it for metadata. */
function metadataOf(reserved: readonly MetadataSyntax[]): TreeNode | null {
  const [first, second] = reserved;
  if (first === undefined) return null;
  const offset = first.range.start;
  const fields = first.section.keys.map(({ name, value }) => [name, value.text] as const);
  const branch: Branch | null = second === undefined ? unflattenMetadata(fields) : null;
  if (branch !== null) return { ...branch, offset };
  return { kind: "leaf", value: { type: "str", text: "" }, spelling: null, offset };
}
