import { escapeText, type KeyUpdate, UndersealError } from "../../index.ts";
import { DONE, type Outcome } from "../io.ts";
import { report } from "../report.ts";
import {
  type CommandModule,
  fileCommand,
  type ReadFlags,
  readOptions,
  type Session,
} from "../session.ts";

interface Flags extends ReadFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

/** `updatekeys`: the recipients that the rule names today. */
export const updatekeys: CommandModule = (program, session) => {
  const command = fileCommand(
    "updatekeys",
    "wrap the data key of sealed files for the recipients that their rule names today",
    "underseal updatekeys -y secrets.yaml",
  )
    .argument("<files...>", "sealed files")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show what would change and write nothing")
    .option("--config <file>", "config file, instead of searching for one")
    .option("--json", "report as JSON, one line a file")
    .action(
      session.action(async (files: string[], flags: Flags) => {
        for (const file of files) await updateFile(session, file, flags);
        return DONE;
      }),
    );
  program.addCommand(command);
};

async function updateFile(session: Session, file: string, flags: Flags): Promise<void> {
  const update = await session.project.updateKeys(file, {
    ...readOptions(flags),
    ...(flags.config === undefined ? {} : { config: flags.config }),
  });
  const write = update.needed && flags.dryRun !== true;
  if (flags.json !== true) session.io.out(planText(file, update));
  if (write && flags.yes !== true) await confirm(session);
  if (write) await session.project.replace(await update.draft());
  if (flags.json === true)
    report(session.io, true, { json: planJson(file, update, write), text: "" });
}

function planText(file: string, { needed, added, removed, groups }: KeyUpdate): string {
  if (!needed) return `${file}: the recipients are up to date\n`;
  // Recipients that move between groups are neither new nor gone.
  const { from, to } = groups;
  const split = from !== to || added.length + removed.length === 0;
  const lines = [
    ...(split ? [`  ~ ${from} -> ${to}`] : []),
    ...added.map((key) => `  + ${key.kind} ${key.recipient}`),
    ...removed.map((key) => `  - ${key.kind} ${key.recipient}`),
  ];
  return `${file}:\n${lines.map(escapeText).join("\n")}\n`;
}

function planJson(file: string, update: KeyUpdate, written: boolean): unknown {
  const { added, removed, groups } = update;
  const named = ({ kind, recipient }: KeyUpdate["added"][number]): unknown => ({ kind, recipient });
  return { file, added: added.map(named), removed: removed.map(named), groups, written };
}

async function confirm({ io }: Session): Promise<Outcome> {
  if (!io.terminal.stdin)
    throw new UndersealError("USAGE", "there is no terminal to ask on; pass --yes");
  const answer = await io.ask("Is this okay? (y/n): ");
  if (answer?.trim().toLowerCase() === "y") return DONE;
  throw new UndersealError("USAGE", "nothing was changed: the question was not answered with y");
}
