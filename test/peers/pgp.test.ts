/** PGP keys by the real gpg: what sops seals we open, and the other way round. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openProject } from "../../src/builtins.ts";
import { hostSurroundings } from "../../src/project/host.ts";
import { type Project } from "../../src/project/project.ts";
import { type Ended, peer, run } from "./peers.ts";

const VECTORS = fileURLToPath(new URL("../vectors/", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "underseal-pgp-"));
const HOME = join(root, "gnupg");
const EMPTY = join(root, "nobody");
const [RSA = "", ECC = ""] = readFileSync(join(VECTORS, "keys/pgp.fingerprints"), "utf8")
  .trim()
  .split(",");

const env = (home = HOME): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: root,
  GNUPGHOME: home,
  SOPS_AGE_KEY_FILE: join(VECTORS, "keys/age-1.txt"),
  SOPS_DISABLE_VERSION_CHECK: "true",
});

function gpg(...words: string[]): void {
  const { status, stderr } = spawnSync("gpg", ["--batch", ...words], {
    env: env(),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
}

beforeAll(() => {
  spawnSync("mkdir", ["-m", "700", HOME, EMPTY]);
  gpg("--import", join(VECTORS, "keys/pgp.asc"));
});

afterAll(() => {
  // Agents outlive the programs that started them.
  for (const home of [HOME, EMPTY]) spawnSync("gpgconf", ["--homedir", home, "--kill", "all"]);
  rmSync(root, { recursive: true, force: true });
});

let folders = 0;
function folderWith(rule: string): {
  cwd: string;
  project: Project;
  sops: (...words: string[]) => Promise<Ended>;
} {
  const cwd = join(root, String(++folders));
  spawnSync("mkdir", [cwd]);
  writeFileSync(join(cwd, ".sops.yaml"), `creation_rules:\n  - ${rule}\n`);
  const project = openProject(hostSurroundings({ cwd, env: env() }));
  return { cwd, project, sops: (...words) => run(peer("sops"), words, { env: env(), cwd }) };
}

const cases = readdirSync(join(VECTORS, "sops/config")).filter((name) => name.startsWith("pgp-"));

it.each(cases)("the vector %s opens, and is sealed anew for the same keys", async (name) => {
  const { cwd, project, sops } = folderWith("{}");
  cpSync(join(VECTORS, "sops/config", name), cwd, { recursive: true });
  for (const file of readdirSync(cwd).filter((each) => each.startsWith("sealed."))) {
    const plain = file.replace("sealed.", "ours.");
    writeFileSync(join(cwd, plain), readFileSync(join(cwd, file.replace("sealed.", "in."))));
    await project.replace(await project.seal(plain));
    using theirs = await project.open(file);
    using ours = await project.open(plain);
    const names = ({ metadata }: typeof ours): unknown =>
      metadata.keyGroups.groups.map((group) =>
        group.map(({ kind, recipient }) => [kind, recipient]),
      );
    expect(names(ours)).toEqual(names(theirs));
    expect((await sops("decrypt", plain)).stdout).toBe((await sops("decrypt", file)).stdout);
  }
});

describe("a file for PGP keys", () => {
  it("is sealed by us and opened, changed and opened again by sops and us in turns", async () => {
    const { cwd, project, sops } = folderWith(`pgp: ${RSA}, ${ECC}`);
    writeFileSync(join(cwd, "a.yaml"), "a: one\n");
    await project.replace(await project.seal("a.yaml"));
    expect(readFileSync(join(cwd, "a.yaml"), "utf8")).toMatch(
      /\n {4}pgp:\n {8}- created_at: "20.*Z"\n {10}enc: \|-\n {12}-----BEGIN PGP MESSAGE-----\n/,
    );
    expect(await sops("set", "a.yaml", '["a"]', '"two"')).toMatchObject({ status: 0 });
    await project.replace(await project.rotate("a.yaml"));
    expect(await sops("decrypt", "a.yaml")).toMatchObject({ status: 0, stdout: "a: two\n" });
  });

  it("gets and loses PGP recipients by updatekeys, and keeps the wrapped keys of others", async () => {
    const { cwd, project, sops } = folderWith(`pgp: ${RSA}`);
    writeFileSync(join(cwd, "a.yaml"), "a: one\n");
    await project.replace(await project.seal("a.yaml"));
    const rsa =
      /created_at[^]*?-----END/.exec(readFileSync(join(cwd, "a.yaml"), "utf8"))?.[0] ?? "";
    const age = readFileSync(join(VECTORS, "keys/age-1.pub"), "utf8").trim();
    writeFileSync(
      join(cwd, ".sops.yaml"),
      `creation_rules:\n  - {age: ${age}, pgp: "${RSA},${ECC}"}\n`,
    );
    await project.replace(await (await project.updateKeys("a.yaml")).draft());
    expect(readFileSync(join(cwd, "a.yaml"), "utf8")).toContain(rsa);
    expect(await sops("decrypt", "a.yaml")).toMatchObject({ status: 0 });
    writeFileSync(join(cwd, ".sops.yaml"), `creation_rules:\n  - age: ${age}\n`);
    await project.replace(await (await project.updateKeys("a.yaml")).draft());
    expect(readFileSync(join(cwd, "a.yaml"), "utf8")).not.toContain("pgp");
    expect(await sops("decrypt", "a.yaml")).toMatchObject({ status: 0 });
  });

  it("is not opened without its secret key, and says so", async () => {
    const { cwd, project } = folderWith(`pgp: ${RSA}`);
    writeFileSync(join(cwd, "a.yaml"), "a: one\n");
    await project.replace(await project.seal("a.yaml"));
    const nobody = openProject(hostSurroundings({ cwd, env: env(EMPTY) }));
    await expect(nobody.open("a.yaml")).rejects.toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      places: {
        attempts: [{ kind: "pgp", recipient: RSA, result: "no identity here fits this recipient" }],
      },
    });
    await expect(nobody.seal(join(cwd, ".sops.yaml"))).rejects.toMatchObject({
      code: "GPG_FAILED",
      message: "gpg wraps no data key: the public key is not in the keyring",
    });
  });

  it("says what is wrong with a wrapped key", async () => {
    const { cwd, project } = folderWith(`pgp: ${RSA}`);
    writeFileSync(join(cwd, "a.json"), '{"a": "one"}');
    await project.replace(await project.seal("a.json"));
    const sealed = readFileSync(join(cwd, "a.json"), "utf8");
    writeFileSync(join(cwd, "a.json"), sealed.replace(/-----BEGIN PGP[^"]*/, "nothing"));
    await expect(project.open("a.json")).rejects.toMatchObject({
      places: {
        attempts: [
          { result: "GPG_FAILED: gpg unwraps no data key: the wrapped key is no OpenPGP message" },
        ],
      },
    });
  });
});
