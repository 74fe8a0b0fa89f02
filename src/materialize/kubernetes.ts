import { UndersealError } from "../errors.ts";
import { fromBase64, toBase64 } from "../tree/base64.ts";
import { type TreePath } from "../tree/path.ts";
import { type Branch, childOf, type Tree, type TreeNode, valueOfBytes } from "../tree/tree.ts";
import { type Artefact, artefactOf, materializer, type MaterializeOptions } from "./artefact.ts";
import {
  childrenOf,
  eachDocument,
  entriesOf,
  filledEntries,
  onlyDocument,
  refusal,
} from "./document.ts";
import { jsonText, quoted } from "./json-text.ts";
import { contentOf, scalarText } from "./text.ts";

/**
 * Kubernetes Secret manifests (core/v1), one file `<name>.yaml` each. A file that holds Secret
 * manifests gives them as they are; of any other the top-level keys become the keys of one Secret,
 * with scalars as text, mappings and lists as JSON, a null as an empty value.
 *
 * @throws also `USAGE` when a Secret has no name
 */
export const kubernetes = materializer("kubernetes", (tree, options) => {
  const secrets = isManifest(tree.documents[0])
    ? eachDocument(tree, (document) => manifestsIn(document)).flat()
    : [secretOf(tree, options)];
  const artefacts = secrets.map((secret) => manifestOf(named(secret, options)));
  refuseSameName(artefacts);
  return artefacts;
});

function refuseSameName(artefacts: readonly Artefact[]): void {
  const paths = new Set(artefacts.map(({ path }) => path));
  if (paths.size === artefacts.length) return;
  throw new UndersealError("ARTEFACT_NAME_INVALID", "two Secrets of the file have the same name");
}

/** A Secret, its fields as JSON values in text. */
interface Secret {
  readonly metadata: ReadonlyMap<string, string>;
  /** Every other field but the values: `apiVersion`, `kind`, `type`, `immutable` … */
  readonly fields: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
  readonly stringData: ReadonlyMap<string, string>;
}

/** Whether a document is a manifest of any kind, and so has to be one that holds Secrets. */
const isManifest = (document: Branch | undefined): boolean =>
  document !== undefined &&
  textAt(document, "apiVersion") !== null &&
  textAt(document, "kind") !== null;

function textAt(branch: Branch, key: string): string | null {
  const node = childOf(branch, key);
  return node?.kind === "leaf" ? scalarText(node.value) : null;
}

/** The Secrets of a manifest, and of the items of a list of them. */
function manifestsIn(
  document: Branch,
  path: TreePath = [],
  assumed: string | null = null,
): Secret[] {
  const kind = textAt(document, "kind") ?? assumed;
  if (kind !== "Secret" && kind !== "List" && kind !== "SecretList") {
    throw refusal("ARTEFACT_VALUE_INVALID", "this manifest is not one of a Secret", [
      ...path,
      "kind",
    ]);
  }
  if ((textAt(document, "apiVersion") ?? "v1") !== "v1") {
    throw refusal("ARTEFACT_VALUE_INVALID", "Secrets are of apiVersion v1", [
      ...path,
      "apiVersion",
    ]);
  }
  if (kind === "Secret") return [readSecret(document, path)];
  return itemsOf(document, path).flatMap(([step, item]) => {
    const at = [...path, "items", step];
    if (item.kind === "branch")
      return manifestsIn(item, at, kind === "SecretList" ? "Secret" : null);
    throw refusal("ARTEFACT_VALUE_INVALID", "an item of the list is no manifest", at);
  });
}

function itemsOf(document: Branch, path: TreePath): ReturnType<typeof childrenOf> {
  const list = childOf(document, "items");
  const items = list?.kind === "list" ? childrenOf(list) : [];
  if (items.length === 0)
    throw refusal("DOCUMENT_EMPTY", "the list has no items", [...path, "items"]);
  return items;
}

function readSecret(document: Branch, path: TreePath): Secret {
  const fields = new Map<string, string>();
  const metadata = new Map<string, string>();
  const values = { data: new Map<string, string>(), stringData: new Map<string, string>() };
  for (const { key, value } of entriesOf(document)) {
    const at = [...path, key];
    if (key === "data" || key === "stringData") readValues(value, at, values[key]);
    else if (key === "metadata") readMetadata(value, at, metadata);
    else fields.set(key, jsonText(value, 0, at));
  }
  return { metadata, fields, ...values };
}

/** What `kubectl apply` keeps of the manifest: with it, a copy of every value. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

function readMetadata(node: TreeNode, path: TreePath, into: Map<string, string>): void {
  if (node.kind !== "branch")
    throw refusal("ARTEFACT_VALUE_INVALID", "the field is no mapping", path);
  for (const { key, value } of entriesOf(node)) {
    if (key === "annotations" && value.kind === "branch" && childOf(value, LAST_APPLIED) !== null) {
      const at = [...path, key, LAST_APPLIED];
      throw refusal(
        "ARTEFACT_VALUE_INVALID",
        "this annotation holds a copy of the secret: remove it",
        at,
      );
    }
    into.set(key, jsonText(value, 0, [...path, key]));
  }
}

/** The API server takes strings only, and base64 only in `data`. */
function readValues(node: TreeNode, path: TreePath, into: Map<string, string>): void {
  if (node.kind === "null") return;
  if (node.kind !== "branch")
    throw refusal("ARTEFACT_VALUE_INVALID", "the field is no mapping", path);
  for (const { key, value } of entriesOf(node)) {
    checkKey(key, [...path, key]);
    into.set(key, stringOf(value, [...path, key]));
  }
}

