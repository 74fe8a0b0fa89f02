import { describe, expect, it } from "vitest";
import { editDocument } from "../../../src/seal/edit.ts";
import { plaintextOf } from "../../../src/seal/plaintext.ts";
import { format, later, open, openTree, seal } from "../../seal/fixtures.ts";

const TEXT = `base: &b
  x: 1 # kept once
  y: "two"
copy: *b
merged:
  <<: *b
  z: 0x1F
list: [&i item, *i]
again: *i
`;

describe("an alias", () => {
  it("is sealed written out, each copy bound to its own place, and comes back", async () => {
    const sealed = await seal(TEXT);
    expect(sealed).not.toContain("*b");
    expect(sealed).toMatch(/^copy: \{x: 'ENC\[/m);
    expect(await open(sealed)).toBe(TEXT);
  });

  it("stays as it is where nothing of it is encrypted", async () => {
    const sealed = await seal(TEXT, { selection: { field: "encrypted_regex", pattern: "^z$" } });
    expect(sealed).toContain("copy: *b\n");
    expect(await open(sealed)).toBe(TEXT);
  });

  it("is written out where only what it copies is encrypted: its own place is in clear", async () => {
    const sealed = await seal("a_key: &a secret\nb: *a\n", {
      selection: { field: "encrypted_suffix", pattern: "_key" },
    });
    expect(sealed).toMatch(/^b: secret$/m);
    expect(await open(sealed)).toBe("a_key: &a secret\nb: secret\n");
  });

  it("comes back as a copy when its anchor has changed, and other notes still count", async () => {
    const sealed = await seal(TEXT);
    const data = await seal(TEXT.replace("x: 1", "x: 7"));
    expect(await open(data)).toContain("copy: *b");
    using opened = await openTree(sealed);
    const before = plaintextOf(opened, format);
    const changed = TEXT.replace("copy: *b", "copy: {x: 2, y: 'two'}");
    const after = editDocument(opened, new TextEncoder().encode(changed), {
      before,
      format,
      context: later,
    });
    expect(await open(new TextDecoder().decode(after))).toBe(changed);
  });

  it("keeps its sealed text in an edit that does not concern it", async () => {
    const sealed = await seal(TEXT);
    using opened = await openTree(sealed);
    const before = plaintextOf(opened, format);
    const changed = new TextEncoder().encode(`${TEXT}new: 1\n`);
    const after = new TextDecoder().decode(
      editDocument(opened, changed, { before, format, context: later }),
    );
    const lines = sealed.split("\n").filter((line) => !/mac:|lastmodified:/.test(line));
    expect(after.split("\n")).toEqual(expect.arrayContaining(lines));
  });
});
