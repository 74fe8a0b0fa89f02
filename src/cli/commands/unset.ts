import { formatPath, parsePath } from "../../index.ts";
import { DONE } from "../io.ts";
import { warned } from "../report.ts";
import { type CommandModule, fileCommand, type ReadFlags, readOptions } from "../session.ts";

/** `unset`: removes one entry or item. */
export const unset: CommandModule = (program, session) => {
  const command = fileCommand(
    "unset",
    "remove one value of a sealed file",
    "underseal unset secrets.yaml db.old_password",
  )
    .argument("<file>", "sealed file")
    .argument("<path>", 'path of the value: a.b[0] or ["a"]["b"][0]')
    .action(
      session.action(async (file: string, path: string, flags: ReadFlags) => {
        const steps = parsePath(path);
        using opened = warned(session.io, await session.project.open(file, readOptions(flags)));
        await session.project.replace({ file: opened.file, bytes: opened.withoutValue(steps) });
        session.io.err(`removed ${formatPath(steps)} from ${file}\n`);
        return DONE;
      }),
    );
  program.addCommand(command);
};
