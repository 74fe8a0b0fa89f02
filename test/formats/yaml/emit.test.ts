import { describe, expect, it } from "vitest";
import {
  branchLines,
  entryText,
  flowText,
  itemText,
  keyText,
} from "../../../src/formats/yaml/emit.ts";
import { branchOf, leafOf, listOf, textLeaf } from "../../../src/tree/tree.ts";

const layout = { indent: 4, eol: "\n" };
const number = leafOf({ type: "int", text: "1" });

describe("the emitter", () => {
  it("lays branches and lists out as go-yaml does", () => {
    const branch = branchOf([
      ["a", number],
      [
        "l",
        listOf([
          textLeaf("x"),
          branchOf([
            ["k", number],
            ["m", branchOf([["o", number]])],
          ]),
          listOf([number, number]),
        ]),
      ],
      ["e", listOf([])],
      ["y", { kind: "null", offset: -1 }],
    ]);
    expect(branchLines(branch, 0, layout)).toBe(
      'a: 1\nl:\n    - x\n    - k: 1\n      m:\n        o: 1\n    - - 1\n      - 1\ne: []\n"y": null\n',
    );
  });

  it("writes several lines as a literal block, at the next multiple of the indentation", () => {
    const entry = branchOf([["enc", textLeaf("-----BEGIN\nx\n-----END\n")]]);
    expect(itemText(entry, { column: 8, layout })).toBe(
      "- enc: |\n            -----BEGIN\n            x\n            -----END",
    );
    expect(entryText("k", textLeaf("a\nb"), { column: 0, layout })).toBe("k: |-\n    a\n    b");
    expect(entryText("k", textLeaf("a\n\n"), { column: 0, layout })).toBe("k: |+\n    a\n");
    expect(entryText("k", textLeaf(" a\nb"), { column: 0, layout })).toBe('k: " a\\nb"');
  });

  it("takes the line ending of the layout", () => {
    expect(
      branchLines(branchOf([["a", branchOf([["b", number]])]]), 2, { indent: 2, eol: "\r\n" }),
    ).toBe("  a:\r\n    b: 1\r\n");
  });

  it("writes collections on one line, with quotes where brackets would end a value", () => {
    const list = listOf([
      textLeaf("a, b"),
      branchOf([
        ["k:", number],
        ["<<", number],
      ]),
      textLeaf("x"),
    ]);
    expect(flowText(list)).toBe(`['a, b', {"k:": 1, '<<': 1}, x]`);
  });

  it("quotes keys that would not be strings", () => {
    expect(
      ["a b", "1", "true", "", "a: b", "#", "n"].map((key) => keyText(key, { flow: false })),
    ).toEqual(["a b", '"1"', '"true"', '""', '"a: b"', '"#"', '"n"']);
  });
});