function stringOf(node: TreeNode, path: TreePath): string {
  if (node.kind === "null") return "";
  if (node.kind !== "leaf" || node.value.type !== "str") {
    throw refusal(
      "ARTEFACT_VALUE_INVALID",
      "a value of a Secret has to be a string; quote it",
      path,
    );
  }
  if (path.at(-2) === "data" && !isBase64(node.value.text)) {
    throw refusal("ARTEFACT_VALUE_INVALID", "a value below data is not base64", path);
  }
  return node.value.text;
}

const isBase64 = (text: string): boolean => fromBase64(text.replace(/[\r\n]/g, "")) !== null;

function checkKey(key: string, path: TreePath): void {
  if (/^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== "." && !key.startsWith("..")) return;
  throw refusal(
    "ARTEFACT_NAME_INVALID",
    "a key of a Secret has letters, digits, -, _ and . only",
    path,
  );
}

/** Any other file as one Secret. */
function secretOf(tree: Tree, { as = "data" }: MaterializeOptions): Secret {
  const made = { data: new Map<string, string>(), stringData: new Map<string, string>() };
  for (const { key, value } of filledEntries(onlyDocument(tree))) {
    checkKey(key, [key]);
    const content = contentOf(value, [key]);
    made[as].set(key, as === "data" ? toBase64(content) : textOf(content, [key]));
  }
  const fields = new Map(
    Object.entries({ apiVersion: '"v1"', kind: '"Secret"', type: '"Opaque"' }),
  );
  return { fields, metadata: new Map(), ...made };
}

function textOf(content: Uint8Array, path: TreePath): string {
  const value = valueOfBytes(content);
  if (value.type === "str") return value.text;
  throw refusal("ARTEFACT_VALUE_INVALID", "stringData has no place for bytes; use data", path);
}

/** The Secret under the name, namespace and type that were asked for. */
function named(secret: Secret, { name, namespace, type }: MaterializeOptions): Secret {
  const metadata = new Map(secret.metadata);
  const fields = new Map(secret.fields);
  if (name !== undefined) metadata.set("name", quoted(name));
  if (namespace !== undefined) metadata.set("namespace", quoted(namespace));
  if (type !== undefined) fields.set("type", quoted(type));
  return { ...secret, metadata, fields };
}

/** RFC 1123 names as Kubernetes takes them. */
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
/** The API server refuses more. */
const MAX_BYTES = 1_048_576;

function manifestOf(secret: Secret): Artefact {
  const name = nameIn(secret, "name", SUBDOMAIN);
  if (name === null) throw new UndersealError("USAGE", "the Secret has no name; pass --name");
  nameIn(secret, "namespace", LABEL);
  if (sizeOf(secret) > MAX_BYTES) {
    throw refusal("ARTEFACT_VALUE_INVALID", "a Secret holds no more than 1 MiB", []);
  }
  return artefactOf(`${name}.yaml`, manifestText(secret));
}

/** Bytes of the values, as the API server counts them. */
function sizeOf({ data, stringData }: Secret): number {
  const decoded = [...data.values()].map((base64) => {
    const digits = base64.replace(/[\r\n=]/g, "").length;
    return Math.floor((digits * 3) / 4);
  });
  const texts = [...stringData.values()].map((text) => new TextEncoder().encode(text).length);
  return [...decoded, ...texts].reduce((sum, size) => sum + size, 0);
}

function nameIn({ metadata }: Secret, field: string, pattern: RegExp): string | null {
  const text = metadata.get(field);
  if (text === undefined) return null;
  const name: unknown = JSON.parse(text);
  if (typeof name === "string" && pattern.test(name)) return name;
  throw refusal("ARTEFACT_NAME_INVALID", "Kubernetes takes small letters, digits and - here", [
    "metadata",
    field,
  ]);
}

/** JSON strings are YAML, and safe whatever they hold. */
function manifestText({ fields, metadata, data, stringData }: Secret): string {
  const lines = [...fields].filter(([key]) => key !== "apiVersion" && key !== "kind");
  return [
    `apiVersion: ${bare(fields.get("apiVersion") ?? '"v1"')}\nkind: Secret\nmetadata:\n`,
    ...[...metadata].map(([key, value]) => `  ${bare(quoted(key))}: ${value}\n`),
    ...lines.map(([key, value]) => `${bare(quoted(key))}: ${value}\n`),
    ...section("data", data),
    ...section("stringData", stringData),
  ].join("");
}

/** Words that some YAML reader takes for something else than a string. */
const WORD = /^"(?:true|false|null|yes|no|on|off|y|n)"$/i;

/** A JSON string without its quotes where nothing could be special. */
function bare(text: string): string {
  return /^"[A-Za-z][\w./-]*"$/.test(text) && !WORD.test(text) ? text.slice(1, -1) : text;
}

function section(name: string, entries: ReadonlyMap<string, string>): string[] {
  if (entries.size === 0) return [];
  return [
    `${name}:\n`,
    ...[...entries].map(([key, value]) => `  ${quoted(key)}: ${quoted(value)}\n`),
  ];
}
