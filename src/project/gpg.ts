import { type ChildProcessByStdio, spawn } from "node:child_process";
import { type Readable, type Writable } from "node:stream";
import { UndersealError } from "../errors.ts";
import { type GpgRun, type RunGpg } from "../keys/pgp.ts";
import { joinedBytes } from "../tree/bytes.ts";
import { escapeText } from "../tree/path.ts";
import { type Surroundings } from "./surroundings.ts";

/** Nobody wraps a key into a mebibyte. */
const MAX_BYTES = 1024 * 1024;
const STATUS = "[GNUPG:] ";

/**
 * Runs the `gpg` of the user, or what `SOPS_GPG_EXEC` names, in the user's `GNUPGHOME`. What it says for
 * people is dropped; its status lines are kept.
 */
export function gpgRunner({ cwd, env }: Pick<Surroundings, "cwd" | "env">): RunGpg {
  const chosen = env["SOPS_GPG_EXEC"] ?? "";
  const program = chosen === "" ? "gpg" : chosen;
  return (words, input) =>
    new Promise<GpgRun>((done, fail) => {
      const cannotStart = (): void => {
        fail(new UndersealError("GPG_FAILED", `${escapeText(program)} cannot be started`));
      };
      let child: ChildProcessByStdio<Writable, Readable, Readable>;
      try {
        child = spawn(program, ["--batch", "--status-fd", "2", ...words], {
          cwd,
          env,
          stdio: ["pipe", "pipe", "pipe"],
        });
      } catch {
        // Some failures to start are thrown, others emitted.
        cannotStart();
        return;
      }
      const out: Uint8Array[] = [];
      let said = "";
      let size = 0;
      child.stdout.on("data", (chunk: Uint8Array) => {
        size += chunk.length;
        if (size > MAX_BYTES) child.kill("SIGKILL");
        else out.push(chunk);
      });
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        if (said.length < MAX_BYTES) said += chunk;
      });
      // A program that ends before it has read all is judged by its status.
      child.stdin.on("error", () => undefined);
      child.once("error", cannotStart);
      child.once("close", (status) => {
        const stdout = joinedBytes(out);
        // A data key may have come in them.
        for (const chunk of out) chunk.fill(0);
        const lines = said.split("\n").filter((line) => line.startsWith(STATUS));
        done({ status, stdout, report: lines.map((line) => line.slice(STATUS.length)) });
      });
      child.stdin.end(input);
    });
}
