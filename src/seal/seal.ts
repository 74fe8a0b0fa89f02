import { additionalData, LeafCipher } from "../cipher/leaf-cipher.ts";
import { type CipherEngine, IV_BYTES } from "../cipher/engine.ts";
import { loadEngine } from "../cipher/load-engine.ts";
import { Mac } from "../cipher/mac.ts";
import { withNote } from "../cipher/note.ts";
import { UndersealError } from "../errors.ts";
import { type FileFormat, type Replacement, type SourceDocument } from "../formats/file-format.ts";
import { type KeyGroups } from "../keys/key-groups.ts";
import { type KeyProvider } from "../keys/key-provider.ts";
import {
  compileSelection,
  DEFAULT_SELECTION,
  type Selection,
  type SelectionSetting,
} from "../tree/selection.ts";
import { formatPath } from "../tree/path.ts";
import { type Comment, type Leaf, type Tree } from "../tree/tree.ts";
import { type Visit, walk } from "../tree/walk.ts";
import { type Context } from "./context.ts";
import { printSealed, type Target } from "./convert.ts";
import { type Warning } from "./open.ts";
import { DATA_KEY_BYTES, DataKey, wrapDataKey } from "./data-key.ts";
import { checkSealed } from "./sealed-check.ts";
import { macAdditionalData, newMetadata, readMetadata, timestamp } from "./metadata.ts";

/** How to seal a new file. */
export interface SealOptions {
  /** The format of the file, to read the sealed text back. */
  readonly format: FileFormat;
  /** Another format to write; then spellings, and comments where it has none, are not kept. */
  readonly target?: Target | null;
  readonly providers: readonly KeyProvider[];
  readonly recipients: KeyGroups;
  /** What to encrypt; SOPS's default where `null`. */
  readonly selection: SelectionSetting | null;
  /** Whether the MAC covers encrypted values only. */
  readonly macOnlyEncrypted: boolean;
  /** Whether spellings that values do not tell are kept in notes; they are by default. */
  readonly spellingNotes?: boolean;
  readonly context: Context;
}

/**
 * Seals a file in clear under a new data key.
 *
 * @returns the bytes of the sealed file
 * @throws `ALREADY_SEALED`, `SOPS_KEY_RESERVED`, `REGEX_INVALID`, `RECIPIENT_MISSING`, `THRESHOLD_INVALID`,
 *   `RECIPIENT_INVALID`, `RECIPIENT_UNSUPPORTED`, `OUTPUT_NOT_VERIFIED`
 */
export async function sealDocument(
  plain: SourceDocument,
  options: SealOptions,
): Promise<Uint8Array> {
  refuseReserved(plain);
  const { providers, recipients, context, spellingNotes = true } = options;
  const { isSelective } = options.format;
  const wanted = isSelective ? options.selection : null;
  const selection = compileSelection(wanted ?? DEFAULT_SELECTION);
  const macOnlyEncrypted = isSelective && options.macOnlyEncrypted;
  using dataKey = new DataKey(context.randomBytes(DATA_KEY_BYTES));
  const keys = await wrapDataKey(dataKey, recipients, { providers, context });
  const engine = await loadEngine();
  const target = options.target ?? null;
  const notes = spellingNotes && target === null;
  const sealer = new LeafSealer({ plain, engine, dataKey, context, spellingNotes: notes });
  const { replace, mac } = sealAll(plain.tree, {
    selection,
    macOnlyEncrypted,
    engine,
    seal: (visit) => sealer.seal(visit),
  });
  const lastModified = timestamp(context.now());
  const sealedMac = sealer.mac(mac, lastModified);
  const setting = isSelective ? selection.setting : null;
  const fields = { keys, lastModified, mac: sealedMac, selection: setting, macOnlyEncrypted };
  const metadata = newMetadata(fields);
  if (target !== null)
    return printSealed({ plain: plain.tree, replace, metadata, selection }, target);
  const sealed = plain.render({ replace, metadata });
  checkSealed(sealed, plain.tree, { format: options.format, selection });
  return sealed;
}

/** @throws `ALREADY_SEALED` for a sealed file, `SOPS_KEY_RESERVED` for a `sops` key of the author's own. */
export function refuseReserved(plain: SourceDocument): void {
  if (!plain.hasReservedKey) return;
  let sealed = true;
  try {
    readMetadata(plain.metadata);
  } catch (error) {
    if (!(error instanceof UndersealError)) throw error;
    sealed = false;
  }
  if (sealed) throw new UndersealError("ALREADY_SEALED", "the file is sealed already");
  throw new UndersealError(
    "SOPS_KEY_RESERVED",
    "the file has a top-level key `sops` of its own",
    plain.metadata === null ? {} : plain.locate(plain.metadata),
  );
}

