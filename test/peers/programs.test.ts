/** The built command line beside sops, age and age-keygen: each takes what the other made. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateAgeKey, recipientOf } from "../../src/index.ts";
import { IDENTITY_FILE, RECIPIENT } from "./judge.ts";
import { type Ended, peer, run, Sops } from "./peers.ts";

const UNDERSEAL = fileURLToPath(new URL("../../dist/bin/underseal.js", import.meta.url));
if (!existsSync(UNDERSEAL))
  throw new Error("dist/bin/underseal.js is not there: run `npm run build`");

const OTHER_RECIPIENT = readFileSync(
  new URL("../vectors/keys/age-2.pub", import.meta.url),
  "utf8",
).trim();
const OTHER_IDENTITY_FILE = fileURLToPath(new URL("../vectors/keys/age-2.txt", import.meta.url));

const TEXT = `# database
db:
    user: app # the role
    password: 's3cret'
    port: 0x1538
hosts: [a.example, b.example]
note_unencrypted: visible
`;
const OPENED = {
  db: { user: "app", password: "s3cret", port: 5432 },
  hosts: ["a.example", "b.example"],
  note_unencrypted: "visible",
};

let sops: Sops;
beforeEach(() => {
  sops = new Sops(IDENTITY_FILE);
});
afterEach(() => {
  sops[Symbol.dispose]();
});

const path = (name: string): string => join(sops.folder, name);
const file = (name: string): string => readFileSync(path(name), "utf8");

/** Runs `underseal WORDS` with the environment that sops has. */
const underseal = (...words: readonly string[]): Promise<Ended> =>
  run(process.execPath, [UNDERSEAL, ...words], { env: sops.env, cwd: sops.folder });

/** What sops makes of a sealed file. */
async function openedBySops(name: string, by: Sops = sops): Promise<unknown> {
  const { status, stdout, stderr } = await by.decrypt(file(name), "json");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

async function sealed(): Promise<void> {
  writeFileSync(path("app.yaml"), TEXT);
  expect(await underseal("encrypt", "-i", "--age", RECIPIENT, "app.yaml")).toMatchObject({
    status: 0,
  });
}

describe("sops", () => {
  it("opens what underseal sealed", async () => {
    await sealed();
    expect(await openedBySops("app.yaml")).toEqual(OPENED);
  });

  it("opens what underseal set, unset and rotated", async () => {
    await sealed();
    expect(await underseal("set", "app.yaml", "db.password", "n3w")).toMatchObject({ status: 0 });
    expect(await underseal("unset", "app.yaml", "hosts[0]")).toMatchObject({ status: 0 });
    expect(await underseal("rotate", "-i", "app.yaml")).toMatchObject({ status: 0 });
    expect(await openedBySops("app.yaml")).toEqual({
      ...OPENED,
      db: { ...OPENED.db, password: "n3w" },
      hosts: ["b.example"],
    });
  });

  it("opens for a recipient that underseal added", async () => {
    await sealed();
    expect(await underseal("rotate", "-i", "--add-age", OTHER_RECIPIENT, "app.yaml")).toMatchObject(
      { status: 0 },
    );
    using other = new Sops(OTHER_IDENTITY_FILE);
    expect(await openedBySops("app.yaml", other)).toEqual(OPENED);
  });

  it("opens with the identity that underseal made", async () => {
    const { identity, recipient } = await generateAgeKey();
    writeFileSync(path("identity"), identity);
    using own = new Sops(path("identity"));
    const { stdout } = await sops.encrypt(TEXT, ["--age", recipient]);
    expect(await own.decrypt(stdout, "json")).toMatchObject({ status: 0 });
  });
});

describe("underseal", () => {
  it("opens what sops sealed, set and rotated", async () => {
    const { stdout } = await sops.encrypt(TEXT, ["--age", RECIPIENT]);
    writeFileSync(path("app.yaml"), stdout);
    expect(await sops.run(["set", "app.yaml", '["db"]["password"]', '"n3w"'], "")).toMatchObject({
      status: 0,
    });
    expect(await sops.run(["rotate", "-i", "app.yaml"], "")).toMatchObject({ status: 0 });
    expect(await underseal("get", "app.yaml", "db.password")).toMatchObject({
      status: 0,
      stdout: "n3w",
    });
    expect(await underseal("verify", "app.yaml")).toMatchObject({ status: 0 });
  });

  it("gives back its author's bytes", async () => {
    await sealed();
    expect(await underseal("decrypt", "app.yaml")).toMatchObject({ status: 0, stdout: TEXT });
  });

  it("ends with sops's exit status where sops refuses", async () => {
    await sealed();
    const damaged = file("app.yaml").replace(/^ {4}user: .*\n/m, "");
    writeFileSync(path("app.yaml"), damaged);
    expect(await underseal("decrypt", "app.yaml")).toMatchObject({ status: 51, stdout: "" });
    expect(await sops.decrypt(damaged, "yaml")).toMatchObject({ status: 51, stdout: "" });
  });
});

describe("age", () => {
  it("opens the data key that underseal wrapped: 32 bytes", async () => {
    await sealed();
    const [armored = ""] =
      /-----BEGIN[\s\S]*?-----END AGE ENCRYPTED FILE-----/.exec(file("app.yaml")) ?? [];
    const wrapped = `${armored.replaceAll(/^ +/gm, "")}\n`;
    const out = path("data-key");
    const ended = await run(peer("age"), ["--decrypt", "-i", IDENTITY_FILE, "-o", out], {
      env: sops.env,
      cwd: sops.folder,
      input: wrapped,
    });
    expect(ended).toMatchObject({ status: 0 });
    expect(readFileSync(out)).toHaveLength(32);
  });

  it("derives the same recipient from an identity", async () => {
    const { identity, recipient } = await generateAgeKey();
    const { stdout } = await run(peer("age-keygen"), ["-y"], {
      env: sops.env,
      cwd: sops.folder,
      input: `${identity}\n`,
    });
    expect(stdout.trim()).toBe(recipient);
    expect(await recipientOf(identity)).toBe(recipient);
  });
});
