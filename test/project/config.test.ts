import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Config, findConfig, loadConfig } from "../../src/project/config.ts";
import { codeOf, failureOf, newFolder, surroundingsIn } from "./world.ts";

/** A new folder with these files in it. */
function folderWith(files: Record<string, string>): string {
  const folder = newFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe("findConfig", () => {
  it("walks up from the working directory, not from the file", async () => {
    const folder = folderWith({ "a/.sops.yaml": "", "a/b/c/x": "", "d/.sops.yaml": "" });
    const surroundings = surroundingsIn(join(folder, "a/b/c"));
    const found = join(folder, "a/.sops.yaml");
    expect(await findConfig("../../../d/x.yaml", surroundings)).toBe(found);
    expect(await findConfig(join(folder, "d/x.yaml"), surroundings)).toBe(found);
  });

  it("walks up from the file's folder where that finds none", async () => {
    const folder = folderWith({ "a/x": "", "d/.sops.yaml": "", "d/e/f/x": "" });
    const found = await findConfig("../d/e/f/x", surroundingsIn(join(folder, "a")));
    expect(found).toBe(join(folder, "d/.sops.yaml"));
  });

  it("prefers .sops-config.yaml in one folder, and the nearer folder over the name", async () => {
    const folder = folderWith({
      ".sops.yaml": "",
      ".sops-config.yaml": "",
      "a/.sops.yaml": "",
    });
    const find = (cwd: string): Promise<string | null> =>
      findConfig("x", surroundingsIn(join(folder, cwd)));
    expect(await find(".")).toBe(join(folder, ".sops-config.yaml"));
    expect(await find("a")).toBe(join(folder, "a/.sops.yaml"));
  });

  it("does not take .sops.yml", async () => {
    const folder = folderWith({ ".sops.yml": "", "a/.sops.yaml": "" });
    expect(await findConfig("a/x", surroundingsIn(folder))).toBe(join(folder, "a/.sops.yaml"));
  });

  it("says that there is none", async () => {
    const folder = newFolder();
    expect(await findConfig("x", surroundingsIn(folder))).toBeNull();
  });

  it("takes SOPS_CONFIG, and before that the path given, without searching", async () => {
    const folder = folderWith({ ".sops.yaml": "" });
    const surroundings = surroundingsIn(folder, { env: { SOPS_CONFIG: "env.yaml" } });
    expect(await findConfig("x", surroundings)).toBe(join(folder, "env.yaml"));
    expect(await findConfig("x", surroundings, "given.yaml")).toBe(join(folder, "given.yaml"));
    expect(await findConfig("x", surroundings, "/given.yaml")).toBe("/given.yaml");
    const unset = surroundingsIn(folder, { env: { SOPS_CONFIG: "" } });
    expect(await findConfig("x", unset)).toBe(join(folder, ".sops.yaml"));
  });

  it("finds a link that leads nowhere, rather than other rules further up", async () => {
    const folder = folderWith({ ".sops.yaml": "", "a/x": "" });
    symlinkSync("nowhere", join(folder, "a/.sops.yaml"));
    const found = await findConfig("x", surroundingsIn(join(folder, "a")));
    expect(found).toBe(join(folder, "a/.sops.yaml"));
    expect(await codeOf(() => loadConfig(found ?? ""))).toBe("CONFIG_NOT_FOUND");
  });

  it("fails where it cannot look", async () => {
    const folder = newFolder();
    symlinkSync("loop", join(folder, "loop"));
    const error = await failureOf(() => findConfig("x", surroundingsIn(join(folder, "loop"))));
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.places.file).toBe(join(folder, "loop/.sops-config.yaml"));
  });
});

/** The config in a text, read as a file of this name. */
async function load(text: string | Uint8Array, name = ".sops.yaml"): Promise<Config> {
  const path = join(newFolder(), name);
  await fileSystem.writeFile(path, text);
  return loadConfig(path);
}

