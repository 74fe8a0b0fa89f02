import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ErrorCode } from "../../src/errors.ts";
import { type Disk } from "../../src/project/disk.ts";
import { fingerprintOf } from "../../src/project/read.ts";
import { type Surroundings } from "../../src/project/surroundings.ts";
import { writeAtomically } from "../../src/project/write.ts";
import { type Fault, faultyDisk, systemError } from "./faulty-disk.ts";
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

/** Every fault there can be in `work`, one run for each call that it makes. */
async function everyFault(
  fault: Omit<Fault, "at">,
  { make, work, check }: Scenario,
): Promise<void> {
  const { disk: counting, calls } = faultyDisk();
  await work(make(), counting);
  expect(calls.length).toBeGreaterThan(12);
  for (const [index, call] of calls.entries()) {
    const path = make();
    const { disk } = faultyDisk({ at: index + 1, ...fault });
    const outcome = await work(path, disk).then(
      () => "done" as const,
      (error: unknown) => (error as { code: ErrorCode }).code,
    );
    await check(path, { outcome, call: `${call} (call ${String(index + 1)})` });
  }
}

interface Scenario {
  readonly make: () => string;
  readonly work: (path: string, disk: Disk) => Promise<void>;
  readonly check: (
    path: string,
    seen: { outcome: ErrorCode | "done"; call: string },
  ) => Promise<void> | void;
}

const OUTPUT_CODES = ["OUTPUT_UNWRITABLE", "OUTPUT_NOT_VERIFIED", "FILE_CHANGED"];

describe("a fault at every single call", () => {
  it("leaves the whole old file, or the whole new one once it is in place, and nothing else", async () => {
    await everyFault(
      { code: "EIO" },
      {
        make: oldFile,
        work: (path, disk) => replace(path, { disk }),
        check: (path, { outcome, call }) => {
          expect(filesIn(dirname(path)), call).toEqual(["a.yaml"]);
          expect(modeOf(path), call).toBe(0o640);
          if (outcome === "done") expect(contentOf(path), call).toBe(NEW);
          else expect(OUTPUT_CODES, call).toContain(outcome);
          // Only what confirms the rename can fail behind it.
          const inPlace = outcome === "OUTPUT_NOT_VERIFIED" && contentOf(path) === NEW;
          if (outcome !== "done" && !inPlace) expect(contentOf(path), call).toBe(OLD);
        },
      },
    );
  });

  it("leaves no file where there was none, or the whole new one", async () => {
    await everyFault(
      { code: "EIO" },
      {
        make: () => join(newFolder(), "a.yaml"),
        work: (path, disk) => create(path, { disk }),
        check: (path, { outcome, call }) => {
          const files = filesIn(dirname(path));
          if (outcome === "done" || files.length > 0) expect(contentOf(path), call).toBe(NEW);
          if (outcome !== "done") expect(OUTPUT_CODES, call).toContain(outcome);
          expect(
            files.filter((name) => name !== "a.yaml"),
            call,
          ).toEqual([]);
          if (outcome === "OUTPUT_UNWRITABLE") expect(files, call).toEqual([]);
        },
      },
    );
  });

  it.each(["ENOSPC", "EDQUOT"])("is told as a full disk: %s", async (code) => {
    const outcomes = new Map<string, ErrorCode | "done">();
    await everyFault(
      { code },
      {
        make: oldFile,
        work: (path, disk) => replace(path, { disk }),
        check: (path, { outcome, call }) => {
          outcomes.set(call, outcome);
          expect(filesIn(dirname(path)), call).toEqual(["a.yaml"]);
        },
      },
    );
    const failed = [...outcomes].filter(([call]) => /^(?:writeFile|rename|chmod)/.test(call));
    expect(failed.map(([, outcome]) => outcome)).toEqual(Array(3).fill("OUTPUT_DISK_FULL"));
  });

  it.each(["EACCES", "EPERM", "EROFS", "EBUSY"])("is told as unwritable: %s", async (code) => {
    for (const call of ["open", "rename"] as const) {
      const failing = (): Promise<never> => Promise.reject(systemError(code));
      const path = oldFile();
      const error = await failureOf(() => replace(path, { disk: diskWith({ [call]: failing }) }));
      expect([error.code, error.message]).toEqual([
        "OUTPUT_UNWRITABLE",
        `the file cannot be written (${code})`,
      ]);
    }
  });

  it("is no excuse for a bug, which passes as it is", async () => {
    const path = oldFile();
    const rename = (): Promise<never> => Promise.reject(new TypeError("a bug"));
    await expect(replace(path, { disk: diskWith({ rename }) })).rejects.toThrow(TypeError);
    expect([contentOf(path), filesIn(dirname(path))]).toEqual([OLD, ["a.yaml"]]);
  });
});

