import { UndersealError } from "../errors.ts";
import { type FileFormat, type SourceDocument } from "../formats/file-format.ts";
import { type KeyProvider, type Recipient, type WrappedKey } from "../keys/key-provider.ts";
import { type Metadata, readMetadata } from "../seal/metadata.ts";
import { openDocument, type Warning } from "../seal/open.ts";
import { recipientChanges, rewrapDocument, rotateDocument } from "../seal/rotate.ts";
import { sealDocument } from "../seal/seal.ts";
import { formatNamed } from "../seal/text.ts";
import { type SelectionSetting } from "../tree/selection.ts";
import { type Config, findConfig, loadConfig } from "./config.ts";
import { type CreationRule } from "./creation-rule.ts";
import { type OpenedFile, OpenedSourceFile } from "./opened-file.ts";
import { readSource, type SourceFile } from "./read.ts";
import { matchingRule, type Rule, ruleFor } from "./rules.ts";
import { type Surroundings } from "./surroundings.ts";
import { writeAtomically } from "./write.ts";

/** The plug-ins that a project works with; `builtins.ts` names them. */
export interface Plugins {
  readonly formats: readonly FileFormat[];
  providers(surroundings: Surroundings): readonly KeyProvider[];
}

/** How any file is read. */
export interface ReadOptions {
  /** Name of a format, where the file name does not tell. */
  readonly inputType?: string;
  /** Largest file that is read, in bytes; 64 MiB by default. */
  readonly maxBytes?: number;
}

/** How a file is sealed; what is given here takes the place of what the rule says. */
export interface SealFileOptions extends ReadOptions {
  /** age recipients; the rule's where absent. */
  readonly age?: readonly string[];
  readonly selection?: SelectionSetting;
  readonly macOnlyEncrypted?: boolean;
  /** Path of the config file; searched for where absent. */
  readonly config?: string;
}

/** How a sealed file is opened. */
export interface OpenFileOptions extends ReadOptions {
  /** Opens although the MAC does not fit. */
  readonly ignoreMac?: boolean;
}

/** New bytes for a file, not written yet. */
export interface Draft {
  readonly file: SourceFile;
  readonly bytes: Uint8Array;
  readonly warnings: readonly Warning[];
}

/** How the recipients of a file differ from those of its rule; found without any key. */
export interface KeyUpdate {
  readonly added: readonly Recipient[];
  readonly removed: readonly Recipient[];
  /** Whether anything differs. */
  readonly needed: boolean;
  /** Opens the file and wraps its data key for the rule's recipients. @throws as `Project.open` */
  draft(): Promise<Draft>;
}

/** The verbs on the files of one checkout. */
export class Project {
  readonly #plugins: Plugins;
  readonly #surroundings: Surroundings;
  #providers: readonly KeyProvider[] | undefined;

  constructor(plugins: Plugins, surroundings: Surroundings) {
    this.#plugins = plugins;
    this.#surroundings = surroundings;
  }

  /**
   * Seals a file as its rule says.
   *
   * @throws a reading, configuration, parsing or sealing code, with the file
   */
  async seal(path: string, options: SealFileOptions = {}): Promise<Draft> {
    const file = await this.#read(path, options);
    return inFile(file, async () => {
      const format = this.#format(file, options);
      const document = format.parsePlain(file.bytes);
      const wanted = await this.#wanted(file, options);
      const context = this.#surroundings;
      const bytes = await sealDocument(document, {
        ...wanted,
        format,
        providers: this.#keyProviders(),
        context,
      });
      return { file, bytes, warnings: [] };
    });
  }

