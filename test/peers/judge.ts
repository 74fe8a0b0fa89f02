/**
 * Compares three readers of one text: the generator, which knows what it means, sops and underseal.
 * What sops loses by itself is counted, not blamed on either.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import {
  type ErrorCode,
  openText,
  type OpenedText,
  sealText,
  UndersealError,
} from "../../src/index.ts";
import { fitsJson, type MapMeaning, sopsJson } from "../generate/meaning.ts";
import { type YamlSource } from "../generate/yaml.ts";
import { type Ended, type Sops } from "./peers.ts";
import { treeMeaning, writtenBySops } from "./tree-meaning.ts";

const KEYS = new URL("../vectors/keys/", import.meta.url);

/** Path of the age identity that opens everything here, as sops takes it. */
export const IDENTITY_FILE = fileURLToPath(new URL("age-1.txt", KEYS));
/** The same as text. */
export const IDENTITY = readFileSync(IDENTITY_FILE, "utf8");
/** Its recipient. */
export const RECIPIENT = readFileSync(new URL("age-1.pub", KEYS), "utf8").trim();

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Seals a text for `RECIPIENT`. */
export async function seal(
  text: string,
  selection?: Parameters<typeof sealText>[1]["selection"],
): Promise<string> {
  const options = {
    format: "yaml",
    age: [RECIPIENT],
    ...(selection === undefined ? {} : { selection }),
  };
  return decoder.decode(await sealText(encoder.encode(text), options));
}

/** Opens a sealed text. */
export const open = (sealed: string): Promise<OpenedText> =>
  openText(encoder.encode(sealed), { format: "yaml", identities: [IDENTITY] });

/** The author's text, out of a sealed one. */
export const plaintextOf = ({ plaintext }: OpenedText): string => decoder.decode(plaintext);

/** What sops writes and reads, but underseal refuses to read: a code for each. */
const REFUSED_OF_SOPS: readonly (readonly [written: RegExp, code: ErrorCode])[] = [
  // Line separators as they are, in values that stay in clear (docs/decisions/0004).
  [/[\x85\u2028\u2029]/, "YAML_UNSUPPORTED"],
  // A comment in empty brackets, whose closing one stands further out than their key.
  [/\{\n(?: *#.*\n)+ *\}/, "YAML_SYNTAX"],
];

/** The code that a promise of ours fails with; `null` when it does not. */
async function codeOf(work: Promise<unknown>): Promise<ErrorCode | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof UndersealError) return error.code;
    throw error;
  }
}

/** Judges texts, and counts how they fare in sops itself. */
export class Judge {
  readonly #sops: Sops;
  /** Texts that were judged. */
  texts = 0;
  /** Texts that sops does not seal. */
  refused = 0;
  /** Texts that sops seals to a file that it cannot read, or reads with other values. */
  lost = 0;

  constructor(sops: Sops) {
    this.#sops = sops;
  }

  /** Fails where sops and underseal part, or where underseal does not give back the author's bytes. */
  async judge(source: YamlSource): Promise<void> {
    this.texts++;
    const { text, documents } = source;
    const [first] = documents;
    const { status, stdout: sealed } = await this.#sops.encrypt(text, ["--age", RECIPIENT]);
    if (status !== 0 || first === undefined) {
      this.refused++;
      await expect(seal(text)).rejects.toThrow(UndersealError);
      return;
    }
    if (await this.#isOpenBlock(text)) return;
    await this.#judgeOurs(source, first);
    await this.#judgeTheirs(sealed, source, first);
  }

  /** A block in clear that ends the file without a line break: the metadata behind it would give it one. */
  async #isOpenBlock(text: string): Promise<boolean> {
    return !text.endsWith("\n") && (await codeOf(seal(text))) === "YAML_UNSUPPORTED";
  }

  async #judgeOurs({ text, documents }: YamlSource, first: MapMeaning): Promise<void> {
    const sealed = await seal(text);
    const opened = await open(sealed);
    expect(plaintextOf(opened)).toBe(text);
    expect(treeMeaning(opened.tree)).toEqual(documents);
    const theirs = await this.#openedBySops(sealed, first);
    expect(theirs).toMatchObject({ status: 0 });
    if (theirs.json !== null) expect(theirs.json).toBe(sopsJson(first));
  }

  /** What JSON cannot hold sops prints as YAML; it has compared the MAC over all values by then. */
  async #openedBySops(sealed: string, first: MapMeaning): Promise<Ended & { json: string | null }> {
    const asJson = fitsJson(first);
    const ended = await this.#sops.decrypt(sealed, asJson ? "json" : "yaml");
    return { ...ended, json: asJson ? ended.stdout : null };
  }

  async #judgeTheirs(sealed: string, { documents }: YamlSource, first: MapMeaning): Promise<void> {
    const { status, json } = await this.#openedBySops(sealed, first);
    const faithful = status === 0 && (json === null || json === sopsJson(first));
    if (!faithful) this.lost++;
    if (status !== 0) return;
    const [, code = null] = REFUSED_OF_SOPS.find(([written]) => written.test(sealed)) ?? [];
    if (code !== null && (await codeOf(open(sealed))) === code) return;
    const meaning = treeMeaning((await open(sealed)).tree);
    if (faithful) expect(meaning).toEqual(documents.map(writtenBySops));
    else expect(meaning.slice(0, 1).map(sopsJson)).toEqual([json]);
  }
}
