import { resolve } from "node:path";
import { UndersealError } from "../errors.ts";
import { type FileFormat, type SourceDocument } from "../formats/file-format.ts";
import { groupsInWords, type KeyGroups, oneGroup, sameKeyGroups } from "../keys/key-groups.ts";
import { type KeyProvider, type Recipient } from "../keys/key-provider.ts";
import { type Target } from "../seal/convert.ts";
import { type Metadata, readMetadata } from "../seal/metadata.ts";
import { openDocument, type Warning } from "../seal/open.ts";
import { recipientChanges, rewrapDocument, rotateDocument } from "../seal/rotate.ts";
import { lostSpellings, sealDocument, type SealOptions } from "../seal/seal.ts";
import { plainFormat, sealedFormat } from "./format-choice.ts";
import { type OpenedFile, OpenedSourceFile, type Today } from "./opened-file.ts";
import { type OpenFileOptions, type ReadOptions, type SealFileOptions } from "./options.ts";
import { readSource, type SourceFile } from "./read.ts";
import {
  type Place,
  refuseSealed,
  targetFor,
  templateFor,
  todayFor,
  type Wanted,
  wantedFor,
} from "./rule-choice.ts";
import { type Surroundings } from "./surroundings.ts";
import { writeAtomically } from "./write.ts";

/** The plug-ins that a project works with; `builtins.ts` names them. */
export interface Plugins {
  readonly formats: readonly FileFormat[];
  providers(surroundings: Surroundings): readonly KeyProvider[];
}

/** New bytes for a file, not written yet. */
export interface Draft {
  readonly file: SourceFile;
  readonly bytes: Uint8Array;
  readonly warnings: readonly Warning[];
}

/** A file that does not exist yet. */
export interface NewFile {
  /** As the caller named it. */
  readonly path: string;
  /** What editing starts from: the rule's template, else SOPS's example for the format. */
  readonly template: Uint8Array;
  /** Seals a text as the rule says. @throws a parsing or sealing code, with the file */
  seal(plaintext: Uint8Array): Promise<Uint8Array>;
  /** Writes the sealed file. @throws `OUTPUT_EXISTS` when somebody else made it meanwhile, `OUTPUT_*` */
  create(bytes: Uint8Array): Promise<void>;
}

