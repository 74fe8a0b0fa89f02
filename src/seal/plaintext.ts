import { UndersealError } from "../errors.ts";
import { type FileFormat, type Replacement, type SourceDocument } from "../formats/file-format.ts";
import { type Comment, type Leaf, sameValue } from "../tree/tree.ts";
import { samePlaces } from "../tree/walk.ts";
import { type OpenedDocument } from "./open.ts";

/** The author's text of an opened file, and the document that it is read to. */
export interface Plaintext {
  readonly bytes: Uint8Array;
  readonly document: SourceDocument;
}

/**
 * Writes an opened file as its author did, and reads it back: a spelling is believed only if the
 * whole file then means exactly what was opened (docs/decisions/0001). Where it does not, notes of
 * aliases are left aside, because a copy may have changed, and then all notes.
 *
 * @throws `OUTPUT_NOT_VERIFIED` when the values cannot be written in this format
 */
export function plaintextOf(opened: OpenedDocument, format: FileFormat): Plaintext {
  const attempts = [() => true, (note: string) => !format.isAliasNote(note), () => false];
  const plaintext = attempts.reduce<Plaintext | null>(
    (found, believes) => found ?? written(opened, format, believes),
    null,
  );
  if (plaintext === null)
    throw new UndersealError(
      "OUTPUT_NOT_VERIFIED",
      "the opened text does not read back as the values that were opened",
    );
  return plaintext;
}

function written(
  opened: OpenedDocument,
  format: FileFormat,
  believes: (note: string) => boolean,
): Plaintext | null {
  const replace = new Map<Leaf | Comment, Replacement>();
  for (const { node, content } of opened.opened) {
    const doubted = content.kind === "value" && content.note !== null && !believes(content.note);
    replace.set(node, { as: "opened", content: doubted ? { ...content, note: null } : content });
  }
  const bytes = opened.sealed.render({ replace, metadata: null });
  try {
    const document = format.parsePlain(bytes);
    const same = samePlaces(opened.tree, document.tree, {
      same: (a, b) => sameValue(format.heldAs(a.value), b.value),
    });
    return same ? { bytes, document } : null;
  } catch (error) {
    // A note that breaks the syntax is not believed either.
    if (error instanceof UndersealError) return null;
    throw error;
  }
}
