/**
 * Ten thousand generated documents, many to a file: sops and underseal agree on the type of every
 * value, on what each selection encrypts, and on the values, which sops compares by the MAC.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { yamlFormat } from "../../src/formats/yaml/yaml-format.ts";
import { type SelectionSetting } from "../../src/index.ts";
import { EVERYTHING } from "../../src/tree/selection.ts";
import { type Branch } from "../../src/tree/tree.ts";
import { walk } from "../../src/tree/walk.ts";
import { yamlStreams } from "../generate/yaml.ts";
import { IDENTITY_FILE, open, plaintextOf, RECIPIENT, seal } from "./judge.ts";
import { Sops } from "./peers.ts";

const SEED = Number(process.env["UNDERSEAL_SEED"] ?? 20_261_124);
const DOCUMENTS = Number(process.env["UNDERSEAL_DOCUMENTS"] ?? 10_000);
/** Share of the documents that a selection gets, how many stand in one file, and how many may differ. */
const KEYS = { share: 0.225, batch: 25, differing: 0 };
/**
 * Beside blank lines, document markers and empty items go-yaml takes a comment to another place than
 * where it stands, and then it selects something else: sops does not open all of its own files
 * either (docs/decisions/0007).
 */
const COMMENTS = { share: 0.05, batch: 2, differing: 0.03 };

const SELECTIONS: readonly (SelectionSetting & typeof KEYS)[] = [
  { field: "unencrypted_suffix", pattern: "_unencrypted", ...KEYS },
  { field: "encrypted_suffix", pattern: "_unencrypted", ...KEYS },
  { field: "unencrypted_regex", pattern: "(?i)^[a-f]", ...KEYS },
  { field: "encrypted_regex", pattern: "^[a-m]|[.]", ...KEYS },
  { field: "unencrypted_comment_regex", pattern: "^ ?[u-z]", ...COMMENTS },
  { field: "encrypted_comment_regex", pattern: "^ ?[c-m]", ...COMMENTS },
];

const ENCRYPT = ["encrypt", "--filename-override", "in.yaml"];

const sops = new Sops(IDENTITY_FILE);
afterAll(() => {
  sops[Symbol.dispose]();
});

/** A config file with one rule: sops has no flags for comment expressions. */
function configOf(selection: SelectionSetting): string {
  const rule = { path_regex: "", age: RECIPIENT, [selection.field]: selection.pattern };
  const file = join(sops.folder, `${selection.field}.json`);
  writeFileSync(file, JSON.stringify({ creation_rules: [rule] }));
  return file;
}

/** Keys of each value, and the type that was encrypted or the text that stands in clear. */
function leaves(document: Branch): string[] {
  const found: string[] = [];
  walk({ documents: [document] }, EVERYTHING, ({ node, keys }) => {
    if (node.kind !== "leaf") return;
    const text = node.value.type === "bytes" ? "bytes" : node.value.text;
    const [, type] = /^ENC\[.*,type:(\w+)\]/.exec(text) ?? [];
    // What sops writes in clear it writes in its own spelling; a comment in a list is an item to it.
    if (type !== "comment") found.push(`${keys.join("/")} ${type ?? "in clear"}`);
  });
  return found;
}

const encoder = new TextEncoder();

const parsed = (sealed: string): string[][] =>
  yamlFormat.parse(encoder.encode(sealed)).tree.documents.map(leaves);

/**
 * The same, document by document, as sops parts them; `null` for one that it wrote so that nobody can
 * read it: values in clear with line separators, or in blocks in lists that begin with a blank.
 */
const parsedOneByOne = (sealed: string): (string[] | null)[] =>
  sealed.split(/^---\n/m).map((text) => {
    try {
      return parsed(text)[0] ?? null;
    } catch {
      return null;
    }
  });

describe("generated documents", () => {
  it.concurrent.each(SELECTIONS)(
    "under $field",
    async ({ share, batch, differing, ...selection }) => {
      const config = configOf(selection);
      const counts = { documents: 0, unsealed: 0, unopened: 0, unreadable: 0 };
      const odd: string[] = [];
      const numRuns = Math.ceil((DOCUMENTS * share) / batch);
      for (const { text } of fc.sample(yamlStreams(batch), { seed: SEED, numRuns })) {
        counts.documents += batch;
        const theirs = await sops.run(["--config", config, ...ENCRYPT], text);
        const ours = await seal(text, selection).catch(() => null);
        if (theirs.status !== 0 || ours === null) {
          // One of its documents one of the two cannot hold, such as a block without its line break.
          counts.unsealed += batch;
          continue;
        }
        expect(plaintextOf(await open(ours))).toBe(text);
        if ((await sops.decrypt(ours, "yaml")).status !== 0) counts.unopened += batch;
        const wanted = parsedOneByOne(theirs.stdout);
        for (const [index, document] of parsed(ours).entries()) {
          const other = wanted[index] ?? null;
          if (other === null) counts.unreadable++;
          else if (document.join("\n") !== other.join("\n"))
            odd.push(`ours:\n${document.join("\n")}\ntheirs:\n${other.join("\n")}`);
        }
      }
      expect(counts.documents).toBeGreaterThanOrEqual(DOCUMENTS * share);
      if (odd.length > counts.documents * differing) expect(odd).toEqual([]);
      const { unsealed, unopened, unreadable } = counts;
      expect(unsealed / counts.documents, JSON.stringify(counts)).toBeLessThan(0.2);
      expect(unopened / counts.documents, JSON.stringify(counts)).toBeLessThanOrEqual(
        differing * 2,
      );
      expect(unreadable / counts.documents, JSON.stringify(counts)).toBeLessThan(0.1);
    },
  );
});
