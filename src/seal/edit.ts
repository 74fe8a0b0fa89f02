import { type FileFormat, type Replacement } from "../formats/file-format.ts";
import { type Selection } from "../tree/selection.ts";
import { type Visit } from "../tree/walk.ts";
import { type Context } from "./context.ts";
import { refuseNewInClear } from "./drift.ts";
import { changedMetadata, timestamp } from "./metadata.ts";
import { type OpenedDocument } from "./open.ts";
import { type Plaintext } from "./plaintext.ts";
import { Reuse } from "./reuse.ts";
import { checkSealed } from "./sealed-check.ts";
import { LeafSealer, refuseReserved, sealAll } from "./seal.ts";

/** How to seal a changed text. */
export interface EditOptions {
  /** The text before the change, from `plaintextOf`. */
  readonly before: Plaintext;
  readonly format: FileFormat;
  readonly context: Context;
  /** Whether spellings that values do not tell are kept in notes; they are by default. */
  readonly spellingNotes?: boolean;
  /** What the file's rule selects today, if new values in clear are to be checked against it. */
  readonly today?: Selection | null;
}

/**
 * Seals a changed text in the place of an opened file, under the same data key, selection and
 * recipients. Every leaf and comment that is as it was keeps its sealed text to the letter, so that
 * a diff shows what changed and nothing else.
 *
 * @param changed - the whole new text in clear
 * @returns the bytes of the sealed file
 * @throws a parsing code for the new text, `SOPS_KEY_RESERVED`, `SELECTION_DRIFT`, `OUTPUT_NOT_VERIFIED`
 */
export function editDocument(
  opened: OpenedDocument,
  changed: Uint8Array,
  { before, format, context, spellingNotes = true, today = null }: EditOptions,
): Uint8Array {
  const plain = format.parsePlain(changed);
  refuseReserved(plain);
  const { engine, dataKey, metadata, selection, sealed } = opened;
  if (today !== null)
    refuseNewInClear(before.document.tree, plain.tree, { stored: selection, today });
  const sealer = new LeafSealer({ plain, engine, dataKey, context, spellingNotes });
  const reuse = new Reuse(opened, before.document);
  const seal = (visit: Visit): Replacement =>
    reuse.find(visit, plain) ?? reuse.restyle(visit, plain, sealer) ?? sealer.seal(visit);
  const { replace, mac } = sealAll(plain.tree, {
    selection,
    macOnlyEncrypted: metadata.macOnlyEncrypted,
    engine,
    seal,
  });
  const lastModified = timestamp(context.now());
  const block = changedMetadata(metadata, { lastModified, mac: sealer.mac(mac, lastModified) });
  const bytes = plain.render({ replace, metadata: block, metadataLike: sealed });
  checkSealed(bytes, plain.tree, { format, selection });
  return bytes;
}
