/** Sealing and opening texts in memory, without a checkout around them. */
import { UndersealError } from "../errors.ts";
import { type FileFormat } from "../formats/file-format.ts";
import { oneGroup } from "../keys/key-groups.ts";
import { type KeyProvider } from "../keys/key-provider.ts";
import { type SelectionSetting } from "../tree/selection.ts";
import { type Tree } from "../tree/tree.ts";
import { type Context } from "./context.ts";
import { openDocument, type Warning } from "./open.ts";
import { plaintextOf } from "./plaintext.ts";
import { sealDocument } from "./seal.ts";

/** Plug-ins that a text may need, and what sealing needs from the world. */
export interface TextPlugins {
  readonly formats: readonly FileFormat[];
  readonly providers: readonly KeyProvider[];
  readonly context: Context;
}

/** How to seal a text. */
export interface SealTextOptions {
  /** Name of a format: `yaml`. */
  readonly format: string;
  /** age recipients; at least one. */
  readonly age: readonly string[];
  /** SOPS's default where absent. */
  readonly selection?: SelectionSetting;
  readonly macOnlyEncrypted?: boolean;
}

/** How to open a text. */
export interface OpenTextOptions {
  /** Name of a format: `yaml`. */
  readonly format: string;
  readonly ignoreMac?: boolean;
}

/** What a sealed text holds. */
export interface OpenedText {
  /** The author's bytes. */
  readonly plaintext: Uint8Array;
  /** All documents with every value in clear. */
  readonly tree: Tree;
  readonly warnings: readonly Warning[];
}

/**
 * Seals a text for age recipients.
 *
 * @throws `TYPE_UNKNOWN`, a parsing or sealing code
 */
export async function sealText(
  plaintext: Uint8Array,
  options: SealTextOptions,
  { formats, providers, context }: TextPlugins,
): Promise<Uint8Array> {
  const { format, age, selection, macOnlyEncrypted } = options;
  const known = formatNamed(format, formats);
  return sealDocument(known.parsePlain(plaintext), {
    format: known,
    providers,
    recipients: oneGroup(age.map((recipient) => ({ kind: "age", recipient }))),
    selection: selection ?? null,
    macOnlyEncrypted: macOnlyEncrypted ?? false,
    context,
  });
}

/**
 * Opens a sealed text; the data key is wiped before the values are handed out.
 *
 * @throws `TYPE_UNKNOWN`, a parsing or opening code
 */
export async function openText(
  sealed: Uint8Array,
  options: OpenTextOptions,
  { formats, providers }: Omit<TextPlugins, "context">,
): Promise<OpenedText> {
  const format = formatNamed(options.format, formats);
  using opened = await openDocument(format.parse(sealed), {
    providers,
    ignoreMac: options.ignoreMac ?? false,
  });
  return {
    plaintext: plaintextOf(opened, format).bytes,
    tree: opened.tree,
    warnings: opened.warnings,
  };
}

/**
 * A format by its name.
 *
 * @throws `TYPE_UNKNOWN`
 */
export function formatNamed(name: string, formats: readonly FileFormat[]): FileFormat {
  const format = formats.find((known) => known.name === name);
  if (format !== undefined) return format;
  throw new UndersealError(
    "TYPE_UNKNOWN",
    `there is no such format; known: ${formats.map((known) => known.name).join(", ")}`,
  );
}
