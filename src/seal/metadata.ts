/** The `sops` block: read leniently as SOPS does, written in its order (sops-format 4). */
import { UndersealError } from "../errors.ts";
import { type KeyGroups } from "../keys/key-groups.ts";
import { KEY_KINDS, type KeyKind, type WrappedKey } from "../keys/key-provider.ts";
import { DEFAULT_SELECTION, SELECTION_FIELDS, type SelectionSetting } from "../tree/selection.ts";
import { canonicalTime } from "../tree/scalars.ts";
import {
  type Branch,
  branchOf,
  type Entry,
  leafOf,
  listOf,
  textLeaf,
  type TreeNode,
} from "../tree/tree.ts";

/** A wrapped key that may stand in a file already. */
export interface StoredKey extends WrappedKey {
  /** Its entry as it stands, with fields that are not read here. */
  readonly entry?: Branch;
}

/** What the `sops` block of a file says, validated once. */
export interface Metadata {
  /** At least one group, with a key in one of them. Kinds that are not read here are kept too. */
  readonly keyGroups: KeyGroups<StoredKey>;
  /** RFC 3339, as stored. */
  readonly lastModified: string;
  /** `ENC[…]` over the MAC; empty when the file has none. */
  readonly mac: string;
  /** What the file says is encrypted; SOPS's default where it says nothing. */
  readonly selection: SelectionSetting;
  readonly macOnlyEncrypted: boolean;
  /** Version of the program that made the file. */
  readonly version: string;
  /** The block as it stands, with all that is not read here. */
  readonly raw: Branch;
}

/** The version of SOPS whose format we write. */
export const FORMAT_VERSION = "3.13.3";

const invalid = (message: string): UndersealError =>
  new UndersealError("METADATA_INVALID", `the sops block is damaged: ${message}`);

/**
 * Reads the `sops` entry of a file.
 *
 * @throws `NOT_SEALED` when there is none, `METADATA_INVALID`
 */
export function readMetadata(node: TreeNode | null): Metadata {
  if (node === null) throw new UndersealError("NOT_SEALED", "the file has no sops block");
  if (node.kind !== "branch") throw invalid("it is not a mapping");
  const groups = readKeyGroups(node);
  if (groups.every((group) => group.length === 0)) throw invalid("it names no key");
  const lastModified = requiredText(node, "lastmodified");
  if (canonicalTime(lastModified) === null) throw invalid("lastmodified is not an RFC 3339 time");
  return {
    keyGroups: { groups, threshold: readThreshold(node) },
    lastModified,
    mac: textOf(field(node, "mac")) ?? "",
    selection: readSelection(node),
    macOnlyEncrypted: /^(?:true|1|t)$/i.test(textOf(field(node, "mac_only_encrypted")) ?? ""),
    version: textOf(field(node, "version")) ?? "",
    raw: node,
  };
}

/** A field by name, whatever its case. */
function field(branch: Branch, name: string): TreeNode | null {
  const entries = branch.items.filter((item): item is Entry => item.kind === "entry");
  const found =
    entries.find((entry) => entry.key === name) ??
    entries.find((entry) => entry.key.toLowerCase() === name);
  return found?.value ?? null;
}

/** The text of any scalar; `null` for what is missing, null or a collection. */
function textOf(node: TreeNode | null): string | null {
  return node?.kind === "leaf" && node.value.type !== "bytes" ? node.value.text : null;
}

function requiredText(branch: Branch, name: string): string {
  const node = field(branch, name);
  if (node?.kind !== "leaf" || node.value.type !== "str")
    throw invalid(`${name} is missing or not a string`);
  return node.value.text;
}

function readSelection(branch: Branch): SelectionSetting {
  const set = SELECTION_FIELDS.flatMap((name) => {
    const pattern = textOf(field(branch, name)) ?? "";
    return pattern === "" ? [] : [{ field: name, pattern }];
  });
  if (set.length > 1) throw invalid("it has more than one selection setting");
  return set[0] ?? DEFAULT_SELECTION;
}

/** A number, or in flat formats its text. */
function readThreshold(branch: Branch): number {
  const text = textOf(field(branch, "shamir_threshold")) ?? "0";
  if (!/^\d{1,3}$/.test(text)) throw invalid("shamir_threshold is no number from 0 to 255");
  return Number(text);
}

function readKeyGroups(branch: Branch): StoredKey[][] {
  const flat = readGroup(branch);
  if (flat.length > 0) return [flat];
  return listItems(field(branch, "key_groups")).map(readGroup);
}

/** Kinds in the order in which SOPS loads them. */
function readGroup(group: Branch): StoredKey[] {
  return KEY_KINDS.flatMap((kind) =>
    listItems(field(group, kind)).map((entry) => readKey(kind, entry)),
  );
}

/** The maps of a list; a single map counts as a list of one. */
function listItems(node: TreeNode | null): Branch[] {
  if (node === null || node.kind === "null") return [];
  if (node.kind === "branch") return [node];
  const items = node.kind === "list" ? node.items.filter((item) => item.kind !== "comment") : [];
  if (node.kind !== "list" || !items.every((item) => item.kind === "branch"))
    throw invalid("a list of keys is not a list of mappings");
  return items;
}

