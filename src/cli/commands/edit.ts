import { resolve } from "node:path";
import { deliverFile, type OpenedFile, UndersealError } from "../../index.ts";
import { EditorFile } from "../editor.ts";
import { DONE, type Io, type Outcome } from "../io.ts";
import { reportError, warned } from "../report.ts";
import {
  type CommandModule,
  fileCommand,
  type ReadFlags,
  readOptions,
  type Session,
} from "../session.ts";

interface Flags extends ReadFlags {
  readonly ignoreMac?: boolean;
}

/** SOPS's exit status for an edit that changed nothing. */
const UNCHANGED: Outcome = { exitStatus: 200 };

/** `edit`: opens a file in the editor and seals what changed. */
export const edit: CommandModule = (program, session) => {
  const command = fileCommand(
    "edit",
    "edit a sealed file in $SOPS_EDITOR or $EDITOR",
    "EDITOR='code --wait' underseal edit secrets.yaml",
  )
    .argument("<file>", "sealed file")
    .option("--ignore-mac", "edit it although the MAC does not fit")
    .addHelpText("after", "\nExit status: 200 when nothing was changed.\n")
    .action(
      session.action(async (file: string, flags: Flags) => {
        using opened = warned(
          session.io,
          await session.project.open(file, {
            ...readOptions(flags),
            ignoreMac: flags.ignoreMac ?? false,
          }),
        );
        const bytes = await edited(session.io, opened);
        if (bytes === null) {
          session.io.err(`${file} has not changed\n`);
          return UNCHANGED;
        }
        await store(session, opened, bytes);
        return DONE;
      }),
    );
  program.addCommand(command);
};

/** The sealed file with the user's text; `null` when nothing was changed. */
async function edited(io: Io, opened: OpenedFile): Promise<Uint8Array | null> {
  const before = opened.plaintext();
  await using file = await EditorFile.create(opened.file.path, before);
  for (;;) {
    const after = await file.edit(io);
    if (sameBytes(before, after)) return null;
    try {
      return opened.edited(after);
    } catch (error) {
      if (!(error instanceof UndersealError)) throw error;
      await askAgain(io, error.at({ file: opened.file.path }));
    }
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** Shows what is wrong and waits; without a terminal there is nobody to correct it. */
async function askAgain(io: Io, error: UndersealError): Promise<void> {
  if (!io.terminal.stdin)
    throw new UndersealError(
      "EDIT_INVALID",
      `the text cannot be sealed: ${error.code}: ${error.message}`,
      error.places,
    );
  reportError(io, error, false);
  const answer = await io.ask("Press Enter to edit again, Ctrl+C or Ctrl+D to give up: ");
  if (answer === null)
    throw new UndersealError(
      "EDIT_INVALID",
      "the edit was given up; nothing was changed",
      error.places,
    );
}

/** Nothing is lost when somebody else changed the file meanwhile: the edit is kept beside it, sealed. */
async function store(
  { io, project }: Session,
  opened: OpenedFile,
  bytes: Uint8Array,
): Promise<void> {
  try {
    await project.replace({ file: opened.file, bytes });
  } catch (error) {
    if (!(error instanceof UndersealError) || error.code !== "FILE_CHANGED") throw error;
    const beside = opened.file.path.replace(/(\.[^./]*)?$/, `.edited-${suffix(io)}$1`);
    await deliverFile(resolve(io.surroundings.cwd, beside), bytes, {
      mode: 0o644,
      force: false,
      surroundings: io.surroundings,
    });
    io.err(`underseal: your edit is kept, sealed, in ${beside}\n`);
    throw error;
  }
}

const suffix = ({ surroundings }: Io): string =>
  [...surroundings.randomBytes(3)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
