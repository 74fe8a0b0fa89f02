import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeText, formatPath, parsePath } from "../../src/tree/path.ts";

describe("parsePath", () => {
  it("reads dotted paths with indices", () => {
    expect(parsePath("db.hosts[0].name")).toEqual(["db", "hosts", 0, "name"]);
  });

  it("reads SOPS's bracketed paths", () => {
    expect(parsePath(`["a"]['b c'][12]["x.y"]`)).toEqual(["a", "b c", 12, "x.y"]);
  });

  it("reads the root", () => {
    expect(parsePath("")).toEqual([]);
    expect(parsePath(".")).toEqual([]);
  });

  it.each(["a..b", ".a", "a.", "a[", "a[x]", "a]b", 'a["x]', "[-1]", "[]", 'a["\\q"]', "a[0]b"])(
    "refuses %j",
    (text) => {
      expect(() => parsePath(text)).toThrow(expect.objectContaining({ code: "PATH_INVALID" }));
    },
  );
});

describe("formatPath", () => {
  it("quotes what is not a plain key", () => {
    expect(formatPath(["a", "b.c", 3, ""])).toBe('a["b.c"][3][""]');
    expect(formatPath([])).toBe(".");
  });

  it("escapes what could deceive a terminal", () => {
    expect(formatPath(["\x1b[31m"])).toBe('["\\u001b[31m"]');
    expect(formatPath(["\u202Eabc"])).toBe('["\\u{202e}abc"]');
    expect(escapeText("a\u0000b\u2028")).toBe("a\\u{0}b\\u{2028}");
  });

  it("is read back by parsePath, whatever the keys", () => {
    const step = fc.oneof(fc.string(), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(step), (path) => {
        expect(parsePath(formatPath(path))).toEqual(path);
      }),
    );
  });
});
