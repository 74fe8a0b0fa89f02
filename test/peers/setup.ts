/** Runs before the tests against real programs: without the programs the run fails, it never skips. */
import { missingPeers } from "./peers.ts";

/** @throws an `Error` that names what is missing and the command that installs it */
export function setup(): void {
  const missing = missingPeers();
  if (missing.length === 0) return;
  throw new Error(`${missing.join("\n")}\nInstall what is missing with: test/peers/install.sh`);
}
