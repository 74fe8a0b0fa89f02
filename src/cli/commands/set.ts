import { resolve } from "node:path";
import {
  formatPath,
  parseJson,
  parsePath,
  readAnyFile,
  textLeaf,
  type TreeNode,
  UndersealError,
  valueOfBytes,
} from "../../index.ts";
import { DONE } from "../io.ts";
import {
  type CommandModule,
  type EditFlags,
  editingCommand,
  fileCommand,
  openToEdit,
  type Session,
} from "../session.ts";

interface Flags extends EditFlags {
  readonly json?: boolean;
  readonly valueFile?: string;
  readonly valueStdin?: boolean;
}

/** The largest value that `--value-file` reads. */
const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/** `set`: stores one value. */
export const set: CommandModule = (program, session) => {
  const command = editingCommand(
    fileCommand(
      "set",
      "set one value of a sealed file",
      "underseal set secrets.yaml db.password --value-stdin < password.txt\nunderseal set secrets.yaml db.port 5432 --json",
    ),
  )
    .argument("<file>", "sealed file")
    .argument(
      "<path>",
      'path of the value: a.b[0] or ["a"]["b"][0]; an index at the end of a list appends',
    )
    .argument("[value]", "the value; other users of this machine can see it: prefer --value-stdin")
    .option("--json", "the value is JSON; otherwise it is a string")
    .option("--value-file <file>", "read the value from a file")
    .option("--value-stdin", "read the value from standard input")
    .action(
      session.action(
        async (...[file, path, value, flags]: [string, string, string | undefined, Flags]) => {
          const steps = parsePath(path);
          const node = valueNode(await valueBytes(session, value, flags), flags);
          using opened = await openToEdit(session, file, flags);
          await session.project.replace({
            file: opened.file,
            bytes: opened.withValue(steps, node),
          });
          const state = opened.selects(steps)
            ? "encrypted"
            : "in clear, as the file's selection says";
          session.io.err(`set ${formatPath(steps)} in ${file} (${state})\n`);
          return DONE;
        },
      ),
    );
  program.addCommand(command);
};

async function valueBytes(
  { io }: Session,
  value: string | undefined,
  flags: Flags,
): Promise<Uint8Array> {
  const given = [
    value !== undefined,
    flags.valueFile !== undefined,
    flags.valueStdin === true,
  ].filter(Boolean).length;
  if (given > 1)
    throw new UndersealError("OPTIONS_CONFLICT", "the value is given in more than one way");
  if (value !== undefined) {
    io.err(
      "underseal: warning: a value on the command line is visible in the process list; prefer --value-stdin\n",
    );
    return new TextEncoder().encode(value);
  }
  if (flags.valueFile !== undefined)
    return readAnyFile(resolve(io.surroundings.cwd, flags.valueFile), MAX_VALUE_BYTES);
  if (flags.valueStdin === true) return io.readStdin();
  throw new UndersealError("USAGE", "no value is given");
}

function valueNode(bytes: Uint8Array, { json }: Flags): TreeNode {
  if (json === true) return parseJson(bytes);
  const value = valueOfBytes(bytes);
  return value.type === "str"
    ? textLeaf(value.text)
    : { kind: "leaf", value, spelling: null, offset: -1 };
}
