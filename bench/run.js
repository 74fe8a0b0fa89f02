#!/usr/bin/env node
/**
 * Whole processes of underseal and of real sops on the same files, in turns: wall time (median) and
 * peak memory, as ratios. `npm run bench [-- yaml|json|curve] [--runs N]`; needs Linux (/proc) and
 * test/peers/install.sh. Nothing here is a test: machines differ.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { jsonDocument, yamlDocument } from "./documents.js";

const repository = fileURLToPath(new URL("..", import.meta.url));
const cache = process.env.UNDERSEAL_PEERS ?? join(homedir(), ".cache/underseal-peers");
const SOPS = [join(cache, "bin/sops")];
const UNDERSEAL = [process.execPath, join(repository, "dist/bin/underseal.js")];
const KEY = join(repository, "test/vectors/keys/age-1");
const RECIPIENT = readFileSync(`${KEY}.pub`, "utf8").trim();

const words = process.argv.slice(2);
const runs = words.includes("--runs") ? Number(words[words.indexOf("--runs") + 1]) : 5;
const wanted = words.find((word) => ["yaml", "json", "curve"].includes(word));
const folder = mkdtempSync(join(tmpdir(), "underseal-bench-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program to its end: seconds, and the most memory that it held, in MB. */
function measured(program, output) {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, HOME: folder, SOPS_AGE_KEY_FILE: `${KEY}.txt` };
    const start = process.hrtime.bigint();
    const out = openSync(output, "w");
    const child = spawn(program[0], program.slice(1), {
      env,
      cwd: folder,
      stdio: ["ignore", out, "ignore"],
    });
    let peak = 0;
    const look = () => {
      try {
        const [, kilobytes] =
          /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, "utf8")) ?? [];
        peak = Math.max(peak, Number(kilobytes ?? 0));
      } catch {
        // It has ended.
      }
    };
    const timer = setInterval(look, 5);
    child.on("error", reject);
    child.on("exit", (status) => {
      clearInterval(timer);
      if (status !== 0)
        reject(new Error(`${program.join(" ")} ended with status ${String(status)}`));
      resolve({ seconds: Number(process.hrtime.bigint() - start) / 1e9, megabytes: peak / 1024 });
    });
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Both programs in turns. */
async function compared({ name, ours, theirs, before = () => undefined }) {
  const results = { ours: [], theirs: [] };
  for (let run = 0; run < runs; run++) {
    before();
    results.ours.push(await measured(ours, join(folder, "ours.out")));
    before();
    results.theirs.push(await measured(theirs, join(folder, "theirs.out")));
  }
  const of = (side, what) => median(results[side].map((result) => result[what]));
  const ratio = (what) => (of("ours", what) / of("theirs", what)).toFixed(2);
  console.log(
    `${name.padEnd(12)} underseal ${of("ours", "seconds").toFixed(2)} s ${of("ours", "megabytes").toFixed(0)} MB   ` +
      `sops ${of("theirs", "seconds").toFixed(2)} s ${of("theirs", "megabytes").toFixed(0)} MB   ` +
      `ratio ${ratio("seconds")} (wanted 0.33), memory ${ratio("megabytes")} (wanted 1.2)`,
  );
}

async function compareFormat(extension, text, key) {
  const plain = join(folder, `plain.${extension}`);
  const sealed = join(folder, `sealed.${extension}`);
  const changed = join(folder, `changed.${extension}`);
  writeFileSync(plain, text);
  console.log(`${extension}: ${(statSync(plain).size / 1e6).toFixed(1)} MB`);
  await measured([...UNDERSEAL, "encrypt", "--age", RECIPIENT, plain], sealed);
  const seal = ["encrypt", "--age", RECIPIENT, plain];
  await compared({ name: "seal", ours: [...UNDERSEAL, ...seal], theirs: [...SOPS, ...seal] });
  const open = ["decrypt", sealed];
  await compared({ name: "open", ours: [...UNDERSEAL, ...open], theirs: [...SOPS, ...open] });
  await compared({
    name: "set",
    ours: [...UNDERSEAL, "set", changed, key, "new value"],
    theirs: [...SOPS, "set", changed, key, '"new value"'],
    before: () => copyFileSync(sealed, changed),
  });
}

/** Time and memory for each value should not grow with their number. */
async function curve() {
  for (const values of [5_000, 50_000, 500_000]) {
    const plain = join(folder, "plain.yaml");
    const sealed = join(folder, "sealed.yaml");
    writeFileSync(plain, yamlDocument(values));
    const limit = ["--max-bytes", "1000000000"];
    const seal = await measured(
      [...UNDERSEAL, "encrypt", ...limit, "--age", RECIPIENT, plain],
      sealed,
    );
    const open = await measured([...UNDERSEAL, "decrypt", ...limit, sealed], join(folder, "out"));
    const each = ({ seconds, megabytes }) =>
      `${seconds.toFixed(2)} s (${((seconds / values) * 1e6).toFixed(1)} us each) ${megabytes.toFixed(0)} MB`;
    console.log(`${String(values).padStart(7)} values: seal ${each(seal)}, open ${each(open)}`);
  }
}

if (spawnSync(SOPS[0], ["--version", "--disable-version-check"]).status !== 0) {
  console.error("sops is not there: run test/peers/install.sh");
  process.exit(1);
}
if (wanted === undefined || wanted === "yaml")
  await compareFormat("yaml", yamlDocument(50_000), '["service7"]["name"]');
if (wanted === undefined || wanted === "json")
  await compareFormat("json", jsonDocument(16_000_000), '["service7"]["name"]');
if (wanted === undefined || wanted === "curve") await curve();
