import { describe, expect, it } from "vitest";
import { type GpgRun, pgpProvider } from "../../src/keys/pgp.ts";

const FINGERPRINT = "3684BCDE42C81E24784E6D8BA9CE422AD1264C4C";
const encoder = new TextEncoder();

/** A provider whose gpg ends like this, and what it was run with. */
function withGpg(end: Partial<GpgRun>): {
  provider: ReturnType<typeof pgpProvider>;
  runs: string[][];
} {
  const runs: string[][] = [];
  const provider = pgpProvider((words) => {
    runs.push([...words]);
    return Promise.resolve({ status: 2, stdout: new Uint8Array(), report: [], ...end });
  });
  return { provider, runs };
}

const wrapped = {
  kind: "pgp",
  recipient: FINGERPRINT,
  enc: "-----BEGIN PGP MESSAGE-----",
} as const;

describe("wrapping to a PGP key", () => {
  it("runs gpg as sops does, and trims what it prints", async () => {
    const { provider, runs } = withGpg({ status: 0, stdout: encoder.encode("\nmessage\n") });
    expect(await provider.wrap(new Uint8Array(32), FINGERPRINT)).toBe("message");
    expect(runs[0]?.join(" ")).toBe(
      `--no-default-recipient --yes --encrypt -a -r ${FINGERPRINT} --trusted-key A9CE422AD1264C4C --no-encrypt-to`,
    );
    await provider.wrap(new Uint8Array(32), `${FINGERPRINT}!`);
    expect(runs[1]).toContain("A9CE422AD1264C4C!");
  });

  it.each(["", "alice@example.com", "--output", "3684 BCDE", `${FINGERPRINT}!!`, "D1264C4C"])(
    "refuses %j, and runs nothing",
    async (recipient) => {
      const { provider, runs } = withGpg({ status: 0 });
      await expect(provider.wrap(new Uint8Array(32), recipient)).rejects.toMatchObject({
        code: "RECIPIENT_INVALID",
      });
      expect(runs).toEqual([]);
    },
  );

  it.each([
    [["INV_RECP 1 A"], "not in the keyring"],
    [["INV_RECP 5 A"], "expired"],
    [["INV_RECP 4 A"], "revoked"],
    [["INV_RECP 10 A"], "not trusted"],
    [["INV_RECP 99 A"], "cannot be encrypted to"],
    [[], "does not say why"],
  ])("says why gpg failed: %j", async (report, words) => {
    const { provider } = withGpg({ report });
    const failure = await provider.wrap(new Uint8Array(32), FINGERPRINT).catch(String);
    expect(failure).toContain(words);
  });

  it("does not take silence for success", async () => {
    const { provider } = withGpg({ status: 0 });
    await expect(provider.wrap(new Uint8Array(32), FINGERPRINT)).rejects.toMatchObject({
      code: "GPG_FAILED",
      places: { recipient: FINGERPRINT },
    });
  });
});

describe("unwrapping with a PGP key", () => {
  it("gives what gpg prints", async () => {
    const { provider, runs } = withGpg({ status: 0, stdout: new Uint8Array(32).fill(7) });
    expect(await provider.unwrap(wrapped)).toEqual(new Uint8Array(32).fill(7));
    expect(runs).toEqual([["-d"]]);
  });

  it("says that there is no secret key for it", async () => {
    expect(await withGpg({ report: ["NO_SECKEY A9CE"] }).provider.unwrap(wrapped)).toBeNull();
  });

  it.each([
    [["NO_SECKEY A", "BAD_PASSPHRASE A"], "passphrase is wrong"],
    [["MISSING_PASSPHRASE"], "no passphrase"],
    [["NODATA 1"], "no OpenPGP message"],
    [["DECRYPTION_FAILED"], "cannot be decrypted"],
  ])("says why gpg failed: %j", async (report, words) => {
    const failure = await withGpg({ report }).provider.unwrap(wrapped).catch(String);
    expect(failure).toContain(words);
  });

  it("wipes what gpg printed before it failed", async () => {
    const stdout = new Uint8Array(32).fill(7);
    await withGpg({ stdout, report: ["BADMDC"] })
      .provider.unwrap(wrapped)
      .catch(String);
    expect(stdout).toEqual(new Uint8Array(32));
  });
});
