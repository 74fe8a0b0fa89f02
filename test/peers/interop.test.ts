/**
 * Generated YAML through real sops in both directions. `UNDERSEAL_SEED` and `UNDERSEAL_DOCUMENTS`
 * choose other texts, and more or fewer of them; a failure shows the seed and the least text that fails.
 */
import process from "node:process";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Size, yamlSources } from "../generate/yaml.ts";
import { IDENTITY_FILE, Judge } from "./judge.ts";
import { Sops } from "./peers.ts";

const SEED = Number(process.env["UNDERSEAL_SEED"] ?? 20_261_124);
const DOCUMENTS = Number(process.env["UNDERSEAL_DOCUMENTS"] ?? 2000);

/** Each size runs beside the other, so that two processes of sops work at a time. */
const LANES: readonly { size: Size; texts: number; mostLost: number }[] = [
  { size: "small", texts: Math.ceil(DOCUMENTS * 0.6), mostLost: 0.03 },
  { size: "large", texts: Math.ceil(DOCUMENTS * 0.4), mostLost: 0.15 },
];

const sops = new Sops(IDENTITY_FILE);
afterAll(() => {
  sops[Symbol.dispose]();
});

describe("generated YAML", () => {
  it.concurrent.each(LANES)(
    "means the same to sops and comes back to the byte: $texts $size texts",
    async ({ size, texts, mostLost }) => {
      const judge = new Judge(sops);
      await fc.assert(
        fc.asyncProperty(yamlSources(size), (source) => judge.judge(source)),
        { seed: SEED, numRuns: texts },
      );
      // The generator is worth little if sops does not take what it makes.
      expect(judge.refused / judge.texts).toBeLessThan(0.02);
      expect(judge.lost / judge.texts).toBeLessThan(mostLost);
    },
  );
});
