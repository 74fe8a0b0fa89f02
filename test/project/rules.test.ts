import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Config, loadConfig } from "../../src/project/config.ts";
import { matchingRule, ruleFor } from "../../src/project/rules.ts";
import { newFolder, surroundingsIn } from "./world.ts";

/** A config file with this text in a new folder. */
async function configOf(text: string): Promise<Config> {
  const path = join(newFolder(), ".sops.yaml");
  writeFileSync(path, text);
  return loadConfig(path);
}

/** Index of the rule for a path that is looked up from the config's own folder. */
async function indexFor(text: string, path: string): Promise<number | undefined> {
  const config = await configOf(text);
  return ruleFor(config, path, surroundingsIn(join(config.path, "..")))?.index;
}

const withCode = (code: string, places: object = {}): Error =>
  expect.objectContaining({ code, places: expect.objectContaining(places) as object }) as Error;

const world = surroundingsIn("/work");

describe("ruleFor", () => {
  it("takes the first rule that matches", async () => {
    const text = "creation_rules: [{path_regex: b, age: x}, {path_regex: ^a, age: y}, {age: z}]";
    expect(await indexFor(text, "ab.yaml")).toBe(0);
    expect(await indexFor(text, "a.yaml")).toBe(1);
    expect(await indexFor(text, "c.yaml")).toBe(2);
  });

  it("matches the path below the config file's folder, however it is named", async () => {
    const config = await configOf("creation_rules: [{path_regex: ^prod/a\\.yaml$, age: x}]");
    const folder = join(config.path, "..");
    expect(ruleFor(config, "prod/a.yaml", surroundingsIn(folder))?.index).toBe(0);
    expect(ruleFor(config, "./x/../prod/a.yaml", surroundingsIn(folder))?.index).toBe(0);
    expect(ruleFor(config, "a.yaml", surroundingsIn(join(folder, "prod")))?.index).toBe(0);
    expect(ruleFor(config, join(folder, "prod/a.yaml"), world)?.index).toBe(0);
  });

  it("matches the absolute path of a file elsewhere, also where the folder's name only begins alike", async () => {
    const config = await configOf("creation_rules: [{path_regex: ^/, age: x}]");
    expect(ruleFor(config, "/elsewhere/a.yaml", world)?.index).toBe(0);
    expect(ruleFor(config, `${join(config.path, "..")}-2/a.yaml`, world)?.index).toBe(0);
    expect(() => ruleFor(config, join(config.path, "../a.yaml"), world)).toThrow(
      withCode("RULE_NOT_MATCHED"),
    );
  });

  it("matches below a config file at the root of the disk", async () => {
    const config = await configOf("creation_rules: [{path_regex: ^etc/a$, age: x}]");
    expect(ruleFor({ ...config, path: "/.sops.yaml" }, "/etc/a", world)?.index).toBe(0);
  });

  it("fails when no rule matches, with the path that was matched", async () => {
    for (const rules of ["[]", "[{path_regex: ^never$, age: x}]"]) {
      const config = await configOf(`creation_rules: ${rules}`);
      const find = (): unknown => ruleFor(config, join(config.path, "../a\u001b.yaml"), world);
      expect(find).toThrow(withCode("RULE_NOT_MATCHED"));
      expect(find).toThrow(`no rule of ${config.path} matches a\\u{1b}.yaml`);
    }
  });

  it("says nothing where the config has no rules at all", async () => {
    expect(await indexFor("stores: {}", "a.yaml")).toBeUndefined();
  });

  it.each(["{}", "{age: ''}", "{key_groups: [{}]}", "{encrypted_regex: a}"])(
    "fails when the rule names no recipient: %s",
    async (rule) => {
      const config = await configOf(`creation_rules: [{path_regex: never, age: x}, ${rule}]`);
      expect(() => ruleFor(config, "/a", world)).toThrow(
        withCode("RECIPIENT_MISSING", { file: config.path, path: "creation_rules[1]" }),
      );
      expect(matchingRule(config, "/a", world)?.index).toBe(1);
    },
  );

  it("takes several key groups and their threshold, and refuses an empty one", async () => {
    const text =
      "creation_rules: [{path_regex: p, shamir_threshold: 2, key_groups: [{age: [a]}, {age: [b]}]}, {key_groups: [{age: [c]}, {}]}]";
    const config = await configOf(text);
    expect(ruleFor(config, "/p", world)?.recipients).toEqual({
      groups: [[{ kind: "age", recipient: "a" }], [{ kind: "age", recipient: "b" }]],
      threshold: 2,
    });
    expect(() => ruleFor(config, "/x", world)).toThrow(
      withCode("RECIPIENT_MISSING", { file: config.path, path: "creation_rules[1]" }),
    );
  });

  it("ignores the threshold of a single group", async () => {
    const text = "creation_rules: [{shamir_threshold: 1, key_groups: [{age: [a]}]}]";
    expect(await indexFor(text, "a.yaml")).toBe(0);
  });

  it("keeps recipients of every kind, so that sealing can refuse them by name", async () => {
    const config = await configOf("creation_rules: [{age: a, kms: 'arn:aws:kms:x', pgp: FP}]");
    expect(ruleFor(config, "/a", world)?.recipients.groups.flat()).toEqual([
      { kind: "age", recipient: "a" },
      { kind: "pgp", recipient: "FP" },
      { kind: "kms", recipient: "arn:aws:kms:x" },
    ]);
  });
});

describe("the configs that real sops was run with", () => {
  /** Copies of `.sops.yaml` files whose sealed files say what sops took from them. */
  const keys = [1, 2, 3].map((n) =>
    readFileSync(new URL(`../vectors/keys/age-${String(n)}.pub`, import.meta.url), "utf8").trim(),
  );
  const [one = "", two = "", three = ""] = keys;
  const recipients = async (text: string, path: string): Promise<string[] | undefined> => {
    const config = await configOf(text);
    return ruleFor(config, path, surroundingsIn(join(config.path, "..")))
      ?.recipients.groups.flat()
      .map(({ recipient }) => recipient);
  };

  it("rules-first-match", async () => {
    const text = `creation_rules:
  - path_regex: prod\\.yaml$
    age: ${one},${two}
    encrypted_regex: ^pass
  - path_regex: \\.env$
    age: [${two}]
  - age: ${three}
    unencrypted_suffix: _pub
`;
    expect(await recipients(text, "in.prod.yaml")).toEqual([one, two]);
    expect(await recipients(text, "in.x.env")).toEqual([two]);
    expect(await recipients(text, "in.dev.yaml")).toEqual([three]);
  });

  it("rules-merge-groups", async () => {
    const text = `creation_rules:
  - key_groups:
      - merge:
          - age: [${one}]
          - age: [${two}, ${one}]
        age: [${three}]
`;
    expect(await recipients(text, "a.yaml")).toEqual([one, two, three]);
  });
});