/** How the recipients of a file differ from those of its rule; found without any key. */
export interface KeyUpdate {
  readonly added: readonly Recipient[];
  readonly removed: readonly Recipient[];
  /** Who opens the file together, now and then: `2 of 3 key groups`. */
  readonly groups: { readonly from: string; readonly to: string };
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
      const format = plainFormat(
        { path: file.path, inputType: options.inputType },
        this.#plugins.formats,
      );
      const document = format.parsePlain(file.bytes);
      await refuseSealed(document, this.#today(file, options));
      const wanted = await wantedFor(file, options, this.#surroundings);
      const target = await this.#target(file, format, options);
      const bytes = await this.#sealed(document, { ...wanted, format, target });
      const warnings = wanted.spellingNotes ? [] : lostSpellings(document, wanted.selection);
      return { file, bytes, warnings };
    });
  }

  async #sealed(
    document: SourceDocument,
    wanted: Wanted & Pick<SealOptions, "format" | "target">,
  ): Promise<Uint8Array> {
    const context = this.#surroundings;
    return sealDocument(document, { ...wanted, providers: this.#keyProviders(), context });
  }

  /**
   * Begins a file that does not exist yet.
   *
   * @throws a configuration code, with the file
   */
  async begin(path: string, options: SealFileOptions = {}): Promise<NewFile> {
    const surroundings = this.#surroundings;
    const place = { path, absolute: resolve(surroundings.cwd, path) };
    return inFile(place, async () => {
      const { inputType } = options;
      const format = plainFormat({ path, inputType }, this.#plugins.formats);
      const wanted = await wantedFor(place, options, surroundings);
      const template = (await templateFor(place, options, surroundings)) ?? format.printer.template;
      const seal = (plaintext: Uint8Array): Promise<Uint8Array> =>
        inFile(place, async () =>
          this.#sealed(format.parsePlain(plaintext), { ...wanted, format }),
        );
      const create = (bytes: Uint8Array): Promise<void> =>
        writeAtomically(place.absolute, bytes, { expect: null, mode: 0o644, surroundings });
      return { path, template: new TextEncoder().encode(template), seal, create };
    });
  }

  async #today(file: Place, options: OpenFileOptions): Promise<Today | null> {
    return todayFor(file, options, this.#surroundings);
  }

  async #target(file: Place, format: FileFormat, options: SealFileOptions): Promise<Target | null> {
    return targetFor(
      file,
      { ...options, format, formats: this.#plugins.formats },
      this.#surroundings,
    );
  }

  /**
   * Opens a sealed file.
   *
   * @throws a reading, parsing or opening code, with the file
   */
  async open(path: string, options: OpenFileOptions = {}): Promise<OpenedFile> {
    const file = await this.#read(path, options);
    return inFile(file, async () => {
      const format = this.#sealedFormat(file, options);
      const opened = await openDocument(format.parse(file.bytes), {
        providers: this.#keyProviders(),
        ignoreMac: options.ignoreMac ?? false,
      });
      const today = options.checkRule === true ? await this.#today(file, options) : null;
      const target = await this.#target(file, format, options);
      const context = this.#surroundings;
      return new OpenedSourceFile(file, opened, { format, context, today, target });
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
      const document = this.#sealedFormat(file, changes).parse(file.bytes);
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
      const document = this.#sealedFormat(file, options).parse(file.bytes);
      const { recipients } = await wantedFor(file, options, this.#surroundings);
      const metadata = readMetadata(document.metadata);
      const { added, removed } = recipientChanges(metadata, recipients);
      const needed = !sameKeyGroups(metadata.keyGroups, recipients);
      const draft = (): Promise<Draft> =>
        inFile(file, async () => this.#rewrapped(file, document, recipients));
      const groups = { from: groupsInWords(metadata.keyGroups), to: groupsInWords(recipients) };
      return { added, removed, groups, needed, draft };
    });
  }

  async #rewrapped(
    file: SourceFile,
    document: SourceDocument,
    recipients: KeyGroups,
  ): Promise<Draft> {
    const providers = this.#keyProviders();
    using opened = await openDocument(document, { providers });
    const bytes = await rewrapDocument(opened, recipients, {
      providers,
      context: this.#surroundings,
    });
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

  #sealedFormat({ path, bytes }: SourceFile, { inputType }: ReadOptions): FileFormat {
    return sealedFormat({ path, bytes, inputType }, this.#plugins.formats);
  }

  #keyProviders(): readonly KeyProvider[] {
    this.#providers ??= this.#plugins.providers(this.#surroundings);
    return this.#providers;
  }
}

/** Adds the file to any failure of ours. */
async function inFile<T>({ path }: Pick<SourceFile, "path">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UndersealError ? error.at({ file: path }) : error;
  }
}

/** @throws `KEY_GROUPS_UNSUPPORTED` for a change where several groups could be meant */
function changedRecipients(
  { keyGroups }: Metadata,
  changes: { addAge?: readonly string[]; removeAge?: readonly string[] },
): KeyGroups {
  const { addAge = [], removeAge = [] } = changes;
  if (addAge.length + removeAge.length === 0) return keyGroups;
  const [group = [], ...others] = keyGroups.groups;
  if (others.length > 0) {
    const message = "the file has several key groups, and no group is named to change";
    throw new UndersealError("KEY_GROUPS_UNSUPPORTED", message);
  }
  const kept = group.filter(
    ({ kind, recipient }) => kind !== "age" || !removeAge.includes(recipient),
  );
  const present = new Set(kept.map(({ recipient }) => recipient));
  const added = addAge.filter((recipient) => !present.has(recipient));
  return oneGroup([...kept, ...added.map((recipient) => ({ kind: "age" as const, recipient }))]);
}
