import { readFileSync } from "node:fs";
import { armor, Encrypter } from "age-encryption";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ErrorCode, UndersealError } from "../../src/errors.ts";
import {
  type AgeIdentity,
  ageProvider,
  generateAgeKey,
  parseAgeIdentities,
  recipientOf,
} from "../../src/keys/age.ts";

const vector = (name: string): string =>
  readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8");

const identity = (n: number | "pq"): AgeIdentity => {
  const [found] = parseAgeIdentities(vector(`keys/age-${String(n)}.txt`), "vector");
  if (found === undefined) throw new Error("a vector has no identity");
  return found;
};

const recipient = (n: number | "pq"): string => vector(`keys/age-${String(n)}.pub`).trim();

const withCode = (code: ErrorCode): Error => expect.objectContaining({ code }) as Error;

const provider = (...identities: AgeIdentity[]): ReturnType<typeof ageProvider> =>
  ageProvider(() => Promise.resolve(identities));

const wrapped = (
  enc: string,
  to = recipient(1),
): Parameters<ReturnType<typeof provider>["unwrap"]>[0] => ({
  kind: "age",
  recipient: to,
  enc,
});

/** What real sops wrapped in a golden file. */
function sealedKey(): string {
  const block = /enc: \|\n((?: +.*\n)+?) +-----END AGE ENCRYPTED FILE-----\n/.exec(
    vector("sops/yaml/strings/sealed.yaml"),
  );
  return (block?.[0] ?? "").replace(/^.*\n/, "").replace(/^ +/gm, "");
}

async function ageFile(content: Uint8Array, to = recipient(1)): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(to);
  return armor.encode(await encrypter.encrypt(content));
}

