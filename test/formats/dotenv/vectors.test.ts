/** Files that real sops wrote: they open, and what we seal of the same texts holds the same. */
import { describe, expect, it } from "vitest";
import { dotenvFormat } from "../../../src/formats/dotenv/dotenv-format.ts";
import { iniFormat } from "../../../src/formats/ini/ini-format.ts";
import { codeOf, read, readText } from "../../seal/fixtures.ts";
import { leavesOf, leavesOfJson, textOf, Verbs } from "./verbs.ts";

const FORMATS = [
  { folder: "env", format: dotenvFormat, refusal: "DOTENV_SYNTAX" },
  { folder: "ini", format: iniFormat, refusal: "INI_SYNTAX" },
];

describe.each(FORMATS)("sops's vectors in $folder", ({ folder, format, refusal }) => {
  const verbs = new Verbs(format);
  const { sealed, refused } = verbs.cases(folder);
  const path = (name: string, file: string): string => `sops/${folder}/${name}/${file}`;

  it.each(sealed)("open to what sops opens: %s", async (name) => {
    using opened = await verbs.openTree(readText(path(name, `sealed.${folder}`)));
    expect(leavesOf(opened.tree)).toEqual(leavesOfJson(readText(path(name, "opened.as-json"))));
    expect(opened.warnings).toEqual([]);
    const text = await verbs.open(readText(path(name, `sealed.${folder}`)));
    expect(verbs.leaves(text)).toEqual(leavesOf(opened.tree));
  });

  it.each(sealed)("come back byte for byte when we seal them: %s", async (name) => {
    const text = textOf(read(path(name, `in.${folder}`)));
    expect(await verbs.roundTrip(text)).toBe(text);
  });

  it.each(sealed)("hold the same leaves when we seal them: %s", async (name) => {
    using opened = await verbs.openTree(await verbs.seal(textOf(read(path(name, `in.${folder}`)))));
    expect(leavesOf(opened.tree)).toEqual(leavesOfJson(readText(path(name, "opened.as-json"))));
  });

  it.each(refused)("are refused where sops refuses them: %s", async (name) => {
    expect(await codeOf(() => verbs.seal(readText(path(name, `in.${folder}`))))).toBe(refusal);
  });
});
