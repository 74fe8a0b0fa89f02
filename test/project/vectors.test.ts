/** Rules and conversions of real sops (test/vectors/README.md): ours select, and print, the same. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { openProject } from "../../src/builtins.ts";
import { UndersealError } from "../../src/errors.ts";
import { parseJsonValue } from "../../src/formats/json-value.ts";
import { yamlFormat } from "../../src/formats/yaml/yaml-format.ts";
import { hostSurroundings } from "../../src/project/host.ts";
import { type OpenedFile } from "../../src/project/opened-file.ts";
import { type Project } from "../../src/project/project.ts";
import { openDocument } from "../../src/seal/open.ts";
import { parsePath } from "../../src/tree/path.ts";
import { EVERYTHING } from "../../src/tree/selection.ts";
import { canonicalBytes, type Tree } from "../../src/tree/tree.ts";
import { walk } from "../../src/tree/walk.ts";
import { IDENTITIES, providers, readText } from "../seal/fixtures.ts";

const POST_QUANTUM = readText("keys/age-pq.txt");
const VECTORS = fileURLToPath(new URL("../vectors/sops/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "underseal-vectors-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A project in a copy of a case, with the age keys of the vectors and nothing else. */
function projectIn(name: string): { project: Project; cwd: string } {
  const cwd = join(folder, name.replaceAll("/", "-"));
  cpSync(join(VECTORS, name), cwd, { recursive: true });
  const surroundings = hostSurroundings({
    cwd,
    env: { SOPS_AGE_KEY: [...IDENTITIES, POST_QUANTUM].join("\n"), SOPS_GPG_EXEC: "./none" },
  });
  return { project: openProject({ ...surroundings, home: cwd }), cwd };
}

/** Paths, types and values, comments too. */
function contents(tree: Tree): string[] {
  const found: string[] = [];
  walk(tree, EVERYTHING, ({ node, keys }) => {
    const [type, value] =
      node.kind === "comment"
        ? ["comment", node.text]
        : [node.value.type, Buffer.from(canonicalBytes(node.value)).toString("base64")];
    found.push([...keys, type, value].join(" "));
  });
  return found.sort();
}

/** What is encrypted, by what it holds: ciphertexts differ from run to run. */
const sealedTexts = (text: string): string[] =>
  (text.match(/ENC\[AES256_GCM,data:[^\]]*\]/g) ?? []).map((sealed) => sealed.slice(-16)).sort();

const recipients = ({ metadata }: OpenedFile): string[] =>
  metadata.keyGroups.groups.flat().map(({ kind, recipient }) => `${kind} ${recipient}`);

const cases = readdirSync(join(VECTORS, "config")).flatMap((name) =>
  readdirSync(join(VECTORS, "config", name))
    .filter((file) => file.startsWith("in."))
    .map((file) => [name, file.slice("in.".length)] as const),
);

/** PGP takes a real gpg: test/peers/pgp.test.ts has it. */
const LATER: readonly (readonly [RegExp, string])[] = [[/^pgp-/, "GPG_FAILED"]];

/** Rules that seal nothing, or in two ways; the code for each. */
const REFUSED: Readonly<Record<string, string>> = {
  "rules-empty-group": "RECIPIENT_MISSING",
  "rules-no-match": "RULE_NOT_MATCHED",
  "rules-two-selections": "SELECTION_CONFLICT",
};

describe("rules", () => {
  it.each(cases)("%s: %s is sealed as sops seals it", async (name, file) => {
    const { project, cwd } = projectIn(`config/${name}`);
    writeFileSync(join(cwd, file), readFileSync(join(cwd, `in.${file}`)));
    const later = LATER.find(([kind]) => kind.test(name))?.[1];
    const code = later ?? REFUSED[name];
    if (code !== undefined) {
      await expect(project.seal(file)).rejects.toMatchObject({ code });
      return;
    }
    const draft = await project.seal(file);
    await project.replace(draft);
    using ours = await project.open(file);
    using theirs = await project.open(`sealed.${file}`);
    expect(contents(ours.tree)).toEqual(contents(theirs.tree));
    expect(recipients(ours)).toEqual(recipients(theirs));
    expect(ours.metadata.selection).toEqual(theirs.metadata.selection);
    expect(ours.metadata.macOnlyEncrypted).toBe(theirs.metadata.macOnlyEncrypted);
    const [a, b] = [file, `sealed.${file}`].map((path) => readFileSync(join(cwd, path), "utf8"));
    expect(sealedTexts(a ?? "").length).toBe(sealedTexts(b ?? "").length);
  });
});

