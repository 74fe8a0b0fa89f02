/** What the config file says about a file at hand. */
import { dirname, resolve } from "node:path";
import { UndersealError } from "../errors.ts";
import { type FileFormat, type SourceDocument } from "../formats/file-format.ts";
import { type KeyGroups, oneGroup } from "../keys/key-groups.ts";
import { type Target } from "../seal/convert.ts";
import { readMetadata } from "../seal/metadata.ts";
import { refuseReserved } from "../seal/seal.ts";
import { formatNamed } from "../seal/text.ts";
import {
  compileSelection,
  DEFAULT_SELECTION,
  sameSetting,
  type SelectionSetting,
} from "../tree/selection.ts";
import { type Config, findConfig, loadConfig } from "./config.ts";
import { type CreationRule } from "./creation-rule.ts";
import { type Today } from "./opened-file.ts";
import { type ConvertOptions, type SealFileOptions } from "./options.ts";
import { readRegularFile, type SourceFile } from "./read.ts";
import { matchingRule, matchingRuleOrNull, type Rule, ruleFor } from "./rules.ts";
import { type Surroundings } from "./surroundings.ts";

/** Where a file stands. */
export type Place = Pick<SourceFile, "path" | "absolute">;

interface Explicit {
  /** Path of the config file; searched for where absent. */
  readonly config?: string;
}

/** How a file is to be sealed. */
export interface Wanted {
  readonly recipients: KeyGroups;
  readonly selection: SelectionSetting | null;
  readonly macOnlyEncrypted: boolean;
  readonly spellingNotes: boolean;
}

/**
 * Recipients and selection: what the caller gives, else what the rule says.
 *
 * @throws `CONFIG_NOT_FOUND`, `RULE_NOT_MATCHED`, and the codes of reading the config
 */
export async function wantedFor(
  file: Place,
  options: SealFileOptions,
  surroundings: Surroundings,
): Promise<Wanted> {
  const rule = await ruleOf(file, options, surroundings);
  const says = rule ?? { selection: null, macOnlyEncrypted: false, spellingNotes: true };
  return {
    recipients: recipientsOf(options, rule),
    selection: options.selection ?? says.selection,
    macOnlyEncrypted: options.macOnlyEncrypted ?? says.macOnlyEncrypted,
    spellingNotes: says.spellingNotes,
  };
}

function recipientsOf({ age }: SealFileOptions, rule: Rule | CreationRule | null): KeyGroups {
  if (age !== undefined) return oneGroup(age.map((recipient) => ({ kind: "age", recipient })));
  if (rule !== null) return rule.recipients;
  const message = "there is no config file, and no recipient is named";
  throw new UndersealError("CONFIG_NOT_FOUND", message);
}

async function configOf(
  { absolute }: Place,
  { config }: Explicit,
  surroundings: Surroundings,
): Promise<Config | null> {
  const path = await findConfig(absolute, surroundings, config);
  return path === null ? null : loadConfig(path);
}

/** A rule that has recipients, unless the caller brings their own. */
async function ruleOf(
  file: Place,
  options: SealFileOptions,
  surroundings: Surroundings,
): Promise<Rule | CreationRule | null> {
  const config = await configOf(file, options, surroundings);
  if (config === null) return null;
  const find = options.age === undefined ? ruleFor : matchingRule;
  return find(config, file.absolute, surroundings);
}

/** The rule for a file, whatever it says of recipients; `null` where there is none. */
async function looseRuleOf(
  file: Place,
  options: Explicit,
  surroundings: Surroundings,
): Promise<{ config: Config; rule: CreationRule } | null> {
  const config = await configOf(file, options, surroundings);
  if (config === null) return null;
  if (config.rules === null) return null;
  const { path, rules } = config;
  const rule = matchingRuleOrNull({ path, rules }, file.absolute, surroundings);
  return rule === null ? null : { config, rule };
}

/** What the rule of a sealed file says today; `null` where no rule is for it. */
export async function todayFor(
  file: Place,
  options: Explicit,
  surroundings: Surroundings,
): Promise<Today | null> {
  const found = await looseRuleOf(file, options, surroundings);
  if (found === null) return null;
  const selection = compileSelection(found.rule.selection ?? DEFAULT_SELECTION);
  return { selection, spellingNotes: found.rule.spellingNotes };
}

/** Largest template that is read. */
const MAX_TEMPLATE_BYTES = 1024 * 1024;

/** The text that a new file starts from, where its rule names one; else `null`. */
export async function templateFor(
  file: Place,
  options: Explicit,
  surroundings: Surroundings,
): Promise<string | null> {
  const found = await looseRuleOf(file, options, surroundings);
  if (found === null) return null;
  if (found.rule.template === null) return null;
  const path = resolve(dirname(found.config.path), found.rule.template);
  const bytes = await readRegularFile(path, { maxBytes: MAX_TEMPLATE_BYTES });
  return new TextDecoder().decode(bytes);
}

/** The format that a file is to be written in; `null` for its own, in which its text is kept. */
export async function targetFor(
  file: Place,
  options: ConvertOptions &
    Explicit & { readonly format: FileFormat; readonly formats: readonly FileFormat[] },
  surroundings: Surroundings,
): Promise<Target | null> {
  const { outputType, indent, format, formats } = options;
  const wanted = outputType === undefined ? format : formatNamed(outputType, formats);
  if (wanted === format) return null;
  if (indent !== undefined) return { format: wanted, indent };
  const config = await configOf(file, options, surroundings);
  return { format: wanted, indent: config?.indents[wanted.name] ?? null };
}

/**
 * Refuses a file that is sealed, or has a `sops` entry of its own.
 *
 * @throws `ALREADY_SEALED`, which says when the rule selects otherwise today; `SOPS_KEY_RESERVED`
 */
export async function refuseSealed(
  document: SourceDocument,
  today: Promise<Today | null>,
): Promise<void> {
  const rule = await today;
  try {
    refuseReserved(document);
  } catch (error) {
    const sealed = error instanceof UndersealError && error.code === "ALREADY_SEALED";
    if (!sealed || rule === null) throw error;
    const { selection } = readMetadata(document.metadata);
    if (sameSetting(selection, rule.selection.setting)) throw error;
    const message = "the file is sealed already, with another selection than its rule has today";
    throw new UndersealError("ALREADY_SEALED", message);
  }
}
