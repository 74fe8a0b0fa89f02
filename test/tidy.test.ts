/** The repository's own rules, as far as no linter checks them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url).pathname;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

function sources(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") || name.endsWith(".js"))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(root, path), "utf8");
      return { path, text, lines: text.split("\n") };
    });
}

const src = sources("src");
const tests = sources("test").filter(({ path }) => path !== "test/tidy.test.ts");

/** Places of the lines that a rule objects to. */
const where = (files: readonly Source[], objects: (line: string) => boolean): string[] =>
  files.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (objects(line) ? [`${path}:${String(index + 1)}`] : [])),
  );

/** Prettier breaks at 100; what it cannot break is a sentence, which may be longer. */
const WIDTH = 130;

describe("every file", () => {
  it(`has lines of at most ${String(WIDTH)} characters in src`, () => {
    expect(where(src, (line) => line.length > WIDTH)).toEqual([]);
  });

  it("has at most 300 lines in src", () => {
    expect(src.filter(({ lines }) => lines.length > 300).map(({ path }) => path)).toEqual([]);
  });

  it("leaves nothing for later", () => {
    expect(where([...src, ...tests], (line) => /\b(?:TODO|FIXME|XXX|HACK)\b/.test(line))).toEqual(
      [],
    );
  });

  it("goes around no check", () => {
    expect(where(src, (line) => /\bas any\b|@ts-|eslint-disable/.test(line))).toEqual([]);
    expect(where(tests, (line) => /@ts-|eslint-disable/.test(line))).toEqual([]);
  });

  it("skips and singles out no test", () => {
    expect(
      where(tests, (line) =>
        /\b(?:it|describe|test)\.(?:skip|only|todo|fails|skipIf|runIf)\b/.test(line),
      ),
    ).toEqual([]);
  });

  it("ends in one line break, and has no trailing blanks", () => {
    expect(
      [...src, ...tests]
        .filter(({ text }) => !text.endsWith("\n") || text.endsWith("\n\n"))
        .map(({ path }) => path),
    ).toEqual([]);
    expect(where([...src, ...tests], (line) => /[ \t]$/.test(line))).toEqual([]);
  });
});

describe("every room of src", () => {
  /** Modules that a test reaches, through whatever it imports. */
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const file = [...src, ...tests].find((source) => source.path === path);
    for (const [, specifier = ""] of file?.text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g) ?? [])
      visit(join(path, "..", specifier));
  };
  tests
    .filter(({ path }) => path.endsWith(".test.ts"))
    .forEach(({ path }) => {
      visit(path);
    });

  it("is reached by tests, every file of it; the entry point is run by the peers", () => {
    expect(src.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([
      "src/cli/main.ts",
      "src/cli/process-io.ts",
    ]);
  });

  it("has tests of its own", () => {
    const rooms = new Set(
      src.map(({ path }) => path.split("/")[1] ?? "").filter((room) => !room.endsWith(".ts")),
    );
    const tested = new Set(tests.map(({ path }) => path.split("/")[1] ?? ""));
    expect([...rooms].filter((room) => !tested.has(room))).toEqual([]);
  });
});
