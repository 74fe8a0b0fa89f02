import { describe, expect, it } from "vitest";
import { checkSealed } from "../../src/seal/sealed-check.ts";
import { compileSelection, DEFAULT_SELECTION } from "../../src/tree/selection.ts";
import { codeOf, format, readText, seal } from "./fixtures.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const selection = compileSelection(DEFAULT_SELECTION);
const TEXT = 'a: one\nb:\n  - two # c\n  #\nx_unencrypted: clear\ne: ""\n';

const check = (sealed: string, plain = TEXT): Promise<string | null> =>
  codeOf(() => {
    checkSealed(encode(sealed), format.parse(encode(plain)).tree, { format, selection });
  });

describe("checkSealed", () => {
  it("passes what was sealed", async () => {
    expect(await check(await seal(TEXT))).toBeNull();
    const name = "sops/yaml/comment-in-list";
    expect(await check(readText(`${name}/sealed.yaml`), readText(`${name}/in.yaml`))).toBeNull();
  });

  it.each([
    ["a value that is still in clear", /^a: .*/m, "a: one"],
    ["a value that is gone", /^a: .*\n/m, ""],
    ["a value at another key", /^a:/m, "c:"],
    ["another value in clear", /clear$/m, "other"],
    ["an empty value that is not", /^e: ""/m, "e: x"],
  ])("refuses %s", async (_, pattern, text) => {
    expect(await check((await seal(TEXT)).replace(pattern, text))).toBe("OUTPUT_NOT_VERIFIED");
  });

  it("refuses ciphertext of a comment that its own expression takes for clear", async () => {
    const field = "unencrypted_comment_regex";
    expect(await codeOf(seal("a: b\n# c\n", { selection: { field, pattern: "^ENC" } }))).toBe(
      "OUTPUT_NOT_VERIFIED",
    );
    expect(await codeOf(seal("a: b\n# c\n", { selection: { field, pattern: "^ c" } }))).toBeNull();
  });
});
