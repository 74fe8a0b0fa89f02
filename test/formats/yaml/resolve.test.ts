import { describe, expect, it } from "vitest";
import { resolvePlain, resolveTagged } from "../../../src/formats/yaml/resolve.ts";

const shown = (resolved: ReturnType<typeof resolveTagged>): string => {
  if (resolved === null || typeof resolved === "string") return String(resolved);
  return resolved.type === "bytes"
    ? `bytes ${[...resolved.bytes].join(" ")}`
    : `${resolved.type} ${resolved.text}`;
};

/** Beyond the vector `scalars`, which sops wrote: the edges between the rules of sops-format 8.1. */
describe("a plain scalar", () => {
  it.each([
    ["-0x1F", "int -31"],
    ["+0b11", "int 3"],
    ["-0o17", "int -15"],
    ["-017", "int -15"],
    ["0", "int 0"],
    ["-0", "int 0"],
    ["00", "int 0"],
    ["18446744073709551615", "too-large"],
    ["18446744073709551616", "float 18446744073709552000"],
    ["-9223372036854775809", "float -9223372036854776000"],
    ["0xFFFFFFFFFFFFFFFF", "too-large"],
    ["1e400", "str 1e400"],
    ["1_0.5", "float 10.5"],
    [".5_0", "str .5_0"],
    ["._5", "str ._5"],
    ["2024-01-01 10:00:00", "time 2024-01-01T10:00:00Z"],
    ["2024-01-01 10:00:00.5", "time 2024-01-01T10:00:00.5Z"],
    ["2024-1-2T3:4:5Z", "time 2024-01-02T03:04:05Z"],
    ["2024-01-01T10:00:00", "str 2024-01-01T10:00:00"],
    ["2024-01-01T10:00:00+25:00", "str 2024-01-01T10:00:00+25:00"],
    ["24-01-01", "str 24-01-01"],
    ["~", "null"],
    ["", "null"],
    ["nUlL", "str nUlL"],
    ["+", "str +"],
    ["-", "str -"],
  ])("%s is %s", (text, resolved) => {
    expect(shown(resolvePlain(text))).toBe(resolved);
  });
});

describe("a tagged scalar", () => {
  const core = (name: string): string => `tag:yaml.org,2002:${name}`;

  it.each([
    ["12", core("str"), "str 12"],
    ["7", core("int"), "int 7"],
    ["7.5", core("int"), "mismatch"],
    ["x", core("int"), "mismatch"],
    ["", core("int"), "mismatch"],
    ["3", core("float"), "float 3"],
    ["x", core("float"), "mismatch"],
    ["true", core("bool"), "bool True"],
    ["yes", core("bool"), "mismatch"],
    ["2024-01-01", core("timestamp"), "time 2024-01-01T00:00:00Z"],
    ["soon", core("timestamp"), "mismatch"],
    ["", core("null"), "null"],
    ["x", core("null"), "mismatch"],
    ["aGk=", core("binary"), "str hi"],
    ["aG\nk=", core("binary"), "str hi"],
    ["/w==", core("binary"), "bytes 255"],
    ["a", core("binary"), "mismatch"],
    ["12", "!custom", "str 12"],
    ["12", null, "str 12"],
  ])("%s as %s is %s", (text, tag, resolved) => {
    expect(shown(resolveTagged(text, tag))).toBe(resolved);
  });
});
