/** Files that nobody here wrote: of the Go modules that `install.sh` gets, and of the npm packages here; all are pinned. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export type Kind = "yaml" | "json" | "dotenv" | "ini";

/** A file of somebody else. */
export interface Found {
  readonly kind: Kind;
  readonly path: string;
  /** Where it comes from, the same on every machine: module or package, and the path in it. */
  readonly name: string;
}

/** How each kind ends; what is INI by another name is read as INI. */
const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ["yaml", /\.ya?ml$/],
  ["json", /\.json$/],
  ["dotenv", /\.env$|(?:^|\/)\.env(?:\.\w+)?$/],
  ["ini", /\.ini$|\.cfg$|\.desktop$|(?:^|\/)\.editorconfig$/],
];

const MAX_BYTES = 300_000;
/** A single package with a thousand files of one make would say little. */
const MOST_OF_A_KIND: Readonly<Record<Kind, number>> = {
  yaml: 250,
  json: 200,
  dotenv: 100,
  ini: 100,
};

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** All files that are there, at most some hundred of a kind from one source, in a fixed order. */
export function findCorpus(): Found[] {
  return sources().flatMap(({ name, folder }) => {
    const counts: Record<Kind, number> = { yaml: 0, json: 0, dotenv: 0, ini: 0 };
    return filesBelow(folder).flatMap((path): Found[] => {
      const kind = KINDS.find(([, ending]) => ending.test(path))?.[0];
      if (kind === undefined || ++counts[kind] > MOST_OF_A_KIND[kind]) return [];
      return [{ kind, path: join(folder, path), name: `${name}/${path}` }];
    });
  });
}

function sources(): { name: string; folder: string }[] {
  const cache = execFileSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).trim();
  const list = readFileSync(new URL("modules.txt", import.meta.url), "utf8");
  const modules = list.split("\n").filter((name) => name !== "");
  return [
    ...modules.map((name) => ({ name, folder: join(cache, escaped(name)) })),
    { name: "npm", folder: join(repository, "node_modules") },
  ];
}

/** Go writes a capital letter in a path as `!` and the small one. */
const escaped = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);

function filesBelow(folder: string): string[] {
  try {
    return (
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((path) => KINDS.some(([, ending]) => ending.test(path)))
        // What vitest writes while it runs.
        .filter((path) => !path.startsWith(".vite"))
        .filter((path) => isSmallFile(join(folder, path)))
        .sort()
    );
  } catch (error) {
    if (process.platform !== "win32" && (error as NodeJS.ErrnoException).code === "ENOENT")
      return [];
    throw error;
  }
}

function isSmallFile(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() === true && status.size <= MAX_BYTES;
}
