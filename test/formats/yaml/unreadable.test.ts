import { describe, expect, it } from "vitest";
import { codeOf, seal } from "../../seal/fixtures.ts";

const IN_CLEAR = { selection: { field: "unencrypted_regex", pattern: "^clear" } } as const;

/** Each observed of sops 3.13.3: it refuses the file in clear, and so would it refuse a sealed one. */
describe("what SOPS cannot read", () => {
  it.each([
    ["an escaped slash", 'clear: "a\\/b"\n'],
    ["a tab that begins a literal block", "clear: |\n  \tx\n"],
    ["a tab that begins a folded block, below blank lines", "clear: >-\n\n  \tx\n  y\n"],
    ["a tab on a blank line before a block", "clear: |\n \t\n  x\n"],
    ["a block that ends the file without a line break", "clear: |\n  x"],
  ])("is refused in clear, and sealed otherwise: %s", async (_, text) => {
    expect(await codeOf(seal(text, IN_CLEAR))).toBe("YAML_UNSUPPORTED");
    expect(await codeOf(seal(text.replace("clear", "sealed"), IN_CLEAR))).toBeNull();
  });

  it("is refused in keys, which are never sealed", async () => {
    expect(await codeOf(seal('"a\\/b": c\n'))).toBe("YAML_UNSUPPORTED");
  });

  it.each([
    'clear: "a\\\\/b"\n',
    "clear: |2\n    \tx\n",
    "clear: |\n  x\n  \ty\n",
    "clear: a\\/b\n",
  ])("is told from what it can: %j", async (text) => {
    expect(await codeOf(seal(text, IN_CLEAR))).toBeNull();
  });
});
