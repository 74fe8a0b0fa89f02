import { randomBytes } from "node:crypto";
import { homedir, platform } from "node:os";
import { kill, pid } from "node:process";
import { type Surroundings } from "./surroundings.ts";

/** What a program says of its own surroundings; the rest is asked of the machine. */
export interface Place {
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** Environment variables, for identities and the config file; `process.env` as a rule. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The surroundings of this process. */
export function hostSurroundings({ cwd, env }: Place): Surroundings {
  return {
    cwd,
    env,
    home: homedir(),
    platform: platform(),
    pid,
    isRunning,
    now: () => new Date(),
    randomBytes: (size) => new Uint8Array(randomBytes(size)),
  };
}

/** Signal 0 asks whether a process is there; it may belong to somebody else. */
function isRunning(id: number): boolean {
  try {
    kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
