import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dotenv } from "../../src/materialize/dotenv.ts";
import { branchOf, textLeaf } from "../../src/tree/tree.ts";
import { refusalOf, rendered, textOf } from "./opened.ts";

const lines = (yaml: string, options = {}): string =>
  rendered(dotenv, yaml, options)["secrets.env"] ?? "";

/** What a POSIX shell reads from a file. */
function readByShell(file: string): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "underseal-dotenv-"));
  try {
    writeFileSync(join(folder, "f.env"), file);
    const out = execFileSync("env", ["-i", "/bin/sh", "-c", "set -a; . ./f.env; exec env -0"], {
      cwd: folder,
      encoding: "utf8",
    });
    return new Map(
      out
        .split("\0")
        .map((line) => [line.split("=")[0] ?? "", line.replace(/^[^=]*=/, "")] as const),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("a dotenv file", () => {
  it("has nested keys and indices joined, after a prefix", () => {
    expect(lines("a: 1\ndb: {hosts: [x, y], port: 0x10}\nempty: null\n", { prefix: "APP_" })).toBe(
      "APP_a=1\nAPP_db_hosts_0=x\nAPP_db_hosts_1=y\nAPP_db_port=16\nAPP_empty=\n",
    );
  });

  it("quotes what could be special", () => {
    expect(lines(`a: "two words"\nb: "it's"\nc: "x$y"\nd: "l1\\nl2"\n`)).toBe(
      "a='two words'\nb=\"it's\"\nc='x$y'\nd='l1\nl2'\n",
    );
  });

  it.each([
    ["a-b: x\n", "ARTEFACT_NAME_INVALID at a-b"],
    ["1: x\n".replace("1", '"1"'), 'ARTEFACT_NAME_INVALID at ["1"]'],
    ["a: {b: x}\na_b: y\n", "ARTEFACT_NAME_INVALID at a_b"],
    ["a: !!binary /w==\n", "ARTEFACT_VALUE_INVALID at a"],
    ['a: "x\\0y"\n', "ARTEFACT_VALUE_INVALID at a"],
    [`a: "it's $5"\n`, "ARTEFACT_VALUE_INVALID at a"],
    ["a: {}\n", "ARTEFACT_VALUE_INVALID at a"],
    ["a: x\n---\nb: y\n", "ARTEFACT_VALUE_INVALID"],
  ])("refuses %j: %s", (yaml, refusal) => {
    expect(refusalOf(dotenv, yaml)).toBe(refusal);
  });

  it("says every text to a shell, in the dialect for it", () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from("ab '\"$`\\\n#=!~*{}ż")),
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const tree = {
          documents: [
            branchOf(texts.map((value, index) => [`K${String(index)}`, textLeaf(value)])),
          ],
        };
        const [artefact] = dotenv.render(tree, { dialect: "sh" });
        const read = readByShell(artefact === undefined ? "" : textOf(artefact));
        expect(texts.map((_, index) => read.get(`K${String(index)}`))).toEqual(texts);
      }),
      { numRuns: 15 },
    );
  });
});
