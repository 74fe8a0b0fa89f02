/**
 * Every way underseal fails, in one table. Codes are public API: they appear in `--json` output and
 * in the docs, and are never renamed. Exit statuses follow SOPS 3.13 where SOPS has a number.
 */

interface ErrorEntry {
  /** Exit status of the process. */
  readonly exit: number;
  /** The one thing to try, as an imperative sentence. */
  readonly remedy: string;
}

const TABLE = {
  // command line and configuration
  USAGE: { exit: 1, remedy: "Run the command with --help to see its arguments." },
  OPTIONS_CONFLICT: { exit: 8, remedy: "Drop one of the two options." },
  CONFIG_NOT_FOUND: { exit: 1, remedy: "Run `underseal init`, or name recipients with --age." },
  CONFIG_INVALID: { exit: 1, remedy: "Correct the config file at the place named." },
  RULE_NOT_MATCHED: { exit: 1, remedy: "Add a creation rule whose path_regex matches this path." },
  SELECTION_CONFLICT: {
    exit: 8,
    remedy: "Keep one of the selection settings and remove the others.",
  },
  REGEX_INVALID: {
    exit: 1,
    remedy: "Write the expression in RE2 syntax (no look-around, no back-references).",
  },
  RECIPIENT_MISSING: { exit: 1, remedy: "Name at least one recipient in the rule, or with --age." },
  THRESHOLD_INVALID: {
    exit: 1,
    remedy: "Set shamir_threshold to a number from 2 to that of the key groups (at most 255).",
  },
  RECIPIENT_INVALID: {
    exit: 1,
    remedy: "Check the recipient: age1… for age, a fingerprint of 40 digits for PGP.",
  },
  RECIPIENT_UNSUPPORTED: {
    exit: 1,
    remedy: "Use an age or PGP recipient, or sops for this key type.",
  },
  IDENTITY_INVALID: { exit: 1, remedy: "Check the age identity: one AGE-SECRET-KEY-1… per line." },
  GPG_FAILED: {
    exit: 1,
    remedy: "Look at `gpg --list-keys` and `gpg --list-secret-keys`, SOPS_GPG_EXEC and GNUPGHOME.",
  },
  IDENTITY_COMMAND_FAILED: {
    exit: 1,
    remedy: "Run the command of SOPS_AGE_KEY_CMD by hand to see why it fails.",
  },

  // reading
  FILE_NOT_FOUND: { exit: 100, remedy: "Check the path." },
  FILE_NOT_REGULAR: { exit: 2, remedy: "Name a regular file." },
  FILE_UNREADABLE: { exit: 2, remedy: "Check the permissions of the file and its folders." },
  FILE_TOO_LARGE: { exit: 2, remedy: "Split the file, or raise the limit with --max-bytes." },
  TYPE_UNKNOWN: { exit: 2, remedy: "Name one of the formats yaml, json, dotenv, ini, binary." },

  // parsing
  ENCODING_INVALID: { exit: 2, remedy: "Save the file as UTF-8." },
  YAML_SYNTAX: { exit: 2, remedy: "Correct the YAML at the place named." },
  YAML_UNSUPPORTED: {
    exit: 2,
    remedy: "Rewrite the construct named: SOPS's YAML reader does not accept it.",
  },
  YAML_DUPLICATE_KEY: { exit: 2, remedy: "Remove or rename one of the two keys." },
  YAML_NOT_A_MAPPING: {
    exit: 2,
    remedy: "Put the value under a key: a sealed document is a mapping.",
  },
  YAML_TOO_DEEP: { exit: 2, remedy: "Flatten the document: the limit is 1,000 levels." },
  YAML_ALIAS_EXCESSIVE: { exit: 2, remedy: "Write the repeated parts out, or use fewer aliases." },
  JSON_SYNTAX: { exit: 2, remedy: "Correct the JSON at the place named." },
  JSON_NOT_AN_OBJECT: {
    exit: 2,
    remedy: "Put the value under a key: a sealed document is an object.",
  },
  JSON_TOO_DEEP: { exit: 2, remedy: "Flatten the document: the limit is 1,000 levels." },
  DOTENV_SYNTAX: { exit: 2, remedy: "Write each line as KEY=value, or start it with #." },
  INI_SYNTAX: { exit: 2, remedy: "Correct the INI at the place named." },
  INI_UNSUPPORTED: {
    exit: 2,
    remedy: "Rewrite the construct named: SOPS's INI reader does not give it back.",
  },
  DOCUMENT_EMPTY: { exit: 92, remedy: "Put at least one key into the file." },
  KEY_NOT_STRING: { exit: 23, remedy: "Quote the key to make it a string." },
  VALUE_UNSUPPORTED: { exit: 23, remedy: "Quote the value to make it a string." },

  // sealing
  ALREADY_SEALED: {
    exit: 203,
    remedy: "Use `underseal edit` or `underseal set` to change a sealed file.",
  },
  SOPS_KEY_RESERVED: {
    exit: 203,
    remedy: "Rename the top-level `sops` key: the format keeps it for itself.",
  },

  SELECTION_DRIFT: {
    exit: 8,
    remedy:
      "Open the file and seal it again under today's rule, or pass --keep-selection to store the value in clear.",
  },

  // opening
  NOT_SEALED: { exit: 1, remedy: "Seal it first with `underseal encrypt`." },
  METADATA_INVALID: { exit: 1, remedy: "Restore the file's `sops` block from git history." },
  KEY_GROUPS_UNSUPPORTED: {
    exit: 1,
    remedy: "Change the groups in the rule, and run `underseal updatekeys`.",
  },
  DATA_KEY_UNAVAILABLE: {
    exit: 128,
    remedy:
      "Provide an identity for a recipient listed: age in SOPS_AGE_KEY_FILE, SOPS_AGE_KEY or keys.txt, PGP in gpg's keyring.",
  },
  LEAF_DAMAGED: {
    exit: 25,
    remedy: "Restore the value from git history: it was altered, moved or half pasted.",
  },
  LEAF_NOT_SEALED: {
    exit: 25,
    remedy: "Remove the value in clear and store it with `underseal set`.",
  },
  MAC_MISMATCH: {
    exit: 51,
    remedy: "Restore the file from git history, or pass --ignore-mac to look at what is there.",
  },
  MAC_DAMAGED: {
    exit: 51,
    remedy: "Restore `mac` and `lastmodified` from git history, or pass --ignore-mac.",
  },

  // converting
  FORMAT_UNFIT: {
    exit: 4,
    remedy: "Choose another --output-type: this one cannot hold the value.",
  },

  // paths and values
  PATH_INVALID: { exit: 7, remedy: 'Write the path as a.b[0] or ["a"]["b"][0].' },
  PATH_NOT_FOUND: {
    exit: 91,
    remedy: "List the keys with `underseal decrypt`, and check the path.",
  },
  VALUE_INVALID: { exit: 7, remedy: "Pass a valid value: JSON with --json, text without." },

  // writing
  OUTPUT_UNWRITABLE: { exit: 3, remedy: "Check the permissions of the file and its folder." },
  OUTPUT_EXISTS: { exit: 3, remedy: "Choose another place, or pass --force to replace it." },
  OUTPUT_DISK_FULL: {
    exit: 3,
    remedy: "Free some space and run the command again: the file was not changed.",
  },
  OUTPUT_NOT_VERIFIED: {
    exit: 3,
    remedy:
      "Check the disk; if it is sound, report this: what was read back is not what was meant.",
  },
  FILE_CHANGED: { exit: 3, remedy: "Run the command again on the file as it is now." },

  // editing
  EDITOR_FAILED: { exit: 201, remedy: "Set SOPS_EDITOR or EDITOR to a program that exits with 0." },
  EDIT_INVALID: { exit: 2, remedy: "Edit again and correct the place named." },

  // materializing
  ARTEFACT_NAME_INVALID: { exit: 4, remedy: "Rename the key, or choose another kind of artefact." },
  ARTEFACT_VALUE_INVALID: {
    exit: 4,
    remedy: "Choose a kind of artefact that can hold this value.",
  },
  CIPHERTEXT_REFUSED: { exit: 4, remedy: "Open the value first: it is still sealed." },
} as const satisfies Record<string, ErrorEntry>;

