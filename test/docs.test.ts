import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ERROR_TABLE } from "../src/errors.ts";
import { loadConfig } from "../src/project/config.ts";
import { World } from "./cli/world.ts";

const root = new URL("../", import.meta.url);

function errorDocs(): string {
  const rows = Object.entries(ERROR_TABLE).map(
    ([code, { exit, remedy }]) =>
      `| \`${code}\` | ${String(exit)} | ${remedy.replaceAll("|", "\\|")} |`,
  );
  return `# Error codes\n\nEvery way underseal fails, with its exit status and the one thing to try. Made from \`src/errors.ts\` by \`npm test -- -u\`.\n
| code | exit status | remedy |\n|---|---|---|\n${rows.join("\n")}\n`;
}

describe("the documentation", () => {
  it("lists every error code", async () => {
    await expect(errorDocs()).toMatchFileSnapshot("../docs/errors.md");
  });

  it("names every command in the README, and each has help with an example", async () => {
    await using world = await World.create();
    const { out } = await world.run(["--help"]);
    const commands = [...out.matchAll(/^ {2}([a-z]+) /gm)]
      .map((match) => match[1] ?? "")
      .filter((name) => name !== "help" && name !== "underseal");
    expect(commands).toContain("materialize");
    const readme = readFileSync(new URL("README.md", root), "utf8");
    for (const command of commands) {
      expect(readme).toContain(`\`${command}\``);
      const help = await world.run([command, "--help"]);
      expect(help.status).toBe(0);
      expect(help.out).toMatch(/\nExample:\n {2}\S/);
    }
  });

  it("has an example config that loads", async () => {
    const config = await loadConfig(new URL(".sops-config.example.yaml", root).pathname);
    expect(config.rules).toHaveLength(4);
  });
});
