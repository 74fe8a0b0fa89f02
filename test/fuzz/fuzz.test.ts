/**
 * Broken files: each ends in a result or in an error with a code, soon, and never in a wrong value.
 * `npm run fuzz`; `UNDERSEAL_FUZZ_CASES` says how many, `UNDERSEAL_SEED` which. A failure tells the
 * seed of its case: run that one alone with `UNDERSEAL_FUZZ_CASES=1`.
 */
import process from "node:process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UndersealError } from "../../src/errors.ts";
import { oneGroup } from "../../src/keys/key-groups.ts";
import { type FileFormat } from "../../src/formats/file-format.ts";
import { openDocument } from "../../src/seal/open.ts";
import { plaintextOf } from "../../src/seal/plaintext.ts";
import { sealDocument } from "../../src/seal/seal.ts";
import { EVERYTHING } from "../../src/tree/selection.ts";
import { canonicalBytes, type Tree } from "../../src/tree/tree.ts";
import { walk } from "../../src/tree/walk.ts";
import { FORMATS, vectorFiles } from "../formats-under-test.ts";
import { yamlSources } from "../generate/yaml.ts";
import { context, providers, RECIPIENTS } from "../seal/fixtures.ts";
import { Dice, mutated } from "./mutate.ts";

const SEED = Number(process.env["UNDERSEAL_SEED"] ?? Date.now() % 1_000_000_000);
const CASES = Number(process.env["UNDERSEAL_FUZZ_CASES"] ?? 100_000);
/** A case that takes longer, in milliseconds, is a failure: most take less than ten. */
const SLOW = 2_000;

/** A file to break. */
interface Base {
  readonly format: FileFormat;
  readonly bytes: Uint8Array;
  /** What the MAC of a sealed file binds; `null` for a file in clear. */
  readonly bound: string | null;
}

/** All values one after the other, which is what the MAC is taken over (sops-format 2). */
function boundValues(tree: Tree): string {
  const parts: Uint8Array[] = [];
  walk(tree, EVERYTHING, ({ node }) => {
    if (node.kind === "leaf") parts.push(canonicalBytes(node.value));
  });
  return Buffer.concat(parts).toString("base64");
}

/** `null` for a file that is sealed for keys that are not at hand. */
async function boundBy(format: FileFormat, bytes: Uint8Array): Promise<string | null> {
  try {
    using document = await openDocument(format.parse(bytes), { providers });
    return boundValues(document.tree);
  } catch (error) {
    if (error instanceof UndersealError) return null;
    throw error;
  }
}

async function bases(): Promise<Base[]> {
  const found: Base[] = [];
  for (const { format, folder } of FORMATS) {
    for (const [, bytes] of vectorFiles(folder, "in")) found.push({ format, bytes, bound: null });
    for (const [, bytes] of vectorFiles(folder, "sealed")) {
      const bound = await boundBy(format, bytes);
      if (bound !== null) found.push({ format, bytes, bound });
    }
  }
  const generated = fc.sample(yamlSources("small"), { numRuns: 100, seed: SEED });
  const [{ format } = { format: undefined }] = FORMATS;
  if (format === undefined) return found;
  const texts = generated.map(({ text }) => new TextEncoder().encode(text));
  return [...found, ...texts.map((bytes) => ({ format, bytes, bound: null }))];
}

/** Throws where the result is wrong; the codes of errors are results too. */
async function judge({ format, bound }: Base, bytes: Uint8Array): Promise<void> {
  try {
    if (bound === null) await judgePlain(format, bytes);
    else await judgeSealed(format, bytes, bound);
  } catch (error) {
    if (!(error instanceof UndersealError)) throw error;
  }
}

async function judgePlain(format: FileFormat, bytes: Uint8Array): Promise<void> {
  const sealed = await sealDocument(format.parsePlain(bytes), {
    format,
    providers,
    recipients: oneGroup([{ kind: "age", recipient: RECIPIENTS[0] ?? "" }]),
    selection: null,
    macOnlyEncrypted: false,
    context,
  });
  // From here on nothing may be refused.
  const back = await opened(format, sealed).catch((error: unknown) => {
    throw new Error(`what was sealed does not open: ${String(error)}`);
  });
  if (!Buffer.from(bytes).equals(back)) throw new Error("the bytes differ");
}

async function opened(format: FileFormat, sealed: Uint8Array): Promise<Uint8Array> {
  using document = await openDocument(format.parse(sealed), { providers });
  return plaintextOf(document, format).bytes;
}

async function judgeSealed(format: FileFormat, bytes: Uint8Array, bound: string): Promise<void> {
  using document = await openDocument(format.parse(bytes), { providers });
  if (boundValues(document.tree) !== bound) throw new Error("a value is another");
  plaintextOf(document, format);
}

describe("broken files", () => {
  it(
    `end in a result or a code: ${String(CASES)} cases from seed ${String(SEED)}`,
    async () => {
      const all = await bases();
      const failures: string[] = [];
      for (let index = 0; index < CASES && failures.length < 5; index++) {
        const seed = SEED + index;
        const dice = new Dice(seed);
        const base = dice.pick(all);
        const bytes = mutated(base.bytes, dice);
        const start = performance.now();
        const failure = await judge(base, bytes).then(
          () => null,
          (error: unknown) =>
            error instanceof Error ? (error.stack ?? error.message) : String(error),
        );
        const slow = performance.now() - start > SLOW ? "it took too long" : null;
        if (failure !== null || slow !== null)
          failures.push(
            `UNDERSEAL_SEED=${String(seed)} ${base.format.name}: ${failure ?? slow ?? ""}\n${JSON.stringify(Buffer.from(bytes).toString().slice(0, 600))}`,
          );
      }
      expect(failures).toEqual([]);
    },
    24 * 60 * 60 * 1000,
  );
});
