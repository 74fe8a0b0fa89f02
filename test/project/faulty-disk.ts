/** A disk whose calls are counted, and which fails at the call chosen. */
import * as fileSystem from "node:fs/promises";
import { type Disk } from "../../src/project/disk.ts";

/** When and how a disk fails. */
export interface Fault {
  /** Number of the first call that fails, from 1. */
  readonly at: number;
  /** The code of the failure: `EIO`. */
  readonly code: string;
  /** Whether every later call fails too, as if the process had been killed. */
  readonly forGood?: boolean;
}

/** A disk and the names of the calls that were made to it, in order. */
export interface FaultyDisk {
  readonly disk: Disk;
  readonly calls: readonly string[];
}

/** The failure of a system call, with words that must not get out. */
export const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: foreign words`), { code });

/** The real disk, except for the fault; each call on a file that it opens counts too. */
export function faultyDisk(fault: Fault = { at: Infinity, code: "EIO" }): FaultyDisk {
  const calls: string[] = [];
  const counted = <T extends object>(inner: T): T =>
    new Proxy(inner, {
      get: (_, name) => {
        const member: unknown = Reflect.get(inner, name, inner);
        if (typeof member !== "function" || typeof name !== "string") return member;
        return (...args: unknown[]) =>
          call(name, () => Reflect.apply(member, inner, args) as unknown);
      },
    });

  async function call(name: string, real: () => unknown): Promise<unknown> {
    const number = calls.push(name);
    const fails = fault.forGood === true ? number >= fault.at : number === fault.at;
    // A file whose closing fails is closed all the same.
    if (fails && name === "close") await real();
    if (fails) throw systemError(fault.code);
    const result = await real();
    return name === "open" ? counted(result as fileSystem.FileHandle) : result;
  }

  return { disk: counted(fileSystem), calls };
}
