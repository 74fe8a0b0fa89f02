import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ConfigValue } from "../../src/project/config-value.ts";
import { type CreationRule, readCreationRule } from "../../src/project/creation-rule.ts";

/** The rule in a YAML text. */
const rule = (text: string, strict = true): CreationRule =>
  readCreationRule(
    new ConfigValue(parse(text, { mapAsMap: true, merge: true }), strict, ["creation_rules", 2]),
    2,
  );

/** Its groups, each recipient as `kind text`. */
const groups = (text: string): string[][] =>
  rule(text).recipients.groups.map((group) =>
    group.map(({ kind, recipient }) => `${kind} ${recipient}`),
  );

const failure = (code: string, path: string): Error =>
  expect.objectContaining({ code, places: { path } }) as Error;

describe("recipients of a rule", () => {
  it("takes fingerprints in groups of four", () => {
    expect(groups("pgp: 3684 BCDE 42C8, A9CE 422A!")).toEqual([
      ["pgp 3684BCDE42C8", "pgp A9CE422A!"],
    ]);
  });

  it("are a string with commas or a list, blanks dropped", () => {
    expect(groups("age: ' a, ,b,'")).toEqual([["age a", "age b"]]);
    expect(groups("age: [a, ' b ', '', 'c,d']")).toEqual([["age a", "age b", "age c", "age d"]]);
  });

  it("are taken in SOPS's order, whatever the kind, and not deduplicated", () => {
    const text = `
      hc_vault_transit_uri: v
      azure_keyvault: z
      hckms: [h]
      gcp_kms: g
      kms: k1,k2
      pgp: p
      age: [a, a]
      aws_profile: x`;
    expect(groups(text)).toEqual([
      [
        "age a",
        "age a",
        "pgp p",
        "kms k1",
        "kms k2",
        "gcp_kms g",
        "hckms h",
        "azure_kv z",
        "hc_vault v",
      ],
    ]);
  });

  it("may be none", () => {
    for (const text of ["{}", "age: ''", "age: []", "age:", "key_groups: []"])
      expect(groups(text)).toEqual([[]]);
    expect(groups("key_groups: [{}]")).toEqual([[]]);
  });

  it("are named in key groups as sealed files name them", () => {
    const text = `
      key_groups:
        - hc_vault: [v]
          azure_keyvault: [{vaultUrl: u, key: k, version: 1a}]
          hckms: [{key_id: h}]
          gcp_kms: [{resource_id: g}]
          kms: [{arn: n, role: r, context: {a: b}, aws_profile: p}, {arn: m}]
          pgp: [p]
          age: [a]`;
    expect(groups(text)).toEqual([
      [
        "age a",
        "pgp p",
        "kms n+r",
        "kms m",
        "gcp_kms g",
        "hckms h",
        "azure_kv u/keys/k/1a",
        "hc_vault v",
      ],
    ]);
  });

  it("come from key groups where there are any, one list for each", () => {
    expect(groups("{age: flat, key_groups: [{age: [a]}, {pgp: [p]}]}")).toEqual([
      ["age a"],
      ["pgp p"],
    ]);
    expect(groups("{age: flat, key_groups: []}")).toEqual([["age flat"]]);
  });

  it("come from merged groups first, and each is named once", () => {
    const text =
      "key_groups: [{merge: [{age: [a]}, {merge: [{age: [b]}], age: [c, a]}], age: [d, b], pgp: [a]}]";
    expect(groups(text)).toEqual([["age a", "age b", "age c", "age d", "pgp a"]]);
  });

  it("may not be a group that holds itself", () => {
    const group = new Map<string, unknown>();
    group.set("merge", [group]);
    const value = new ConfigValue(new Map([["key_groups", [group]]]), false);
    expect(() => readCreationRule(value, 0)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });

  it.each([
    ["age: 1", "creation_rules[2].age"],
    ["age: [a, 1]", "creation_rules[2].age[1]"],
    ["age: {a: b}", "creation_rules[2].age"],
    ["hckms: h", "creation_rules[2].hckms"],
    ["aws_profile: [a]", "creation_rules[2].aws_profile"],
    ["key_groups: {age: [a]}", "creation_rules[2].key_groups"],
    ["key_groups: [{age: a}]", "creation_rules[2].key_groups[0].age"],
    ["key_groups: [{kms: [a]}]", "creation_rules[2].key_groups[0].kms[0]"],
    ["key_groups: [{merge: [{pgp: p}]}]", "creation_rules[2].key_groups[0].merge[0].pgp"],
    ["shamir_threshold: two", "creation_rules[2].shamir_threshold"],
    ["mac_only_encrypted: 'yes'", "creation_rules[2].mac_only_encrypted"],
    ["path_regex: [a]", "creation_rules[2].path_regex"],
    ["encrypted_regex: 1", "creation_rules[2].encrypted_regex"],
    ["[]", "creation_rules[2]"],
    ["null", "creation_rules[2]"],
  ])("are refused in another type: %s", (text, path) => {
    expect(() => rule(text)).toThrow(failure("CONFIG_INVALID", path));
  });
});

describe("settings of a rule", () => {
  it("are SOPS's defaults where nothing is said", () => {
    expect(rule("{}")).toMatchObject({ index: 2, selection: null, macOnlyEncrypted: false });
  });

  it("choose a selection", () => {
    expect(
      rule("{encrypted_suffix: _x, encrypted_regex: '', unencrypted_regex: }").selection,
    ).toEqual({
      field: "encrypted_suffix",
      pattern: "_x",
    });
    expect(rule("unencrypted_comment_regex: ^ *public").selection?.field).toBe(
      "unencrypted_comment_regex",
    );
    expect(rule("mac_only_encrypted: true").macOnlyEncrypted).toBe(true);
  });

  it("choose one selection at most", () => {
    const text = "{encrypted_regex: a, unencrypted_suffix: b}";
    expect(() => rule(text)).toThrow(failure("SELECTION_CONFLICT", "creation_rules[2]"));
  });

  it("hold RE2 expressions only", () => {
    expect(() => rule("encrypted_regex: (?=a)")).toThrow(
      failure("REGEX_INVALID", "creation_rules[2].encrypted_regex"),
    );
    expect(() => rule("path_regex: '['")).toThrow(
      failure("REGEX_INVALID", "creation_rules[2].path_regex"),
    );
    expect(rule("encrypted_suffix: '['").selection?.pattern).toBe("[");
  });

  it("are refused when unknown only where that is asked for", () => {
    expect(() => rule("encrypted_regexp: a")).toThrow(
      failure("CONFIG_INVALID", "creation_rules[2]"),
    );
    expect(() => rule("key_groups: [{agee: [a]}]")).toThrow(
      failure("CONFIG_INVALID", "creation_rules[2].key_groups[0]"),
    );
    expect(() => rule("key_groups: [{kms: [{arnn: a}]}]")).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
    expect(rule("encrypted_regexp: a", false).selection).toBeNull();
  });
});

describe("matches", () => {
  it("searches the expression anywhere in the path", () => {
    const prod = rule("path_regex: prod");
    const paths = ["prod/a.yaml", "nonprod/a.yaml", "dev/a.yaml"];
    expect(paths.map((path) => prod.matches(path))).toEqual([true, true, false]);
  });

  it("holds for every path where there is no expression", () => {
    for (const text of ["{}", "path_regex: ''", "path_regex:"]) {
      expect(rule(text).matches("any/path")).toBe(true);
    }
  });
});
