import { resolve } from "node:path";
import { deliverFile, type Draft, UndersealError } from "../index.ts";
import { DONE, type Outcome } from "./io.ts";
import { report } from "./report.ts";
import { type Session } from "./session.ts";

/** Where the new text of a file goes. */
export interface OutputFlags {
  readonly inPlace?: boolean;
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What is said of the new text, where it does not go to standard output itself. */
export interface Said {
  /** `sealed`, `opened`, `rotated`. */
  readonly done: string;
  readonly details: Record<string, unknown>;
  /** Permissions of a new file. */
  readonly mode: number;
}

/** Writes a draft in place, to another file, or to standard output. */
export async function writeDraft(
  { io, project }: Session,
  draft: Pick<Draft, "file" | "bytes">,
  flags: OutputFlags & Said,
): Promise<Outcome> {
  const { inPlace, output, force = false, json = false, done, details, mode } = flags;
  if (inPlace === true && output !== undefined)
    throw new UndersealError("OPTIONS_CONFLICT", "--in-place and --output exclude each other");
  if (json && inPlace !== true && output === undefined) {
    throw new UndersealError(
      "OPTIONS_CONFLICT",
      "--json reports on a written file, and the text goes to standard output",
    );
  }
  if (inPlace !== true && output === undefined) {
    io.out(draft.bytes);
    return DONE;
  }
  if (output === undefined) await project.replace(draft);
  else
    await deliverFile(resolve(io.surroundings.cwd, output), draft.bytes, {
      mode,
      force,
      surroundings: io.surroundings,
    });
  const written = output ?? draft.file.path;
  report(io, json, {
    json: { file: draft.file.path, output: written, ...details },
    text: `${done} ${written}`,
  });
  return DONE;
}
