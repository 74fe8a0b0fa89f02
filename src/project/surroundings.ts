/** The world around a checkout, handed in so that no other room has to look for it. */
export interface Surroundings {
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the user's home folder. */
  readonly home: string;
  /** Operating system as Node names it: `linux`, `darwin`, `win32` … */
  readonly platform: string;
  /** Id of this process; it stands in the names of temporary files. */
  readonly pid: number;
  /** Whether a process with this id exists on this machine, whoever owns it. */
  isRunning(pid: number): boolean;
  /** The present time. */
  now(): Date;
  /** Bytes from a cryptographic source. */
  randomBytes(size: number): Uint8Array;
}
