import { describe, expect, it } from "vitest";
import { openDocument } from "../../src/seal/open.ts";
import { UndersealError } from "../../src/errors.ts";
import { type KeyProvider } from "../../src/keys/key-provider.ts";
import {
  ageWith,
  codeOf,
  format,
  IDENTITIES,
  open,
  openTree,
  providers,
  read,
  readText,
  RECIPIENTS,
  seal,
} from "./fixtures.ts";

const sealedBasic = (): string => readText("sops/yaml/basic/sealed.yaml");
const openWith = (sealed: string, ...given: readonly KeyProvider[]): Promise<unknown> =>
  openDocument(format.parse(new TextEncoder().encode(sealed)), { providers: given });

describe("opening refuses", () => {
  it.each([
    ["a file in clear", "a: 1\n", "NOT_SEALED"],
    ["a sops key that is no mapping", "a: 1\nsops: mine\n", "METADATA_INVALID"],
    [
      "a sops block without keys",
      'a: 1\nsops:\n  lastmodified: "2024-01-01T00:00:00Z"\n  mac: ""\n',
      "METADATA_INVALID",
    ],
    ["a sops block that lists words as keys", "a: 1\nsops:\n  age: [x]\n", "METADATA_INVALID"],
    [
      "a key without its wrapped bytes",
      'a: 1\nsops:\n  age: [{recipient: x}]\n  lastmodified: "2024-01-01T00:00:00Z"\n',
      "METADATA_INVALID",
    ],
  ])("%s", async (_, text, code) => {
    expect(await codeOf(openTree(text))).toBe(code);
  });

  it.each([
    [/lastmodified: .*/, "lastmodified: soon"],
    [/lastmodified: .*/, "lastmodified: 2026-01-01T00:00:00Z"],
    [/ {4}lastmodified: .*\n/, ""],
    [/unencrypted_suffix: .*/, "unencrypted_suffix: _u\n    encrypted_regex: x"],
  ])("metadata damaged by replacing %s with %j", async (pattern, text) => {
    expect(await codeOf(openTree(sealedBasic().replace(pattern, text)))).toBe("METADATA_INVALID");
  });

  it("several key groups that hold no shares", async () => {
    const [before, block] = sealedBasic().split(/^ {4}age:\n/m);
    const group = (block ?? "").split(/^ {4}lastmodified/m)[0] ?? "";
    const indented =
      `    key_groups:\n${`        - age:\n${group.replace(/^/gm, "    ")}`.trimEnd()}\n`.repeat(1);
    const groups = indented + indented.replace("    key_groups:\n", "");
    const text = `${before ?? ""}${groups}    lastmodified${(block ?? "").split(/^ {4}lastmodified/m)[1] ?? ""}`;
    expect(await codeOf(openTree(text))).toBe("DATA_KEY_UNAVAILABLE");
  });
});

describe("a file that no identity here opens", () => {
  it("says for each recipient what was tried", async () => {
    const sealed = readText("sops/yaml/recipients-ssh-ed25519/sealed.yaml");
    const error = await openWith(sealed, ageWith(IDENTITIES[1])).catch(
      (failure: unknown) => failure,
    );
    expect(error).toMatchObject({ code: "DATA_KEY_UNAVAILABLE", exitStatus: 128 });
    const { attempts = [] } = (error as UndersealError).places;
    expect(attempts.map(({ recipient }) => recipient)).toEqual([
      expect.stringMatching(/^ssh-ed25519 /),
      RECIPIENTS[0],
    ]);
    expect(attempts.map(({ result }) => result)).toEqual(
      Array(2).fill("no identity here fits this recipient"),
    );
  });

  it("says so of a kind without a provider", async () => {
    expect(await codeOf(openWith(sealedBasic()))).toBe("DATA_KEY_UNAVAILABLE");
  });

  it("names the failure of a provider and goes on to the next key", async () => {
    const failing: KeyProvider = {
      ...ageWith(IDENTITIES[0]),
      unwrap: ({ recipient, ...key }) => {
        if (recipient !== RECIPIENTS[0]) throw new UndersealError("IDENTITY_INVALID", "words");
        return ageWith(IDENTITIES[0]).unwrap({ recipient, ...key });
      },
    };
    expect(
      await codeOf(openWith(readText("sops/yaml/recipients-ssh-ed25519/sealed.yaml"), failing)),
    ).toBeNull();
  });

  it("does not take 16 bytes for a data key", async () => {
    const short: KeyProvider = { ...ageWith(), unwrap: () => Promise.resolve(new Uint8Array(16)) };
    expect(await codeOf(openWith(sealedBasic(), short))).toBe("DATA_KEY_UNAVAILABLE");
  });
});

describe("opening", () => {
  it("tells the place of a damaged value", async () => {
    const sealed = await seal("a: x\nb:\n  - y\n");
    const damaged = sealed.replace(/(?<=- ENC\[AES256_GCM,data:)../, (two) =>
      two === "AA" ? "BB" : "AA",
    );
    const error = await openTree(damaged).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      code: "LEAF_DAMAGED",
      places: { path: "b[0]", line: 3, column: 5 },
    });
  });

  it("ignores the MAC when told to, and says so", async () => {
    const tampered = (await seal("a: x\nb: y\n")).replace(/^b: .*\n/m, "");
    using opened = await openTree(tampered, true);
    expect(opened.warnings).toEqual([{ code: "MAC_IGNORED", path: "sops.mac" }]);
  });

  it("takes lastmodified in any RFC 3339 form for the same time", async () => {
    const sealed = await seal("a: x\n");
    expect(
      await open(sealed.replace(/lastmodified: "(.*)Z"/, 'lastmodified: "$1.000+00:00"')),
    ).toBe("a: x\n");
  });

  it("reads a block whose fields are in another order, case and style, with fields that it does not know", async () => {
    const sealed = await seal("a: x\n");
    const odd = sealed
      .replace("sops:\n", "sops:\n    kms: []\n    pgp: null\n    future: {x: 1}\n")
      .replace("    mac:", "    MAC:");
    expect(await open(odd)).toBe("a: x\n");
  });

  it("brings an empty comment in a list back, of which sops would make a string", async () => {
    const text = "a:\n  - 1\n  #\n  - 2\nb: x #\n";
    const sealed = await seal(text);
    expect(sealed).toMatch(/^ {2}#ENC\[.*type:comment\]~$/m);
    expect(await open(sealed)).toBe(text);
  });

  it("wipes the data key when the file is disposed of", async () => {
    const opened = await openDocument(format.parse(read("sops/yaml/basic/sealed.yaml")), {
      providers,
    });
    const { bytes } = opened.dataKey;
    expect(bytes.some((byte) => byte !== 0)).toBe(true);
    opened[Symbol.dispose]();
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });
});

describe("a list that SOPS left with nothing but an encrypted comment", () => {
  it("stays an empty list, and does not become null", async () => {
    const sealed = await seal("f:\n  # c\n  - ''\ng: 1\n");
    const asSops = sealed.replace("  - ''\n", "").replace("  #ENC[", "  - ENC[");
    expect(await open(asSops)).toBe("f: []\n  # c\ng: 1\n");
  });
});
