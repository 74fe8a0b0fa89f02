import { type Surroundings } from "../index.ts";

/** The world of one command line: streams, terminal, environment. Tests hand in another. */
export interface Io {
  readonly surroundings: Surroundings;
  /** Whether the streams are terminals. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean };
  out(data: string | Uint8Array): void;
  err(text: string): void;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  /** One line from the terminal, without its line break; `null` at its end. */
  ask(question: string): Promise<string | null>;
  /** Runs a program on this terminal and gives its exit status; 127 when it cannot be started. */
  run(command: readonly string[]): Promise<number>;
}

/** What a command ends with; findings are outcomes, not errors. */
export interface Outcome {
  readonly exitStatus: number;
}

/** Everything went as asked. */
export const DONE: Outcome = { exitStatus: 0 };
