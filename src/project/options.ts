/** What the verbs of a project may be told. */
import { type SelectionSetting } from "../tree/selection.ts";

/** How any file is read. */
export interface ReadOptions {
  /** Name of a format, where the file name does not tell. */
  readonly inputType?: string;
  /** Largest file that is read, in bytes; 64 MiB by default. */
  readonly maxBytes?: number;
}

/** How a file is written in another format than its own. */
export interface ConvertOptions {
  /** Name of the format that is written; the file's own where absent. */
  readonly outputType?: string;
  /** Spaces per level of a file that is printed anew; the config's, else SOPS's default where absent. */
  readonly indent?: number;
}

/** How a file is sealed; what is given here takes the place of what the rule says. */
export interface SealFileOptions extends ReadOptions, ConvertOptions {
  /** age recipients; the rule's where absent. */
  readonly age?: readonly string[];
  readonly selection?: SelectionSetting;
  readonly macOnlyEncrypted?: boolean;
  /** Path of the config file; searched for where absent. */
  readonly config?: string;
}

/** How a sealed file is opened. */
export interface OpenFileOptions extends ReadOptions, ConvertOptions {
  /** Opens although the MAC does not fit. */
  readonly ignoreMac?: boolean;
  /** Holds edits against what the file's rule says today (see `OpenedFile.drift`); needs no rule. */
  readonly checkRule?: boolean;
  /** Path of the config file, for the rule; searched for where absent. */
  readonly config?: string;
}