describe("a kill at every single call", () => {
  /** As a later process, when the killed one is gone. */
  const later = (path: string): Surroundings =>
    surroundingsIn(dirname(path), { pid: 5000, isRunning: (pid) => pid === 5000 });

  it("leaves the whole old file or the whole new one, and the next write removes the rest", async () => {
    await everyFault(
      { code: "EIO", forGood: true },
      {
        make: oldFile,
        work: (path, disk) => replace(path, { disk }),
        check: async (path, { call }) => {
          const left = contentOf(path);
          expect([OLD, NEW], call).toContain(left);
          await replace(path, { expect: fingerprintOf(bytes(left)), surroundings: later(path) });
          expect([contentOf(path), filesIn(dirname(path))], call).toEqual([NEW, ["a.yaml"]]);
        },
      },
    );
  });

  it("leaves no file or the whole new one, and the next write removes the rest", async () => {
    await everyFault(
      { code: "EIO", forGood: true },
      {
        make: () => join(newFolder(), "a.yaml"),
        work: (path, disk) => create(path, { disk }),
        check: async (path, { call }) => {
          const made = existsSync(path);
          if (made) expect(contentOf(path), call).toBe(NEW);
          const expected = made ? fingerprintOf(bytes(NEW)) : null;
          await replace(path, { expect: expected, surroundings: later(path) });
          expect([contentOf(path), filesIn(dirname(path))], call).toEqual([NEW, ["a.yaml"]]);
        },
      },
    );
  });
});

describe("what a killed process left behind", () => {
  it("is swept up by the next write to the same file, once the process is gone", async () => {
    const path = oldFile();
    const folder = dirname(path);
    const dead = ".a.yaml.underseal-99-00112233445566ff";
    const others = [
      ".a.yaml.underseal-4242-00112233445566ff",
      ".a.yaml.underseal-99-short",
      ".a.yaml.underseal-99-00112233445566ff.bak",
      ".b.yaml.underseal-99-00112233445566ff",
      "a.yaml.underseal-99-00112233445566ff",
    ];
    for (const name of [dead, ...others]) writeFileSync(join(folder, name), "half");
    await replace(path);
    expect(filesIn(folder)).toEqual(["a.yaml", ...others].sort());
  });

  it("is swept up beside the target of a link", async () => {
    const path = oldFile();
    writeFileSync(join(dirname(path), ".a.yaml.underseal-99-00112233445566ff"), "half");
    const link = join(newFolder(), "link.yaml");
    symlinkSync(path, link);
    await replace(link);
    expect(filesIn(dirname(path))).toEqual(["a.yaml"]);
  });

  it("does not keep the next write from happening when it cannot be swept up", async () => {
    const path = oldFile();
    mkdirSync(join(dirname(path), ".a.yaml.underseal-99-00112233445566ff"));
    await replace(path);
    expect(contentOf(path)).toBe(NEW);
  });
});

describe("a disk that is full", () => {
  /** Runs `work` in a folder with hardly any room: a real one where we may mount it, else none. */
  async function onSmallDisk(work: (folder: string) => Promise<void>): Promise<boolean> {
    const folder = newFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], {
        stdio: "ignore",
      });
    } catch {
      return false;
    }
    try {
      await work(folder);
    } finally {
      execFileSync("umount", [folder]);
    }
    return true;
  }

  it("keeps the old file whole and leaves nothing else", async () => {
    const tooMuch = new Uint8Array(200_000).fill(120);
    const check = async (folder: string, disk: Disk): Promise<void> => {
      const path = join(folder, "a.yaml");
      writeFileSync(path, OLD);
      const options = { mode: 0o600, surroundings: surroundingsIn(folder), disk };
      const old = fingerprintOf(bytes(OLD));
      expect(await codeOf(() => writeAtomically(path, tooMuch, { expect: old, ...options }))).toBe(
        "OUTPUT_DISK_FULL",
      );
      const other = join(folder, "b.yaml");
      expect(
        await codeOf(() => writeAtomically(other, tooMuch, { expect: null, ...options })),
      ).toBe("OUTPUT_DISK_FULL");
      expect([contentOf(path), filesIn(folder)]).toEqual([OLD, ["a.yaml"]]);
    };
    const real = await onSmallDisk((folder) => check(folder, fileSystem));
    if (!real) await check(newFolder(), fullDisk());
  });
});

/** A disk that takes half of what is written and then is full. */
function fullDisk(): Disk {
  return diskWith({
    open: async (...args) => {
      const handle = await fileSystem.open(...args);
      const write = handle.writeFile.bind(handle);
      handle.writeFile = async (data) => {
        await write((data as Uint8Array).subarray(0, 1000));
        throw systemError("ENOSPC");
      };
      return handle;
    },
  });
}
