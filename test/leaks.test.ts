/**
 * A canary through every command and every failure: it must be in no stream, no error, and no file but
 * those that were meant to hold it. Neither must anything derived from it.
 */
import { createHash } from "node:crypto";
import * as realDisk from "node:fs/promises";
import { link, mkdir, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { ERROR_TABLE, type ErrorCode, UndersealError } from "../src/errors.ts";
import { readSource } from "../src/project/read.ts";
import { writeAtomically } from "../src/project/write.ts";
import { plaintextOf } from "../src/seal/plaintext.ts";
import { CANARY, inSetting, leakIn, PLAIN, plainWith, type Setting } from "./canary.ts";
import { type Given, type Ran } from "./cli/world.ts";
import { format, IDENTITIES, openTree, readText, RECIPIENTS, seal } from "./seal/fixtures.ts";

const AGE = `--age ${RECIPIENTS[0] ?? ""}`;
const encrypting =
  (more: string) =>
  async ({ put, run }: Setting): Promise<Ran> => {
    await put("a.yaml", more);
    return run(`encrypt -i ${AGE} a.yaml`);
  };
const encryptingAs =
  (extension: string, text: string) =>
  async ({ put, run }: Setting): Promise<Ran> => {
    await put(`a.${extension}`, text);
    return run(`encrypt -i ${AGE} a.${extension}`);
  };
const decrypting =
  (change: (sealed: string) => string, words = "decrypt a.yaml", given: Given = {}) =>
  async ({ putSealed, run }: Setting): Promise<Ran> => {
    await putSealed("a.yaml", change);
    return run(words, given);
  };
const same = (sealed: string): string => sealed;
const withConfig =
  (config: string, words = "encrypt -i a.yaml") =>
  async ({ put, world, run }: Setting): Promise<Ran> => {
    await put("a.yaml", PLAIN);
    await writeFile(world.path(".sops-config.yaml"), config);
    return run(words);
  };

const surroundings = {
  cwd: "/",
  pid: process.pid,
  isRunning: () => true,
  randomBytes: (size: number) => crypto.getRandomValues(new Uint8Array(size)),
};

/** Writes over a file on a disk that fails. */
const onDisk =
  (disk: Partial<typeof realDisk>) =>
  async ({ put, world }: Setting): Promise<UndersealError> => {
    await put("a.yaml", PLAIN);
    const file = await readSource("a.yaml", { ...surroundings, cwd: world.folder }, {});
    const options = {
      expect: file.fingerprint,
      mode: 0o600,
      surroundings: { ...surroundings, cwd: world.folder },
      disk: { ...realDisk, ...disk },
    };
    return failure(
      writeAtomically("a.yaml", new TextEncoder().encode(`${PLAIN}more: 1\n`), options),
    );
  };

async function failure(work: Promise<unknown>): Promise<UndersealError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UndersealError) return error;
    throw error;
  }
  throw new Error("did not fail");
}

const full: typeof realDisk.open = async (...args) => {
  const handle = await realDisk.open(...args);
  handle.writeFile = () =>
    Promise.reject(Object.assign(new Error(`ENOSPC ${CANARY}`), { code: "ENOSPC" }));
  return handle;
};
const forgetful: typeof realDisk.open = async (...args) => {
  const handle = await realDisk.open(...args);
  const write = handle.writeFile.bind(handle);
  handle.writeFile = () => write("other bytes");
  return handle;
};