/** A code of the table: what went wrong, for programs. */
export type ErrorCode = keyof typeof TABLE;

/** Every code with its exit status and remedy, for docs and tests. */
export const ERROR_TABLE: Readonly<Record<ErrorCode, ErrorEntry>> = TABLE;

/** One attempt to recover a data key; words only, never key material. */
export interface Attempt {
  /** Kind of recipient: `age`, `pgp`, `kms` … */
  readonly kind: string;
  /** The public recipient string. */
  readonly recipient: string;
  /** What happened, in words. */
  readonly result: string;
}

/** Where it happened. Places are public: file names, tree paths, recipients; never a value. */
export interface ErrorPlaces {
  /** Path of the file as the caller named it. */
  readonly file?: string;
  /** Tree path in dotted form, escaped for terminals (see `formatPath`). */
  readonly path?: string;
  /** Line in the source text, from 1. */
  readonly line?: number;
  /** Column in the source line, from 1, in UTF-16 units. */
  readonly column?: number;
  /** A public recipient string. */
  readonly recipient?: string;
  /** What was tried to recover a data key, in order. */
  readonly attempts?: readonly Attempt[];
}

/**
 * The one error class. `message` is made of places and fixed words, never of a value or anything
 * derived from one; there is no `cause`, because a foreign error may carry plaintext or credentials.
 *
 * @example
 * ```ts
 * throw new UndersealError("FILE_NOT_FOUND", "no such file", { file: "prod.yaml" });
 * ```
 */
export class UndersealError extends Error {
  override readonly name = "UndersealError";
  readonly code: ErrorCode;
  readonly places: ErrorPlaces;

  constructor(code: ErrorCode, message: string, places: ErrorPlaces = {}) {
    super(message);
    this.code = code;
    this.places = places;
  }

  /** Exit status of a process that ends with this error. */
  get exitStatus(): number {
    return TABLE[this.code].exit;
  }

  /** The one thing to try. */
  get remedy(): string {
    return TABLE[this.code].remedy;
  }

  /** The same error with more places; places that are already known are kept. */
  at(places: ErrorPlaces): UndersealError {
    const error = new UndersealError(this.code, this.message, { ...places, ...this.places });
    if (this.stack !== undefined) error.stack = this.stack;
    return error;
  }
}

/**
 * Runs `work` and adds `places` to an `UndersealError` that escapes it; anything else passes as it is.
 */
export function withPlaces<T>(places: ErrorPlaces, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof UndersealError ? error.at(places) : error;
  }
}
