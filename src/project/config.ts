import { lstat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseDocument, type YAMLError } from "yaml";
import { UndersealError } from "../errors.ts";
import { type FormatName } from "../formats/file-format.ts";
import { type CreationRule, readCreationRule } from "./creation-rule.ts";
import { ConfigValue } from "./config-value.ts";
import { systemCode } from "./disk.ts";
import { readRegularFile } from "./read.ts";
import { type Surroundings } from "./surroundings.ts";

/** A config file, read. */
export interface Config {
  /** Absolute. */
  readonly path: string;
  /** `creation_rules`; `null` when there are none: as if there were no file (sops-format 6.2). */
  readonly rules: readonly CreationRule[] | null;
  /** Columns by which new files of a format are indented (`stores`); `null` for SOPS's default. */
  readonly indents: Readonly<Record<FormatName, number | null>>;
}

/** Ours, in which unknown settings are refused. */
const OWN_NAME = ".sops-config.yaml";

/** The names that are searched for; where both stand in one folder, the first is taken. */
const NAMES = [OWN_NAME, ".sops.yaml"];

/**
 * The absolute path of the config file for a file, or `null` when there is none. Looks from the
 * working directory upwards, as SOPS does, then from the file's own folder upwards.
 *
 * @param file - absolute, or from the working directory
 * @param explicit - a path that is taken instead of searching; else `SOPS_CONFIG` is, if set
 * @throws `CONFIG_INVALID` when a folder on the way does not tell whether it has one
 */
export async function findConfig(
  file: string,
  { cwd, env }: Pick<Surroundings, "cwd" | "env">,
  explicit?: string,
): Promise<string | null> {
  const named = explicit ?? env["SOPS_CONFIG"] ?? "";
  if (named !== "") return resolve(cwd, named);
  return (await searchUpwards(cwd)) ?? searchUpwards(dirname(resolve(cwd, file)));
}

async function searchUpwards(start: string): Promise<string | null> {
  for (const folder of foldersUpwards(start)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (await exists(path)) return path;
    }
  }
  return null;
}

function foldersUpwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUpwards(parent)];
}

/** A symbolic link that leads nowhere exists: passing over it would use other rules in silence. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw invalid(`it cannot be told whether there is a config file (${code})`).at({ file: path });
  }
}

/** Largest config file that is read. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a config file; all of its rules are checked, whichever is used.
 *
 * @param path - absolute
 * @throws `CONFIG_NOT_FOUND`, `CONFIG_INVALID`, `REGEX_INVALID`, `SELECTION_CONFLICT`, with the
 *   file and the place in it
 */
export async function loadConfig(path: string): Promise<Config> {
  try {
    const root = new ConfigValue(parse(await readText(path)), basename(path) === OWN_NAME);
    const setting = root.settings(["creation_rules", "destination_rules", "stores"]);
    const rules = setting("creation_rules");
    return {
      path,
      rules: rules.isSet ? rules.items().map(readCreationRule) : null,
      indents: readIndents(setting("stores")),
    };
  } catch (error) {
    throw error instanceof UndersealError ? error.at({ file: path }) : error;
  }
}

async function readText(path: string): Promise<string> {
  const bytes = await readConfigFile(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid("the config file is not valid UTF-8");
  }
}

async function readConfigFile(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, { maxBytes: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof UndersealError)) throw error;
    if (error.code !== "FILE_NOT_FOUND") throw invalid(`not a config file: ${error.message}`);
    throw new UndersealError("CONFIG_NOT_FOUND", "there is no such config file");
  }
}

const invalid = (message: string): UndersealError => new UndersealError("CONFIG_INVALID", message);

/** Aliases for a team's keys may be many; what they may not do is multiply without end. */
const MAX_ALIASES = 10_000;

/** The values of the one document, mappings as `Map`. The library's words may quote the file. */
function parse(text: string): unknown {
  const document = parseDocument(text, { schema: "core", merge: true, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) throw syntaxError(error);
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES });
  } catch {
    throw invalid("an alias names no anchor before it, or there are too many aliases");
  }
}

function syntaxError({ linePos }: YAMLError): UndersealError {
  const [start] = linePos ?? [];
  const places = start === undefined ? {} : { line: start.line, column: start.col };
  return invalid("the config file is not valid YAML").at(places);
}

/** SOPS takes the indentation of JSON as it is, also 0, and clamps that of YAML. */
function readIndents(stores: ConfigValue): Config["indents"] {
  const setting = stores.settings(["json", "json_binary", "yaml", "dotenv", "ini"]);
  const indent = (name: "json" | "json_binary" | "yaml", most: number): number | null => {
    const value = setting(name).settings(["indent"])("indent");
    if (!value.isSet) return null;
    const columns = value.integer();
    if (columns < 0 || columns > most)
      throw value.invalid(`the indentation is not from 0 to ${String(most)}`);
    return columns;
  };
  const yaml = indent("yaml", 9);
  return {
    yaml: yaml === 0 ? null : yaml,
    json: indent("json", 99),
    binary: indent("json_binary", 99),
    dotenv: null,
    ini: null,
  };
}
