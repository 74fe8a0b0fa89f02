import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UndersealError } from "../../src/errors.ts";
import {
  DEFAULT_MAX_BYTES,
  fingerprintOf,
  hasFingerprint,
  readAnyFile,
  readRegularFile,
  readSource,
} from "../../src/project/read.ts";
import { codeOf, failureOf, newFolder, surroundingsIn } from "./world.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A disk on which opening fails. */
const failing = (code: string): { open: typeof fileSystem.open } => ({
  open: () => Promise.reject(Object.assign(new Error(`${code}: secret words`), { code })),
});

describe("readSource", () => {
  it("gives the bytes, the name as given, the absolute path and a fingerprint", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "a.yaml"), "a: 1\n");
    const file = await readSource("a.yaml", surroundingsIn(folder));
    expect(file).toEqual({
      path: "a.yaml",
      absolute: join(folder, "a.yaml"),
      bytes: bytes("a: 1\n"),
      fingerprint: fingerprintOf(bytes("a: 1\n")),
    });
  });

  it("reads an empty file", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "a.yaml"), "");
    expect((await readSource("a.yaml", surroundingsIn(folder))).bytes).toHaveLength(0);
  });

  it("reads a file of many chunks whole", async () => {
    const folder = newFolder();
    const content = new Uint8Array(700_001).map((_, index) => index % 251);
    writeFileSync(join(folder, "a.yaml"), content);
    const file = await readSource("a.yaml", surroundingsIn(folder));
    expect(fingerprintOf(file.bytes)).toBe(fingerprintOf(content));
  });

  it("follows symbolic links, and does not resolve them in the path", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "a.yaml"), "a: 1\n");
    symlinkSync("a.yaml", join(folder, "link.yaml"));
    const file = await readSource("link.yaml", surroundingsIn(folder));
    expect(file.bytes).toEqual(bytes("a: 1\n"));
    expect(file.absolute).toBe(join(folder, "link.yaml"));
  });

  it("says that a file is not there, with its name", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "a"), "");
    symlinkSync("nowhere", join(folder, "link"));
    for (const path of ["b", "a/b", "link", "no/folder"]) {
      const error = await failureOf(() => readSource(path, surroundingsIn(folder)));
      expect([error.code, error.places]).toEqual(["FILE_NOT_FOUND", { file: path }]);
    }
  });

  it("refuses folders", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "d"));
    expect(await codeOf(() => readSource("d", surroundingsIn(folder)))).toBe("FILE_NOT_REGULAR");
  });

  it("refuses a pipe without waiting for a writer", async () => {
    const folder = newFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(await codeOf(() => readSource("pipe", surroundingsIn(folder)))).toBe("FILE_NOT_REGULAR");
  });

  it("refuses sockets and devices", async () => {
    const folder = newFolder();
    const server = createServer();
    await new Promise<void>((listening) => server.listen(join(folder, "socket"), listening));
    try {
      expect(await codeOf(() => readSource("socket", surroundingsIn(folder)))).toBe(
        "FILE_NOT_REGULAR",
      );
      expect(await codeOf(() => readSource("/dev/zero", surroundingsIn(folder)))).toBe(
        "FILE_NOT_REGULAR",
      );
    } finally {
      server.close();
    }
  });

  it("reads up to the limit and refuses one byte more", async () => {
    const folder = newFolder();
    const surroundings = surroundingsIn(folder);
    writeFileSync(join(folder, "a"), "12345678");
    expect((await readSource("a", surroundings, { maxBytes: 8 })).bytes).toHaveLength(8);
    expect(await codeOf(() => readSource("a", surroundings, { maxBytes: 7 }))).toBe(
      "FILE_TOO_LARGE",
    );
  });

  it("refuses more than 64 MiB where nothing else is said", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "a"), "");
    truncateSync(join(folder, "a"), DEFAULT_MAX_BYTES + 1);
    expect(await codeOf(() => readSource("a", surroundingsIn(folder)))).toBe("FILE_TOO_LARGE");
  });

  it("refuses a file that grows beyond the limit while it is read", async () => {
    const path = join(newFolder(), "a");
    writeFileSync(path, "123");
    const growing = {
      open: async (...args: Parameters<typeof fileSystem.open>) => {
        const handle = await fileSystem.open(...args);
        const status = await handle.stat();
        handle.stat = (() => Promise.resolve(status)) as typeof handle.stat;
        writeFileSync(path, "123456789");
        return handle;
      },
    };
    expect(await codeOf(() => readRegularFile(path, { maxBytes: 5, disk: growing }))).toBe(
      "FILE_TOO_LARGE",
    );
  });

  // As root no file is unreadable, so the failure comes from a disk that says so.
  it.each(["EACCES", "EPERM", "EIO", "ELOOP", "EMFILE"])(
    "says that a file cannot be read: %s",
    async (code) => {
      const error = await failureOf(() =>
        readRegularFile("/a", { maxBytes: 1, disk: failing(code) }),
      );
      expect(error.code).toBe("FILE_UNREADABLE");
      expect(error.message).toBe(`the file cannot be read (${code})`);
    },
  );

  it("lets an error that is no failed system call pass: it is a bug", async () => {
    const disk = { open: () => Promise.reject(new TypeError("a bug")) };
    await expect(readRegularFile("/a", { maxBytes: 1, disk })).rejects.toThrow(TypeError);
  });
});

describe("readAnyFile", () => {
  it("reads a pipe to its end", async () => {
    const pipe = join(newFolder(), "pipe");
    execFileSync("mkfifo", [pipe]);
    const [found] = await Promise.all([
      readAnyFile(pipe, 100),
      fileSystem.writeFile(pipe, "hello"),
    ]);
    expect(found).toEqual(bytes("hello"));
  });

  it("keeps to its limit on what has no end", async () => {
    expect(await codeOf(() => readAnyFile("/dev/zero", 1000))).toBe("FILE_TOO_LARGE");
  });

  it("refuses a folder", async () => {
    const folder = newFolder();
    expect(await codeOf(() => readAnyFile(folder, 1000))).toBe("FILE_NOT_REGULAR");
  });
});

describe("hasFingerprint", () => {
  it("knows the same bytes again, and nothing else", async () => {
    const path = join(newFolder(), "a");
    writeFileSync(path, "one");
    expect(await hasFingerprint(path, fingerprintOf(bytes("one")), { maxBytes: 3 })).toBe(true);
    expect(await hasFingerprint(path, fingerprintOf(bytes("two")), { maxBytes: 3 })).toBe(false);
    expect(await hasFingerprint(path, fingerprintOf(bytes("one")), { maxBytes: 2 })).toBe(false);
    expect(await hasFingerprint(`${path}.gone`, fingerprintOf(bytes("one")), { maxBytes: 3 })).toBe(
      false,
    );
  });

  it("lets a bug pass", async () => {
    const disk = { open: () => Promise.reject(new TypeError("a bug")) };
    const asked = hasFingerprint("/a", "", { maxBytes: 1, disk });
    await expect(asked).rejects.not.toBeInstanceOf(UndersealError);
  });
});
