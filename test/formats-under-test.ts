/** Every format, and where its vectors are. */
import { readdirSync, readFileSync } from "node:fs";
import { binaryFormat } from "../src/formats/binary/binary-format.ts";
import { dotenvFormat } from "../src/formats/dotenv/dotenv-format.ts";
import { type FileFormat } from "../src/formats/file-format.ts";
import { iniFormat } from "../src/formats/ini/ini-format.ts";
import { jsonFormat } from "../src/formats/json/json-format.ts";
import { yamlFormat } from "../src/formats/yaml/yaml-format.ts";

const VECTORS = new URL("vectors/sops/", import.meta.url);

/** A format with the files of `test/vectors/sops/FOLDER/CASE/`. */
export interface FormatUnderTest {
  readonly format: FileFormat;
  readonly folder: string;
}

export const FORMATS: readonly FormatUnderTest[] = [
  { format: yamlFormat, folder: "yaml" },
  { format: jsonFormat, folder: "json" },
  { format: dotenvFormat, folder: "env" },
  { format: iniFormat, folder: "ini" },
  { format: binaryFormat, folder: "bin" },
];

/** Names of the cases of a format that have a file, and its bytes. */
export function vectorFiles(
  folder: string,
  file: "in" | "sealed" | "opened",
): [string, Uint8Array][] {
  return readdirSync(new URL(`${folder}/`, VECTORS)).flatMap((name): [string, Uint8Array][] => {
    const path = new URL(`${folder}/${name}/${file}.${folder}`, VECTORS);
    try {
      return [[name, new Uint8Array(readFileSync(path))]];
    } catch {
      return [];
    }
  });
}

/** A small text of a case, such as `args` or `refused`; empty when there is none. */
export function vectorText(folder: string, name: string, file: string): string {
  try {
    return readFileSync(new URL(`${folder}/${name}/${file}`, VECTORS), "utf8");
  } catch {
    return "";
  }
}