const stories = ["convert", "convert-env", "convert-ini"].flatMap((name) =>
  readFileSync(join(VECTORS, "stories", name, "steps"), "utf8")
    .split("\n")
    .flatMap((step, index): [string, string, string, number][] => {
      const [, type, status] = /^decrypt --output-type (\w+) FILE +# exit (\d+)/.exec(step) ?? [];
      return type === undefined ? [] : [[name, type, `${String(index)}.stdout`, Number(status)]];
    }),
);

describe("conversions", () => {
  it.each(stories)("%s to %s is what sops prints", async (name, outputType, stdout, status) => {
    const { project, cwd } = projectIn(`stories/${name}`);
    const sealed = readdirSync(cwd).find((file) => /^1\.(?!stdout)/.test(file)) ?? "";
    using opened = await project.open(sealed, { outputType });
    const plaintext = (): string => new TextDecoder().decode(opened.plaintext());
    if (status === 0) expect(plaintext()).toBe(readFileSync(join(cwd, stdout), "utf8"));
    else {
      expect(plaintext).toThrow(UndersealError);
      expect(plaintext).toThrow(expect.objectContaining({ exitStatus: status }));
    }
  });
});

const edits = readFileSync(join(VECTORS, "stories/set-unset/steps"), "utf8")
  .split("\n")
  .flatMap((step, index): [string, number, string, string, number][] => {
    const [, verb, path, value = "", status] =
      /^(set|unset) FILE (\S+) ?(.*?) +# exit (\d+)/.exec(step) ?? [];
    if (verb === undefined || path === undefined) return [];
    return [[verb, index, path, value, Number(status)]];
  });

describe("values set and removed by sops", () => {
  it.each(edits)("%s in step %i: %s %s", async (verb, index, path, json, status) => {
    const { project } = projectIn("stories/set-unset");
    using before = await project.open(`${String(index - 1)}.yaml`);
    using wanted = await project.open(`${String(index)}.yaml`);
    const steps = parsePath(path);
    const change = (): Uint8Array =>
      verb === "set"
        ? before.withValue(steps, parseJsonValue(new TextEncoder().encode(json)))
        : before.withoutValue(steps);
    // SOPS appends for any index beyond the end; ours has to be the next one.
    if (status !== 0 || path.endsWith("[9]")) {
      expect(change).toThrow(expect.objectContaining({ code: "PATH_NOT_FOUND" }));
      return;
    }
    const sealed = yamlFormat.parse(change());
    const { tree } = await openDocument(sealed, { providers });
    expect(contents(tree)).toEqual(contents(wanted.tree));
  });

  it.each([
    [9, []],
    [10, ["b", "n"]],
    [11, ["b", "c"]],
  ])("are printed by step %i", async (index, path) => {
    const { project, cwd } = projectIn("stories/set-unset");
    using opened = await project.open(`${String(index)}.yaml`);
    const bytes = path.length === 0 ? opened.plaintext() : opened.part(path, null);
    const stdout = readFileSync(join(cwd, `${String(index)}.stdout`), "utf8");
    expect(new TextDecoder().decode(bytes)).toBe(stdout);
  });

  it.each(["0", "1", "2", "3", "4"])("and rotated: file %s opens", async (step) => {
    const { project } = projectIn("stories/rotate-recipients");
    using opened = await project.open(`${step}.yaml`);
    using first = await project.open("0.yaml");
    expect(contents(opened.tree)).toEqual(contents(first.tree));
  });
});
