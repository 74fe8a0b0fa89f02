import { resolve } from "node:path";
import {
  type Artefact,
  deliverFile,
  deliverFiles,
  materialize as render,
  MATERIALIZERS,
  type MaterializeOptions,
  UndersealError,
} from "../../index.ts";
import { DONE, type Io } from "../io.ts";
import { report, warned } from "../report.ts";
import { type CommandModule, fileCommand, type ReadFlags, readOptions } from "../session.ts";

interface Flags extends ReadFlags {
  readonly to: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly name?: string;
  readonly namespace?: string;
  readonly type?: string;
  readonly as?: "data" | "stringData";
  readonly prefix?: string;
  readonly dialect?: NonNullable<MaterializeOptions["dialect"]>;
}

const KINDS = MATERIALIZERS.map(({ name }) => name).join(", ");

/** `materialize`: plaintext artefacts from a sealed file. */
export const materialize: CommandModule = (program, session) => {
  const command = fileCommand(
    "materialize",
    "turn a sealed file into Kubernetes Secrets, dotenv, JSON or files",
    [
      "underseal materialize db.secret.yaml --to kubernetes | kubectl apply -f -",
      "underseal materialize app.yaml --to files --output /run/secrets/app",
    ].join("\n"),
  )
    .argument("<file>", "sealed file")
    .requiredOption("--to <kind>", `what to make: ${KINDS}`)
    .option(
      "--output <path>",
      "folder (files, kubernetes) or file (dotenv, json) to write; 0600 in 0700",
    )
    .option("--force", "replace what underseal wrote there before")
    .option("--name <name>", "kubernetes: name of the Secret, where the file is no manifest")
    .option("--namespace <name>", "kubernetes: namespace of the Secret")
    .option("--type <type>", "kubernetes: type of the Secret")
    .option("--as <field>", "kubernetes: data or stringData")
    .option("--prefix <text>", "dotenv: put this before every name")
    .option("--dialect <name>", "dotenv: who reads the file: portable, sh or docker")
    .option("--json", "report as JSON")
    .action(
      session.action(async (file: string, flags: Flags) => {
        using opened = warned(session.io, await session.project.open(file, readOptions(flags)));
        const artefacts = render(flags.to, opened.tree, options(flags));
        if (flags.output === undefined) print(session.io, artefacts, flags);
        else await write(session.io, artefacts, { ...flags, output: flags.output });
        return DONE;
      }),
    );
  program.addCommand(command);
};

function options({ name, namespace, type, as, prefix, dialect }: Flags): MaterializeOptions {
  if (as !== undefined && !["data", "stringData"].includes(as))
    throw new UndersealError("USAGE", "--as takes data or stringData");
  return {
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(type === undefined ? {} : { type }),
    ...(as === undefined ? {} : { as }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(dialect === undefined ? {} : { dialect }),
  };
}

/** Manifests are separated as YAML documents; single files have no place in a stream. */
function print(io: Io, artefacts: readonly Artefact[], { to, json }: Flags): void {
  if (to === "files") throw new UndersealError("USAGE", "--to files needs --output, a folder");
  if (json === true)
    throw new UndersealError(
      "OPTIONS_CONFLICT",
      "--json reports on written files, and the artefacts go to standard output",
    );
  artefacts.forEach(({ content }, index) => {
    if (index > 0) io.out("---\n");
    io.out(content);
  });
}

async function write(
  io: Io,
  artefacts: readonly Artefact[],
  flags: Flags & { output: string },
): Promise<void> {
  const target = resolve(io.surroundings.cwd, flags.output);
  const force = flags.force ?? false;
  const single = flags.to === "dotenv" || flags.to === "json" ? artefacts[0] : undefined;
  if (single === undefined)
    await deliverFiles(target, artefacts, { force, surroundings: io.surroundings });
  else
    await deliverFile(target, single.content, {
      mode: single.mode,
      force,
      surroundings: io.surroundings,
    });
  const written =
    single === undefined ? artefacts.map(({ path }) => `${flags.output}/${path}`) : [flags.output];
  report(io, flags.json ?? false, {
    json: { written },
    text: written.map((path) => `wrote ${path}`).join("\n"),
  });
}
