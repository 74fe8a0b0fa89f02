import { type CipherEngine } from "./engine.ts";

let loaded: Promise<CipherEngine> | undefined;

/** The engine of this runtime: `node:crypto` where it exists, \@noble/ciphers everywhere else. */
export function loadEngine(): Promise<CipherEngine> {
  loaded ??= import("./node-engine.ts")
    .then((module): CipherEngine => module.nodeEngine)
    .catch(() => import("./noble-engine.ts").then((module) => module.nobleEngine));
  return loaded;
}
