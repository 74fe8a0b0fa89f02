import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalBool,
  canonicalFloat,
  canonicalInt,
  canonicalText,
  canonicalTime,
  exponentText,
  int64Text,
  sealableSpelling,
} from "../../src/tree/scalars.ts";

describe("canonicalInt", () => {
  it.each([
    ["0", "0"],
    ["+1", "1"],
    ["-1", "-1"],
    ["007", "7"],
    ["9223372036854775807", "9223372036854775807"],
    ["-9223372036854775808", "-9223372036854775808"],
  ])("reads %s as %s", (text, canonical) => {
    expect(canonicalInt(text)).toBe(canonical);
  });

  it.each(["9223372036854775808", "-9223372036854775809", "1.0", "0x1", "", "--1", "1e3"])(
    "refuses %j",
    (text) => {
      expect(canonicalInt(text)).toBeNull();
    },
  );

  it("keeps every int64 and nothing beyond", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), (value) => {
        const fits = value >= -(2n ** 63n) && value < 2n ** 63n;
        expect(int64Text(value)).toBe(fits ? value.toString() : null);
      }),
    );
  });
});

describe("canonicalFloat", () => {
  it.each([
    ["1.50", "1.5"],
    ["1e21", "1000000000000000000000"],
    ["1e-7", "0.0000001"],
    ["10.0", "10"],
    ["-0.0", "-0"],
    ["5.", "5"],
    [".5", "0.5"],
    ["NaN", "NaN"],
    ["inf", "+Inf"],
    ["-Infinity", "-Inf"],
    ["123456789012345678", "123456789012345680"],
    ["3.14159265358979323846", "3.141592653589793"],
  ])("prints %s as Go does: %s", (text, canonical) => {
    expect(canonicalFloat(text)).toBe(canonical);
  });

  it.each(["1e400", "0x1p-2", "", "1_0", ".", "e5", "1e"])("refuses %j", (text) => {
    expect(canonicalFloat(text)).toBeNull();
  });

  it("reads back as the same double, without an exponent", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const canonical = canonicalFloat(String(value)) ?? "";
        expect(Object.is(Number(canonical), Object.is(value, -0) ? 0 : value)).toBe(true);
        expect(canonical).not.toMatch(/e/i);
      }),
    );
  });
});

describe("exponentText", () => {
  it.each([
    ["1000000", 6, "1e+06"],
    ["100000", 6, "100000"],
    ["1234567.89", 6, "1.23456789e+06"],
    ["0.0001", 6, "0.0001"],
    ["0.00001", 6, "1e-05"],
    ["-0", 6, "-0"],
    ["1000000", 21, "1000000"],
  ])("lays %s out below 10^%d as %s", (canonical, from, text) => {
    expect(exponentText(canonical, from)).toBe(text);
  });
});

describe("canonicalTime", () => {
  it.each([
    ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"],
    ["2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00Z"],
    ["2024-01-01T00:00:00.120Z", "2024-01-01T00:00:00.12Z"],
    ["2024-01-01T00:00:00.1234567899Z", "2024-01-01T00:00:00.123456789Z"],
    ["2001-12-14T21:59:43.1-05:00", "2001-12-14T21:59:43.1-05:00"],
    ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"],
  ])("reads %s as %s", (text, canonical) => {
    expect(canonicalTime(text)).toBe(canonical);
  });

  it.each([
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01",
    "2024-01-01T00:00:00",
    "2024-01-01T00:00:00+25:00",
  ])("refuses %s", (text) => {
    expect(canonicalTime(text)).toBeNull();
  });
});

describe("canonicalBool and canonicalText", () => {
  it("reads what Go's ParseBool reads", () => {
    expect(["1", "t", "TRUE", "true", "True"].map(canonicalBool)).toEqual(Array(5).fill("True"));
    expect(["0", "f", "FALSE", "false", "False"].map(canonicalBool)).toEqual(
      Array(5).fill("False"),
    );
    expect(["yes", "tRUE", ""].map(canonicalBool)).toEqual([null, null, null]);
  });

  it("dispatches on the type", () => {
    expect(canonicalText("int", "+7")).toBe("7");
    expect(canonicalText("time", "7")).toBeNull();
  });
});

describe("sealableSpelling", () => {
  it("keeps a spelling that SOPS reads to the same value", () => {
    expect(sealableSpelling({ type: "float", text: "1.5" }, "1.50")).toBe("1.50");
    expect(sealableSpelling({ type: "bool", text: "True" }, "TRUE")).toBe("TRUE");
  });

  it("refuses one that SOPS reads to another value, or not at all", () => {
    expect(sealableSpelling({ type: "int", text: "8" }, "010")).toBeNull();
    expect(sealableSpelling({ type: "int", text: "31" }, "0x1F")).toBeNull();
    expect(
      sealableSpelling({ type: "time", text: "2024-01-01T00:00:00Z" }, "2024-01-01"),
    ).toBeNull();
    expect(sealableSpelling({ type: "str", text: "x" }, "x")).toBeNull();
  });
});
