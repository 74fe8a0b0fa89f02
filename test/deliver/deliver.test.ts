import * as realDisk from "node:fs/promises";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deliverFile, deliverFiles, type DeliveryDisk } from "../../src/deliver/deliver.ts";
import { type Artefact } from "../../src/materialize/artefact.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "underseal-deliver-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const surroundings = {
  pid: 1,
  randomBytes: (size: number) => crypto.getRandomValues(new Uint8Array(size)),
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const artefact = (path: string, text: string): Artefact => ({
  path,
  content: bytes(text),
  mode: 0o600,
});
const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);
const file = (
  name: string,
  text: string,
  more: { force?: boolean; disk?: DeliveryDisk } = {},
): Promise<void> =>
  deliverFile(join(root, name), bytes(text), { mode: 0o600, force: false, surroundings, ...more });
const folder = (
  artefacts: readonly Artefact[],
  more: { force?: boolean; disk?: DeliveryDisk } = {},
): Promise<string[]> =>
  deliverFiles(join(root, "out"), artefacts, { force: false, surroundings, ...more });
const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => (error as { code: unknown }).code,
  );

/** Every file below the root with its content. */
async function onDisk(): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(
        async (path) => [path.slice(root.length + 1), await readFile(path, "utf8")] as const,
      ),
    ),
  );
}

/** A disk on which the n-th call fails, handles included. */
function failingAt(n: number, code: string): { disk: DeliveryDisk; reached: () => boolean } {
  let calls = 0;
  const counted = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, property) {
        const member: unknown = Reflect.get(object, property, object);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          const cleanup = property === "rm" || property === "close";
          if (!cleanup && ++calls === n) throw Object.assign(new Error("planted"), { code });
          const result: unknown = await Reflect.apply(member, object, args);
          return property === "open" ? counted(result as object) : result;
        };
      },
    });
  return { disk: counted({ ...realDisk }), reached: () => calls >= n };
}

describe("one file", () => {
  it("is written for its owner only, and leaves nothing else", async () => {
    await file("a.env", "x=1\n");
    expect(await onDisk()).toEqual({ "a.env": "x=1\n" });
    expect(await modeOf(join(root, "a.env"))).toBe("600");
  });

  it("replaces none without force, and takes its own permissions with it", async () => {
    await writeFile(join(root, "a.env"), "old", { mode: 0o644 });
    expect(await codeOf(file("a.env", "new"))).toBe("OUTPUT_EXISTS");
    expect(await onDisk()).toEqual({ "a.env": "old" });
    await file("a.env", "new", { force: true });
    expect(await onDisk()).toEqual({ "a.env": "new" });
    expect(await modeOf(join(root, "a.env"))).toBe("600");
  });

  it("does not follow a symbolic link out", async () => {
    await writeFile(join(root, "elsewhere"), "old");
    await symlink(join(root, "elsewhere"), join(root, "a.env"));
    expect(await codeOf(file("a.env", "new"))).toBe("OUTPUT_EXISTS");
    await file("a.env", "new", { force: true });
    expect(await readFile(join(root, "elsewhere"), "utf8")).toBe("old");
  });

  it("is not written where there is no folder", async () => {
    expect(await codeOf(file("no/a.env", "x"))).toBe("OUTPUT_UNWRITABLE");
  });
});

