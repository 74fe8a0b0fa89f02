import { RE2JS } from "re2js";
import { UndersealError } from "../errors.ts";

/** The six settings that say which leaves are encrypted (sops-format 3); a file has at most one. */
export const SELECTION_FIELDS = [
  "unencrypted_suffix",
  "encrypted_suffix",
  "unencrypted_regex",
  "encrypted_regex",
  "unencrypted_comment_regex",
  "encrypted_comment_regex",
] as const;

/** Name of a selection setting, as it stands in metadata and rules. */
export type SelectionField = (typeof SELECTION_FIELDS)[number];

/** A selection as written: which setting, and its suffix or RE2 expression. */
export interface SelectionSetting {
  readonly field: SelectionField;
  readonly pattern: string;
}

/** What SOPS assumes when nothing is set. */
export const DEFAULT_SELECTION: SelectionSetting = {
  field: "unencrypted_suffix",
  pattern: "_unencrypted",
};

/** Whether two settings say the same. */
export const sameSetting = (a: SelectionSetting, b: SelectionSetting): boolean =>
  a.field === b.field && a.pattern === b.pattern;

/** What a selection is asked about: one leaf or comment, where it stands. */
export interface SelectionSubject {
  /** String keys from the root; list indices leave no step. For a comment: its container's. */
  readonly keys: readonly string[];
  /** Comments in force here, outermost level first, without the comment being asked about. */
  readonly comments: readonly string[];
  /** The text of the comment being asked about; `null` for a leaf. */
  readonly comment: string | null;
}

/** Decides which leaves are encrypted. */
export interface Selection {
  readonly setting: SelectionSetting;
  /** Whether the setting reads comments: then callers must supply them. */
  readonly readsComments: boolean;
  selects(subject: SelectionSubject): boolean;
  /**
   * Where the setting reads keys: what a key makes of a node below it. `marks` tells of a single key,
   * a node is marked when any of its keys is, and `selectsMarked` whether marked nodes are the ones
   * that are encrypted.
   */
  readonly marks: (key: string) => boolean;
  readonly selectsMarked: boolean;
}

/**
 * Compiles a setting once, with RE2 semantics: unanchored search in each key (sops-format 3).
 *
 * @throws `REGEX_INVALID` when an expression is not RE2.
 */
export function compileSelection(setting: SelectionSetting): Selection {
  return selectionOf(setting, matcherOf(setting));
}

/** A selection for a file whose stored expression is invalid: SOPS takes it to match nothing. */
export function unmatchedSelection(setting: SelectionSetting): Selection {
  return selectionOf(setting, () => false);
}

/** Selects every leaf and comment; for walks that ask for places only. */
export const EVERYTHING: Selection = {
  setting: { field: "encrypted_regex", pattern: "" },
  readsComments: false,
  selects: () => true,
  marks: () => false,
  selectsMarked: false,
};

type Matcher = (text: string) => boolean;

function matcherOf({ field, pattern }: SelectionSetting): Matcher {
  if (field.endsWith("suffix")) return (text) => text.endsWith(pattern);
  const expression = compileRegex(pattern);
  return (text) => expression(text);
}

/**
 * An RE2 expression as a search function.
 *
 * @throws `REGEX_INVALID`
 */
export function compileRegex(pattern: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch {
    throw new UndersealError("REGEX_INVALID", "an expression is not valid RE2");
  }
}

function selectionOf(setting: SelectionSetting, matches: Matcher): Selection {
  const encrypts = setting.field.startsWith("encrypted");
  const readsComments = setting.field.includes("comment");
  return {
    setting,
    readsComments,
    selects: readsComments ? commentJudge(encrypts, matches) : keyJudge(encrypts, matches),
    marks: readsComments ? () => false : matches,
    selectsMarked: encrypts,
  };
}

function keyJudge(encrypts: boolean, matches: Matcher): Selection["selects"] {
  return ({ keys }) => keys.some(matches) === encrypts;
}

/**
 * With `encrypted_comment_regex` the marker itself stays readable, so the comment being judged does
 * not count for itself; with `unencrypted_comment_regex` it does (sops-format 3).
 */
function commentJudge(encrypts: boolean, matches: Matcher): Selection["selects"] {
  if (encrypts) return ({ comments }) => comments.some(matches);
  return ({ comments, comment }) =>
    !comments.some(matches) && !(comment !== null && matches(comment));
}
