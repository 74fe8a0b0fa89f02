#!/usr/bin/env node
/**
 * The main job, end to end, in a temporary git repository. Every step is a command that you can type
 * yourself; every result is checked, and the first that is not what it should be ends the demo.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const underseal = join(here, "../../dist/bin/underseal.js");
const folder = mkdtempSync(join(tmpdir(), "underseal-demo-"));
const repository = join(folder, "shop");
const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  XDG_CONFIG_HOME: join(folder, "config"),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "demo",
  GIT_AUTHOR_EMAIL: "demo@example.com",
  GIT_COMMITTER_NAME: "demo",
  GIT_COMMITTER_EMAIL: "demo@example.com",
};

/** Says what comes next. */
const step = (text) => console.log(`\n# ${text}`);

/** Runs `underseal …` or `git …`, shows it as one would type it, and gives its output. */
function run(command, ...words) {
  console.log(
    `$ ${[command, ...words].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(" ")}`,
  );
  const [program, ...rest] =
    command === "underseal" ? [process.execPath, underseal, ...words] : [command, ...words];
  const { status, stdout, stderr } = spawnSync(program, rest, {
    cwd: repository,
    env,
    encoding: "utf8",
  });
  process.stdout.write(stdout + stderr);
  return { status, stdout, stderr };
}

/** The same, for a step that has to succeed. */
function must(command, ...words) {
  const result = run(command, ...words);
  check(`${command} ${words[0]} succeeds`, result.status === 0);
  return result.stdout;
}

/** A result that is not what it says ends the demo. */
function check(what, holds) {
  if (!holds) throw new Error(`not true: ${what}`);
  console.log(`  ✓ ${what}`);
}

const file = (name) => readFileSync(join(repository, name), "utf8");
const author = (name) => readFileSync(join(here, name), "utf8");
const mode = (name) => (statSync(join(repository, name)).mode & 0o777).toString(8);
const PASSWORD = "correct-horse-battery-staple";

function demo() {
  execFileSync("git", ["init", "-q", "-b", "main", repository], { env });
  cpSync(join(here, "secrets"), join(repository, "secrets"), { recursive: true });

  step("An age key for you, and rules for this repository.");
  must("underseal", "init");

  step("Seal two files: a Kubernetes Secret, and the settings of an application.");
  must("underseal", "encrypt", "-i", "secrets/db.secret.yaml");
  must("underseal", "encrypt", "-i", "secrets/app.yaml");
  check("names and labels stay readable", file("secrets/db.secret.yaml").includes("name: shop-db"));
  check(
    "no value does",
    !file("secrets/db.secret.yaml").includes(PASSWORD) &&
      !file("secrets/app.yaml").includes("stripe"),
  );

  step("Opened again, both are what their author wrote, byte for byte.");
  for (const name of ["secrets/db.secret.yaml", "secrets/app.yaml"]) {
    check(`${name} comes back byte for byte`, must("underseal", "decrypt", name) === author(name));
  }

  step("Commit them like any other file.");
  must("git", "add", ".");
  must("git", "commit", "-q", "-m", "Add secrets");

  step("Change one value. The diff has its line, and the metadata lines that must change.");
  must("underseal", "set", "secrets/app.yaml", "payments[0].key", "sk_live_a_new_key");
  const changed = must("git", "diff", "-U0", "--no-color")
    .split("\n")
    .filter((line) => /^\+(?!\+\+)/.test(line));
  const keys = changed.map((line) => /[\w-]+(?=:)/.exec(line)?.[0]);
  check("the value's line changed, and mac", keys.includes("key") && keys.includes("mac"));
  // Within one second, lastmodified stays the same.
  check(
    "nothing else but lastmodified did",
    keys.filter((key) => key !== "lastmodified").length === 2,
  );

  must("git", "commit", "-q", "-am", "Change the payment key");

  step("Check that the files open and that nothing in them was altered; no value is shown.");
  must("underseal", "verify", "secrets/db.secret.yaml", "secrets/app.yaml");

  step("Somebody drops a line from a copy: it is refused, and nothing of it is shown.");
  const tampered = file("secrets/app.yaml")
    .split("\n")
    .filter((line) => !line.includes("port:"))
    .join("\n");
  writeFileSync(join(repository, "tampered.yaml"), tampered);
  const refused = run("underseal", "decrypt", "tampered.yaml");
  check(
    "it is refused with SOPS's exit status for a MAC mismatch",
    refused.status === 51 && refused.stdout === "",
  );
  rmSync(join(repository, "tampered.yaml"));

  step("At deploy time: a Kubernetes Secret, a dotenv file, single files.");
  const manifest = must("underseal", "materialize", "secrets/db.secret.yaml", "--to", "kubernetes");
  check(
    "the manifest holds the value and no metadata of ours",
    manifest.includes(PASSWORD) && !manifest.includes("sops"),
  );
  must("underseal", "materialize", "secrets/app.yaml", "--to", "dotenv", "--output", "app.env");
  check(
    "app.env is readable for its owner only",
    mode("app.env") === "600" && file("app.env").includes("sk_live_a_new_key"),
  );
  must("underseal", "materialize", "secrets/app.yaml", "--to", "files", "--output", "run");
  check("each file is 0600 in a folder 0700", mode("run") === "700" && mode("run/mask") === "600");
  check("a file holds the bytes of its value", file("run/signing_key") === "folded lines of a key");
}

try {
  demo();
  console.log("\nThe demo holds.");
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
