/**
 * Transcripts: what one types, what one sees, and what stands on the disk afterwards.
 *
 *   @ FILE        makes a file of the `| ` lines below
 *   $ COMMAND     runs underseal (a simple shell's words: quotes, no expansion); then, in any order:
 *   < TEXT          its standard input, a line each
 *   a TEXT          the answer to a question: with one, there is a terminal
 *   e FILE          the editor puts this file in the place of the one that it is given
 *   v NAME=VALUE    an environment variable; $PWD is the working folder
 *   > TEXT          a line of standard output
 *   ! TEXT          a line of standard error
 *   ? STATUS        the exit status, when it is not 0
 *   = FILE        the file holds exactly the `| ` lines below
 *   ~ FILE TEXT   the file holds this text somewhere; `~! FILE TEXT`: nowhere
 *   - FILE        there is no such file
 *   m FILE MODE   its permissions, in octal
 *   # …           words for the reader
 *
 * In expected lines `…` stands for any text.
 */
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect } from "vitest";
import { splitCommandLine } from "../../src/index.ts";
import { type Given, World } from "../cli/world.ts";

interface Line {
  readonly mark: string;
  readonly text: string;
  readonly number: number;
}

/** Plays a transcript from its beginning to its end. */
export async function play(transcript: string): Promise<void> {
  await using world = await World.create();
  const lines = transcript
    .split("\n")
    .map((line, index): Line => ({
      mark: line.split(" ")[0] ?? "",
      text: line.replace(/^\S+ ?/, ""),
      number: index + 1,
    }))
    .filter(({ mark }) => mark !== "" && mark !== "#");
  while (lines.length > 0) await step(world, lines);
}

async function step(world: World, lines: Line[]): Promise<void> {
  const line = lines.shift();
  if (line === undefined) return;
  const { mark, text, number } = line;
  const where = `line ${String(number)}: ${mark} ${text}`;
  const [file = "", ...rest] = text.split(" ");
  const content = async (): Promise<string> => readFile(world.path(file), "utf8");
  switch (mark) {
    case "@":
      await mkdir(dirname(world.path(text)), { recursive: true });
      await writeFile(world.path(text), block(lines));
      return;
    case "$":
      await command(world, { words: text, where }, lines);
      return;
    case "=":
      expect(await content(), where).toBe(block(lines));
      return;
    case "~":
      expect(await content(), where).toContain(rest.join(" "));
      return;
    case "~!":
      expect(await content(), where).not.toContain(rest.join(" "));
      return;
    case "-":
      expect(
        await stat(world.path(file)).then(
          () => true,
          () => false,
        ),
        where,
      ).toBe(false);
      return;
    case "m":
      expect(((await stat(world.path(file))).mode & 0o777).toString(8), where).toBe(rest[0]);
      return;
    default:
      throw new Error(`not a line of a transcript: ${where}`);
  }
}

/** The `| ` lines that follow, as text. */
function block(lines: Line[]): string {
  return take(lines, "|")
    .map((text) => `${text}\n`)
    .join("");
}

function take(lines: Line[], mark: string): string[] {
  const taken: string[] = [];
  while (lines[0]?.mark === mark) taken.push(lines.shift()?.text ?? "");
  return taken;
}

async function command(
  world: World,
  { words, where }: { words: string; where: string },
  lines: Line[],
): Promise<void> {
  const seen = new Map<string, string[]>();
  while (/^[<aev>!?]$/.test(lines[0]?.mark ?? "")) {
    const { mark, text } = lines.shift() ?? { mark: "", text: "" };
    seen.set(mark, [...(seen.get(mark) ?? []), text]);
  }
  const [program, ...args] = splitCommandLine(words);
  expect(program, where).toBe("underseal");
  const ran = await world.run(args, givenBy(world, seen));
  const shown = (mark: string): string =>
    (seen.get(mark) ?? []).map((text) => `${text}\n`).join("");
  expect({ status: ran.status, out: ran.out, err: ran.err }, where).toEqual({
    status: Number(seen.get("?")?.[0] ?? "0"),
    out: matching(shown(">"), ran.out, world),
    err: matching(shown("!"), ran.err, world),
  });
}

function givenBy(world: World, seen: ReadonlyMap<string, string[]>): Given {
  const variables = (seen.get("v") ?? []).map(
    (text) =>
      [
        text.split("=")[0] ?? "",
        text.replace(/^[^=]*=/, "").replaceAll("$PWD", world.folder),
      ] as const,
  );
  const edits = [...(seen.get("e") ?? [])];
  return {
    env: Object.fromEntries([["EDITOR", "editor"], ...variables]),
    stdin: new TextEncoder().encode((seen.get("<") ?? []).join("\n")),
    ...(seen.has("a") ? { answers: seen.get("a") ?? [] } : {}),
    ...(edits.length === 0 ? {} : { editor: async (path) => replaceWith(world, edits, path) }),
  };
}

async function replaceWith(world: World, edits: string[], path: string): Promise<number> {
  const next = edits.length > 1 ? edits.shift() : edits[0];
  await copyFile(world.path(next ?? ""), path);
  return 0;
}

/** What was seen, if it fits the pattern; else the pattern, so that a failure shows both. */
function matching(pattern: string, seen: string, world: World): string {
  const text = pattern.replaceAll("$PWD", world.folder);
  const parts = text.split("…").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^\\n]*")}$`).test(seen) ? seen : text;
}
