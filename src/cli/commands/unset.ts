import { formatPath, parsePath } from "../../index.ts";
import { DONE } from "../io.ts";
import {
  type CommandModule,
  type EditFlags,
  editingCommand,
  fileCommand,
  openToEdit,
} from "../session.ts";

/** `unset`: removes one entry or item. */
export const unset: CommandModule = (program, session) => {
  const command = editingCommand(
    fileCommand(
      "unset",
      "remove one value of a sealed file",
      "underseal unset secrets.yaml db.old_password",
    ),
  )
    .argument("<file>", "sealed file")
    .argument("<path>", 'path of the value: a.b[0] or ["a"]["b"][0]')
    .action(
      session.action(async (file: string, path: string, flags: EditFlags) => {
        const steps = parsePath(path);
        using opened = await openToEdit(session, file, flags);
        await session.project.replace({ file: opened.file, bytes: opened.withoutValue(steps) });
        session.io.err(`removed ${formatPath(steps)} from ${file}\n`);
        return DONE;
      }),
    );
  program.addCommand(command);
};