/** The encrypted leaves that come back spelled otherwise when no notes are written. */
export function lostSpellings(plain: SourceDocument, setting: SelectionSetting | null): Warning[] {
  const lost: Warning[] = [];
  walk(plain.tree, compileSelection(setting ?? DEFAULT_SELECTION), ({ node, path, selected }) => {
    if (selected && node.kind === "leaf" && plain.noteFor(node) !== null)
      lost.push({ code: "SPELLING_LOST", path: formatPath(path) });
  });
  return lost;
}

interface SealAll {
  readonly selection: Selection;
  readonly macOnlyEncrypted: boolean;
  readonly engine: CipherEngine;
  /** What takes the place of a selected leaf or comment; `null` leaves it. */
  readonly seal: (visit: Visit) => Replacement | null;
}

/** Replacements for everything that is selected, and the MAC in hex. */
export function sealAll(
  tree: Tree,
  { selection, macOnlyEncrypted, engine, seal }: SealAll,
): { replace: Map<Leaf | Comment, Replacement>; mac: string } {
  const replace = new Map<Leaf | Comment, Replacement>();
  const mac = new Mac(engine, { onlyEncrypted: macOnlyEncrypted });
  walk(tree, selection, (visit) => {
    if (visit.node.kind === "leaf") mac.add(visit.node.value, visit.selected);
    const replacement = visit.selected && !staysEmpty(visit) ? seal(visit) : null;
    if (replacement !== null) replace.set(visit.node, replacement);
  });
  return { replace, mac: mac.hex() };
}

/**
 * Empty strings and comments are stored as they are (sops-format 1.3), but for comments in lists: of
 * an empty one there SOPS makes a string.
 */
function staysEmpty({ node, inList }: Visit): boolean {
  if (node.kind === "comment") return node.text === "" && !inList;
  return node.value.type === "str" && node.value.text === "";
}

interface Sealing {
  readonly plain: SourceDocument;
  readonly engine: CipherEngine;
  readonly dataKey: DataKey;
  readonly context: Context;
  /** Whether notes are written. */
  readonly spellingNotes: boolean;
}

/** Seals single leaves and comments with fresh nonces. */
export class LeafSealer {
  readonly #sealing: Sealing;
  readonly #cipher: LeafCipher;

  constructor(sealing: Sealing) {
    const { engine, dataKey, context } = sealing;
    this.#sealing = sealing;
    this.#cipher = new LeafCipher(engine, dataKey.bytes, (size) => context.randomBytes(size));
  }

  /** Seals what stands at a visit, with a spelling note where one is needed. */
  seal({ node, keys }: Pick<Visit, "node" | "keys">): Replacement {
    const aad = additionalData(keys);
    if (node.kind === "comment") return { as: "sealed", text: this.#comment(node.text, aad) };
    const sealed = this.#cipher.sealValue(node.value, aad, node.spelling);
    return this.noted(sealed, this.noteFor(this.#sealing.plain, node), aad);
  }

  /** The note that a leaf gets; `null` when it needs none, or none are written. */
  noteFor(plain: SourceDocument, leaf: Leaf): string | null {
    return this.#sealing.spellingNotes ? plain.noteFor(leaf) : null;
  }

  /** There is no encrypted empty text: a space stands for it, with a mark behind. */
  #comment(text: string, aad: string): string {
    return text === ""
      ? `${this.#cipher.sealComment(" ", aad)}~`
      : this.#cipher.sealComment(text, aad);
  }

  /** A sealed value with a note behind it, unless the note is `null`. */
  noted(sealed: string, note: string | null, aad: string): Replacement {
    if (note === null) return { as: "sealed", text: sealed };
    const { engine, dataKey, context } = this.#sealing;
    const key = { engine, dataKey: dataKey.bytes, aad, iv: context.randomBytes(IV_BYTES) };
    return { as: "sealed", text: withNote(sealed, note, key) };
  }

  /** The MAC in hex, sealed and bound to the time of the change. */
  mac(hex: string, lastModified: string): string {
    return this.#cipher.sealValue(
      { type: "str", text: hex },
      macAdditionalData(lastModified),
      null,
    );
  }
}
