/** The one file that names every plug-in, and hands them to the library's verbs. */
import { UndersealError } from "./errors.ts";
import { type FileFormat } from "./formats/file-format.ts";
import { binaryFormat } from "./formats/binary/binary-format.ts";
import { dotenvFormat } from "./formats/dotenv/dotenv-format.ts";
import { iniFormat } from "./formats/ini/ini-format.ts";
import { jsonFormat } from "./formats/json/json-format.ts";
import { yamlFormat } from "./formats/yaml/yaml-format.ts";
import { ageProvider, parseAgeIdentities } from "./keys/age.ts";
import { pgpProvider } from "./keys/pgp.ts";
import {
  type Artefact,
  type Materializer,
  type MaterializeOptions,
} from "./materialize/artefact.ts";
import { dotenv } from "./materialize/dotenv.ts";
import { files } from "./materialize/files.ts";
import { json } from "./materialize/json.ts";
import { kubernetes } from "./materialize/kubernetes.ts";
import { gpgRunner } from "./project/gpg.ts";
import { hostSurroundings, type Place } from "./project/host.ts";
import { ageIdentities } from "./project/identities.ts";
import { type OpenedFile } from "./project/opened-file.ts";
import { type OpenFileOptions, type SealFileOptions } from "./project/options.ts";
import { type Draft, type Plugins, Project } from "./project/project.ts";
import { type Surroundings } from "./project/surroundings.ts";
import { type Context } from "./seal/context.ts";
import {
  openText as openTextWith,
  sealText as sealTextWith,
  type OpenedText,
  type OpenTextOptions,
  type SealTextOptions,
} from "./seal/text.ts";
import { type Tree } from "./tree/tree.ts";

const FORMATS: readonly FileFormat[] = [
  yamlFormat,
  jsonFormat,
  dotenvFormat,
  iniFormat,
  binaryFormat,
];

const PLUGINS: Plugins = {
  formats: FORMATS,
  providers: (surroundings) => [
    ageProvider(() => ageIdentities(surroundings)),
    pgpProvider(gpgRunner(surroundings)),
  ],
};

/** The clock, and randomness that every runtime has. */
const CONTEXT: Context = {
  now: () => new Date(),
  randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
};

/** Every kind of artefact. */
export const MATERIALIZERS: readonly Materializer[] = [kubernetes, dotenv, json, files];

/** The verbs on the files of a checkout. */
export const openProject = (surroundings: Surroundings): Project =>
  new Project(PLUGINS, surroundings);

/**
 * Opens a sealed file.
 *
 * @example
 * ```ts
 * using file = await openFile("secrets.yaml", { cwd: process.cwd(), env: process.env });
 * file.valueAt(["db", "password"]);
 * ```
 * @throws as `Project.open`
 */
export async function openFile(
  path: string,
  { cwd, env, ...options }: Place & OpenFileOptions,
): Promise<OpenedFile> {
  return openProject(hostSurroundings({ cwd, env })).open(path, options);
}

/**
 * Seals a file in the place of its plaintext, as its rule says.
 *
 * @throws as `Project.seal` and `Project.replace`
 */
export async function sealFile(
  path: string,
  { cwd, env, ...options }: Place & SealFileOptions,
): Promise<Draft> {
  const project = openProject(hostSurroundings({ cwd, env }));
  const draft = await project.seal(path, options);
  await project.replace(draft);
  return draft;
}

/**
 * Opens a sealed text in memory.
 *
 * @throws a parsing or opening code, `IDENTITY_INVALID`
 */
export async function openText(
  sealed: Uint8Array,
  { identities, ...options }: OpenTextOptions & { identities: readonly string[] },
): Promise<OpenedText> {
  const known = identities.flatMap((text) => parseAgeIdentities(text, "identities"));
  return openTextWith(sealed, options, {
    formats: FORMATS,
    providers: [ageProvider(() => Promise.resolve(known))],
  });
}

/**
 * Seals a text in memory for age recipients.
 *
 * @throws a parsing or sealing code
 */
export async function sealText(
  plaintext: Uint8Array,
  options: SealTextOptions,
): Promise<Uint8Array> {
  return sealTextWith(plaintext, options, {
    formats: FORMATS,
    providers: [ageProvider(() => Promise.resolve([]))],
    context: CONTEXT,
  });
}

/**
 * Plaintext artefacts of an opened tree.
 *
 * @param kind - name of a materializer
 * @throws `USAGE` for an unknown kind, and the materializer's codes
 */
export function materialize(kind: string, tree: Tree, options: MaterializeOptions): Artefact[] {
  const materializer = MATERIALIZERS.find(({ name }) => name === kind);
  if (materializer !== undefined) return materializer.render(tree, options);
  throw new UndersealError(
    "USAGE",
    `there is no such kind of artefact; known: ${MATERIALIZERS.map(({ name }) => name).join(", ")}`,
  );
}
