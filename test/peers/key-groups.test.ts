/** Key groups and post-quantum recipients, sealed by one and opened by the other, in every format. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openProject } from "../../src/builtins.ts";
import { hostSurroundings } from "../../src/project/host.ts";
import { type Project } from "../../src/project/project.ts";
import { Sops } from "./peers.ts";

const KEYS = new URL("../vectors/keys/", import.meta.url);
const keyOf = (name: string, ending: "pub" | "txt"): string =>
  readFileSync(new URL(`age-${name}.${ending}`, KEYS), "utf8").trim();

const TEXTS: Readonly<Record<string, string>> = {
  "a.yaml": "# c\na: b\nl:\n  - 1\n",
  "b.json": '{"a": "b", "l": [1]}\n',
  "c.env": "A=b\n",
  "d.ini": "[s]\na = b\n",
  "e.bin": "\u0000text",
};

const identityFolder = mkdtempSync(join(tmpdir(), "underseal-identities-"));
const folders: Sops[] = [];
afterAll(() => {
  rmSync(identityFolder, { recursive: true });
  for (const sops of folders) sops[Symbol.dispose]();
});

/** sops and a project of ours in one new folder, with some of the identities and one rule. */
function twins(identities: readonly string[], rule: unknown): { sops: Sops; project: Project } {
  const file = join(identityFolder, identities.join("-"));
  writeFileSync(file, identities.map((name) => `${keyOf(name, "txt")}\n`).join(""));
  const sops = new Sops(file);
  folders.push(sops);
  writeFileSync(join(sops.folder, ".sops.yaml"), JSON.stringify({ creation_rules: [rule] }));
  return { sops, project: openProject(hostSurroundings({ cwd: sops.folder, env: sops.env })) };
}

const group = (...names: string[]): { age: string[] } => ({
  age: names.map((name) => keyOf(name, "pub")),
});
const TWO_OF_THREE = {
  shamir_threshold: 2,
  key_groups: [group("1"), group("2", "pq"), group("3")],
};
const ALL = { key_groups: [group("1", "2"), group("3")] };
const POST_QUANTUM = { age: keyOf("pq", "pub") };

describe.each([
  ["two of three groups", TWO_OF_THREE, ["1", "3"], ["1"]],
  ["two of three groups, one by post-quantum", TWO_OF_THREE, ["pq", "3"], ["2", "pq"]],
  ["all groups", ALL, ["2", "3"], ["1", "2"]],
  ["a post-quantum recipient", POST_QUANTUM, ["pq"], ["1"]],
])("%s", (_, rule, enough, few) => {
  it.each(Object.keys(TEXTS))("%s: we seal, sops opens, and not with too few", async (name) => {
    const text = TEXTS[name] ?? "";
    const { sops, project } = twins(enough, rule);
    writeFileSync(join(sops.folder, name), text);
    await project.replace(await project.seal(name));
    const opened = await sops.run(["decrypt", name], "");
    expect(opened).toMatchObject({ status: 0, stderr: "" });
    const poor = twins(few, rule);
    writeFileSync(join(poor.sops.folder, name), readFileSync(join(sops.folder, name)));
    expect(await poor.sops.run(["decrypt", name], "")).toMatchObject({ status: 128 });
    await expect(poor.project.open(name)).rejects.toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
  });

  it.each(Object.keys(TEXTS))("%s: sops seals, we open, change and rotate", async (name) => {
    const { sops, project } = twins(enough, rule);
    writeFileSync(join(sops.folder, name), TEXTS[name] ?? "");
    expect(await sops.run(["encrypt", "-i", name], "")).toMatchObject({ status: 0 });
    const before = await sops.run(["decrypt", name], "");
    (await project.open(name))[Symbol.dispose]();
    expect((await project.updateKeys(name)).needed).toBe(false);
    await project.replace(await project.rotate(name));
    expect(await sops.run(["decrypt", name], "")).toEqual(before);
    expect(await sops.run(["updatekeys", "-y", name], "")).toMatchObject({ status: 0 });
    expect(await sops.run(["decrypt", name], "")).toEqual(before);
  });
});

it("leaves nothing beside the files", () => {
  for (const { folder } of folders)
    expect(readdirSync(folder).filter((name) => !(name in TEXTS))).toEqual([".sops.yaml"]);
});
