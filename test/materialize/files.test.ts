import { describe, expect, it } from "vitest";
import { files } from "../../src/materialize/files.ts";
import { json } from "../../src/materialize/json.ts";
import { refusalOf, rendered, treeOf } from "./opened.ts";

describe("single files", () => {
  it("hold the bytes of their values, in folders for mappings", () => {
    const yaml =
      'token: "a b"\npem: |\n  one\n  two\ndb: {user: x, on: true}\nlist: [1, {a: b}]\nnone: null\n.npmrc: y\n';
    expect(rendered(files, yaml)).toEqual({
      token: "a b",
      pem: "one\ntwo\n",
      "db/user": "x",
      "db/on": "true",
      list: '[1,{"a":"b"}]',
      none: "",
      ".npmrc": "y",
    });
  });

  it("hold binary values as they are, readable for their owner only", () => {
    const [artefact] = files.render(treeOf("key: !!binary /wA=\n"), {});
    expect([...(artefact?.content ?? [])]).toEqual([0xff, 0x00]);
    expect(artefact?.mode).toBe(0o600);
  });

  it.each([
    ["'../x': a\n", 'ARTEFACT_NAME_INVALID at ["../x"]'],
    ["'..': a\n", 'ARTEFACT_NAME_INVALID at [".."]'],
    ["'a/b': a\n", "ARTEFACT_NAME_INVALID at a/b"],
    ["'': a\n", 'ARTEFACT_NAME_INVALID at [""]'],
    ["nul: a\n", "ARTEFACT_NAME_INVALID at nul"],
    [".underseal: a\n", 'ARTEFACT_NAME_INVALID at [".underseal"]'],
    ["A: a\na: b\n", "ARTEFACT_NAME_INVALID at a"],
    [`${"x".repeat(256)}: a\n`, `ARTEFACT_NAME_INVALID at ${"x".repeat(256)}`],
    ["a: {}\n", "ARTEFACT_VALUE_INVALID at a"],
  ])("refuse %j", (yaml, refusal) => {
    expect(refusalOf(files, yaml)).toBe(refusal);
  });
});

describe("a JSON file", () => {
  it("keeps the order of keys and the digits of numbers", () => {
    const yaml =
      "z: 9007199254740993\n'1': a\n__proto__: {f: 1.50, e: 1e21}\nl: []\nm: {}\nn: null\nt: 2024-01-01\n";
    expect(rendered(json, yaml)["secrets.json"]).toBe(
      `{
  "z": 9007199254740993,
  "1": "a",
  "__proto__": {
    "f": 1.5,
    "e": 1000000000000000000000
  },
  "l": [],
  "m": {},
  "n": null,
  "t": "2024-01-01T00:00:00Z"
}
`,
    );
  });

  it.each([
    ["a: .nan\n", "ARTEFACT_VALUE_INVALID at a"],
    ["a: [-.inf]\n", "ARTEFACT_VALUE_INVALID at a[0]"],
    ["a: !!binary /w==\n", "ARTEFACT_VALUE_INVALID at a"],
    ["a: 1\n---\nb: 1\n", "ARTEFACT_VALUE_INVALID"],
    ["a: ENC[AES256_GCM,data:x\n", "CIPHERTEXT_REFUSED at a"],
  ])("refuses %j", (yaml, refusal) => {
    expect(refusalOf(json, yaml)).toBe(refusal);
  });
});
