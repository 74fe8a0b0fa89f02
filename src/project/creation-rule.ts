import { UndersealError, withPlaces } from "../errors.ts";
import { type KeyGroups } from "../keys/key-groups.ts";
import { type KeyKind, type Recipient } from "../keys/key-provider.ts";
import {
  compileRegex,
  compileSelection,
  SELECTION_FIELDS,
  type SelectionSetting,
} from "../tree/selection.ts";
import { type ConfigValue } from "./config-value.ts";

/** A rule as the config file has it (sops-format 6.2). */
export interface CreationRule {
  /** Its place in the list, from 0. */
  readonly index: number;
  /** Whether `path_regex` is found in a path; a rule without one matches every path. */
  matches(path: string): boolean;
  /** Recipients of each key group; one group where the rule has none. A group may be empty. */
  readonly recipients: KeyGroups;
  /** `null` where the rule leaves it to SOPS's default. */
  readonly selection: SelectionSetting | null;
  readonly macOnlyEncrypted: boolean;
  /** Whether spelling notes are written; ours, SOPS does not know it. */
  readonly spellingNotes: boolean;
  /** Path of the text that new files start from, from the config file's folder; `null` for SOPS's example. */
  readonly template: string | null;
}

/** Settings that list recipients in the rule itself, in the order in which SOPS takes them. */
const FLAT_KINDS = {
  age: "age",
  pgp: "pgp",
  kms: "kms",
  gcp_kms: "gcp_kms",
  hckms: "hckms",
  azure_keyvault: "azure_kv",
  hc_vault_transit_uri: "hc_vault",
} as const satisfies Record<string, KeyKind>;

const FLAT_NAMES = Object.keys(FLAT_KINDS) as (keyof typeof FLAT_KINDS)[];

const RULE_SETTINGS = [
  "path_regex",
  ...FLAT_NAMES,
  "aws_profile",
  "key_groups",
  "shamir_threshold",
  ...SELECTION_FIELDS,
  "mac_only_encrypted",
  "spelling_notes",
  "template",
] as const;

type RuleSettings = (name: (typeof RULE_SETTINGS)[number]) => ConfigValue;

/**
 * Reads an item of `creation_rules`.
 *
 * @throws `CONFIG_INVALID`, `REGEX_INVALID`, `SELECTION_CONFLICT`
 */
export function readCreationRule(value: ConfigValue, index: number): CreationRule {
  if (!value.isSet) throw value.invalid("this rule is empty");
  const setting = value.settings(RULE_SETTINGS);
  setting("aws_profile").text();
  const groups = setting("key_groups")
    .items()
    .map((group) => unique(readGroup(group, 0)));
  return {
    index,
    matches: readPathRegex(setting("path_regex")),
    recipients: {
      groups: groups.length > 0 ? groups : [readFlat(setting)],
      threshold: setting("shamir_threshold").integer(),
    },
    selection: readSelection(value, setting),
    macOnlyEncrypted: setting("mac_only_encrypted").flag(),
    template: setting("template").isSet ? setting("template").text() : null,
    spellingNotes: !setting("spelling_notes").isSet || setting("spelling_notes").flag(),
  };
}

function readPathRegex(value: ConfigValue): (path: string) => boolean {
  return withPlaces({ path: value.place }, () => compileRegex(value.text()));
}

function readSelection(rule: ConfigValue, setting: RuleSettings): SelectionSetting | null {
  const [selection, ...others] = SELECTION_FIELDS.flatMap((field) => {
    const pattern = setting(field).text();
    return pattern === "" ? [] : [{ field, pattern }];
  });
  if (selection === undefined) return null;
  if (others.length > 0) {
    const message = "this rule has more than one selection setting";
    throw new UndersealError("SELECTION_CONFLICT", message, { path: rule.place });
  }
  withPlaces({ path: setting(selection.field).place }, () => compileSelection(selection));
  return selection;
}

function readFlat(setting: RuleSettings): Recipient[] {
  return FLAT_NAMES.flatMap((name) => {
    const form = name === "hckms" ? "list" : "list or commas";
    return recipientsOf(FLAT_KINDS[name], setting(name).texts(form));
  });
}

/** Recipients from texts, each of which may again be a list with commas between. */
function recipientsOf(kind: KeyKind, texts: readonly string[]): Recipient[] {
  return (
    texts
      .flatMap((text) => text.split(","))
      // Fingerprints are often copied in groups of four.
      .map((text) => (kind === "pgp" ? text.replaceAll(" ", "") : text).trim())
      .filter((recipient) => recipient !== "")
      .map((recipient) => ({ kind, recipient }))
  );
}

/** Settings of a group that list recipients as strings, and those that list mappings. */
type TextList = "age" | "hc_vault" | "pgp";
type KeyList = "azure_keyvault" | "gcp_kms" | "hckms" | "kms";

const GROUP_SETTINGS = [
  "merge",
  "age",
  "pgp",
  "kms",
  "gcp_kms",
  "hckms",
  "azure_keyvault",
  "hc_vault",
] as const satisfies readonly ("merge" | KeyList | TextList)[];

/** Aliases can make a group hold itself. */
const MAX_MERGE_DEPTH = 100;

/** The recipients of a group, those of merged groups first, named as in sealed files. */
function readGroup(value: ConfigValue, depth: number): Recipient[] {
  if (depth > MAX_MERGE_DEPTH) throw value.invalid("groups are merged more than 100 levels deep");
  const setting = value.settings(GROUP_SETTINGS);
  const texts = (name: TextList): Recipient[] => recipientsOf(name, setting(name).texts("list"));
  const keys = (name: KeyList, read: (key: ConfigValue) => string): Recipient[] =>
    recipientsOf(FLAT_KINDS[name], setting(name).items().map(read));
  return [
    ...setting("merge")
      .items()
      .flatMap((group) => readGroup(group, depth + 1)),
    ...texts("age"),
    ...texts("pgp"),
    ...keys("kms", readKms),
    ...keys("gcp_kms", (key) => key.settings(["resource_id"])("resource_id").text()),
    ...keys("hckms", (key) => key.settings(["key_id"])("key_id").text()),
    ...keys("azure_keyvault", readAzure),
    ...texts("hc_vault"),
  ];
}

function readKms(key: ConfigValue): string {
  const setting = key.settings(["arn", "role", "context", "aws_profile"]);
  const [arn, role] = [setting("arn").text(), setting("role").text()];
  return role === "" ? arn : `${arn}+${role}`;
}

function readAzure(key: ConfigValue): string {
  const setting = key.settings(["vaultUrl", "key", "version"]);
  return `${setting("vaultUrl").text()}/keys/${setting("key").text()}/${setting("version").text()}`;
}

/** The recipients without those that stand before in the same group. */
function unique(group: readonly Recipient[]): Recipient[] {
  const named = group.map((key) => [`${key.kind} ${key.recipient}`, key] as const);
  return [...new Map(named).values()];
}
