import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { UndersealError } from "../../src/errors.ts";
import { ageIdentities, gatherAgeIdentities, keysFilePath } from "../../src/project/identities.ts";
import { type Surroundings } from "../../src/project/surroundings.ts";
import { failureOf, newFolder, surroundingsIn } from "./world.ts";

const KEY_FILES = [1, 2, 3].map(
  (n) => new URL(`../vectors/keys/age-${String(n)}.txt`, import.meta.url),
);
const [one = "", two = "", three = ""] = KEY_FILES.map(
  (url) => /AGE-SECRET-KEY-1\w+/.exec(readFileSync(url, "utf8"))?.[0],
);

/** Surroundings in a new folder with these variables, and with `PATH` for commands. */
function withEnv(env: Record<string, string> = {}): Surroundings {
  return surroundingsIn(newFolder(), { env: { PATH: "/usr/bin:/bin", ...env } });
}

function writeKeysFile(surroundings: Surroundings, text: string): void {
  const path = keysFilePath(surroundings);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** An executable script in the working directory. */
function writeScript({ cwd }: Surroundings, text: string): void {
  writeFileSync(join(cwd, "give-key"), text);
  chmodSync(join(cwd, "give-key"), 0o755);
}

const texts = async (surroundings: Surroundings): Promise<string[]> =>
  (await ageIdentities(surroundings)).map(({ text }) => text);

describe("keysFilePath", () => {
  const path = (platform: string, env: Record<string, string>): string =>
    keysFilePath({ home: "/home/me", platform, env });

  it("is in the configuration folder of the platform", () => {
    expect(path("linux", {})).toBe("/home/me/.config/sops/age/keys.txt");
    expect(path("darwin", {})).toBe("/home/me/Library/Application Support/sops/age/keys.txt");
    expect(path("win32", { APPDATA: "/roaming" })).toBe("/roaming/sops/age/keys.txt");
    expect(path("win32", {})).toBe("/home/me/AppData/Roaming/sops/age/keys.txt");
  });

  it("is where XDG_CONFIG_HOME says, if that is an absolute path", () => {
    expect(path("linux", { XDG_CONFIG_HOME: "/conf" })).toBe("/conf/sops/age/keys.txt");
    expect(path("darwin", { XDG_CONFIG_HOME: "/conf" })).toBe("/conf/sops/age/keys.txt");
    expect(path("linux", { XDG_CONFIG_HOME: "" })).toBe("/home/me/.config/sops/age/keys.txt");
    expect(path("linux", { XDG_CONFIG_HOME: "conf" })).toBe("/home/me/.config/sops/age/keys.txt");
  });
});

describe("ageIdentities", () => {
  it("finds none where there is none", async () => {
    expect(await ageIdentities(withEnv())).toEqual([]);
  });

  it("finds them in every place, in a fixed order, and says where", async () => {
    const surroundings = withEnv({
      SOPS_AGE_KEY_CMD: `printf '${one}\\n'`,
      SOPS_AGE_KEY_FILE: "key.txt",
      SOPS_AGE_KEY: `${three} ${two}`,
    });
    writeFileSync(join(surroundings.cwd, "key.txt"), `# mine\n${two}\n`);
    writeKeysFile(surroundings, `${three}\n`);
    expect(await ageIdentities(surroundings)).toEqual([
      { text: three, source: "SOPS_AGE_KEY" },
      { text: two, source: "SOPS_AGE_KEY" },
      { text: two, source: "SOPS_AGE_KEY_FILE (key.txt)" },
      { text: one, source: "SOPS_AGE_KEY_CMD" },
      { text: three, source: keysFilePath(surroundings) },
    ]);
  });

  it("takes empty variables for unset ones", async () => {
    expect(
      await ageIdentities(
        withEnv({ SOPS_AGE_KEY: "", SOPS_AGE_KEY_FILE: "", SOPS_AGE_KEY_CMD: "" }),
      ),
    ).toEqual([]);
  });

  it("reads a key from a pipe, as a shell's <(…) makes one", async () => {
    const surroundings = withEnv({ SOPS_AGE_KEY_FILE: "pipe" });
    const pipe = join(surroundings.cwd, "pipe");
    execFileSync("mkfifo", [pipe]);
    const [found] = await Promise.all([texts(surroundings), writeFile(pipe, one)]);
    expect(found).toEqual([one]);
  });

  it.each([
    ["SOPS_AGE_KEY", { SOPS_AGE_KEY: "nonsense" }, "SOPS_AGE_KEY, line 1"],
    [
      "a file that is not there",
      { SOPS_AGE_KEY_FILE: "gone" },
      "SOPS_AGE_KEY_FILE (gone): there is no such file",
    ],
    ["a folder", { SOPS_AGE_KEY_FILE: "." }, "SOPS_AGE_KEY_FILE (.)"],
    ["a device without end", { SOPS_AGE_KEY_FILE: "/dev/zero" }, "larger than"],
    ["a file without identities", { SOPS_AGE_KEY_FILE: "/dev/null" }, "holds no identity"],
    ["a name that deceives", { SOPS_AGE_KEY_FILE: "\u001b[2J" }, "(\\u{1b}[2J)"],
  ])("reports a bad place when there is no good one: %s", async (_, env, words) => {
    const error = await failureOf(() => ageIdentities(withEnv(env)));
    expect(error.code).toBe("IDENTITY_INVALID");
    expect(error.message).toContain(words);
  });

  it("reports a bad keys.txt", async () => {
    const surroundings = withEnv();
    writeKeysFile(surroundings, "# empty\n");
    expect((await failureOf(() => ageIdentities(surroundings))).message).toContain(
      "keys.txt holds no identity",
    );
  });

  it("reports the first bad place of several", async () => {
    const surroundings = withEnv({ SOPS_AGE_KEY_CMD: "false", SOPS_AGE_KEY_FILE: "gone" });
    expect((await failureOf(() => ageIdentities(surroundings))).message).toContain(
      "SOPS_AGE_KEY_FILE",
    );
  });

  it("does not let bad places hide a good one, and keeps what was wrong", async () => {
    const surroundings = withEnv({
      SOPS_AGE_KEY: "nonsense",
      SOPS_AGE_KEY_FILE: "gone",
      SOPS_AGE_KEY_CMD: "false",
    });
    writeKeysFile(surroundings, one);
    expect(await texts(surroundings)).toEqual([one]);
    const { problems } = await gatherAgeIdentities(surroundings);
    expect(problems.map(({ code }) => code)).toEqual([
      "IDENTITY_INVALID",
      "IDENTITY_INVALID",
      "IDENTITY_COMMAND_FAILED",
    ]);
  });
});

describe("SOPS_AGE_KEY_CMD", () => {
  it("runs without a shell, in the working directory, with the environment given and no input", async () => {
    const surroundings = withEnv({ SOPS_AGE_KEY_CMD: "./give-key 'a  b' $HOME", KEY: one });
    writeScript(
      surroundings,
      `#!/bin/sh\n[ "$1" = 'a  b' ] && [ "$2" = '$HOME' ] && cat && echo "$KEY"\n`,
    );
    expect(await texts(surroundings)).toEqual([one]);
  });

  it.each([
    ["a program that is not there", "no-such-program-here", "cannot be started"],
    ["no program", "# nothing", "names no program"],
    ["a quote that is not closed", "echo 'x", "open quote"],
    ["a program that fails", "sh -c 'echo oops-secret; echo oops-secret >&2; exit 3'", "status 3"],
    ["a program that is killed", "sh -c 'kill -9 $$'", "killed"],
    ["a program that prints without end", "yes", "prints too much"],
  ])("fails on %s, and never tells what it printed", async (_, command, words) => {
    const error = await failureOf(() => ageIdentities(withEnv({ SOPS_AGE_KEY_CMD: command })));
    expect(error.code).toBe("IDENTITY_COMMAND_FAILED");
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("oops");
  });

  it("fails on a file that is no program", async () => {
    const surroundings = withEnv({ SOPS_AGE_KEY_CMD: "./give-key" });
    writeScript(surroundings, "\u0000\u0001\u0002 no program");
    expect((await failureOf(() => ageIdentities(surroundings))).code).toBe(
      "IDENTITY_COMMAND_FAILED",
    );
  });

  it("refuses what it prints when that is no identity", async () => {
    const error = await failureOf(() =>
      ageIdentities(withEnv({ SOPS_AGE_KEY_CMD: "echo hunter2" })),
    );
    expect(error).toBeInstanceOf(UndersealError);
    expect([error.code, error.message]).toEqual([
      "IDENTITY_INVALID",
      "SOPS_AGE_KEY_CMD, line 1: not an age identity",
    ]);
  });
});
