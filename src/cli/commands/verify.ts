import { type OpenedFile, UndersealError } from "../../index.ts";
import { type Outcome } from "../io.ts";
import { errorJson, report, reportError, reportWarnings } from "../report.ts";
import {
  type CommandModule,
  fileCommand,
  type ReadFlags,
  readOptions,
  type Session,
} from "../session.ts";

interface Flags extends ReadFlags {
  readonly json?: boolean;
}

/** `verify`: whether files open and their MACs fit, without printing a value. */
export const verify: CommandModule = (program, session) => {
  const command = fileCommand(
    "verify",
    "check that sealed files open and that nothing in them was altered",
    "underseal verify secrets/*.yaml",
  )
    .argument("<files...>", "sealed files")
    .option("--json", "report as JSON, one line a file")
    .addHelpText(
      "after",
      "\nExit status: 0 when every file is sound, else that of the first finding (51: MAC mismatch).\n",
    )
    .action(
      session.action(async (files: string[], flags: Flags) => {
        let exitStatus = 0;
        for (const file of files) {
          const status = await verifyFile(session, file, flags);
          if (exitStatus === 0) exitStatus = status;
        }
        return { exitStatus } satisfies Outcome;
      }),
    );
  program.addCommand(command);
};

async function verifyFile({ io, project }: Session, file: string, flags: Flags): Promise<number> {
  const json = flags.json ?? false;
  try {
    using opened = await project.open(file, readOptions(flags));
    if (!json) reportWarnings(io, file, opened.warnings);
    report(io, json, {
      json: { file, ok: true, recipients: recipientsOf(opened), warnings: opened.warnings },
      text: `ok ${file}`,
    });
    return 0;
  } catch (error) {
    if (!(error instanceof UndersealError)) throw error;
    if (json) report(io, true, { json: { file, ok: false, error: errorJson(error) }, text: "" });
    else reportError(io, error, false);
    return error.exitStatus;
  }
}

const recipientsOf = ({ metadata }: OpenedFile): unknown =>
  metadata.keyGroups.groups.flat().map(({ kind, recipient }) => ({ kind, recipient }));