/** Fields that name a recipient, by kind; joined in SOPS's identity strings (sops-format 5). */
const NAMES: Readonly<Record<KeyKind, (text: (name: string) => string) => string>> = {
  kms: (text) => [text("arn"), text("role")].filter((part) => part !== "").join("+"),
  gcp_kms: (text) => text("resource_id"),
  hckms: (text) => text("key_id"),
  azure_kv: (text) => `${text("vault_url")}/keys/${text("name")}/${text("version")}`,
  hc_vault: (text) => `${text("vault_address")}/v1/${text("engine_path")}/keys/${text("key_name")}`,
  pgp: (text) => text("fp"),
  age: (text) => text("recipient"),
};

function readKey(kind: KeyKind, entry: Branch): StoredKey {
  const recipient = NAMES[kind]((name) => textOf(field(entry, name)) ?? "");
  return { kind, recipient, enc: requiredText(entry, "enc"), entry };
}

/** What a new `sops` block says. */
export interface NewMetadata {
  readonly keys: KeyGroups<StoredKey>;
  readonly lastModified: string;
  readonly mac: string;
  /** `null` for a file that is encrypted whole. */
  readonly selection: SelectionSetting | null;
  readonly macOnlyEncrypted: boolean;
}

/** A new block, its fields in SOPS's order. */
export function newMetadata(made: NewMetadata): Branch {
  return sorted([
    ...keyFields(made.keys, made.lastModified),
    ["lastmodified", textLeaf(made.lastModified)],
    ["mac", textLeaf(made.mac)],
    ...(made.selection === null
      ? []
      : [[made.selection.field, textLeaf(made.selection.pattern)] as const]),
    ["version", textLeaf(FORMAT_VERSION)],
    ...(made.macOnlyEncrypted
      ? [["mac_only_encrypted", leafOf({ type: "bool", text: "True" })] as const]
      : []),
  ]);
}

/** The keys of a single group stand in the block itself, those of several in a list of groups. */
function keyFields(
  { groups, threshold }: KeyGroups<StoredKey>,
  createdAt: string,
): [string, TreeNode][] {
  const [first = [], ...others] = groups;
  if (others.length === 0) return keyLists(first, createdAt);
  const list = groups.map((group) => {
    const lists = keyLists(group, createdAt);
    // SOPS writes this one also where it is empty.
    if (!lists.some(([name]) => name === "hc_vault")) lists.push(["hc_vault", listOf([])]);
    return sorted(lists);
  });
  return [
    ["key_groups", listOf(list)],
    ["shamir_threshold", leafOf({ type: "int", text: String(threshold) })],
  ];
}

/** A list of keys for each kind that a group has. */
function keyLists(group: readonly StoredKey[], createdAt: string): [string, TreeNode][] {
  return KEY_KINDS.flatMap((kind): [string, TreeNode][] => {
    const keys = group.filter((key) => key.kind === kind);
    return keys.length === 0
      ? []
      : [[kind, listOf(keys.map((key) => key.entry ?? newEntry(key, createdAt)))]];
  });
}

/** The entry of a key that was just wrapped: of a kind that has a provider here. */
function newEntry({ kind, recipient, enc }: WrappedKey, createdAt: string): Branch {
  const name = kind === "pgp" ? "fp" : "recipient";
  return sorted([
    ["enc", textLeaf(enc)],
    [name, textLeaf(recipient)],
    ...(kind === "age" ? [] : [["created_at", textLeaf(createdAt)] as const]),
  ]);
}

function sorted(entries: readonly (readonly [string, TreeNode])[]): Branch {
  return branchOf(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Fields of a block that a command changes. */
export interface MetadataChange {
  readonly lastModified?: string;
  readonly mac?: string;
  /** All keys, in the place of those that are there, and when the new ones among them were made. */
  readonly keys?: { readonly wrapped: KeyGroups<StoredKey>; readonly createdAt: string };
}

/** Fields that say who opens a file. */
const KEY_FIELDS: readonly string[] = [...KEY_KINDS, "key_groups", "shamir_threshold"];

/** The block with some fields changed and all others kept, in their order. */
export function changedMetadata({ raw }: Metadata, change: MetadataChange): Branch {
  const fields = new Map<string, TreeNode>();
  if (change.lastModified !== undefined) fields.set("lastmodified", textLeaf(change.lastModified));
  if (change.mac !== undefined) fields.set("mac", textLeaf(change.mac));
  const { keys } = change;
  for (const [name, value] of keys === undefined ? [] : keyFields(keys.wrapped, keys.createdAt))
    fields.set(name, value);
  const dropped = keys === undefined ? [] : KEY_FIELDS;
  const entries = raw.items
    .filter((item) => item.kind === "entry")
    .filter(({ key }) => !dropped.includes(key.toLowerCase()) || fields.has(key.toLowerCase()));
  const kept = entries.map((entry): readonly [string, TreeNode] => {
    const name = entry.key.toLowerCase();
    const value = fields.get(name) ?? entry.value;
    fields.delete(name);
    return [entry.key, value];
  });
  return fields.size === 0 ? branchOf(kept) : sorted([...kept, ...fields]);
}

/** `lastmodified` as Go prints it again: whole seconds, `Z` for a zero offset. The MAC is bound to it. */
export function macAdditionalData(lastModified: string): string {
  return (canonicalTime(lastModified) ?? lastModified).replace(/\.\d+/, "");
}

/** The present as SOPS writes it: UTC, whole seconds. */
export function timestamp(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, "Z");
}