  /**
   * Opens a sealed file.
   *
   * @throws a reading, parsing or opening code, with the file
   */
  async open(path: string, options: OpenFileOptions = {}): Promise<OpenedFile> {
    const file = await this.#read(path, options);
    return inFile(file, async () => {
      const format = this.#format(file, options);
      const opened = await openDocument(format.parse(file.bytes), {
        providers: this.#keyProviders(),
        ignoreMac: options.ignoreMac ?? false,
      });
      return new OpenedSourceFile(file, opened, { format, context: this.#surroundings });
    });
  }

  /**
   * A new data key, and every leaf encrypted anew, for the file's recipients with some added or removed.
   *
   * @throws as `open`, and `RECIPIENT_MISSING` when none would be left
   */
  async rotate(
    path: string,
    changes: { addAge?: readonly string[]; removeAge?: readonly string[] } & OpenFileOptions = {},
  ): Promise<Draft> {
    const file = await this.#read(path, changes);
    return inFile(file, async () => {
      const document = this.#format(file, changes).parse(file.bytes);
      const providers = this.#keyProviders();
      using opened = await openDocument(document, {
        providers,
        ignoreMac: changes.ignoreMac ?? false,
      });
      const recipients = changedRecipients(opened.metadata, changes);
      const bytes = await rotateDocument(opened, {
        providers,
        recipients,
        context: this.#surroundings,
      });
      return { file, bytes, warnings: opened.warnings };
    });
  }

  /**
   * What it takes to wrap the data key for the recipients that the rule names today.
   *
   * @throws a reading, parsing or configuration code, `NOT_SEALED`, `METADATA_INVALID`
   */
  async updateKeys(path: string, options: SealFileOptions = {}): Promise<KeyUpdate> {
    const file = await this.#read(path, options);
    return inFile(file, async () => {
      const document = this.#format(file, options).parse(file.bytes);
      const { recipients } = await this.#wanted(file, options);
      const { added, removed } = recipientChanges(readMetadata(document.metadata), recipients);
      const draft = (): Promise<Draft> =>
        inFile(file, async () => this.#rewrapped(file, document, recipients));
      return { added, removed, needed: added.length > 0 || removed.length > 0, draft };
    });
  }

  async #rewrapped(
    file: SourceFile,
    document: SourceDocument,
    recipients: readonly Recipient[],
  ): Promise<Draft> {
    const providers = this.#keyProviders();
    using opened = await openDocument(document, { providers });
    const bytes = await rewrapDocument(opened, recipients, providers);
    return { file, bytes: bytes ?? file.bytes, warnings: opened.warnings };
  }

  /**
   * Puts new bytes in the place of a file, whole or not at all.
   *
   * @throws `FILE_CHANGED` when the file is no longer as it was read, `OUTPUT_*`
   */
  async replace({ file, bytes }: Pick<Draft, "file" | "bytes">): Promise<void> {
    await writeAtomically(file.absolute, bytes, {
      expect: file.fingerprint,
      mode: 0o644,
      surroundings: this.#surroundings,
    });
  }

  async #read(path: string, { maxBytes }: ReadOptions): Promise<SourceFile> {
    return readSource(path, this.#surroundings, maxBytes === undefined ? {} : { maxBytes });
  }

  #format(file: SourceFile, { inputType }: ReadOptions): FileFormat {
    const { formats } = this.#plugins;
    if (inputType !== undefined) return formatNamed(inputType, formats);
    const found = formats.find(({ extensions }) =>
      extensions.some((extension) => file.path.endsWith(extension)),
    );
    if (found !== undefined) return found;
    throw new UndersealError("TYPE_UNKNOWN", "the file name does not tell the format");
  }

  #keyProviders(): readonly KeyProvider[] {
    this.#providers ??= this.#plugins.providers(this.#surroundings);
    return this.#providers;
  }

  /** Recipients and selection: what the caller gives, else what the rule says. */
  async #wanted(file: SourceFile, options: SealFileOptions): Promise<Wanted> {
    const rule = await this.#rule(file, options);
    const given = options.age?.map((recipient): Recipient => ({ kind: "age", recipient }));
    const recipients =
      given ?? (rule !== null && "recipients" in rule ? rule.recipients : undefined);
    if (recipients === undefined)
      throw new UndersealError(
        "CONFIG_NOT_FOUND",
        "there is no config file, and no recipient is named",
      );
    return {
      recipients,
      selection: options.selection ?? rule?.selection ?? null,
      macOnlyEncrypted: options.macOnlyEncrypted ?? rule?.macOnlyEncrypted ?? false,
    };
  }

  /** A rule that has recipients, unless the caller brings their own. */
  async #rule(
    file: SourceFile,
    { config: explicit, age }: SealFileOptions,
  ): Promise<Rule | CreationRule | null> {
    const path = await findConfig(file.absolute, this.#surroundings, explicit);
    if (path === null) return null;
    const config: Config = await loadConfig(path);
    const find = age === undefined ? ruleFor : matchingRule;
    return find(config, file.absolute, this.#surroundings);
  }
}

interface Wanted {
  readonly recipients: readonly Recipient[];
  readonly selection: SelectionSetting | null;
  readonly macOnlyEncrypted: boolean;
}

/** Adds the file to any failure of ours. */
async function inFile<T>({ path }: SourceFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UndersealError ? error.at({ file: path }) : error;
  }
}

function changedRecipients(
  { keyGroups }: Metadata,
  changes: { addAge?: readonly string[]; removeAge?: readonly string[] },
): Recipient[] {
  const removed = new Set(changes.removeAge ?? []);
  const kept = keyGroups
    .flat()
    .filter((key: WrappedKey) => key.kind !== "age" || !removed.has(key.recipient));
  const present = new Set(kept.map(({ recipient }) => recipient));
  const added = (changes.addAge ?? []).filter((recipient) => !present.has(recipient));
  return [...kept, ...added.map((recipient) => ({ kind: "age" as const, recipient }))];
}
