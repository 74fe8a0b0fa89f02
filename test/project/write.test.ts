import { execFileSync } from "node:child_process";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as fileSystem from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { getuid } from "node:process";
import { describe, expect, it } from "vitest";
import { type Disk } from "../../src/project/disk.ts";
import { fingerprintOf } from "../../src/project/read.ts";
import { writeAtomically } from "../../src/project/write.ts";
import { systemError } from "./faulty-disk.ts";
import { codeOf, failureOf, newFolder, surroundingsIn } from "./world.ts";
import {
  bytes,
  contentOf,
  create,
  diskWith,
  filesIn,
  modeOf,
  NEW,
  OLD,
  oldFile,
  replace,
} from "./writing.ts";

const isRoot = getuid?.() === 0;

/** What is left of a mode by the umask, which the tests do not know. */
function masked(mode: number): number {
  const path = join(newFolder(), "masked");
  writeFileSync(path, "", { mode });
  return modeOf(path);
}

const temporaryIn = (folder: string): string =>
  join(folder, filesIn(folder).find((name) => name.includes(".underseal-")) ?? "none");

describe("replacing a file", () => {
  it("puts the new bytes in its place and leaves nothing else", async () => {
    const path = oldFile();
    await replace(path);
    expect(contentOf(path)).toBe(NEW);
    expect(filesIn(dirname(path))).toEqual(["a.yaml"]);
  });

  it("finds a relative path from the working directory", async () => {
    const path = oldFile();
    await replace("a.yaml", { surroundings: surroundingsIn(dirname(path)) });
    expect(contentOf(path)).toBe(NEW);
  });

  it.each([0o600, 0o640, 0o644, 0o660, 0o200])(
    "keeps its mode, whatever is asked for a new file",
    async (mode) => {
      const path = oldFile(mode);
      // Whoever is not root cannot read back a file of mode 0200, and is refused; root sees the mode kept.
      const done = await replace(path, { mode: 0o777 }).then(
        () => true,
        () => false,
      );
      expect(modeOf(path)).toBe(mode);
      expect(done).toBe(isRoot || mode !== 0o200);
    },
  );

  it("keeps the symbolic link, and its target's place", async () => {
    const path = oldFile(0o640);
    const folder = newFolder();
    symlinkSync(path, join(folder, "link.yaml"));
    symlinkSync("link.yaml", join(folder, "link-2.yaml"));
    await replace(join(folder, "link-2.yaml"));
    expect(lstatSync(join(folder, "link.yaml")).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(folder, "link-2.yaml"))).toBe("link.yaml");
    expect([contentOf(path), modeOf(path)]).toEqual([NEW, 0o640]);
    expect([filesIn(folder), filesIn(dirname(path))]).toEqual([
      ["link-2.yaml", "link.yaml"],
      ["a.yaml"],
    ]);
  });

  it("writes beside the target, privately, under a name that tells the process", async () => {
    const path = oldFile(0o644);
    const folder = dirname(path);
    const seen: unknown[] = [];
    const disk = diskWith({
      open: async (...args) => {
        const handle = await fileSystem.open(...args);
        if (args[1] === "wx") seen.push(basename(temporaryIn(folder)), modeOf(temporaryIn(folder)));
        return handle;
      },
    });
    await replace(path, { disk });
    expect(seen).toEqual([".a.yaml.underseal-4242-0101010101010101", 0o600]);
    expect(modeOf(path)).toBe(0o644);
  });

  it("writes files with the longest names there can be", async () => {
    const folder = newFolder();
    for (const name of ["n".repeat(255), "🔑".repeat(63)]) {
      writeFileSync(join(folder, name), OLD);
      await replace(join(folder, name));
      expect(contentOf(join(folder, name))).toBe(NEW);
    }
    expect(filesIn(folder)).toHaveLength(2);
  });

  it("replaces by an empty file, and by a large one", async () => {
    const path = oldFile();
    const surroundings = surroundingsIn(dirname(path));
    const large = new Uint8Array(3_000_000).map((_, index) => index % 253);
    await writeAtomically(path, large, {
      expect: fingerprintOf(bytes(OLD)),
      mode: 0o600,
      surroundings,
    });
    expect(fingerprintOf(readFileSync(path))).toBe(fingerprintOf(large));
    await writeAtomically(path, new Uint8Array(), {
      expect: fingerprintOf(large),
      mode: 0o600,
      surroundings,
    });
    expect(contentOf(path)).toBe("");
  });

  it("refuses when the file is no longer as it was", async () => {
    for (const change of ["old: 2\n", "", OLD.repeat(2)]) {
      const path = oldFile();
      writeFileSync(path, change);
      expect(await codeOf(() => replace(path))).toBe("FILE_CHANGED");
      expect([contentOf(path), filesIn(dirname(path))]).toEqual([change, ["a.yaml"]]);
    }
  });

  it("refuses when the file is changed while the new one is written", async () => {
    const path = oldFile();
    const disk = diskWith({
      open: async (...args) => {
        if (args[1] === "wx") writeFileSync(path, "oops: 1");
        return fileSystem.open(...args);
      },
    });
    expect(await codeOf(() => replace(path, { disk }))).toBe("FILE_CHANGED");
    expect([contentOf(path), filesIn(dirname(path))]).toEqual(["oops: 1", ["a.yaml"]]);
  });

  it("refuses when the file is gone", async () => {
    const folder = newFolder();
    symlinkSync("gone", join(folder, "link"));
    for (const path of ["gone", "link", "no/folder"]) {
      expect(await codeOf(() => replace(join(folder, path)))).toBe("FILE_CHANGED");
    }
    expect(filesIn(folder)).toEqual(["link"]);
  });

  it("refuses a file that is read-only, although a rename would succeed", async () => {
    const path = oldFile(0o444);
    const error = await failureOf(() => replace(path));
    expect([error.code, error.message]).toEqual(["OUTPUT_UNWRITABLE", "the file is read-only"]);
    expect(contentOf(path)).toBe(OLD);
  });

  it("refuses a file with other hard links, and says so", async () => {
    const path = oldFile();
    linkSync(path, `${path}.link`);
    const error = await failureOf(() => replace(path));
    expect(error.code).toBe("OUTPUT_UNWRITABLE");
    expect(error.message).toContain("hard links");
    expect([contentOf(path), statSync(path).nlink]).toEqual([OLD, 2]);
  });

  it("refuses what is no regular file", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "d"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const path of ["d", "pipe"]) {
      expect(await codeOf(() => replace(join(folder, path)))).toBe("OUTPUT_UNWRITABLE");
    }
  });

  it("names the file as the caller did", async () => {
    const error = await failureOf(() =>
      replace("gone", { surroundings: surroundingsIn(newFolder()) }),
    );
    expect(error.places).toEqual({ file: "gone" });
  });
});