describe("loadConfig", () => {
  it("reads rules and indentation", async () => {
    const config = await load(
      "creation_rules:\n  - age: a\n  - pgp: b\nstores:\n  yaml: {indent: 2}\n",
    );
    expect(config.rules?.map(({ index, recipients }) => [index, recipients.groups])).toEqual([
      [0, [[{ kind: "age", recipient: "a" }]]],
      [1, [[{ kind: "pgp", recipient: "b" }]]],
    ]);
    expect(config.indents.yaml).toBe(2);
  });

  it.each(["", "# nothing\n", "{}", "stores: {}", "creation_rules:\n", "\uFEFF# BOM\n", "null"])(
    "tells no rules at all from an empty list: %j",
    async (text) => {
      expect(await load(text)).toMatchObject({ rules: null, indents: { yaml: null, json: null } });
      expect((await load("creation_rules: []")).rules).toEqual([]);
    },
  );

  it("takes anchors, aliases and merge keys", async () => {
    const text = `
      creation_rules:
        - &base {age: &team [a, b], mac_only_encrypted: true}
        - {<<: *base, path_regex: x}
        - age: *team
`;
    const { rules } = await load(text, ".sops-config.yaml");
    expect(rules?.map(({ recipients }) => recipients.groups[0]?.length)).toEqual([2, 2, 2]);
    expect(rules?.map(({ macOnlyEncrypted }) => macOnlyEncrypted)).toEqual([true, true, false]);
  });

  it("takes one key in many rules", async () => {
    const rules = `creation_rules:\n  - age: &a [x]\n${"  - age: *a\n".repeat(500)}`;
    expect((await load(rules)).rules).toHaveLength(501);
  });

  it.each([
    [0, null],
    [1, 1],
    [9, 9],
  ])("takes an indentation of %i for %s", async (indent, taken) => {
    expect((await load(`stores: {yaml: {indent: ${String(indent)}}}`)).indents.yaml).toBe(taken);
  });

  it.each([
    ["stores: {yaml: {indent: 10}}", "stores.yaml.indent"],
    ["stores: {yaml: {indent: -1}}", "stores.yaml.indent"],
    ["stores: {yaml: {indent: two}}", "stores.yaml.indent"],
    ["stores: [yaml]", "stores"],
    ["creation_rules: {age: a}", "creation_rules"],
    ["creation_rules: [{age: a}, {age: 1}]", "creation_rules[1].age"],
    ["- age: a", "."],
    ["just text", "."],
  ])("refuses a wrong type with its place: %s", async (text, path) => {
    const error = await failureOf(() => load(text));
    expect([error.code, error.places.path]).toEqual(["CONFIG_INVALID", path]);
    expect(error.places.file).toMatch(/\.sops\.yaml$/);
  });

  it.each([
    [
      "creation_rules: [{encrypted_regex: '('}]",
      "REGEX_INVALID",
      "creation_rules[0].encrypted_regex",
    ],
    [
      "creation_rules: [{}, {path_regex: '(?!a)'}]",
      "REGEX_INVALID",
      "creation_rules[1].path_regex",
    ],
    [
      "creation_rules: [{encrypted_regex: a, encrypted_suffix: b}]",
      "SELECTION_CONFLICT",
      "creation_rules[0]",
    ],
  ])("checks every rule: %s", async (text, code, path) => {
    const error = await failureOf(() => load(text));
    expect([error.code, error.places.path]).toEqual([code, path]);
  });

  it("ignores unknown settings as SOPS does, but not in .sops-config.yaml", async () => {
    const text = "creation_rule: []\nfuture: 1\n";
    expect((await load(text)).rules).toBeNull();
    const error = await failureOf(() => load(text, ".sops-config.yaml"));
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain(
      'creation_rule"; known here: creation_rules, destination_rules, stores',
    );
  });

  it("refuses what is no YAML with line and column, and quotes none of it", async () => {
    const error = await failureOf(() => load("creation_rules:\n  - age: 'hunter2\n"));
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.places).toMatchObject({ line: 3, column: 1 });
    expect(error.message).not.toContain("hunter2");
  });

  it.each([
    ["a key that stands twice", "stores: {}\nstores: {}\n"],
    ["two documents", "stores: {}\n---\nstores: {}\n"],
    ["an alias without anchor", "stores: *x\n"],
    ["aliases without end", aliases(12)],
    ["a group that holds itself", "creation_rules: [{key_groups: [&g {merge: [*g]}]}]"],
    ["brackets without end", "[".repeat(20_000)],
    ["bytes that are no UTF-8", new Uint8Array([0x61, 0xff])],
    ["more than a mebibyte", "#".repeat(1024 * 1024 + 1)],
  ])("refuses %s", async (_, text) => {
    expect(await codeOf(() => load(text))).toBe("CONFIG_INVALID");
  });

  it("refuses a folder, and says that a file is not there", async () => {
    const folder = newFolder();
    expect(await codeOf(() => loadConfig(folder))).toBe("CONFIG_INVALID");
    const error = await failureOf(() => loadConfig(join(folder, "gone.yaml")));
    expect([error.code, error.places]).toEqual([
      "CONFIG_NOT_FOUND",
      { file: join(folder, "gone.yaml") },
    ]);
  });
});

/** A list of lists of lists …, ten times as many at every level. */
function aliases(levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) => {
    const items = Array.from({ length: 10 }, () => (level === 0 ? "x" : `*a${String(level - 1)}`));
    return `k${String(level)}: &a${String(level)} [${items.join(", ")}]`;
  });
  return lines.join("\n");
}
