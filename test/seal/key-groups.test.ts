import { describe, expect, it } from "vitest";
import { type KeyGroups, oneGroup, sameKeyGroups } from "../../src/keys/key-groups.ts";
import { type Recipient } from "../../src/keys/key-provider.ts";
import { plaintextOf } from "../../src/seal/plaintext.ts";
import { openDocument } from "../../src/seal/open.ts";
import { readMetadata } from "../../src/seal/metadata.ts";
import { rewrapDocument, rotateDocument } from "../../src/seal/rotate.ts";
import { sealDocument } from "../../src/seal/seal.ts";
import { ageWith, codeOf, context, format, IDENTITIES, readText, RECIPIENTS } from "./fixtures.ts";

const TEXT = "# who\na: b\nc: 1\n";
const encoder = new TextEncoder();
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Vector recipients by number, a list for each group. */
function groupsOf(threshold: number, ...groups: number[][]): KeyGroups {
  const recipient = (n: number): Recipient => ({ kind: "age", recipient: RECIPIENTS[n] ?? "" });
  return { groups: groups.map((group) => group.map(recipient)), threshold };
}

async function seal(recipients: KeyGroups): Promise<string> {
  return decode(
    await sealDocument(format.parse(encoder.encode(TEXT)), {
      format,
      providers: [ageWith()],
      recipients,
      context,
      selection: null,
      macOnlyEncrypted: false,
    }),
  );
}

/** Opens with some of the vector identities. */
async function open(sealed: string, ...identities: number[]): Promise<string> {
  const providers = [ageWith(...identities.map((n) => IDENTITIES[n]))];
  using opened = await openDocument(format.parse(encoder.encode(sealed)), { providers });
  return decode(plaintextOf(opened, format).bytes);
}

describe("two of three key groups", () => {
  const sealed = seal(groupsOf(2, [0], [1], [2]));

  it.each([[[0, 1]], [[0, 2]], [[1, 2]], [[0, 1, 2]]])("are opened with %j", async (identities) => {
    expect(await open(await sealed, ...identities)).toBe(TEXT);
  });

  it.each([[[0]], [[1]], [[]]])("are not opened with %j", async (identities) => {
    const failure = await open(await sealed, ...identities).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
    expect(String(failure)).toContain(
      `${String(identities.length)} of the 3 key groups opened, and 2 are needed`,
    );
  });

  it("are laid out as sops lays them out", async () => {
    const shape = (text: string): string =>
      text
        .replace(/^[^]*?^sops:/m, "sops:")
        .replaceAll(/^ {16}(?!-----).*$/gm, "")
        .replaceAll(/\n+/g, "\n")
        .replace(/lastmodified.*/, "")
        .replace(/mac: .*/, "mac");
    const theirs = shape(readText("sops/config/shamir-2-of-3/sealed.a.yaml"));
    expect(shape(await sealed).replace(/ {4}unencrypted_suffix.*\n/, "")).toBe(
      theirs.replace(/ {4}unencrypted_suffix.*\n/, ""),
    );
  });
});

describe("a threshold", () => {
  it("is the number of groups where none is set, and is written down", async () => {
    const sealed = await seal(groupsOf(0, [0], [1, 2]));
    expect(sealed).toContain("    shamir_threshold: 2\n");
    expect(await codeOf(open(sealed, 1, 2))).toBe("DATA_KEY_UNAVAILABLE");
    expect(await open(sealed, 0, 2)).toBe(TEXT);
  });

  it.each([1, 3, -1, 256])("of %d for two groups is refused", async (threshold) => {
    expect(await codeOf(seal(groupsOf(threshold, [0], [1])))).toBe("THRESHOLD_INVALID");
  });

  it("that was lowered by hand opens nothing", async () => {
    const sealed = (await seal(groupsOf(3, [0], [1], [2]))).replace("threshold: 3", "threshold: 2");
    expect(await codeOf(open(sealed, 0, 1))).toBe("LEAF_DAMAGED");
    expect(await open(sealed, 0, 1, 2)).toBe(TEXT);
  });

  it("that is no number is refused", async () => {
    const sealed = (await seal(groupsOf(2, [0], [1]))).replace("threshold: 2", "threshold: two");
    expect(await codeOf(open(sealed, 0, 1))).toBe("METADATA_INVALID");
  });

  it("does not count for one group", async () => {
    const sealed = await seal({ ...oneGroup(groupsOf(0, [0]).groups.flat()), threshold: 5 });
    expect(sealed).not.toContain("shamir_threshold");
    expect(await open(sealed, 0)).toBe(TEXT);
  });
});

it("a group without recipients, and none at all, are refused", async () => {
  expect(await codeOf(seal(groupsOf(0, [0], [])))).toBe("RECIPIENT_MISSING");
  expect(await codeOf(seal(groupsOf(0)))).toBe("RECIPIENT_MISSING");
});

it("rotating keeps the groups and the threshold, and gives every group a new share", async () => {
  const sealed = await seal(groupsOf(2, [0], [1], [2]));
  const providers = [ageWith(...IDENTITIES)];
  using opened = await openDocument(format.parse(encoder.encode(sealed)), { providers });
  const recipients = opened.metadata.keyGroups;
  const rotated = decode(await rotateDocument(opened, { providers, recipients, context }));
  expect(rotated.match(/^ +YWdl.*$/gm)?.some((line) => sealed.includes(line))).toBe(false);
  expect(rotated.replaceAll(/^ {16}.*$|ENC.*/gm, "")).toBe(
    sealed.replaceAll(/^ {16}.*$|ENC.*/gm, ""),
  );
  expect(await open(rotated, 0, 2)).toBe(TEXT);
  expect(await codeOf(open(rotated, 2))).toBe("DATA_KEY_UNAVAILABLE");
});

describe("updating keys", () => {
  const providers = [ageWith(...IDENTITIES)];
  const update = async (sealed: string, wanted: KeyGroups): Promise<string | null> => {
    using opened = await openDocument(format.parse(encoder.encode(sealed)), { providers });
    const bytes = await rewrapDocument(opened, wanted, { providers, context });
    return bytes === null ? null : decode(bytes);
  };

  it("changes nothing where groups and threshold are the wanted ones", async () => {
    const sealed = await seal(groupsOf(2, [0, 1], [2]));
    expect(await update(sealed, groupsOf(0, [1, 0], [2]))).toBeNull();
  });

  it.each([
    ["to more groups", groupsOf(2, [0], [1], [2])],
    ["to another threshold", groupsOf(3, [0], [1], [2])],
    ["to one group", groupsOf(0, [0, 2])],
  ])("splits the key anew %s, and touches no value", async (_, wanted) => {
    const sealed = await seal(groupsOf(2, [0], [1, 2]));
    const updated = (await update(sealed, wanted)) ?? "";
    expect(updated.split("sops:")[0]).toBe(sealed.split("sops:")[0]);
    const { metadata } = format.parse(encoder.encode(updated));
    expect(sameKeyGroups(readMetadata(metadata).keyGroups, wanted)).toBe(true);
    expect(await open(updated, 0, 1, 2)).toBe(TEXT);
    expect(await update(updated, wanted)).toBeNull();
  });
});
