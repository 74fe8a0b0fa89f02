import { jsonText, parsePath } from "../../index.ts";
import { DONE } from "../io.ts";
import { scalarBytes, warned } from "../report.ts";
import { type CommandModule, fileCommand, type ReadFlags, readOptions } from "../session.ts";

interface Flags extends ReadFlags {
  readonly json?: boolean;
}

/** `get`: prints one value. */
export const get: CommandModule = (program, session) => {
  const command = fileCommand(
    "get",
    "print one value of a sealed file",
    'underseal get secrets.yaml db.password\nunderseal get secrets.yaml \'["db"]["hosts"][0]\'',
  )
    .argument("<file>", "sealed file")
    .argument("<path>", 'path of the value: a.b[0] or ["a"]["b"][0]')
    .option("--json", "print JSON; lists and mappings are printed so anyway")
    .action(
      session.action(async (file: string, path: string, flags: Flags) => {
        const steps = parsePath(path);
        using opened = warned(session.io, await session.project.open(file, readOptions(flags)));
        const node = opened.valueAt(steps);
        const raw = flags.json === true ? null : scalarBytes(node);
        if (raw === null) session.io.out(`${jsonText(node, 0, steps)}\n`);
        else session.io.out(raw);
        // A prompt should not stick to the value; a pipe gets its exact bytes.
        if (raw !== null && session.io.terminal.stdout) session.io.out("\n");
        return DONE;
      }),
    );
  program.addCommand(command);
};
