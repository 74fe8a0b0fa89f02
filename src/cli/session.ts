import { Command, Option } from "commander";
import { openProject, type Project, type ReadOptions } from "../index.ts";
import { type Io, type Outcome } from "./io.ts";

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
      new Option("--input-type <name>", "format of the file, where its name does not tell (yaml)"),
    )
    .addOption(
      new Option("--max-bytes <n>", "largest file that is read (default: 67108864)").argParser(
        Number,
      ),
    )
    .addHelpText("after", `\nExample:\n  ${example.replaceAll("\n", "\n  ")}\n`);
}

/** The reading options of a command, as the library takes them. */
export function readOptions({ inputType, maxBytes }: ReadFlags): ReadOptions {
  return {
    ...(inputType === undefined ? {} : { inputType }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}
