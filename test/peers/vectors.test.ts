/** The golden vectors through the sops that is installed: what it wrote once still holds, in both directions. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { SELECTION_FIELDS, type SelectionSetting } from "../../src/index.ts";
import { sopsJson } from "../generate/meaning.ts";
import { IDENTITY_FILE, open, RECIPIENT, seal } from "./judge.ts";
import { Sops } from "./peers.ts";
import { treeMeaning } from "./tree-meaning.ts";

const VECTORS = new URL("../vectors/sops/yaml/", import.meta.url);
const has = (name: string, file: string): boolean =>
  existsSync(new URL(`${name}/${file}`, VECTORS));
const read = (name: string, file: string): string =>
  readFileSync(new URL(`${name}/${file}`, VECTORS), "utf8");

const names = readdirSync(VECTORS);
const refused = names.filter((name) => has(name, "refused"));
const inJson = names.filter((name) => has(name, "opened.as-json"));
/** sops takes an invalid expression to match nothing, in silence; sealing refuses it. */
const sealable = inJson.filter((name) => name !== "select-invalid-regex");

const sops = new Sops(IDENTITY_FILE);
afterAll(() => {
  sops[Symbol.dispose]();
});

/** The flags that a vector was made with: `--encrypted-regex (?i)^x`, or none. */
function flagOf(name: string): readonly [flag: string, text: string] | null {
  const [, flag, text] = /^(--[a-z-]+) (.*)$/m.exec(read(name, "args")) ?? [];
  return flag === undefined || text === undefined ? null : [flag, text];
}

function selectionOf(name: string): SelectionSetting | undefined {
  const [flag, pattern] = flagOf(name) ?? [];
  const field = SELECTION_FIELDS.find((known) => `--${known.replaceAll("_", "-")}` === flag);
  return field === undefined || pattern === undefined ? undefined : { field, pattern };
}

describe.each(sealable)("the vector %s", (name) => {
  it("sealed by us, opens in sops to what sops made of it", async () => {
    const opened = await sops.decrypt(await seal(read(name, "in.yaml"), selectionOf(name)), "json");
    expect(opened).toMatchObject({ status: 0, stdout: read(name, "opened.as-json") });
  });

  it("sealed by sops now, opens here to the same", async () => {
    const { status, stdout } = await sops.encrypt(read(name, "in.yaml"), [
      "--age",
      RECIPIENT,
      ...(flagOf(name) ?? []),
    ]);
    expect(status).toBe(0);
    expect(treeMeaning((await open(stdout)).tree).map(sopsJson)[0]).toBe(
      read(name, "opened.as-json"),
    );
  });
});

describe.each(inJson)("the vector %s", (name) => {
  it("sealed by sops once, opens here to the same", async () => {
    const { tree } = await open(read(name, "sealed.yaml"));
    expect(treeMeaning(tree).map(sopsJson)[0]).toBe(read(name, "opened.as-json"));
  });
});

describe.each(refused)("the vector %s", (name) => {
  it("is still refused by sops", async () => {
    const [, exitStatus = ""] = read(name, "refused").trim().split(" ");
    const { status } = await sops.encrypt(read(name, "in.yaml"), [
      "--age",
      RECIPIENT,
      ...(flagOf(name) ?? []),
    ]);
    expect(status).toBe(Number(exitStatus));
  });
});
