import { Command, CommanderError } from "commander";
import { UndersealError, VERSION } from "../index.ts";
import { decrypt } from "./commands/decrypt.ts";
import { edit } from "./commands/edit.ts";
import { encrypt } from "./commands/encrypt.ts";
import { get } from "./commands/get.ts";
import { init } from "./commands/init.ts";
import { materialize } from "./commands/materialize.ts";
import { rotate } from "./commands/rotate.ts";
import { set } from "./commands/set.ts";
import { unset } from "./commands/unset.ts";
import { updatekeys } from "./commands/updatekeys.ts";
import { verify } from "./commands/verify.ts";
import { type Io } from "./io.ts";
import { reportError } from "./report.ts";
import { Session } from "./session.ts";

const COMMANDS = [
  init,
  encrypt,
  decrypt,
  edit,
  set,
  get,
  unset,
  rotate,
  updatekeys,
  verify,
  materialize,
];

/** Here `--json` speaks of the value, not of the report. */
const JSON_VALUE_COMMANDS = new Set(["get", "set"]);

/**
 * Runs one command line and gives its exit status; never ends the process.
 *
 * @param words - the arguments behind the program's name
 */
export async function runProgram(words: readonly string[], io: Io): Promise<number> {
  const session = new Session(io);
  try {
    await programOf(session).parseAsync(words, { from: "user" });
    return session.outcome?.exitStatus ?? 0;
  } catch (error) {
    return failed(io, error, words.includes("--json") && !JSON_VALUE_COMMANDS.has(words[0] ?? ""));
  }
}

function programOf(session: Session): Command {
  const { io } = session;
  const program = new Command("underseal");
  program
    .description("Secrets in git, value by value, in SOPS's file format.")
    .version(`underseal ${VERSION}`, "-V, --version")
    .addHelpText(
      "after",
      "\nExample:\n  underseal init\n  underseal encrypt -i secrets.yaml\n  underseal edit secrets.yaml\n",
    );
  for (const command of COMMANDS) command(program, session);
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => {
        io.out(text);
      },
      writeErr: (text) => {
        io.err(text);
      },
    });
  }
  return program;
}

function failed(io: Io, error: unknown, json: boolean): number {
  // Commander has printed its own words: help, version, or what is wrong with the arguments.
  if (error instanceof CommanderError) return error.exitCode;
  if (!(error instanceof UndersealError)) throw error;
  reportError(io, error, json);
  return error.exitStatus;
}
