import { dirname, resolve, sep } from "node:path";
import { UndersealError } from "../errors.ts";
import { type KeyGroups } from "../keys/key-groups.ts";
import { escapeText } from "../tree/path.ts";
import { type SelectionSetting } from "../tree/selection.ts";
import { type Config } from "./config.ts";
import { type CreationRule } from "./creation-rule.ts";
import { type Surroundings } from "./surroundings.ts";

/** What a rule says about a file. */
export interface Rule {
  /** Place of the rule in `creation_rules`, from 0. */
  readonly index: number;
  /** At least one group, none empty, of any kind. */
  readonly recipients: KeyGroups;
  /** `null` where the rule leaves it to SOPS's default. */
  readonly selection: SelectionSetting | null;
  readonly macOnlyEncrypted: boolean;
  readonly spellingNotes: boolean;
}

/** Where relative paths start. */
type Folder = Pick<Surroundings, "cwd">;

/**
 * What the first rule that matches a file says, or `null` when the config has no `creation_rules`.
 *
 * @param file - absolute, or from the working directory
 * @throws `RULE_NOT_MATCHED`, `RECIPIENT_MISSING`
 */
export function ruleFor(config: Config, file: string, surroundings: Folder): Rule | null {
  const rule = matchingRule(config, file, surroundings);
  if (rule === null) return null;
  const { index, recipients, selection, macOnlyEncrypted, spellingNotes } = rule;
  if (recipients.groups.some((group) => group.length === 0)) {
    const places = { file: config.path, path: `creation_rules[${String(index)}]` };
    const message =
      recipients.groups.length === 1
        ? "the rule names no recipient"
        : "a key group of the rule names no recipient";
    throw new UndersealError("RECIPIENT_MISSING", message, places);
  }
  return { index, recipients, selection, macOnlyEncrypted, spellingNotes };
}

/**
 * The first rule that matches a file, for callers that bring their own recipients, so that it need
 * not have any; `null` when the config has no `creation_rules`.
 *
 * @throws `RULE_NOT_MATCHED`
 */
export function matchingRule(
  config: Config,
  file: string,
  surroundings: Folder,
): CreationRule | null {
  const { path, rules } = config;
  if (rules === null) return null;
  const found = matchingRuleOrNull({ path, rules }, file, surroundings);
  if (found !== null) return found;
  const subject = matchedPath(dirname(path), resolve(surroundings.cwd, file));
  const message = `no rule of ${escapeText(path)} matches ${escapeText(subject)}`;
  throw new UndersealError("RULE_NOT_MATCHED", message);
}

/** The first rule that matches a file; `null` when none does. */
export function matchingRuleOrNull(
  { path, rules }: { path: string; rules: readonly CreationRule[] },
  file: string,
  { cwd }: Folder,
): CreationRule | null {
  const subject = matchedPath(dirname(path), resolve(cwd, file));
  return rules.find((rule) => rule.matches(subject)) ?? null;
}

/**
 * What `path_regex` is matched against: the path below the config file's folder, or the absolute
 * path of a file elsewhere. Unlike in SOPS the separator is always `/`, so that one config serves
 * every platform.
 */
function matchedPath(folder: string, file: string): string {
  const prefix = folder.endsWith(sep) ? folder : `${folder}${sep}`;
  const path = file.startsWith(prefix) ? file.slice(prefix.length) : file;
  return sep === "/" ? path : path.replaceAll(sep, "/");
}
