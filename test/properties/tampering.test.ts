/**
 * Whoever has no key may change the text of a sealed file. What they do is refused, except what SOPS's
 * format cannot see (sops-format section 2): those exceptions are listed here, one by one.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { codeOf, open, openTree, seal } from "../seal/fixtures.ts";

const TEXT = `# head
user: app
pass: s3cret
port: 5432
ratio: 0.5
on: true
since: 2024-01-01
nested:
  token: abc
  other: def
list:
  - one
  - two
  - two
empty: ""
nothing: null
clear_unencrypted: visible
more_unencrypted: text
`;

let sealed = "";
beforeAll(async () => {
  sealed = await seal(TEXT);
});

const lines = (): string[] => sealed.split("\n");
const lineOf = (key: string): number =>
  lines().findIndex((line) => line.trimStart().startsWith(`${key}:`));
const withLine = (index: number, change: (line: string) => string | null): string =>
  lines()
    .map((line, at) => (at === index ? change(line) : line))
    .filter((line) => line !== null)
    .join("\n");

/** The line numbers of encrypted values, without comments and metadata. */
const valueLines = (): number[] => {
  const end = lineOf("sops");
  return lines().flatMap((line, index) =>
    index < end && line.includes("ENC[") && !line.trimStart().startsWith("#") ? [index] : [],
  );
};

const DAMAGE = [
  "LEAF_DAMAGED",
  "LEAF_NOT_SEALED",
  "MAC_MISMATCH",
  "MAC_DAMAGED",
  "METADATA_INVALID",
  "DATA_KEY_UNAVAILABLE",
];

