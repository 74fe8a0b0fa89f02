import { describe, expect, it } from "vitest";
import { ConfigValue } from "../../src/project/config-value.ts";

const value = (of: unknown): ConfigValue => new ConfigValue(of, true, ["creation_rules", 1, "age"]);

const refusal = expect.objectContaining({
  code: "CONFIG_INVALID",
  places: { path: "creation_rules[1].age" },
}) as Error;

describe("ConfigValue", () => {
  it("takes what is not there and null for not set", () => {
    for (const unset of [value(undefined), value(null)]) {
      expect(unset.isSet).toBe(false);
      expect([unset.text(), unset.flag(), unset.integer(), unset.items()]).toEqual([
        "",
        false,
        0,
        [],
      ]);
      expect(unset.settings(["a"])("a").isSet).toBe(false);
    }
  });

  it("reads each type", () => {
    expect(value("x").text()).toBe("x");
    expect(value(true).flag()).toBe(true);
    expect(value(-3).integer()).toBe(-3);
    expect(value(["a", "b"]).texts("list")).toEqual(["a", "b"]);
    expect(value("a, b").texts("list or commas")).toEqual(["a", " b"]);
    expect(
      value(new Map([["a", 1]]))
        .settings(["a", "b"])("a")
        .integer(),
    ).toBe(1);
  });

  it.each([
    ["text", (of: ConfigValue) => of.text(), [1, true, [], new Map()]],
    ["flag", (of: ConfigValue) => of.flag(), [1, "true", [], new Map()]],
    ["integer", (of: ConfigValue) => of.integer(), ["1", 1.5, Infinity, NaN, true]],
    ["items", (of: ConfigValue) => of.items(), ["a", 1, new Map()]],
    ["texts, as list", (of: ConfigValue) => of.texts("list"), ["a", 1, new Map()]],
    ["texts, with commas", (of: ConfigValue) => of.texts("list or commas"), [1, true, new Map()]],
    ["settings", (of: ConfigValue) => of.settings(["a"]), ["a", 1, []]],
  ] as const)("refuses other types with the place: %s", (_, read, others) => {
    for (const other of others) expect(() => read(value(other))).toThrow(refusal);
  });

  it("names the place of an item and of a setting", () => {
    expect(value(["a"]).items()[0]?.place).toBe("creation_rules[1].age[0]");
    expect(value(new Map([["b c", 1]])).settings(["b c"])("b c").place).toBe(
      'creation_rules[1].age["b c"]',
    );
    expect(new ConfigValue(null, true).place).toBe(".");
  });

  it("refuses unknown settings where it is strict, listing those that are known", () => {
    const map = new Map<unknown, unknown>([["agee\u001b", 1]]);
    expect(() => value(map).settings(["age", "pgp"])).toThrow(refusal);
    expect(() => value(map).settings(["age", "pgp"])).toThrow(
      'no setting "agee\\u{1b}"; known here: age, pgp',
    );
    expect(() => value(new Map([[1, 1]])).settings(["age"])).toThrow(refusal);
    expect(new ConfigValue(map, false).settings(["age"])("age").isSet).toBe(false);
  });
});
