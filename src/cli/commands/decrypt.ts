import { type OutputFlags, writeDraft } from "../output.ts";
import { warned } from "../report.ts";
import { type CommandModule, fileCommand, type ReadFlags, readOptions } from "../session.ts";

interface Flags extends ReadFlags, OutputFlags {
  readonly ignoreMac?: boolean;
}

/** `decrypt`: opens a file. */
export const decrypt: CommandModule = (program, session) => {
  const command = fileCommand(
    "decrypt",
    "open a sealed file: give back its author's bytes",
    "underseal decrypt secrets.yaml",
  )
    .argument("<file>", "sealed file")
    .option("-i, --in-place", "replace the file")
    .option("--output <file>", "write to this file (0600)")
    .option("--force", "replace the output file")
    .option("--ignore-mac", "open it although the MAC does not fit")
    .option("--json", "report as JSON")
    .action(
      session.action(async (file: string, flags: Flags) => {
        using opened = warned(
          session.io,
          await session.project.open(file, {
            ...readOptions(flags),
            ignoreMac: flags.ignoreMac ?? false,
          }),
        );
        const draft = { file: opened.file, bytes: opened.plaintext() };
        return await writeDraft(session, draft, {
          ...flags,
          done: "opened",
          details: {},
          mode: 0o600,
        });
      }),
    );
  program.addCommand(command);
};
