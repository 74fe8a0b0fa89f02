/**
 * What a YAML document means to SOPS, written down without any code of src, so that it can judge
 * src: a generated document carries its meaning, and sops's own output is compared with it.
 */

/** A scalar as SOPS types it; `text` is the canonical text that goes into the MAC (sops-format 1.3). */
export interface ScalarMeaning {
  readonly type: "str" | "int" | "float" | "bool" | "time" | "null";
  readonly text: string;
}

/** A mapping in the order of its keys. */
export interface MapMeaning {
  readonly type: "map";
  readonly entries: readonly (readonly [key: string, value: Meaning])[];
}

/** A sequence. */
export interface ListMeaning {
  readonly type: "list";
  readonly items: readonly Meaning[];
}

/** Any value. */
export type Meaning = ScalarMeaning | MapMeaning | ListMeaning;

/** Whether JSON can hold it: it has no number for `NaN` and the infinities. */
export function fitsJson(meaning: Meaning): boolean {
  if (meaning.type === "map") return meaning.entries.every(([, value]) => fitsJson(value));
  if (meaning.type === "list") return meaning.items.every(fitsJson);
  return meaning.type !== "float" || Number.isFinite(Number(meaning.text));
}

/** The text that `sops decrypt --output-type json` prints for it (sops-format 8.2). */
export const sopsJson = (meaning: MapMeaning): string => `${jsonText(meaning, "")}\n`;

function jsonText(meaning: Meaning, indent: string): string {
  const deeper = `${indent}\t`;
  if (meaning.type === "map") {
    const lines = meaning.entries.map(
      ([key, value]) => `${deeper}${jsonString(key)}: ${jsonText(value, deeper)}`,
    );
    return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n${indent}}`;
  }
  if (meaning.type === "list") {
    const lines = meaning.items.map((item) => `${deeper}${jsonText(item, deeper)}`);
    return lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n${indent}]`;
  }
  return jsonScalar(meaning);
}

function jsonScalar({ type, text }: ScalarMeaning): string {
  if (type === "null") return "null";
  if (type === "bool") return text.toLowerCase();
  if (type === "int") return text;
  if (type === "float") return text === "-0" ? text : String(Number(text));
  return jsonString(text);
}

/** Go escapes what could end a script element, too. */
const jsonString = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
