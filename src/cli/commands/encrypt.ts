import { SELECTION_FIELDS, type SelectionSetting, UndersealError } from "../../index.ts";
import { type OutputFlags, writeDraft } from "../output.ts";
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
  readonly age?: string;
  readonly config?: string;
  readonly macOnlyEncrypted?: boolean;
  readonly unencryptedSuffix?: string;
  readonly encryptedSuffix?: string;
  readonly unencryptedRegex?: string;
  readonly encryptedRegex?: string;
  readonly unencryptedCommentRegex?: string;
  readonly encryptedCommentRegex?: string;
}

/** `encrypt`: seals a file. */
export const encrypt: CommandModule = (program, session) => {
  const command = convertingCommand(
    fileCommand(
      "encrypt",
      "seal a file: encrypt its values, keep its text",
      "underseal encrypt -i secrets.yaml",
    ),
  );
  for (const field of SELECTION_FIELDS)
    command.option(`--${field.replaceAll("_", "-")} <text>`, SELECTION_WORDS[field]);
  command
    .argument("<file>", "file in clear")
    .option("-i, --in-place", "replace the file")
    .option("--output <file>", "write to this file")
    .option("--force", "replace the output file")
    .option(
      "-a, --age <recipients>",
      "age recipients, with commas between, instead of those of the rule",
    )
    .option("--mac-only-encrypted", "let the MAC cover encrypted values only")
    .option("--config <file>", "config file, instead of searching for one")
    .option("--json", "report as JSON")
    .action(
      session.action(async (file: string, flags: Flags) => {
        const selection = selectionOf(flags);
        const draft = await session.project.seal(file, {
          ...readOptions(flags),
          ...convertOptions(flags),
          ...(flags.age === undefined ? {} : { age: splitList(flags.age) }),
          ...(flags.config === undefined ? {} : { config: flags.config }),
          ...(flags.macOnlyEncrypted === undefined
            ? {}
            : { macOnlyEncrypted: flags.macOnlyEncrypted }),
          ...(selection === null ? {} : { selection }),
        });
        return writeDraft(session, draft, { ...flags, done: "sealed", details: {}, mode: 0o644 });
      }),
    );
  program.addCommand(command);
};

const SELECTION_WORDS: Readonly<Record<SelectionSetting["field"], string>> = {
  unencrypted_suffix: "leave values in clear below keys with this ending",
  encrypted_suffix: "encrypt values below keys with this ending only",
  unencrypted_regex: "leave values in clear below keys that match",
  encrypted_regex: "encrypt values below keys that match only",
  unencrypted_comment_regex: "leave values in clear behind comments that match",
  encrypted_comment_regex: "encrypt values behind comments that match only",
};

function selectionOf(flags: Flags): SelectionSetting | null {
  const given: Readonly<Record<SelectionSetting["field"], string | undefined>> = {
    unencrypted_suffix: flags.unencryptedSuffix,
    encrypted_suffix: flags.encryptedSuffix,
    unencrypted_regex: flags.unencryptedRegex,
    encrypted_regex: flags.encryptedRegex,
    unencrypted_comment_regex: flags.unencryptedCommentRegex,
    encrypted_comment_regex: flags.encryptedCommentRegex,
  };
  const set = SELECTION_FIELDS.flatMap((field) =>
    given[field] === undefined ? [] : [{ field, pattern: given[field] }],
  );
  if (set.length > 1)
    throw new UndersealError("SELECTION_CONFLICT", "more than one selection is given");
  return set[0] ?? null;
}

/** Items of a list with commas between, blanks dropped. */
export const splitList = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