describe("making a new file", () => {
  it("writes it with the mode that is asked for and leaves nothing else", async () => {
    for (const mode of [0o600, 0o644]) {
      const path = join(newFolder(), "a.yaml");
      await create(path, { mode });
      expect([contentOf(path), modeOf(path), statSync(path).nlink]).toEqual([NEW, masked(mode), 1]);
      expect(filesIn(dirname(path))).toEqual(["a.yaml"]);
    }
  });

  it("never replaces anything, not even a link that leads nowhere", async () => {
    const path = oldFile();
    const folder = dirname(path);
    symlinkSync("nowhere", join(folder, "link"));
    mkdirSync(join(folder, "d"));
    for (const name of ["a.yaml", "link", "d"]) {
      expect(await codeOf(() => create(join(folder, name)))).toBe("OUTPUT_EXISTS");
    }
    expect([contentOf(path), filesIn(folder)]).toEqual([OLD, ["a.yaml", "d", "link"]]);
  });

  it("never replaces what comes into being meanwhile", async () => {
    const path = join(newFolder(), "a.yaml");
    const disk = diskWith({
      link: async (...args) => {
        writeFileSync(path, OLD);
        await fileSystem.link(...args);
      },
    });
    expect(await codeOf(() => create(path, { disk }))).toBe("OUTPUT_EXISTS");
    expect([contentOf(path), filesIn(dirname(path))]).toEqual([OLD, ["a.yaml"]]);
  });

  it("lets one of two at the same time win, whole", async () => {
    const path = join(newFolder(), "a.yaml");
    const surroundings = surroundingsIn(dirname(path));
    const outcomes = await Promise.allSettled([
      create(path, { surroundings }),
      create(path, { surroundings }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect([contentOf(path), filesIn(dirname(path))]).toEqual([NEW, ["a.yaml"]]);
  });

  it("fails when the folder is not there", async () => {
    expect(await codeOf(() => create(join(newFolder(), "no/a.yaml")))).toBe("OUTPUT_UNWRITABLE");
  });

  describe("on a disk without hard links", () => {
    const link: Disk["link"] = () => Promise.reject(systemError("EPERM"));

    it("writes it all the same", async () => {
      const path = join(newFolder(), "a.yaml");
      await create(path, { disk: diskWith({ link }), mode: 0o644 });
      expect([contentOf(path), modeOf(path), filesIn(dirname(path))]).toEqual([
        NEW,
        masked(0o644),
        ["a.yaml"],
      ]);
    });

    it("never replaces anything either", async () => {
      const path = oldFile();
      expect(await codeOf(() => create(path, { disk: diskWith({ link }) }))).toBe("OUTPUT_EXISTS");
      expect([contentOf(path), filesIn(dirname(path))]).toEqual([OLD, ["a.yaml"]]);
    });

    it("takes the claimed name back when the last step fails", async () => {
      const path = join(newFolder(), "a.yaml");
      const rename: Disk["rename"] = () => Promise.reject(systemError("EIO"));
      expect(await codeOf(() => create(path, { disk: diskWith({ link, rename }) }))).toBe(
        "OUTPUT_UNWRITABLE",
      );
      expect(filesIn(dirname(path))).toEqual([]);
    });
  });
});

describe("what was written", () => {
  it("is read back, and refused when it is not the same", async () => {
    const path = oldFile();
    const disk = diskWith({
      open: async (...args) => {
        const handle = await fileSystem.open(...args);
        const write = handle.writeFile.bind(handle);
        if (args[1] === "wx") handle.writeFile = () => write("new: 23\n");
        return handle;
      },
    });
    expect(await codeOf(() => replace(path, { disk }))).toBe("OUTPUT_NOT_VERIFIED");
    expect([contentOf(path), filesIn(dirname(path))]).toEqual([OLD, ["a.yaml"]]);
  });

  it("is in place when only the folder cannot be synced, which is said unless no folder can be", async () => {
    for (const [code, outcome] of [
      ["EIO", "OUTPUT_NOT_VERIFIED"],
      ["EINVAL", "done"],
    ] as const) {
      const path = oldFile();
      const disk = diskWith({
        open: async (...args) => {
          if (args[0] === dirname(path)) throw systemError(code);
          return fileSystem.open(...args);
        },
      });
      const seen = await replace(path, { disk }).then(
        () => "done",
        (error: unknown) => (error as { code: string }).code,
      );
      expect([seen, contentOf(path)]).toEqual([outcome, NEW]);
    }
  });
});
