import { UndersealError } from "../../errors.ts";
import { type Comment, type Leaf, type Tree, type TreeNode } from "../../tree/tree.ts";
import { type TreePath } from "../../tree/path.ts";
import {
  type Changes,
  METADATA_KEY,
  type OpenedContent,
  type Replacement,
  type SourceDocument,
} from "../file-format.ts";
import {
  aliasEdit,
  aliasNotes,
  expansion,
  isAliasNote,
  needsExpansion,
  parentsOf,
} from "./alias.ts";
import { type Layout } from "./emit.ts";
import {
  applyEdits,
  insertion,
  layoutOf,
  metadataLayout,
  type MetadataText,
  metadataText,
  metadataTextLike,
  removal,
} from "./metadata-block.ts";
import { type ParsedSource, parseYaml } from "./parse.ts";
import { type Edit, noteText, openedEdit, sealedText } from "./scalar-text.ts";
import { SourceLeaf } from "./source-leaf.ts";
import { removeValue, setValue } from "./change.ts";
import { holdsAt, sameElsewhere } from "./changed-values.ts";
import { type Range, type SourceSyntax } from "./syntax.ts";
import { refuseUnreadable } from "./unreadable.ts";

const encoder = new TextEncoder();

/** A YAML file as a view of its source text. */
export class YamlDocument implements SourceDocument {
  readonly tree: Tree;
  readonly metadata: TreeNode | null;
  readonly hasReservedKey: boolean;
  readonly #parsed: ParsedSource;
  readonly #layout: Layout;
  #aliasNotes: Map<Leaf, string> | undefined;
  #parents: Map<TreeNode, TreeNode> | undefined;

  constructor(parsed: ParsedSource) {
    this.#parsed = parsed;
    this.#layout = layoutOf(parsed);
    const { documents } = parsed.syntax;
    this.tree = { documents: documents.map((document) => document.branch) };
    this.metadata = documents[0]?.metadata?.node ?? null;
    this.hasReservedKey = documents.some((document) => document.metadata !== null);
  }

  locate(node: { readonly offset: number }): { line: number; column: number } {
    return this.#parsed.lines.at(Math.max(0, node.offset));
  }

  sourceOf(node: Leaf | Comment): string {
    const range = this.#wholeRange(node);
    return range === null ? "" : this.#parsed.source.slice(range.start, range.end);
  }

  inFlow(leaf: Leaf): boolean {
    return SourceLeaf.syntaxOf(leaf)?.flow ?? true;
  }

