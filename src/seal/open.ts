import { additionalData, LeafCipher, type Opened } from "../cipher/leaf-cipher.ts";
import { looksSealed } from "../cipher/envelope.ts";
import { type CipherEngine } from "../cipher/engine.ts";
import { loadEngine } from "../cipher/load-engine.ts";
import { Mac } from "../cipher/mac.ts";
import { noteOf } from "../cipher/note.ts";
import { UndersealError } from "../errors.ts";
import { type OpenedContent, type SourceDocument } from "../formats/file-format.ts";
import { type KeyProvider } from "../keys/key-provider.ts";
import { formatPath, type TreePath } from "../tree/path.ts";
import { compileSelection, type Selection, unmatchedSelection } from "../tree/selection.ts";
import { type Comment, type Leaf, type Tree } from "../tree/tree.ts";
import { mapTree, type Visit, walk } from "../tree/walk.ts";
import { type DataKey, recoverDataKey } from "./data-key.ts";
import { macAdditionalData, type Metadata, readMetadata } from "./metadata.ts";

/** How to open a file. */
export interface OpenOptions {
  readonly providers: readonly KeyProvider[];
  /** Hands out values although the MAC does not fit; what is odd becomes a warning. */
  readonly ignoreMac?: boolean;
}

/** Something odd that does not stop the work: a code and a place, never a value. */
export interface Warning {
  readonly code: "COMMENT_NOT_SEALED" | "REGEX_INVALID" | "MAC_IGNORED" | "SPELLING_LOST";
  readonly path: string;
}

/** A leaf or comment that was encrypted, and what it holds. */
export interface OpenedNode {
  readonly node: Leaf | Comment;
  readonly keys: readonly string[];
  readonly content: OpenedContent;
}

/** An opened file; dispose of it to wipe its data key. */
export interface OpenedDocument extends Disposable {
  /** The file as it was. */
  readonly sealed: SourceDocument;
  readonly metadata: Metadata;
  readonly selection: Selection;
  /** All documents with every value in clear. */
  readonly tree: Tree;
  /** What was encrypted, in walk order. */
  readonly opened: readonly OpenedNode[];
  readonly warnings: readonly Warning[];
  /** The MAC over the values as opened, in hex; differs from the stored one only where that was ignored. */
  readonly mac: string;
  readonly dataKey: DataKey;
  readonly engine: CipherEngine;
}

/**
 * Opens a file: recovers its data key, decrypts what its selection names, and compares the MAC
 * before anything is handed out (sops-format 1, 2).
 *
 * @throws `NOT_SEALED`, `METADATA_INVALID`, `DATA_KEY_UNAVAILABLE`,
 *   `LEAF_DAMAGED`, `LEAF_NOT_SEALED`, `MAC_MISMATCH`, `MAC_DAMAGED`
 */
export async function openDocument(
  sealed: SourceDocument,
  options: OpenOptions,
): Promise<OpenedDocument> {
  const metadata = readMetadata(sealed.metadata);
  const warnings: Warning[] = [];
  const selection = storedSelection(metadata, warnings);
  const engine = await loadEngine();
  const dataKey = await recoverDataKey(metadata.keyGroups, options.providers);
  try {
    const opener = new Opener({ sealed, metadata, selection, engine, dataKey, warnings });
    walk(sealed.tree, selection, (visit) => {
      opener.visit(visit);
    });
    const mac = opener.verify(options.ignoreMac ?? false);
    const tree = mapTree(sealed.tree, (node) => opener.plain(node));
    const dispose = (): void => {
      dataKey[Symbol.dispose]();
    };
    return {
      sealed,
      metadata,
      selection,
      tree,
      mac,
      opened: opener.opened,
      warnings,
      dataKey,
      engine,
      [Symbol.dispose]: dispose,
    };
  } catch (error) {
    dataKey[Symbol.dispose]();
    throw error;
  }
}

/** SOPS takes an invalid expression to match nothing; so do we when we read, with a warning. */
export function storedSelection({ selection }: Metadata, warnings: Warning[]): Selection {
  try {
    return compileSelection(selection);
  } catch (error) {
    if (!(error instanceof UndersealError) || error.code !== "REGEX_INVALID") throw error;
    warnings.push({ code: "REGEX_INVALID", path: `sops.${selection.field}` });
    return unmatchedSelection(selection);
  }
}

interface Opening {
  readonly sealed: SourceDocument;
  readonly metadata: Metadata;
  readonly selection: Selection;
  readonly engine: CipherEngine;
  readonly dataKey: DataKey;
  readonly warnings: Warning[];
}

class Opener {
  readonly opened: OpenedNode[] = [];
  readonly #opening: Opening;
  readonly #cipher: LeafCipher;
  readonly #mac: Mac;
  readonly #plain = new Map<Leaf | Comment, Leaf | Comment>();

