import { resolve } from "node:path";
import { initProject, UndersealError } from "../../index.ts";
import { DONE } from "../io.ts";
import { report } from "../report.ts";
import { type CommandModule } from "../session.ts";
import { splitList } from "./encrypt.ts";
import { Command } from "commander";

interface Flags {
  readonly age?: string;
  readonly json?: boolean;
}

/** `init`: a config file with a first rule, and an age key where there is none. */
export const init: CommandModule = (program, session) => {
  const command = new Command("init")
    .description("write .sops-config.yaml with first rules, and an age key where there is none")
    .option(
      "-a, --age <recipients>",
      "age recipients, with commas between, instead of a key of your own",
    )
    .option("--json", "report as JSON")
    .addHelpText("after", "\nExample:\n  underseal init\n")
    .action(
      session.action(async (flags: Flags) => {
        const { io } = session;
        const age = flags.age === undefined ? null : splitList(flags.age);
        if (age?.length === 0)
          throw new UndersealError("RECIPIENT_MISSING", "--age names no recipient");
        const made = await initProject(resolve(io.surroundings.cwd), io.surroundings, age);
        const key =
          made.keyFile === null
            ? []
            : [`${made.keyCreated ? "made an age key in" : "found an age key in"} ${made.keyFile}`];
        const lines = [
          ...key,
          ...made.recipients.map((recipient) => `recipient ${recipient}`),
          `wrote ${made.config}`,
        ];
        report(io, flags.json ?? false, { json: made, text: lines.join("\n") });
        return DONE;
      }),
    );
  program.addCommand(command);
};
