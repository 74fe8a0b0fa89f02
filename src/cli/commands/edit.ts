import { resolve } from "node:path";
import { deliverFile, type OpenedFile, UndersealError } from "../../index.ts";
import { EditorFile } from "../editor.ts";
import { DONE, type Io, type Outcome } from "../io.ts";
import { reportError } from "../report.ts";
import {
  type CommandModule,
  type EditFlags,
  editingCommand,
  fileCommand,
  openToEdit,
  readOptions,
  type Session,
} from "../session.ts";

interface Flags extends EditFlags {
  readonly ignoreMac?: boolean;
}

/** SOPS's exit status for an edit that changed nothing. */
const UNCHANGED: Outcome = { exitStatus: 200 };

/** `edit`: opens a file in the editor and seals what changed. */
export const edit: CommandModule = (program, session) => {
  const command = editingCommand(
    fileCommand(
      "edit",
      "edit a sealed file, or write a new one, in $SOPS_EDITOR or $EDITOR",
      "EDITOR='code --wait' underseal edit secrets.yaml",
    ),
  )
    .argument("<file>", "sealed file; a new one starts from the template of its rule")
    .option("--ignore-mac", "edit it although the MAC does not fit")
    .addHelpText("after", "\nExit status: 200 when nothing was changed.\n")
    .action(
      session.action(async (file: string, flags: Flags) => {
        using opened = await openIfThere(session, file, flags);
        const stored = opened === null ? create(session, file, flags) : change(session, opened);
        if (await stored) return DONE;
        session.io.err(`${file} has not changed\n`);
        return UNCHANGED;
      }),
    );
  program.addCommand(command);
};

/** The file, opened; `null` when there is none yet. */
async function openIfThere(
  session: Session,
  path: string,
  flags: Flags,
): Promise<OpenedFile | null> {
  try {
    return await openToEdit(session, path, flags);
  } catch (error) {
    if (error instanceof UndersealError && error.code === "FILE_NOT_FOUND") return null;
    throw error;
  }
}

/** Lets the user change a file; whether anything was changed. */
async function change(session: Session, opened: OpenedFile): Promise<boolean> {
  const seal = (text: Uint8Array): Promise<Uint8Array> => Promise.resolve(opened.edited(text));
  const draft = { path: opened.file.path, before: opened.plaintext(), seal };
  const bytes = await edited(session.io, draft);
  if (bytes !== null) await store(session, opened, bytes);
  return bytes !== null;
}

/** Lets the user write a new file; whether there is one now. */
async function create(session: Session, path: string, flags: Flags): Promise<boolean> {
  const file = await session.project.begin(path, readOptions(flags));
  const bytes = await edited(session.io, { ...file, before: file.template });
  if (bytes === null) return false;
  await file.create(bytes);
  session.io.err(`sealed ${path}\n`);
  return true;
}

/** A text to edit. */
interface Draft {
  readonly path: string;
  readonly before: Uint8Array;
  readonly seal: (text: Uint8Array) => Promise<Uint8Array>;
}

/** The sealed file with the user's text; `null` when nothing was changed. */
async function edited(io: Io, { path, before, seal }: Draft): Promise<Uint8Array | null> {
  await using file = await EditorFile.create(path, before);
  for (;;) {
    const after = await file.edit(io);
    if (sameBytes(before, after)) return null;
    try {
      return await seal(after);
    } catch (error) {
      if (!(error instanceof UndersealError)) throw error;
      await askAgain(io, error.at({ file: path }));
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
