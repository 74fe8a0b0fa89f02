import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as api from "../src/index.ts";
import { IDENTITIES, RECIPIENTS } from "./seal/fixtures.ts";
import { World } from "./cli/world.ts";
import { writeFile } from "node:fs/promises";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
  exports: Record<string, unknown>;
};

describe("the public interface", () => {
  it("is this list, and grows on purpose only", () => {
    expect(Object.keys(api).sort()).toEqual([
      "ERROR_TABLE",
      "MATERIALIZERS",
      "SELECTION_FIELDS",
      "UndersealError",
      "VERSION",
      "deliverFile",
      "deliverFiles",
      "escapeText",
      "formatPath",
      "generateAgeKey",
      "hostSurroundings",
      "initProject",
      "jsonText",
      "materialize",
      "openFile",
      "openProject",
      "openText",
      "parseJson",
      "parsePath",
      "readAnyFile",
      "recipientOf",
      "sealFile",
      "sealText",
      "splitCommandLine",
      "textLeaf",
      "valueOfBytes",
    ]);
  });

  it("exports nothing deep", () => {
    expect(Object.keys(manifest.exports)).toEqual([".", "./package.json"]);
  });

  it("knows its version", () => {
    expect(api.VERSION).toBe(manifest.version);
  });
});

describe("a program", () => {
  const age = [RECIPIENTS[0] ?? ""];
  const identities = [IDENTITIES[0] ?? ""];
  const plaintext = new TextEncoder().encode("a: 0x1F # note\n");

  it("seals and opens a text in memory", async () => {
    const sealed = await api.sealText(plaintext, { format: "yaml", age });
    const opened = await api.openText(sealed, { format: "yaml", identities });
    expect(opened.plaintext).toEqual(plaintext);
    expect(opened.tree.documents[0]?.items.find((item) => item.kind === "entry")).toMatchObject({
      key: "a",
      value: { value: { type: "int", text: "31" } },
    });
  });

  it("is told of a format that is not there, and of an identity that is none", async () => {
    await expect(api.sealText(plaintext, { format: "toml", age })).rejects.toMatchObject({
      code: "TYPE_UNKNOWN",
    });
    await expect(
      api.openText(plaintext, { format: "yaml", identities: ["x"] }),
    ).rejects.toMatchObject({ code: "IDENTITY_INVALID" });
  });

  it("seals and opens a file, and reads a value of it", async () => {
    await using world = await World.create();
    const place = {
      cwd: world.folder,
      env: { SOPS_AGE_KEY: identities[0], XDG_CONFIG_HOME: world.folder },
    };
    await writeFile(world.path("a.yaml"), plaintext);
    await api.sealFile("a.yaml", { ...place, age });
    using file = await api.openFile("a.yaml", place);
    expect(file.plaintext()).toEqual(plaintext);
    expect(file.valueAt(["a"])).toMatchObject({ value: { text: "31" } });
  });
});
