import { Command, Option } from "commander";
import {
  type ConvertOptions,
  escapeText,
  type OpenedFile,
  type OpenFileOptions,
  openProject,
  type Project,
  type ReadOptions,
  type SelectionSetting,
} from "../index.ts";
import { type Io, type Outcome } from "./io.ts";
import { warned } from "./report.ts";

/** One invocation: the world, the project it stands in, and how it ended. */
export class Session {
  readonly io: Io;
  readonly project: Project;
  /** How the command ended; `null` while none has. */
  outcome: Outcome | null = null;

  constructor(io: Io) {
    this.io = io;
    this.project = openProject(io.surroundings);
  }

  /** An action for commander that records how the command ended. */
  action<A extends unknown[]>(
    run: (...words: A) => Promise<Outcome>,
  ): (...words: A) => Promise<void> {
    return async (...words) => {
      this.outcome = await run(...words);
    };
  }
}

/** Adds a command of its own to a program. */
export type CommandModule = (program: Command, session: Session) => void;

const FORMATS = "yaml, json, dotenv, ini, binary";

/** Options of every command that reads a file. */
export interface ReadFlags {
  readonly inputType?: string;
  readonly maxBytes?: number;
}

/** A command that reads files; `example` is shown below its help. */
export function fileCommand(name: string, summary: string, example: string): Command {
  return new Command(name)
    .description(summary)
    .addOption(
      new Option(
        "--input-type <name>",
        `format of the file, where its name does not tell: ${FORMATS}`,
      ),
    )
    .addOption(
      new Option("--max-bytes <n>", "largest file that is read (default: 67108864)").argParser(
        Number,
      ),
    )
    .addHelpText("after", `\nExample:\n  ${example.replaceAll("\n", "\n  ")}\n`);
}

/** Options of every command that changes values. */
export interface EditFlags extends ReadFlags {
  readonly keepSelection?: boolean;
}

/** Adds what every command that changes values takes. */
export const editingCommand = (command: Command): Command =>
  command.option(
    "--keep-selection",
    "let the file's own selection decide, although its rule selects otherwise today",
  );

/** Opens a file to change its values, and says when its rule selects otherwise today. */
export async function openToEdit(
  { io, project }: Session,
  file: string,
  { keepSelection = false, ...flags }: EditFlags & OpenFileOptions,
): Promise<OpenedFile> {
  const options = { ignoreMac: flags.ignoreMac ?? false, checkRule: !keepSelection };
  const opened = warned(io, await project.open(file, { ...readOptions(flags), ...options }));
  const { drift } = opened;
  if (drift !== null) {
    const [kept, today] = [opened.metadata.selection, drift].map(settingText);
    io.err(
      `underseal: warning: SELECTION_DRIFT: the file keeps ${kept ?? ""}, its rule has ${today ?? ""} today\n` +
        `  at ${escapeText(file)}\n`,
    );
  }
  return opened;
}

const settingText = ({ field, pattern }: SelectionSetting): string =>
  `${field} "${escapeText(pattern)}"`;

/** Options of commands that write a file in another format. */
export interface ConvertFlags {
  readonly outputType?: string;
  readonly indent?: number;
}

/** Adds what every command that converts takes. */
export const convertingCommand = (command: Command): Command =>
  command
    .option(
      "--output-type <name>",
      `format to write: ${FORMATS}; comments are lost where it has none`,
    )
    .addOption(
      new Option("--indent <n>", "spaces per level of text that is printed anew").argParser(Number),
    );

/** The converting options of a command, as the library takes them. */
export function convertOptions({ outputType, indent }: ConvertFlags): ConvertOptions {
  return {
    ...(outputType === undefined ? {} : { outputType }),
    ...(indent === undefined ? {} : { indent }),
  };
}

/** The reading options of a command, as the library takes them. */
export function readOptions({ inputType, maxBytes }: ReadFlags): ReadOptions {
  return {
    ...(inputType === undefined ? {} : { inputType }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}
