/**
 * Files that nobody here wrote: each is kept to the byte, and means to sops what sops makes of it.
 * Where the two part, the file stands below by its name, with the reason.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, it } from "vitest";
import { openText, sealText, UndersealError } from "../../src/index.ts";
import { EXCEPTIONS } from "./corpus/exceptions.ts";
import { findCorpus, type Found, type Kind } from "./corpus/find.ts";
import { IDENTITY, IDENTITY_FILE, RECIPIENT } from "./judge.ts";
import { type Ended, peer, run } from "./peers.ts";

/** As many processes of sops as the smallest machine has cores. */
const LANES = 2;

const folder = mkdtempSync(join(tmpdir(), "underseal-corpus-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What needs no reason. */
const FINE = ["same", "both refuse", "sealed by us alone"];

/** How one file fared. */
interface Verdict {
  readonly name: string;
  /** One of `FINE`, or what is wrong in words that stand in the list of exceptions. */
  readonly says: string;
}

class Lane {
  readonly #path: string;
  readonly #env = {
    HOME: folder,
    PATH: process.env["PATH"] ?? "",
    SOPS_AGE_KEY_FILE: IDENTITY_FILE,
    SOPS_DISABLE_VERSION_CHECK: "1",
  };

  constructor(index: number) {
    this.#path = join(folder, `lane-${String(index)}`);
  }

  async judge({ name, path, kind }: Found): Promise<Verdict> {
    const plain = readFileSync(path);
    const theirs = await this.#sops("encrypt", plain, kind, kind);
    const ours = await sealed(plain, kind);
    if (typeof ours === "string") return { name, says: theirs.status === 0 ? ours : "both refuse" };
    const opened = await openText(ours, { format: kind, identities: [IDENTITY] });
    if (!plain.equals(opened.plaintext)) return { name, says: "bytes differ" };
    if (theirs.status !== 0) {
      // What sops does not seal it may well open: a tab in a block, an escape of its own.
      const { status } = await this.#sops("decrypt", ours, kind, kind);
      return { name, says: status === 0 ? "sealed by us alone" : "sops cannot open ours" };
    }
    return { name, says: await this.#compare(ours, Buffer.from(theirs.stdout), kind) };
  }

  /** Several documents fit YAML only. */
  async #compare(ours: Uint8Array, theirs: Uint8Array, kind: Kind): Promise<string> {
    const output = kind === "yaml" && /^---/m.test(Buffer.from(ours).toString()) ? "yaml" : "json";
    const wanted = await this.#sops("decrypt", theirs, kind, output);
    const found = await this.#sops("decrypt", ours, kind, output);
    if (found.status !== 0)
      return wanted.status === 0 ? "sops cannot open ours" : "sops opens neither";
    if (wanted.status !== 0) return "same";
    return meaning(found.stdout) === meaning(wanted.stdout) ? "same" : "values differ";
  }

  #sops(
    ...[verb, bytes, kind, output]: ["encrypt" | "decrypt", Uint8Array, Kind, string]
  ): Promise<Ended> {
    writeFileSync(this.#path, bytes);
    const age = verb === "encrypt" ? ["--age", RECIPIENT] : [];
    const words = [verb, ...age, "--input-type", kind, "--output-type", output, this.#path];
    return run(peer("sops"), words, { env: this.#env, cwd: folder });
  }
}

/** sops places some comments of a sealed file elsewhere than those of the author's: values count. */
const meaning = (printed: string): string =>
  printed.replace(/^ *#.*\n/gm, "").replace(/ #.*$/gm, "");

/** The sealed file, or the code of the refusal. */
async function sealed(plain: Uint8Array, kind: Kind): Promise<Uint8Array | string> {
  try {
    return await sealText(plain, { format: kind, age: [RECIPIENT] });
  } catch (error) {
    if (error instanceof UndersealError) return error.code;
    throw error;
  }
}

describe("files from packages", () => {
  const corpus = findCorpus();

  it("are two thousand and more, of each kind", () => {
    const counts = Object.fromEntries(
      ["yaml", "json", "dotenv", "ini"].map((kind) => [
        kind,
        corpus.filter((file) => file.kind === kind).length,
      ]),
    );
    expect(corpus.length, JSON.stringify(counts)).toBeGreaterThan(2000);
    expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(10);
  });

  it("come back byte for byte, and mean to sops what its own do", async () => {
    const verdicts: Verdict[] = [];
    const queue = [...corpus];
    const work = async (index: number): Promise<void> => {
      const lane = new Lane(index);
      for (let file = queue.shift(); file !== undefined; file = queue.shift())
        verdicts.push(await lane.judge(file));
    };
    await Promise.all(Array.from({ length: LANES }, (_, index) => work(index)));
    const odd = verdicts.filter(({ name, says }) => {
      return !FINE.includes(says) && EXCEPTIONS.get(name)?.[0] !== says;
    });
    expect(odd).toEqual([]);
    // Most files are good for something.
    expect(verdicts.filter(({ says }) => says === "same").length).toBeGreaterThan(1500);
  });
});
