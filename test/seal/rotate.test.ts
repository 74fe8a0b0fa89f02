import { describe, expect, it } from "vitest";
import { plaintextOf } from "../../src/seal/plaintext.ts";
import { oneGroup } from "../../src/keys/key-groups.ts";
import { openDocument } from "../../src/seal/open.ts";
import { rewrapDocument, rotateDocument } from "../../src/seal/rotate.ts";
import {
  ageWith,
  codeOf,
  context,
  format,
  IDENTITIES,
  open,
  openTree,
  providers,
  readText,
  RECIPIENTS,
  seal,
} from "./fixtures.ts";

const TEXT = "# head\na: 0x1F\nb: >\n  folded\n  text\nlist:\n  - x # inline\nempty: ''\n";
const recipient = (index: number): { kind: "age"; recipient: string } => ({
  kind: "age",
  recipient: RECIPIENTS[index] ?? "",
});
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function rotate(sealed: string, ...indices: number[]): Promise<string> {
  using opened = await openTree(sealed);
  return decode(
    await rotateDocument(opened, {
      providers,
      recipients: oneGroup(indices.map(recipient)),
      context,
    }),
  );
}

async function rewrap(sealed: string, ...indices: number[]): Promise<string | null> {
  using opened = await openTree(sealed);
  const rewrapped = await rewrapDocument(opened, oneGroup(indices.map(recipient)), {
    providers,
    context,
  });
  return rewrapped === null ? null : decode(rewrapped);
}

describe("rotate", () => {
  it("changes every ciphertext and no plaintext byte", async () => {
    const sealed = await seal(TEXT);
    const rotated = await rotate(sealed, 0);
    const envelopes = (text: string): string[] => text.match(/ENC\[[^\]]*\]/g) ?? [];
    expect(envelopes(rotated)).toHaveLength(envelopes(sealed).length);
    expect(envelopes(rotated).filter((envelope) => envelopes(sealed).includes(envelope))).toEqual(
      [],
    );
    expect(await open(rotated)).toBe(TEXT);
  });

  it("gives a new data key, that the old one does not open", async () => {
    const sealed = await seal("a: one\nb: two\n");
    const rotated = await rotate(sealed, 0);
    const metadata = sealed.slice(sealed.indexOf("sops:"));
    expect(await codeOf(openTree(rotated.slice(0, rotated.indexOf("sops:")) + metadata))).toBe(
      "LEAF_DAMAGED",
    );
  });

  it("keeps the layout of a file that sops wrote", async () => {
    const sealed = readText("sops/yaml/comment-in-list/sealed.yaml");
    const shape = (text: string): string =>
      text
        .replace(/ENC\[[^\]]*\]/g, "ENC")
        .replace(/-----[^]*-----/, "")
        .replace(/lastmodified.*/, "");
    expect(shape(await rotate(sealed, 0))).toBe(shape(sealed));
  });

  it("wraps the new data key to the recipients given", async () => {
    const rotated = await rotate(await seal(TEXT), 1, 2);
    expect(await codeOf(openTree(rotated))).toBe("DATA_KEY_UNAVAILABLE");
    const document = format.parse(new TextEncoder().encode(rotated));
    using opened = await openDocument(document, { providers: [ageWith(IDENTITIES[2])] });
    expect(decode(plaintextOf(opened, format).bytes)).toBe(TEXT);
  });
});

describe("rewrap", () => {
  it("adds lines and changes none", async () => {
    const sealed = await seal(TEXT);
    const wider = (await rewrap(sealed, 0, 1)) ?? "";
    const lines = sealed.split("\n");
    expect(wider.split("\n").filter((line) => lines.includes(line))).toEqual(
      expect.arrayContaining(lines),
    );
    expect(await open(wider)).toBe(TEXT);
  });

  it("removes a recipient and keeps the wrapped keys of the others to the letter", async () => {
    const wider = (await rewrap(await seal(TEXT), 0, 1)) ?? "";
    const narrower = (await rewrap(wider, 1)) ?? "";
    expect(narrower).not.toContain(RECIPIENTS[0]);
    const enc = (text: string): string =>
      text.slice(text.lastIndexOf("- enc"), text.lastIndexOf("recipient"));
    expect(enc(narrower)).toBe(enc(wider));
  });

  it("is null when nothing is to be done", async () => {
    expect(await rewrap(await seal(TEXT), 0)).toBeNull();
  });

  it("refuses to leave a file without recipients", async () => {
    expect(await codeOf(rewrap(await seal(TEXT)))).toBe("RECIPIENT_MISSING");
  });
});