/** One way into every failure, each with the canary in the plaintext at hand. */
const SCENARIOS: Readonly<Record<ErrorCode, (setting: Setting) => Promise<Ran | UndersealError>>> =
  {
    USAGE: decrypting(same, "materialize a.yaml --to nothing"),
    OPTIONS_CONFLICT: decrypting(same, "decrypt -i --output b.yaml a.yaml"),
    CONFIG_NOT_FOUND: async ({ put, run }) => {
      await put("a.yaml", PLAIN);
      return run("encrypt a.yaml --config none.yaml");
    },
    CONFIG_INVALID: withConfig(`creation_rules: [${CANARY.slice(0, 3)}`),
    RULE_NOT_MATCHED: withConfig("creation_rules: []\n"),
    SELECTION_CONFLICT: withConfig(
      "creation_rules: []\n",
      "encrypt -i --encrypted-regex a --encrypted-suffix b a.yaml",
    ),
    REGEX_INVALID: withConfig(
      `creation_rules:\n  - age: ${RECIPIENTS[0] ?? ""}\n    encrypted_regex: "("\n`,
    ),
    RECIPIENT_MISSING: withConfig("creation_rules:\n  - path_regex: a\n"),
    RECIPIENT_INVALID: withConfig("creation_rules:\n  - age: age1nonsense\n"),
    RECIPIENT_UNSUPPORTED: withConfig("creation_rules:\n  - gcp_kms: a\n"),
    IDENTITY_INVALID: async ({ put, run, world }) => {
      await put("keys.txt", `AGE-SECRET-KEY-1${CANARY}\n`);
      await mkdir(world.path("home/.config/sops/age"), { recursive: true });
      await put("home/.config/sops/age/keys.txt", `AGE-SECRET-KEY-1${CANARY}\n`);
      return run("init");
    },
    GPG_FAILED: async ({ put, run }) => {
      await put("a.yaml", PLAIN);
      await put(".sops-config.yaml", `creation_rules: [{pgp: ${"A".repeat(40)}}]\n`);
      return run("encrypt a.yaml", { env: { SOPS_GPG_EXEC: "./no-such-gpg" } });
    },
    IDENTITY_COMMAND_FAILED: async ({ world }) => {
      const { ageIdentities } = await import("../src/project/identities.ts");
      const env = {
        SOPS_AGE_KEY_CMD: `sh -c "echo ${CANARY} >&2; echo ${CANARY}; exit 3"`,
        PATH: process.env["PATH"],
      };
      return failure(
        ageIdentities({
          ...surroundings,
          cwd: world.folder,
          home: world.path("home"),
          platform: "linux",
          env,
          now: () => new Date(),
        }),
      );
    },
    FILE_NOT_FOUND: ({ run }) => run("decrypt none.yaml"),
    FILE_NOT_REGULAR: async ({ world, run }) => {
      await mkdir(world.path("folder.yaml"));
      return run("decrypt folder.yaml");
    },
    FILE_UNREADABLE: ({ run }) => run("decrypt --input-type yaml /proc/self/mem"),
    FILE_TOO_LARGE: decrypting(same, "decrypt --max-bytes 10 a.yaml"),
    TYPE_UNKNOWN: async ({ put, run }) => {
      await put("a.yaml", PLAIN);
      return run(`encrypt --input-type toml ${AGE} a.yaml`);
    },
    ENCODING_INVALID: async ({ put, run }) => {
      await put("a.yaml", Buffer.concat([Buffer.from(PLAIN), Buffer.of(0xff)]));
      return run(`encrypt ${AGE} a.yaml`);
    },
    YAML_SYNTAX: encrypting(plainWith(`bad: "\\q${CANARY}"`)),
    YAML_UNSUPPORTED: encrypting(plainWith(`\tbad: ${CANARY}`)),
    YAML_DUPLICATE_KEY: encrypting(plainWith(`password: ${CANARY}`)),
    YAML_NOT_A_MAPPING: encrypting(`- ${CANARY}\n`),
    YAML_TOO_DEEP: encrypting(plainWith(`deep: ${"[".repeat(2000)}${CANARY}${"]".repeat(2000)}`)),
    YAML_ALIAS_EXCESSIVE: encrypting(
      plainWith(
        [
          "a0: &a0 [x,x,x,x,x,x,x,x,x,x]",
          ...Array.from(
            { length: 9 },
            (_, n) =>
              `a${String(n + 1)}: &a${String(n + 1)} [${Array(10)
                .fill(`*a${String(n)}`)
                .join(",")}]`,
          ),
        ].join("\n"),
      ),
    ),
    DOCUMENT_EMPTY: encrypting(""),
    JSON_SYNTAX: encryptingAs("json", `{"password": "${CANARY}",}`),
    JSON_NOT_AN_OBJECT: encryptingAs("json", `["${CANARY}"]`),
    JSON_TOO_DEEP: encryptingAs("json", `{"a": ${"[".repeat(2000)}"${CANARY}"`),
    DOTENV_SYNTAX: encryptingAs("env", `PASSWORD=${CANARY}\n${CANARY}\n`),
    INI_SYNTAX: encryptingAs("ini", `[a]\npassword = ${CANARY}\n${CANARY}\n`),
    INI_UNSUPPORTED: encryptingAs("ini", `[a] ${CANARY}\nb = ${CANARY}\n`),
    FORMAT_UNFIT: decrypting(same, "decrypt --output-type dotenv a.yaml"),
    KEY_NOT_STRING: encrypting(plainWith(`1: ${CANARY}`)),
    VALUE_UNSUPPORTED: encrypting(plainWith("big: 18446744073709551615")),
    ALREADY_SEALED: decrypting(same, `encrypt -i ${AGE} a.yaml`),
    SOPS_KEY_RESERVED: encrypting(plainWith(`sops: ${CANARY}`)),
    SELECTION_DRIFT: async ({ putSealed, world, run }) => {
      await putSealed("a.yaml");
      const rule = `  - age: ${RECIPIENTS[0] ?? ""}\n    encrypted_regex: token\n`;
      await writeFile(world.path(".sops.yaml"), `creation_rules:\n${rule}`);
      return run("set a.yaml nested.token_unencrypted --value-stdin", {
        stdin: new TextEncoder().encode(CANARY),
      });
    },
    NOT_SEALED: async ({ put, run }) => {
      await put("a.yaml", PLAIN);
      return run("decrypt a.yaml");
    },
    METADATA_INVALID: decrypting((sealed) =>
      sealed.replace(/lastmodified: .*/, "lastmodified: now"),
    ),
    KEY_GROUPS_UNSUPPORTED: async ({ put, run }) => {
      await put("a.yaml", readText("sops/config/shamir-2-of-3/sealed.a.yaml"));
      const env = { SOPS_AGE_KEY: IDENTITIES.join("\n") };
      return run(`rotate -i a.yaml --add-age ${RECIPIENTS[0] ?? ""}`, { env });
    },
    THRESHOLD_INVALID: withConfig(
      `creation_rules:\n  - key_groups:\n      - age: [${RECIPIENTS[0] ?? ""}]\n      - age: [${RECIPIENTS[1] ?? ""}]\n    shamir_threshold: 1\n`,
    ),
    DATA_KEY_UNAVAILABLE: decrypting(same, "decrypt a.yaml", {
      env: { SOPS_AGE_KEY: IDENTITIES[1] ?? "" },
    }),
    LEAF_DAMAGED: decrypting((sealed) =>
      sealed.replace(/(?<=password: "ENC\[AES256_GCM,data:)../, (two) =>
        two === "AA" ? "BB" : "AA",
      ),
    ),
    LEAF_NOT_SEALED: async ({ put, run }) => {
      await put("a.yaml", (await seal(PLAIN)).replace(/user: .*/, `user: ${CANARY}`));
      return run("decrypt a.yaml");
    },
    MAC_MISMATCH: decrypting((sealed) => sealed.replace(/user: .*\n/, "")),
    MAC_DAMAGED: decrypting((sealed) =>
      sealed.replace(/lastmodified: "2026/, 'lastmodified: "2025'),
    ),
    PATH_INVALID: decrypting(same, "get a.yaml a..b"),
    PATH_NOT_FOUND: decrypting(same, "get a.yaml nothing"),
    VALUE_INVALID: decrypting(same, "set a.yaml x --value-stdin --json", {
      stdin: new TextEncoder().encode(`{${CANARY}`),
    }),
    OUTPUT_UNWRITABLE: async ({ putSealed, world, run }) => {
      await putSealed("a.yaml");
      await link(world.path("a.yaml"), world.path("other.yaml"));
      return run("decrypt -i a.yaml");
    },
    OUTPUT_EXISTS: decrypting(same, "decrypt --output a.yaml a.yaml"),
    OUTPUT_DISK_FULL: onDisk({ open: full }),
    OUTPUT_NOT_VERIFIED: onDisk({ open: forgetful }),
    FILE_CHANGED: async ({ putSealed, put, run }) => {
      await putSealed("a.yaml");
      return run("edit a.yaml", {
        editor: async (path) => {
          await put("a.yaml", "changed: 1\n");
          await writeFile(path, plainWith("more: 1"));
          return 0;
        },
      });
    },
    EDITOR_FAILED: decrypting(same, "edit a.yaml", { editor: () => Promise.resolve(1) }),
    EDIT_INVALID: decrypting(same, "edit a.yaml", {
      editor: async (path) => {
        await writeFile(path, plainWith(`broken: [${CANARY}`));
        return 0;
      },
    }),
    ARTEFACT_NAME_INVALID: decrypting(same, "materialize a.yaml --to kubernetes --name Not_Valid"),
    ARTEFACT_VALUE_INVALID: async ({ world, run }) => {
      await writeFile(
        world.path("a.yaml"),
        await seal(`value: !!binary /w==\nsecret: ${CANARY}\n`),
      );
      return run("materialize a.yaml --to json");
    },
    CIPHERTEXT_REFUSED: async ({ world, run }) => {
      const sealed = await seal(
        `a_unencrypted: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\nsecret: ${CANARY}\n`,
      );
      await writeFile(world.path("a.yaml"), sealed);
      return run("materialize a.yaml --to dotenv");
    },
  };

describe("no failure leaks, or touches a file", () => {
  it.each(Object.keys(ERROR_TABLE) as ErrorCode[])("%s", async (code) => {
    const { outcome, spilled, altered } = await inSetting(SCENARIOS[code]);
    expect(outcome.code).toBe(code);
    expect(altered).toEqual([]);
    expect(leakIn(outcome.said)).toBeUndefined();
    expect(leakIn(outcome.out)).toBeUndefined();
    expect(spilled).toEqual([]);
  });

  it.each([
    "encrypt",
    "decrypt",
    "edit",
    "set",
    "get",
    "unset",
    "rotate",
    "updatekeys",
    "verify",
    "materialize",
  ])("%s --json of a damaged file", async (command) => {
    const rest: Readonly<Record<string, string>> = {
      set: " password x",
      get: " password",
      unset: " password",
      materialize: " --to json --output b",
      updatekeys: "",
    };
    const { outcome, spilled } = await inSetting(
      decrypting(
        (sealed) => sealed.replace(/user: .*\n/, ""),
        `${command} a.yaml${rest[command] ?? ""}${["edit", "unset"].includes(command) ? "" : " --json"}`,
      ),
    );
    expect(leakIn(outcome.said + outcome.out)).toBeUndefined();
    expect(spilled).toEqual([]);
  });
});

/** Commands that succeed say nothing of a value, unless showing it is what they are for. */
describe("no success leaks", () => {
  const edited = async (path: string): Promise<number> => {
    await writeFile(path, plainWith(`more: ${CANARY}`));
    return 0;
  };
  const SILENT: readonly (readonly [string, Given])[] = [
    ["verify a.yaml", {}],
    ["verify a.yaml --json", {}],
    ["rotate -i a.yaml", {}],
    ["rotate -i a.yaml --json", {}],
    [`updatekeys -y a.yaml --json`, {}],
    ["set a.yaml password --value-stdin", { stdin: new TextEncoder().encode(CANARY) }],
    [`set a.yaml password ${CANARY}`, {}],
    ["unset a.yaml password", {}],
    ["edit a.yaml", { editor: edited }],
    [`encrypt --help`, {}],
    [`init ${AGE} --json`, {}],
  ];

  it.each(SILENT)("%s", async (words, given) => {
    const { outcome, spilled } = await inSetting(async ({ putSealed, world, run }) => {
      await putSealed("a.yaml");
      if (!words.startsWith("init")) {
        await writeFile(
          world.path(".sops.yaml"),
          `creation_rules:\n  - age: ${RECIPIENTS[0] ?? ""},${RECIPIENTS[1] ?? ""}\n`,
        );
      }
      return run(words, given);
    });
    expect(outcome.code).toBeNull();
    expect(leakIn(outcome.said + outcome.out)).toBeUndefined();
    expect(spilled).toEqual([]);
  });

  it("encrypt -i leaves nothing of the plaintext in the folder", async () => {
    const { outcome, spilled } = await inSetting(async ({ world, run }) => {
      await writeFile(world.path("a.yaml"), PLAIN);
      return run(`encrypt -i ${AGE} a.yaml`);
    });
    expect(outcome).toEqual({ said: "", code: null, out: "sealed a.yaml\n" });
    expect(spilled).toEqual([]);
  });
});

describe("the detector", () => {
  it.each([
    `password is ${CANARY}`,
    `starts with ${CANARY.slice(0, 9)}`,
    Buffer.from(CANARY).toString("base64"),
    createHash("sha256").update(CANARY).digest("hex"),
  ])("finds %s", (text) => {
    expect(leakIn(text)).toBeDefined();
  });

  it("finds a file that was spilled, and values where a command shows them", async () => {
    const { outcome, spilled } = await inSetting(async ({ putSealed, world, run }) => {
      await putSealed("a.yaml");
      await writeFile(world.path("spilled.tmp"), PLAIN);
      return run("decrypt a.yaml");
    });
    expect(leakIn(outcome.out)).toBeDefined();
    expect(spilled).toEqual([expect.stringContaining("spilled.tmp")]);
    using opened = await openTree(await seal(PLAIN));
    expect(leakIn(new TextDecoder().decode(plaintextOf(opened, format).bytes))).toBeDefined();
  });
});