describe("wrap", () => {
  it("writes an armored age file as sops does", async () => {
    const enc = await provider().wrap(new Uint8Array(32).fill(7), recipient(1));
    const lines = enc.split("\n");
    expect(lines[0]).toBe("-----BEGIN AGE ENCRYPTED FILE-----");
    expect(lines.slice(-2)).toEqual(["-----END AGE ENCRYPTED FILE-----", ""]);
    expect(lines.slice(1, -3).every((line) => line.length === 64)).toBe(true);
    expect(enc.length).toBe(sealedKey().length);
  });

  it("wraps to one recipient only, and that one opens it", async () => {
    const dataKey = new Uint8Array(32).map((_, index) => index);
    const enc = await provider().wrap(dataKey, ` ${recipient(2)}\n`);
    expect(await provider(identity(2)).unwrap(wrapped(enc))).toEqual(dataKey);
    expect(await provider(identity(1), identity(3)).unwrap(wrapped(enc))).toBeNull();
  });

  it.each([
    ["an SSH key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPb me@host"],
    ["a plugin recipient", "age1yubikey1q2ps4alsdmfasdmfaldsmfasdmf"],
    ["a tag recipient", "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e"],
  ])("refuses %s, which it does not know yet", async (_, text) => {
    await expect(provider().wrap(new Uint8Array(32), text)).rejects.toEqual(
      withCode("RECIPIENT_UNSUPPORTED"),
    );
  });

  it.each([
    ["nothing", ""],
    ["a mistyped recipient", "age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaa"],
    ["an identity", "AGE-SECRET-KEY-1QQQQ"],
    ["some word", "alice"],
    ["a cut post-quantum recipient", "age1pq1mtc6d9ys3ms2s82dqjtwgygv6ht"],
    [
      "a point that nothing can be encrypted to",
      "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    ],
  ])("refuses %s", async (_, text) => {
    await expect(provider().wrap(new Uint8Array(32), text)).rejects.toEqual(
      withCode("RECIPIENT_INVALID"),
    );
  });
});

describe("unwrap", () => {
  it("opens what real sops wrapped", async () => {
    expect(await provider(identity(1)).unwrap(wrapped(sealedKey()))).toHaveLength(32);
  });

  it("says that a key is not for the identities there are", async () => {
    expect(await provider(identity(2)).unwrap(wrapped(sealedKey()))).toBeNull();
    expect(await provider().unwrap(wrapped(sealedKey()))).toBeNull();
  });

  it("opens what real sops wrapped to a post-quantum recipient", async () => {
    const [enc] = /-----BEGIN[^]*?-----END AGE ENCRYPTED FILE-----\n/.exec(
      vector("sops/config/age-pq/sealed.a.yaml").replaceAll(/^ +/gm, ""),
    ) ?? [""];
    expect(await provider(identity("pq")).unwrap(wrapped(enc))).toHaveLength(32);
    expect(await provider(identity(1)).unwrap(wrapped(enc))).toBeNull();
  });

  it("wraps a share of a data key, and opens it", async () => {
    const share = new Uint8Array(33).map((_, index) => index);
    const enc = await provider().wrap(share, recipient("pq"));
    expect(await provider(identity("pq")).unwrap(wrapped(enc))).toEqual(share);
  });

  it("tries every identity", async () => {
    const keys = [identity(3), identity(2), identity(1)];
    expect(await provider(...keys).unwrap(wrapped(sealedKey()))).toHaveLength(32);
  });

  it("loads the identities once, and not before they are needed", async () => {
    let loaded = 0;
    const counting = ageProvider(() => Promise.resolve([identity(++loaded)]));
    await counting.wrap(new Uint8Array(32), recipient(1));
    expect(loaded).toBe(0);
    await counting.unwrap(wrapped(sealedKey()));
    await counting.unwrap(wrapped(sealedKey()));
    expect(loaded).toBe(1);
  });

  it("passes on what loading fails with", async () => {
    const failing = ageProvider(() =>
      Promise.reject(new UndersealError("IDENTITY_INVALID", "bad")),
    );
    await expect(failing.unwrap(wrapped(sealedKey()))).rejects.toEqual(
      withCode("IDENTITY_INVALID"),
    );
    await expect(failing.unwrap(wrapped(sealedKey()))).rejects.toEqual(
      withCode("IDENTITY_INVALID"),
    );
  });

  it.each([
    ["nothing", ""],
    ["something that is no armor", "hello"],
    ["half an armor", sealedKey().slice(0, 120)],
    ["an armor of something else", armor.encode(new TextEncoder().encode("not an age file\n"))],
    ["a line that is cut", sealedKey().replace(/\n(.{10})/, "\n")],
  ])("refuses %s", async (_, enc) => {
    await expect(provider(identity(1)).unwrap(wrapped(enc))).rejects.toEqual(
      withCode("METADATA_INVALID"),
    );
    await expect(provider().unwrap(wrapped(enc))).rejects.toEqual(withCode("METADATA_INVALID"));
  });

  it.each([0, 16, 31, 34, 64])("refuses a wrapped key of %i bytes", async (size) => {
    const enc = await ageFile(new Uint8Array(size));
    await expect(provider(identity(1)).unwrap(wrapped(enc))).rejects.toEqual(
      withCode("METADATA_INVALID"),
    );
  });

  it("never takes an altered key for a sound one", async () => {
    const file = armor.decode(sealedKey());
    const dataKey = await provider(identity(1)).unwrap(wrapped(sealedKey()));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(file.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const altered = file.map((byte, index) => (index === at ? byte ^ change : byte));
          const outcome = await provider(identity(1))
            .unwrap(wrapped(armor.encode(altered)))
            .catch((error: unknown) => (error as UndersealError).code);
          expect([null, "METADATA_INVALID"]).toContain(outcome);
          expect(outcome).not.toEqual(dataKey);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("tells nothing of the key in its errors", async () => {
    const secret = "hunter2-hunter2";
    const enc = await ageFile(new TextEncoder().encode(secret));
    const error: unknown = await provider(identity(1))
      .unwrap(wrapped(enc))
      .catch((thrown: unknown) => thrown);
    expect(error).toEqual(withCode("METADATA_INVALID"));
    expect(JSON.stringify(error) + String(error)).not.toContain("hunter2");
  });
});

describe("parseAgeIdentities", () => {
  const [one, two] = [identity(1).text, identity(2).text];

  it("reads a key file as age-keygen writes it", () => {
    expect(parseAgeIdentities(vector("keys/age-1.txt"), "keys.txt")).toEqual([
      { text: one, source: "keys.txt" },
    ]);
  });

  it("reads several, by line and by white space, with blank lines, comments, CRLF and a BOM", () => {
    const text = `\uFEFF# first\r\n\r\n  ${one} \t${two}\r\n   # ${two}\n\n${two}`;
    expect(parseAgeIdentities(text, "x").map((found) => found.text)).toEqual([one, two, two]);
  });

  it("finds none in comments", () => {
    expect(parseAgeIdentities(`# ${one}\n\n`, "x")).toEqual([]);
  });

  it.each([
    ["a word", "hello", "not an age identity"],
    ["a recipient", recipient(1), "not an age identity"],
    ["a mistyped identity", `${one.slice(0, -1)}9`, "not an age identity"],
    ["lower case", one.toLowerCase(), "not an age identity"],
    ["a comment behind an identity", `${one} # mine`, "not an age identity"],
    ["a cut post-quantum identity", "AGE-SECRET-KEY-PQ-1QQQQ", "not an age identity"],
    ["a plugin identity", "AGE-PLUGIN-YUBIKEY-1QQQQ", "not supported yet"],
  ])("refuses %s with source and line, never the text", (_, text, words) => {
    const read = (): unknown => parseAgeIdentities(`# key\n\n${text}\n`, "SOPS_AGE_KEY");
    expect(read).toThrow(withCode("IDENTITY_INVALID"));
    expect(read).toThrow(`SOPS_AGE_KEY, line 3: `);
    expect(read).toThrow(words);
    expect(read).not.toThrow(text.slice(0, 12));
  });

  it.each(["age-encryption.org/v1\n-> scrypt", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl"])(
    "says that passphrase-protected identities are not supported yet: %j",
    (text) => {
      const read = (): unknown => parseAgeIdentities(text, "keys.txt");
      expect(read).toThrow(withCode("IDENTITY_INVALID"));
      expect(read).toThrow("keys.txt: passphrase-protected");
    },
  );
});

describe("generateAgeKey", () => {
  it("makes a pair that belongs together and opens what is wrapped to it", async () => {
    const key = await generateAgeKey();
    expect(key.identity).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/);
    expect(await recipientOf(key.identity)).toBe(key.recipient);
    const enc = await provider().wrap(new Uint8Array(32).fill(1), key.recipient);
    const own = provider({ text: key.identity, source: "new" });
    expect(await own.unwrap(wrapped(enc))).toEqual(new Uint8Array(32).fill(1));
  });
});

describe("recipientOf", () => {
  it.each([1, 2, 3])("gives what age-keygen gives for vector %i", async (n) => {
    expect(await recipientOf(identity(n).text)).toBe(recipient(n));
  });

  it("gives what age-keygen gives for a post-quantum identity", async () => {
    expect(await recipientOf(identity("pq").text)).toBe(recipient("pq"));
  });

  it("refuses what is no identity", async () => {
    await expect(recipientOf("AGE-SECRET-KEY-1QQQQ")).rejects.toEqual(withCode("IDENTITY_INVALID"));
    await expect(recipientOf("AGE-SECRET-KEY-PQ-1QQQQ")).rejects.toEqual(
      withCode("IDENTITY_INVALID"),
    );
  });
});
