#!/usr/bin/env node
/**
 * Builds what is shipped: the library by `tsc` into dist/, and the command line bundled into
 * dist/bin/, in pieces that are loaded when a command needs them.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { build } from "esbuild";

const PROGRAM = "dist/bin/underseal.js";

rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
// The command line is shipped as a bundle alone.
rmSync("dist/cli", { recursive: true });

await build({
  entryPoints: { underseal: "src/cli/main.ts" },
  outdir: "dist/bin",
  chunkNames: "pieces/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  legalComments: "external",
  // commander and yaml are CommonJS inside and call require for Node's own modules.
  banner: {
    js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
writeFileSync(PROGRAM, `#!/usr/bin/env node\n${readFileSync(PROGRAM, "utf8")}`);
chmodSync(PROGRAM, 0o755);
