/** Sealing, opening and editing in the formats of texts, with the keys of the vectors. */
import { existsSync, readdirSync } from "node:fs";
import { type FileFormat } from "../../../src/formats/file-format.ts";
import { oneGroup } from "../../../src/keys/key-groups.ts";
import { editDocument } from "../../../src/seal/edit.ts";
import { openDocument, type OpenedDocument } from "../../../src/seal/open.ts";
import { plaintextOf } from "../../../src/seal/plaintext.ts";
import { rotateDocument } from "../../../src/seal/rotate.ts";
import { sealDocument } from "../../../src/seal/seal.ts";
import { type SelectionSetting } from "../../../src/tree/selection.ts";
import { EVERYTHING } from "../../../src/tree/selection.ts";
import { type Tree } from "../../../src/tree/tree.ts";
import { walk } from "../../../src/tree/walk.ts";
import { context, later, providers, RECIPIENTS, VECTORS } from "../../seal/fixtures.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The verbs on texts of one format. */
export class Verbs {
  readonly format: FileFormat;

  constructor(format: FileFormat) {
    this.format = format;
  }

  async seal(text: string, selection: SelectionSetting | null = null): Promise<string> {
    const sealed = await sealDocument(this.format.parsePlain(bytesOf(text)), {
      format: this.format,
      providers,
      recipients: oneGroup([{ kind: "age", recipient: RECIPIENTS[0] ?? "" }]),
      selection,
      macOnlyEncrypted: false,
      context,
    });
    return textOf(sealed);
  }

  openTree(sealed: string): Promise<OpenedDocument> {
    return openDocument(this.format.parse(bytesOf(sealed)), { providers });
  }

  async open(sealed: string): Promise<string> {
    using opened = await this.openTree(sealed);
    return textOf(plaintextOf(opened, this.format).bytes);
  }

  async roundTrip(text: string, selection: SelectionSetting | null = null): Promise<string> {
    return this.open(await this.seal(text, selection));
  }

  /** Seals a new text in the place of a sealed one. */
  async edit(sealed: string, changed: (text: string) => string): Promise<string> {
    using opened = await this.openTree(sealed);
    const before = plaintextOf(opened, this.format);
    const bytes = bytesOf(changed(textOf(before.bytes)));
    return textOf(editDocument(opened, bytes, { before, format: this.format, context: later }));
  }

  /** A sealed text under another data key. */
  async rotate(sealed: string): Promise<string> {
    using opened = await this.openTree(sealed);
    const recipients = oneGroup([{ kind: "age", recipient: RECIPIENTS[0] ?? "" }]);
    return textOf(await rotateDocument(opened, { providers, recipients, context: later }));
  }

  /** Keys and text of each leaf. */
  leaves(text: string): [string, string][] {
    return leavesOf(this.format.parsePlain(bytesOf(text)).tree);
  }

  /** Cases of the vectors that sops seals, and those that it refuses. */
  cases(folder: string): { sealed: string[]; refused: string[] } {
    const names = readdirSync(new URL(`sops/${folder}/`, VECTORS));
    const has = (name: string, file: string): boolean =>
      existsSync(new URL(`sops/${folder}/${name}/${file}`, VECTORS));
    return {
      sealed: names.filter((name) => has(name, `sealed.${folder}`)),
      refused: names.filter((name) => has(name, "refused")),
    };
  }
}

/** Keys and text of each leaf. */
export function leavesOf(tree: Tree): [string, string][] {
  const leaves: [string, string][] = [];
  walk(tree, EVERYTHING, ({ node, keys }) => {
    if (node.kind === "leaf" && node.value.type !== "bytes")
      leaves.push([keys.join("/"), node.value.text]);
  });
  return leaves;
}

/** The leaves as sops shows them in JSON: two levels at most, keys as often as they stand there. */
export function leavesOfJson(json: string): [string, string][] {
  const leaves: [string, string][] = [];
  let section: string | null = null;
  for (const line of json.split("\n")) {
    const [, indent = "", key = "", value = ""] =
      /^(\t+)("(?:[^"\\]|\\.)*"): (.*?),?$/.exec(line) ?? [];
    if (key === "") continue;
    const name = JSON.parse(key) as string;
    if (value === "{") section = name;
    else if (value !== "{}") {
      const path = indent.length > 1 && section !== null ? `${section}/${name}` : name;
      leaves.push([path, JSON.parse(value) as string]);
    }
  }
  return leaves;
}