  constructor(opening: Opening) {
    const { engine, dataKey, metadata } = opening;
    this.#opening = opening;
    this.#cipher = new LeafCipher(engine, dataKey.bytes, noRandomness);
    this.#mac = new Mac(engine, { onlyEncrypted: metadata.macOnlyEncrypted });
  }

  visit(visit: Visit): void {
    if (visit.node.kind === "comment") {
      if (visit.selected) this.#comment(visit.node, visit);
    } else if (visit.selected) {
      this.#leaf(visit.node, visit);
    } else {
      this.#mac.add(visit.node.value, false);
    }
  }

  #leaf(leaf: Leaf, { keys, path, inList }: Visit): void {
    if (leaf.value.type === "str" && leaf.value.text === "") {
      this.#mac.add(leaf.value, true);
      return;
    }
    try {
      const text = leaf.value.type === "str" ? leaf.value.text : "";
      const aad = additionalData(keys);
      const opened = this.#cipher.open(text, aad);
      if (opened.kind === "comment") {
        if (!inList)
          throw new UndersealError("LEAF_DAMAGED", "a comment stands in the place of a value");
        this.#keep(leaf, keys, { kind: "comment", text: unmarked(opened) });
        return;
      }
      const { value, spelling } = opened;
      this.#keep(leaf, keys, { kind: "value", value, spelling, note: this.#note(opened, aad) });
      this.#mac.add(value, true);
    } catch (error) {
      throw this.#placed(error, leaf, path);
    }
  }

  #note({ envelope }: Opened, aad: string): string | null {
    if (envelope.trailer === "") return null;
    const { engine, dataKey } = this.#opening;
    return noteOf(envelope, { engine, dataKey: dataKey.bytes, aad });
  }

  #placed(error: unknown, leaf: Leaf, path: TreePath): unknown {
    return error instanceof UndersealError
      ? error.at({ path: formatPath(path), ...this.#opening.sealed.locate(leaf) })
      : error;
  }

  #keep(node: Leaf | Comment, keys: readonly string[], content: OpenedContent): void {
    this.opened.push({ node, keys: [...keys], content });
    this.#plain.set(node, plainNode(node, content));
  }

  /** go-yaml may read a comment into another container than it was sealed in (sops-format 8.1). */
  #comment(comment: Comment, { keys, path }: Visit): void {
    if (comment.text === "") return;
    const text = looksSealed(comment.text) ? this.#commentText(comment.text, keys) : null;
    if (text === null)
      this.#opening.warnings.push({ code: "COMMENT_NOT_SEALED", path: formatPath(path) });
    else this.#keep(comment, keys, { kind: "comment", text });
  }

  #commentText(sealed: string, keys: readonly string[]): string | null {
    for (let depth = keys.length; depth >= 0; depth--) {
      try {
        const opened = this.#cipher.open(sealed, additionalData(keys.slice(0, depth)));
        if (opened.kind === "comment") return unmarked(opened);
      } catch (error) {
        if (!(error instanceof UndersealError)) throw error;
      }
    }
    return null;
  }

  /** Compares the MAC and gives it in hex; nothing leaves this module before. */
  verify(ignoreMac: boolean): string {
    const computed = this.#mac.hex();
    try {
      this.#compare(computed);
    } catch (error) {
      if (!ignoreMac || !(error instanceof UndersealError)) throw error;
      this.#opening.warnings.push({ code: "MAC_IGNORED", path: "sops.mac" });
    }
    return computed;
  }

  #compare(computed: string): void {
    const { mac, lastModified } = this.#opening.metadata;
    if (mac === "") throw new UndersealError("MAC_MISMATCH", "the file has no MAC");
    let stored;
    try {
      stored = this.#cipher.open(mac, macAdditionalData(lastModified));
    } catch (error) {
      if (!(error instanceof UndersealError)) throw error;
      throw new UndersealError(
        "MAC_DAMAGED",
        "the MAC cannot be decrypted: mac or lastmodified was changed by hand",
      );
    }
    if (stored.kind !== "value" || stored.value.type !== "str" || stored.value.text !== computed) {
      throw new UndersealError(
        "MAC_MISMATCH",
        "the MAC does not fit: a value was changed, moved, added or removed by hand",
      );
    }
  }

  plain(node: Leaf | Comment): Leaf | Comment {
    return this.#plain.get(node) ?? node;
  }
}

/** A marked space stands for an empty comment. */
const unmarked = ({ text, envelope }: Extract<Opened, { kind: "comment" }>): string =>
  text === " " && envelope.trailer === "~" ? "" : text;

function plainNode({ offset }: Leaf | Comment, content: OpenedContent): Leaf | Comment {
  if (content.kind === "comment") return { kind: "comment", text: content.text, offset };
  return { kind: "leaf", value: content.value, spelling: content.spelling, offset };
}

/** Opening draws no random bytes. */
function noRandomness(): never {
  throw new Error("opening a file must not draw random bytes");
}