describe("whoever has no key cannot", () => {
  it("flip a single character of an encrypted value", async () => {
    const values = valueLines();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...values),
        fc.nat(),
        fc.constantFrom("A", "Q", "g", "w", "1", "_"),
        async (index, at, char) => {
          const line = lines()[index] ?? "";
          const start = line.indexOf("data:") + "data:".length;
          const end = line.lastIndexOf(",type:");
          const position = start + (at % (end - start));
          fc.pre(
            !",:=".includes(line[position] ?? "") &&
              !/[a-z]/.test(line.slice(position - 1, position + 2).replace(/[^:,]/g, "")),
          );
          const flipped = line.slice(0, position) + char + line.slice(position + 1);
          fc.pre(flipped !== line && !sameBase64(line, flipped));
          expect(DAMAGE).toContain(await codeOf(openTree(withLine(index, () => flipped))));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("drop a value", async () => {
    for (const index of valueLines())
      expect(await codeOf(openTree(withLine(index, () => null)))).toBe("MAC_MISMATCH");
  });

  it("empty a value", async () => {
    for (const index of valueLines()) {
      expect(await codeOf(openTree(withLine(index, (line) => line.replace(/ENC\[.*/, '""'))))).toBe(
        "MAC_MISMATCH",
      );
    }
  });

  it("move a value to another key, or swap two", async () => {
    const [user, pass] = [lineOf("user"), lineOf("pass")];
    const value = (index: number): string => (lines()[index] ?? "").replace(/^[^E]*/, "");
    expect(await codeOf(openTree(withLine(user, () => `user: ${value(pass)}`)))).toBe(
      "LEAF_DAMAGED",
    );
    const swapped = lines()
      .with(user, `user: ${value(pass)}`)
      .with(pass, `pass: ${value(user)}`)
      .join("\n");
    expect(await codeOf(openTree(swapped))).toBe("LEAF_DAMAGED");
  });

  it("rename a key of an encrypted value", async () => {
    expect(await codeOf(openTree(sealed.replace("  token:", "  t0ken:")))).toBe("LEAF_DAMAGED");
  });

  it("swap two items of a list that differ, or repeat one", async () => {
    const first = lineOf("list") + 1;
    const swapped = lines()
      .with(first, lines()[first + 1] ?? "")
      .with(first + 1, lines()[first] ?? "")
      .join("\n");
    expect(await codeOf(openTree(swapped))).toBe("MAC_MISMATCH");
    expect(await codeOf(openTree(withLine(first, (line) => `${line}\n${line}`)))).toBe(
      "MAC_MISMATCH",
    );
  });

  it("put a value in clear in the place of an encrypted one, or beside it", async () => {
    expect(await codeOf(openTree(withLine(lineOf("pass"), () => "pass: mine")))).toBe(
      "LEAF_NOT_SEALED",
    );
    expect(await codeOf(openTree(withLine(lineOf("pass"), (line) => `${line}\nadded: mine`)))).toBe(
      "LEAF_NOT_SEALED",
    );
    expect(await codeOf(openTree(withLine(lineOf("port"), () => "port: 1")))).toBe(
      "LEAF_NOT_SEALED",
    );
  });

  it("change or add a value that stands in clear", async () => {
    expect(await codeOf(openTree(sealed.replace("visible", "v1sible")))).toBe("MAC_MISMATCH");
    expect(await codeOf(openTree(`added_unencrypted: x\n${sealed}`))).toBe("MAC_MISMATCH");
  });

  it("change a type into one that the text does not fit", async () => {
    const retyped = (key: string, from: string, to: string): Promise<string | null> =>
      codeOf(openTree(withLine(lineOf(key), (line) => line.replace(`type:${from}`, `type:${to}`))));
    expect(await retyped("pass", "str", "int")).toBe("LEAF_DAMAGED");
    expect(await retyped("pass", "str", "comment")).toBe("LEAF_DAMAGED");
    expect(await retyped("on", "bool", "str")).toBe("MAC_MISMATCH");
  });

  it("put a comment in the place of a value", async () => {
    const comment = /#(ENC\[.*\])/.exec(sealed)?.[1] ?? "";
    expect(await codeOf(openTree(`${comment === "" ? "" : `x: ${comment}\n`}${sealed}`))).toBe(
      "LEAF_DAMAGED",
    );
  });

  it("change lastmodified, or take the MAC of another version", async () => {
    expect(
      await codeOf(
        openTree(sealed.replace(/lastmodified: .*/, 'lastmodified: "2020-01-01T00:00:00Z"')),
      ),
    ).toBe("MAC_DAMAGED");
    const other = await seal(TEXT.replace("s3cret", "new"));
    const mac = /mac: .*/.exec(other)?.[0] ?? "";
    expect(await codeOf(openTree(sealed.replace(/mac: .*/, mac)))).toBe("MAC_DAMAGED");
    expect(await codeOf(openTree(sealed.replace(/mac: .*/, 'mac: ""')))).toBe("MAC_MISMATCH");
    expect(await codeOf(openTree(sealed.replace(/ {4}mac: .*\n/, "")))).toBe("MAC_MISMATCH");
  });

  it("forge or move a spelling note: it is dropped, the value stays", async () => {
    const noted = await seal("a: 0x1F\nb: 0x2F\n");
    const notes = [...noted.matchAll(/~[\w-]+/g)].map(([note]) => note);
    expect(notes).toHaveLength(2);
    expect(await open(noted.replace(notes[0] ?? "", notes[1] ?? ""))).toBe("a: 31\nb: 0x2F\n");
    expect(await open(noted.replace(notes[0] ?? "", ""))).toBe("a: 31\nb: 0x2F\n");
  });
});

/** Base64 has spare bits: some changed characters mean the same bytes. */
function sameBase64(a: string, b: string): boolean {
  const bytes = (text: string): string =>
    [...text.matchAll(/(?:data|iv|tag):([^,]*)/g)]
      .map(([, part = ""]) => Buffer.from(part, "base64").toString("hex"))
      .join();
  return bytes(a) === bytes(b);
}

/** What SOPS's MAC cannot see: keys, boundaries, types, nulls, empty strings, comments. We cannot either. */
describe("the format does not see", () => {
  const unseen = async (text: string): Promise<string | null> => codeOf(openTree(text));

  it("two equal items of a list swapped", async () => {
    const first = lineOf("list") + 2;
    const swapped = lines()
      .with(first, lines()[first + 1] ?? "")
      .with(first + 1, lines()[first] ?? "")
      .join("\n");
    expect(await unseen(swapped)).toBeNull();
  });

  it("empty strings and nulls added or removed", async () => {
    expect(await unseen(withLine(lineOf("empty"), () => null))).toBeNull();
    expect(await unseen(withLine(lineOf("nothing"), () => null))).toBeNull();
    expect(await unseen(`a: ""\nb: null\n${sealed}`)).toBeNull();
  });

  it("keys of values in clear renamed, and where one such value ends and the next begins", async () => {
    expect(await unseen(sealed.replace("clear_unencrypted", "other_unencrypted"))).toBeNull();
    expect(await unseen(sealed.replace("visible", "visiblet").replace("text", "ext"))).toBeNull();
  });

  it("the type of a value whose text means the same in another", async () => {
    expect(
      await unseen(withLine(lineOf("since"), (line) => line.replace("type:time", "type:str"))),
    ).toBeNull();
    expect(
      await unseen(withLine(lineOf("port"), (line) => line.replace("type:int", "type:float"))),
    ).toBeNull();
  });

  it("comments removed or altered: an altered one stays as it is, with a warning", async () => {
    expect(await unseen(sealed.replace(/^#.*\n/, ""))).toBeNull();
    using opened = await openTree(
      sealed.replace(/^#ENC\[AES256_GCM,data:../, "#ENC[AES256_GCM,data:AA"),
    );
    expect(opened.warnings).toEqual([{ code: "COMMENT_NOT_SEALED", path: "." }]);
  });

  it("values in clear, where the file says that the MAC covers encrypted ones only", async () => {
    const only = await seal(TEXT, { macOnlyEncrypted: true });
    expect(await unseen(only.replace("visible", "v1sible"))).toBeNull();
    expect(
      await codeOf(openTree(only.replace("mac_only_encrypted: true", "mac_only_encrypted: false"))),
    ).toBe("MAC_MISMATCH");
  });
});
