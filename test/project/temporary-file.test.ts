import { chownSync, statSync } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { getuid } from "node:process";
import { describe, expect, it } from "vitest";
import { type Disk } from "../../src/project/disk.ts";
import { fingerprintOf } from "../../src/project/read.ts";
import { systemError } from "./faulty-disk.ts";
import { bytes, contentOf, diskWith, modeOf, NEW, oldFile, replace } from "./writing.ts";

const isRoot = getuid?.() === 0;

describe("the owner of a replaced file", () => {
  /** Replaces a file of user 12 and group 34, on a disk where giving files away is up to `chown`. */
  async function takenOver(
    mode: number,
    chown: (uid: number, gid: number) => Promise<void>,
  ): Promise<string> {
    const path = oldFile(mode);
    const disk = diskWith({
      stat: (async (...args: Parameters<typeof fileSystem.stat>) =>
        Object.assign(await fileSystem.stat(...args), { uid: 12, gid: 34 })) as Disk["stat"],
      open: async (...args) => Object.assign(await fileSystem.open(...args), { chown }),
    });
    await replace(path, { disk });
    return path;
  }

  // Only root may give files away for real; everybody else sees the calls.
  it("is kept where that is allowed", async () => {
    const asked: unknown[] = [];
    const path = await takenOver(0o640, (...ids) => Promise.resolve(void asked.push(ids)));
    expect(asked).toEqual([[12, 34]]);
    expect(modeOf(path)).toBe(0o640);
    if (isRoot) {
      chownSync(path, 12, 34);
      await replace(path, { expect: fingerprintOf(bytes(NEW)) });
      expect([statSync(path).uid, statSync(path).gid]).toEqual([12, 34]);
    }
  });

  it("is given up where it has to be, and the group kept", async () => {
    const own = getuid?.();
    const path = await takenOver(0o660, (uid) =>
      uid === own ? Promise.resolve() : Promise.reject(systemError("EPERM")),
    );
    expect(modeOf(path)).toBe(0o660);
  });

  it.each([
    [0o660, 0o600],
    [0o640, 0o600],
    [0o664, 0o644],
    [0o666, 0o666],
  ])(
    "takes the group's rights with it where the group cannot be kept: %o becomes %o",
    async (mode, left) => {
      const path = await takenOver(mode, () => Promise.reject(systemError("EPERM")));
      expect([contentOf(path), modeOf(path)]).toEqual([NEW, left]);
    },
  );
});
