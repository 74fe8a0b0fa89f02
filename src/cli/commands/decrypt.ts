import { type OpenedFile, parsePath, UndersealError } from "../../index.ts";
import { type OutputFlags, writeDraft } from "../output.ts";
import { warned } from "../report.ts";
import {
  type CommandModule,
  type ConvertFlags,
  convertingCommand,
  convertOptions,
  fileCommand,
  type ReadFlags,
  readOptions,
} from "../session.ts";

interface Flags extends ReadFlags, ConvertFlags, OutputFlags {
  readonly ignoreMac?: boolean;
  readonly extract?: string;
}

/** `decrypt`: opens a file. */
export const decrypt: CommandModule = (program, session) => {
  const command = convertingCommand(
    fileCommand(
      "decrypt",
      "open a sealed file: give back its author's bytes",
      "underseal decrypt secrets.yaml\nunderseal decrypt --output-type json secrets.yaml",
    ),
  )
    .argument("<file>", "sealed file")
    .option("-i, --in-place", "replace the file")
    .option("--output <file>", "write to this file (0600)")
    .option("--force", "replace the output file")
    .option("--extract <path>", 'one value by itself: a.b[0] or ["a"]["b"][0]')
    .option("--ignore-mac", "open it although the MAC does not fit")
    .option("--json", "report as JSON")
    .action(
      session.action(async (file: string, flags: Flags) => {
        using opened = warned(
          session.io,
          await session.project.open(file, {
            ...readOptions(flags),
            ...convertOptions(flags),
            ignoreMac: flags.ignoreMac ?? false,
          }),
        );
        const draft = { file: opened.file, bytes: wantedBytes(opened, flags) };
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

function wantedBytes(opened: OpenedFile, { extract, inPlace, indent }: Flags): Uint8Array {
  if (extract === undefined) return opened.plaintext();
  // The rest of the file would be lost.
  if (inPlace === true)
    throw new UndersealError("OPTIONS_CONFLICT", "--in-place and --extract exclude each other");
  return opened.part(parsePath(extract), indent ?? null);
}