  #wholeRange(node: Leaf | Comment): Range | null {
    if (node.kind === "comment") return this.#parsed.syntax.comments.get(node) ?? null;
    const syntax = SourceLeaf.syntaxOf(node);
    return syntax === null
      ? null
      : { start: Math.min(syntax.start, syntax.whole), end: syntax.end };
  }

  noteFor(leaf: Leaf): string | null {
    this.#aliasNotes ??= aliasNotes(this.#parsed.syntax.aliases);
    const alias = this.#aliasNotes.get(leaf);
    if (alias !== undefined) return alias;
    const syntax = SourceLeaf.syntaxOf(leaf);
    return syntax === null ? null : noteText(syntax, leaf, this.#at());
  }

  #at(): { source: string; layout: Layout } {
    return { source: this.#parsed.source, layout: this.#layout };
  }

  #openedEdit(node: Leaf | Comment, opened: OpenedContent): Edit | null {
    if (opened.kind === "comment") {
      const range = this.#wholeRange(node);
      return range === null
        ? null
        : { ...range, text: commentLines(opened.text, this.#layout.eol) };
    }
    const syntax = SourceLeaf.syntaxOf(node);
    if (node.kind !== "leaf" || syntax === null) return null;
    const { note } = opened;
    if (note === null || !isAliasNote(note)) return openedEdit(syntax, opened, this.#at());
    this.#parents ??= parentsOf(this.tree);
    return (
      aliasEdit(node, note, { ...this.#parsed.syntax, parents: this.#parents }) ??
      openedEdit(syntax, { ...opened, note: null }, this.#at())
    );
  }

  render({ replace, metadata, metadataLike }: Changes): Uint8Array {
    const edits: Edit[] = [];
    for (const [node, replacement] of replace) {
      const edit = this.#edit(node, replacement);
      if (edit !== null) edits.push(edit);
    }
    edits.push(...emptiedLists(this.#parsed.syntax, replace));
    for (const alias of this.#parsed.syntax.aliases) {
      if (needsExpansion(alias, replace)) edits.push(expansion(alias, replace));
    }
    const { documents } = this.#parsed.syntax;
    const block = metadata === null ? null : this.#metadataText(metadata, metadataLike);
    if (block !== null) refuseUnreadable(this.#parsed, this.tree, replace);
    for (const document of documents) {
      const removed = removal(this.#parsed, document);
      if (removed !== null) edits.push(removed);
      if (block !== null) edits.push(insertion(this.#parsed, document, block));
    }
    return encoder.encode(applyEdits(this.#parsed.source, edits));
  }

  #metadataText(
    metadata: NonNullable<Changes["metadata"]>,
    like: SourceDocument | undefined,
  ): MetadataText {
    const old = like instanceof YamlDocument ? like.#parsed : this.#parsed;
    const layout = { ...metadataLayout(old), eol: this.#layout.eol };
    return metadataTextLike(metadata, old, layout) ?? metadataText(metadata, layout);
  }

  #edit(node: Leaf | Comment, replacement: Replacement): Edit | null {
    if (replacement.as === "opened") return this.#openedEdit(node, replacement.content);
    const whole = this.#wholeRange(node);
    if (whole === null) return null;
    const { text } = replacement;
    if (replacement.as === "source") return { ...whole, text };
    if (node.kind === "comment") return { ...whole, text: `#${text}` };
    const syntax = SourceLeaf.syntaxOf(node);
    return syntax === null
      ? null
      : { start: syntax.start, end: syntax.end, text: sealedText(syntax, text) };
  }

  withValue(path: TreePath, value: TreeNode): Uint8Array {
    if (path[0] === METADATA_KEY) {
      throw new UndersealError("SOPS_KEY_RESERVED", "the top-level key `sops` is the format's own");
    }
    for (const inline of [false, true]) {
      const edit = setValue(this.#parsed, { ...this.#layout, inline }, { path, value });
      const changed = this.#changed(edit, (tree) => {
        return (
          holdsAt(tree, path, value) && sameElsewhere(this.tree, tree, { path, removed: false })
        );
      });
      if (changed !== null) return changed;
    }
    throw notVerified();
  }

  withoutValue(path: TreePath): Uint8Array {
    const edit = removeValue(this.#parsed, path);
    const changed = this.#changed(edit, (tree) =>
      sameElsewhere(this.tree, tree, { path, removed: true }),
    );
    if (changed === null) throw notVerified();
    return changed;
  }

  /** The file with one edit made, if the result means what it should. */
  #changed(edit: Edit, holds: (tree: Tree) => boolean): Uint8Array | null {
    const bytes = encoder.encode(applyEdits(this.#parsed.source, [edit]));
    try {
      const { documents } = parseYaml(bytes).syntax;
      return holds({ documents: documents.map(({ branch }) => branch) }) ? bytes : null;
    } catch (error) {
      if (error instanceof UndersealError && !PASSED_ON.includes(error.code)) return null;
      throw error;
    }
  }
}

/** What the new value itself may be refused for. */
const PASSED_ON: readonly string[] = ["KEY_NOT_STRING", "VALUE_UNSUPPORTED", "YAML_TOO_DEEP"];

const notVerified = (): UndersealError =>
  new UndersealError(
    "OUTPUT_NOT_VERIFIED",
    "the change would touch other values of the file; edit it",
  );

/** A comment that another format kept on several lines stays a comment on each of them. */
const commentLines = (text: string, eol: string): string =>
  `#${text.split(/\r?\n/).join(`${eol}#`)}`;

/** `[]` for lists that hold nothing but comments once these are opened: without it they would be null. */
function emptiedLists({ containers }: SourceSyntax, replace: Changes["replace"]): Edit[] {
  const isOpenedComment = (node: TreeNode | Comment): boolean => {
    const replacement = node.kind === "leaf" ? replace.get(node) : undefined;
    return replacement?.as === "opened" && replacement.content.kind === "comment";
  };
  if (![...replace.keys()].some(isOpenedComment)) return [];
  return [...containers.values()].flatMap(({ items }) =>
    items.flatMap(({ node, after, container }): Edit[] => {
      const emptied =
        node.kind === "list" &&
        container?.flow === false &&
        node.items.every((item) => item.kind === "comment" || isOpenedComment(item));
      return emptied ? [{ start: after, end: after, text: " []" }] : [];
    }),
  );
}