describe("a folder of files", () => {
  const ARTEFACTS = [artefact("a", "1"), artefact("b/c", "2")];

  it("is written whole, 0600 in 0700", async () => {
    expect(await folder(ARTEFACTS)).toEqual([join(root, "out/a"), join(root, "out/b/c")]);
    expect(await onDisk()).toEqual({
      "out/a": "1",
      "out/b/c": "2",
      "out/.underseal": "a\nb/c\n.underseal",
    });
    expect([
      await modeOf(join(root, "out")),
      await modeOf(join(root, "out/b")),
      await modeOf(join(root, "out/b/c")),
    ]).toEqual(["700", "700", "600"]);
  });

  it("may stand in the place of an empty folder", async () => {
    await mkdir(join(root, "out"));
    await folder(ARTEFACTS);
    expect(Object.keys(await onDisk())).toHaveLength(3);
  });

  it("replaces what was delivered before with force, files that are gone included", async () => {
    await folder([artefact("old", "x")]);
    expect(await codeOf(folder(ARTEFACTS))).toBe("OUTPUT_EXISTS");
    await folder(ARTEFACTS, { force: true });
    expect(await onDisk()).toEqual({
      "out/a": "1",
      "out/b/c": "2",
      "out/.underseal": "a\nb/c\n.underseal",
    });
  });

  it("replaces no folder that somebody has put a file of their own into", async () => {
    await folder(ARTEFACTS);
    await writeFile(join(root, "out/b/mine"), "mine");
    expect(await codeOf(folder(ARTEFACTS, { force: true }))).toBe("OUTPUT_EXISTS");
    expect(await onDisk()).toMatchObject({ "out/b/mine": "mine" });
  });

  it("replaces no folder and no file of anybody else, whatever force says", async () => {
    await mkdir(join(root, "out"));
    await writeFile(join(root, "out/mine"), "mine");
    expect(await codeOf(folder(ARTEFACTS, { force: true }))).toBe("OUTPUT_EXISTS");
    await rm(join(root, "out"), { recursive: true });
    await writeFile(join(root, "out"), "mine");
    expect(await codeOf(folder(ARTEFACTS, { force: true }))).toBe("OUTPUT_EXISTS");
    expect(await onDisk()).toEqual({ out: "mine" });
  });

  it.each(["../x", "/x", "a/../../x", "a//b", "./a", "", "a\\b"])(
    "takes no artefact at %j",
    async (path) => {
      expect(await codeOf(folder([artefact(path, "x")]))).toBe("ARTEFACT_NAME_INVALID");
      expect(await onDisk()).toEqual({});
    },
  );
});

describe("a disk that fails at any call", () => {
  it.each([
    ["a new file", () => Promise.resolve(), (disk: DeliveryDisk) => file("a", "new", { disk })],
    [
      "a replaced file",
      () => file("a", "old"),
      (disk: DeliveryDisk) => file("a", "new", { disk, force: true }),
    ],
    [
      "a new folder",
      () => Promise.resolve(),
      (disk: DeliveryDisk) => folder([artefact("a", "new")], { disk }),
    ],
    [
      "a replaced folder",
      async () => folder([artefact("a", "old")]),
      (disk: DeliveryDisk) => folder([artefact("a", "new")], { disk, force: true }),
    ],
  ])("leaves %s as it was, whole", async (_, prepare, deliver) => {
    await prepare();
    const before = await onDisk();
    let reached = true;
    for (let n = 1; reached; n++) {
      const failing = failingAt(n, "ENOSPC");
      const code = await codeOf(deliver(failing.disk));
      reached = failing.reached();
      expect([n, code]).toEqual([n, reached ? "OUTPUT_DISK_FULL" : null]);
      if (reached) expect(await onDisk()).toEqual(before);
    }
  });

  it("names the plaintext that it cannot remove again", async () => {
    await file("a", "old");
    await folder([artefact("a", "old")]);
    const rm = (): Promise<void> =>
      Promise.reject(Object.assign(new Error("planted"), { code: "EPERM" }));
    const left = expect.stringMatching(/\.underseal-1-/) as string;
    await expect(file("b", "x", { disk: { ...realDisk, rm } })).rejects.toMatchObject({
      code: "OUTPUT_UNWRITABLE",
      places: { file: left },
    });
    await expect(
      folder([artefact("a", "x")], { force: true, disk: { ...realDisk, rm } }),
    ).rejects.toMatchObject({ places: { file: left } });
  });

  it("says what kind of failure it was", async () => {
    expect(await codeOf(file("a", "x", { disk: failingAt(1, "EACCES").disk }))).toBe(
      "OUTPUT_UNWRITABLE",
    );
    expect(await codeOf(file("a", "x", { disk: failingAt(1, "EDQUOT").disk }))).toBe(
      "OUTPUT_DISK_FULL",
    );
    const forgetful: DeliveryDisk = {
      ...realDisk,
      readFile: (() => Promise.resolve(Buffer.from("y"))) as unknown as DeliveryDisk["readFile"],
    };
    expect(await codeOf(file("a", "x", { disk: forgetful }))).toBe("OUTPUT_NOT_VERIFIED");
    expect(await onDisk()).toEqual({});
  });
});
