import { type OutputFlags, writeDraft } from "../output.ts";
import { reportWarnings } from "../report.ts";
import { type CommandModule, fileCommand, type ReadFlags, readOptions } from "../session.ts";
import { splitList } from "./encrypt.ts";

interface Flags extends ReadFlags, OutputFlags {
  readonly addAge?: string;
  readonly rmAge?: string;
  readonly ignoreMac?: boolean;
}

/** `rotate`: a new data key. */
export const rotate: CommandModule = (program, session) => {
  const command = fileCommand(
    "rotate",
    "give a sealed file a new data key and encrypt every value anew",
    "underseal rotate -i --rm-age age1… secrets.yaml",
  )
    .argument("<file>", "sealed file")
    .option("-i, --in-place", "replace the file")
    .option("--output <file>", "write to this file")
    .option("--force", "replace the output file")
    .option("--add-age <recipients>", "age recipients to add, with commas between")
    .option("--rm-age <recipients>", "age recipients to remove, with commas between")
    .option("--ignore-mac", "rotate although the MAC does not fit")
    .option("--json", "report as JSON")
    .action(
      session.action(async (file: string, flags: Flags) => {
        const draft = await session.project.rotate(file, {
          ...readOptions(flags),
          addAge: splitList(flags.addAge ?? ""),
          removeAge: splitList(flags.rmAge ?? ""),
          ignoreMac: flags.ignoreMac ?? false,
        });
        reportWarnings(session.io, file, draft.warnings);
        return writeDraft(session, draft, { ...flags, done: "rotated", details: {}, mode: 0o644 });
      }),
    );
  program.addCommand(command);
};
