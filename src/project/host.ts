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
    randomBytes: pooledRandom(randomBytes),
  };
}

/** One call to the system serves many nonces: each costs more than what it gives. */
const POOL_BYTES = 16_384;

/** Hands out each random byte once, and keeps none that it handed out: a data key is drawn here too. */
function pooledRandom(draw: (size: number) => Uint8Array): (size: number) => Uint8Array {
  let pool = new Uint8Array(0);
  let used = 0;
  return (size) => {
    if (size > POOL_BYTES) return new Uint8Array(draw(size));
    if (used + size > pool.length) {
      pool = new Uint8Array(draw(POOL_BYTES));
      used = 0;
    }
    const bytes = pool.slice(used, used + size);
    pool.fill(0, used, used + size);
    used += size;
    return bytes;
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
