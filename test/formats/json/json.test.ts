import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../src/formats/file-format.ts";
import { oneGroup } from "../../../src/keys/key-groups.ts";
import { jsonFormat } from "../../../src/formats/json/json-format.ts";
import { jsonPrinter } from "../../../src/formats/json/json-print.ts";
import { branchOf, leafOf, listOf, textLeaf, type TreeNode } from "../../../src/tree/tree.ts";
import { context, providers, RECIPIENTS } from "../../seal/fixtures.ts";
import { FORMATS, vectorFiles, vectorText } from "../../formats-under-test.ts";
import { bytesOf, leavesOf, textOf, Verbs } from "../dotenv/verbs.ts";

const verbs = new Verbs(jsonFormat);
const codeOf = (text: string | Uint8Array): { code?: string; places?: unknown } | null => {
  try {
    jsonFormat.parse(typeof text === "string" ? bytesOf(text) : text);
    return null;
  } catch (error) {
    return error as { code: string };
  }
};

describe("a JSON file", () => {
  it.each([
    "{}",
    "{ }",
    "{\n}\n",
    '{"a":"b"}',
    '{"a": "b"}\n',
    '{\n  "a": "b",\n  "c": [1, 2.50, 1e5, -0, true, null, "x"]\n}\n',
    '{\r\n\t"a": {"b": []},\r\n\t"c": ""\r\n}\r\n',
    ' { "a" : "\\u00e9\\/\\n" , "a" : "twice" } ',
    '{"__proto__": {"constructor": 1}, "": "", "\\u0000": "é😀\u2028"}',
    '{"n": [9223372036854775807, -9223372036854775808, 9223372036854775808, 100000000000000000000000]}',
    '{"a":[[[]],{}],\n"z":{"y":\n{"x":"w"}}}',
  ])("comes back byte for byte: %j", async (text) => {
    const sealed = await verbs.seal(text);
    expect(sealed).toContain('"mac": "ENC[');
    expect(await verbs.open(sealed)).toBe(text);
  });

  it("comes back byte for byte, whatever is in it and however it is spaced", async () => {
    const space = fc.constantFrom("", " ", "\n", "\t", "\r\n  ");
    const { tree } = fc.letrec<{ tree: string; object: string }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.string({ unit: "grapheme" }).map((text) => JSON.stringify(text)),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        fc.constantFrom(
          "1",
          "-0",
          "1.0",
          "1E2",
          "0.10",
          "true",
          "false",
          "null",
          '"\\u0041"',
          '"\\/"',
        ),
        fc
          .tuple(fc.array(tie("tree"), { maxLength: 3 }), space)
          .map(([items, gap]) => `[${gap}${items.join(`${gap},`)}]`),
        tie("object"),
      ),
      object: fc
        .tuple(fc.array(fc.tuple(fc.string(), tie("tree")), { maxLength: 4 }), space, space)
        .map(
          ([entries, a, b]) =>
            `{${a}${entries
              .filter(([key]) => key !== "sops")
              .map(([key, value]) => `${JSON.stringify(key)}${b}:${a}${value}`)
              .join(`,${a}`)}${b}}`,
        ),
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string(), tree), { maxLength: 4 }),
        space,
        async (entries, gap) => {
          const object = entries.filter(([key]) => key !== "sops");
          const text = `{${gap}${object.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(`,${gap}`)}${gap}}`;
          expect(await verbs.roundTrip(text)).toBe(text);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each<[string, string]>([
    ["", "JSON_SYNTAX"],
    ["[]", "JSON_NOT_AN_OBJECT"],
    ['"a"', "JSON_NOT_AN_OBJECT"],
    ["\ufeff{}", "JSON_SYNTAX"],
    ["{} {}", "JSON_SYNTAX"],
    ['{"a":1} // b', "JSON_SYNTAX"],
    ['{"a":1,}', "JSON_SYNTAX"],
    ['{"a" 1}', "JSON_SYNTAX"],
    ["{a:1}", "JSON_SYNTAX"],
    ["{'a':1}", "JSON_SYNTAX"],
    ['{"a":01}', "JSON_SYNTAX"],
    ['{"a":+1}', "JSON_SYNTAX"],
    ['{"a":.5}', "JSON_SYNTAX"],
    ['{"a":NaN}', "JSON_SYNTAX"],
    ['{"a":"\\x41"}', "JSON_SYNTAX"],
    ['{"a":"b\nc"}', "JSON_SYNTAX"],
    ['{"a":"b', "JSON_SYNTAX"],
    ['{"a":"\u0000"}', "JSON_SYNTAX"],
    ['{"a":nul}', "JSON_SYNTAX"],
    ['{"sops":1,"sops":2}', "JSON_SYNTAX"],
    ['{"a":1e400}', "VALUE_UNSUPPORTED"],
    ['{"a":12345678901234567890}', "VALUE_UNSUPPORTED"],
    ['{"a":"\\ud800"}', "VALUE_UNSUPPORTED"],
    ['{"\\udc00":1}', "VALUE_UNSUPPORTED"],
  ])("is refused: %j with %s", (text, code) => {
    expect(codeOf(text)?.code).toBe(code);
  });

  it("is refused at a place, in linear time, when it means harm", () => {
    expect(codeOf(`{"a":${"[".repeat(1_000_000)}`)?.code).toBe("JSON_TOO_DEEP");
    expect(codeOf(`{"a":${'{"a":'.repeat(1_000_000)}`)?.code).toBe("JSON_TOO_DEEP");
    expect(codeOf(`{"a":${"1".repeat(1_000_000)}}`)?.code).toBe("VALUE_UNSUPPORTED");
    expect(codeOf(`{"a":"${"\\".repeat(1_000_001)}"}`)?.code).toBe("JSON_SYNTAX");
    expect(codeOf(`{"${"k".repeat(5_000_000)}":1}`)).toBeNull();
    expect(codeOf(`{${Array.from({ length: 10_000 }, () => '"k":1').join()}}`)).toBeNull();
    expect(
      codeOf(`{"a":${"[".repeat(LIMITS.depth - 1)}${"]".repeat(LIMITS.depth - 1)}}`),
    ).toBeNull();
    expect(codeOf(Buffer.from('{"a":"\xff"}', "latin1"))?.code).toBe("ENCODING_INVALID");
    expect(codeOf('{\n "a": x}')?.places).toEqual({ line: 2, column: 7 });
  });
});

describe("the sops entry", () => {
  it("stands behind the last value, and the text around it stays", async () => {
    const sealed = await verbs.seal('{\n  "a": "b"\n\n}\n');
    expect(sealed).toMatch(/^\{\n {2}"a": "ENC\[.*\]",\n {2}"sops": \{\n {4}"age": \[/);
    expect(sealed.endsWith("  }\n\n}\n")).toBe(true);
  });

  it.each([
    ['{"sops":{"x":1},"a":2}', '{"a":2}'],
    ['{"a":2, "sops" : {"x":[1]} }', '{"a":2 }'],
    ['{"sops":null}', "{}"],
    ['{"a":1, "sops":{} , "b":2}', '{"a":1 , "b":2}'],
  ])("goes with one comma: %j", (text, rest) => {
    const document = jsonFormat.parse(bytesOf(text));
    expect(textOf(document.render({ replace: new Map(), metadata: null }))).toBe(rest);
  });

  it("keeps its text where it says the same", async () => {
    const sealed = (await verbs.seal('{"a":"b"}')).replace(
      '"lastmodified": ',
      '"lastmodified"  :  ',
    );
    const edited = await verbs.edit(sealed, (text) => text.replace("b", "c"));
    expect(edited).toMatch(/"lastmodified" {2}: {2}"/);
    expect(await verbs.open(edited)).toBe('{"a":"c"}');
  });
});

describe("changing one value", () => {
  const change = (text: string, path: (string | number)[], value: TreeNode | null): string => {
    const document = jsonFormat.parse(bytesOf(text));
    return textOf(value === null ? document.withoutValue(path) : document.withValue(path, value));
  };
  const text = '{\n  "a": {"b": [1, 2]},\n  "c": "d"\n}\n';

  it.each<[(string | number)[], TreeNode | null, string]>([
    [["c"], textLeaf('x"'), text.replace('"d"', '"x\\""')],
    [["a", "b", 0], leafOf({ type: "int", text: "9" }), text.replace("[1", "[9")],
    [["a", "b", 2], textLeaf("n"), text.replace("2]", '2, "n"]')],
    [["a", "n"], textLeaf("v"), text.replace("]}", '],"n": "v"}')],
    [["n"], textLeaf("v"), text.replace('"d"', '"d",\n  "n": "v"')],
    [
      ["n", "m", 0],
      textLeaf("v"),
      text.replace('"d"', '"d",\n  "n": {\n    "m": [\n      "v"\n    ]\n  }'),
    ],
    [["c"], listOf([textLeaf("l")]), text.replace('"d"', '[\n    "l"\n  ]')],
    [["c"], null, text.replace(',\n  "c": "d"', "")],
    [["a"], null, text.replace('"a": {"b": [1, 2]},\n  ', "")],
    [["a", "b", 0], null, text.replace("1, 2", "2")],
    [["a", "b"], null, text.replace('{"b": [1, 2]}', "{}")],
  ])("%j", (path, value, changed) => {
    expect(change(text, path, value)).toBe(changed);
  });

  it.each<[string, (string | number)[], string]>([
    [text, [], "PATH_INVALID"],
    [text, ["a", 0], "PATH_INVALID"],
    [text, ["a", "b", "x"], "PATH_INVALID"],
    [text, ["c", "d"], "PATH_INVALID"],
    [text, ["a", "b", 3], "PATH_NOT_FOUND"],
    [text, ["sops", "x"], "SOPS_KEY_RESERVED"],
    ['{"a":1,"a":2}', ["a"], "PATH_INVALID"],
  ])("%j at %j ends in %s", (source, path, code) => {
    expect(() => change(source, path, textLeaf("v"))).toThrow(expect.objectContaining({ code }));
  });

  it("refuses what JSON cannot write", () => {
    const bytes = leafOf({ type: "bytes", bytes: Uint8Array.of(0xff) });
    expect(() => change(text, ["c"], bytes)).toThrow(
      expect.objectContaining({ code: "VALUE_UNSUPPORTED" }),
    );
    const infinite = leafOf({ type: "float", text: "+Inf" });
    expect(() => change(text, ["c"], infinite)).toThrow(
      expect.objectContaining({ code: "VALUE_UNSUPPORTED" }),
    );
  });
});

describe("the vectors", () => {
  const sealed = vectorFiles("json", "sealed");

  it.each(sealed)("%s opens to what sops opened", async (name, bytes) => {
    const [, opened] = vectorFiles("json", "opened").find(([other]) => other === name) ?? [];
    const wanted = jsonFormat.parse(opened ?? new Uint8Array());
    const text = await verbs.open(textOf(bytes));
    // SOPS prints floats without a fraction, and some characters escaped.
    expect(JSON.parse(text)).toEqual(JSON.parse(textOf(opened ?? new Uint8Array())));
    expect(leavesOf(jsonFormat.parse(bytesOf(text)).tree).length).toBe(
      leavesOf(wanted.tree).length,
    );
  });

  it.each(vectorFiles("json", "in"))(
    "%s comes back, or is refused as sops refuses it",
    async (name, bytes) => {
      const text = textOf(bytes);
      if (vectorText("json", name, "refused") !== "") expect(codeOf(bytes)).not.toBeNull();
      else expect(await verbs.roundTrip(text)).toBe(text);
    },
  );

  it.each(sealed)("%s is printed as sops prints it", (_, bytes) => {
    const { tree, metadata } = jsonFormat.parse(bytes);
    const block = metadata?.kind === "branch" ? metadata : null;
    expect(textOf(jsonPrinter.print(tree, { indent: null, metadata: block }))).toBe(textOf(bytes));
  });
});

describe("the printer", () => {
  it("prints as Go does", () => {
    const tree = branchOf([
      ["<&>", textLeaf("a\u2028\b\f\u007f")],
      [
        "f",
        listOf(
          ["1", "0.0000001", "1000000000000000000000", "-0"].map((text) =>
            leafOf({ type: "float", text }),
          ),
        ),
      ],
      ["e", listOf([branchOf([]), listOf([])])],
      ["t", leafOf({ type: "time", text: "2001-01-01T00:00:00Z" })],
    ]);
    expect(textOf(jsonPrinter.printValue(tree, { indent: 1 }))).toBe(
      '{\n "\\u003c\\u0026\\u003e": "a\\u2028\\b\\f\u007f",\n "f": [\n  1,\n  1e-7,\n  1e+21,\n  -0\n ],\n "e": [\n  {},\n  []\n ],\n "t": "2001-01-01T00:00:00Z"\n}\n',
    );
  });

  it("refuses several documents, and what JSON has no word for", () => {
    const print = (...nodes: TreeNode[]): unknown =>
      jsonPrinter.print(
        { documents: nodes.map((node) => branchOf([["a", node]])) },
        { indent: null, metadata: null },
      );
    const unfit = expect.objectContaining({ code: "FORMAT_UNFIT" }) as Error;
    expect(() => print(textLeaf("a"), textLeaf("b"))).toThrow(unfit);
    expect(() => print(leafOf({ type: "float", text: "NaN" }))).toThrow(unfit);
    expect(() => print(leafOf({ type: "bytes", bytes: Uint8Array.of(255) }))).toThrow(unfit);
  });
});

describe("a binary file", () => {
  const [{ format } = { format: jsonFormat }] = FORMATS.filter(({ folder }) => folder === "bin");
  const binary = new Verbs(format);

  it.each(vectorFiles("bin", "in"))("%s comes back", async (_, bytes) => {
    expect(await roundTrip(bytes)).toEqual(Buffer.from(bytes));
  });

  it.each(vectorFiles("bin", "sealed"))("%s of sops opens", async (name, bytes) => {
    const [, wanted] = vectorFiles("bin", "in").find(([other]) => other === name) ?? [];
    using opened = await binary.openTree(textOf(bytes));
    const { plaintextOf } = await import("../../../src/seal/plaintext.ts");
    expect(Buffer.from(plaintextOf(opened, format).bytes)).toEqual(Buffer.from(wanted ?? []));
  });

  it("of any bytes comes back, and has no selection", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
        expect(await roundTrip(bytes)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 100 },
    );
    const sealed = await binary.seal("a", { field: "encrypted_regex", pattern: "nothing" });
    expect(sealed).toContain("type:str");
    expect(sealed).not.toContain("_regex");
    expect(sealed).not.toContain("_suffix");
  });

  it("that is sealed already is not sealed again", async () => {
    const sealed = await binary.seal("a");
    await expect(binary.seal(sealed)).rejects.toMatchObject({ code: "ALREADY_SEALED" });
    expect(await binary.roundTrip('{"sops": 1}')).toBe('{"sops": 1}');
  });

  it("keeps its block when it is edited", async () => {
    const sealed = await binary.seal("one");
    const edited = await binary.edit(sealed, () => "two");
    expect(await binary.open(edited)).toBe("two");
    const age = (text: string): string => /"enc": .*/.exec(text)?.[0] ?? "";
    expect(age(edited)).toBe(age(sealed));
  });

  it("is nothing else", () => {
    for (const text of ["plain", "{}", '{"data": 1}', '{"data": "a", "b": "c"}'])
      expect(() => format.parse(bytesOf(text))).toThrow(
        expect.objectContaining({ code: "NOT_SEALED" }),
      );
    const document = format.parsePlain(bytesOf("a"));
    expect(() => document.withValue(["b"], textLeaf("c"))).toThrow(
      expect.objectContaining({ code: "PATH_INVALID" }),
    );
    expect(() => document.withoutValue(["data"])).toThrow(
      expect.objectContaining({ code: "PATH_INVALID" }),
    );
    const print = (node: TreeNode): unknown => format.printer.printValue(node, { indent: null });
    expect(() => print(listOf([]))).toThrow(expect.objectContaining({ code: "FORMAT_UNFIT" }));
    expect(() => print(branchOf([["b", textLeaf("c")]]))).toThrow(
      expect.objectContaining({ code: "FORMAT_UNFIT" }),
    );
  });

  async function roundTrip(bytes: Uint8Array): Promise<Buffer> {
    const { sealDocument } = await import("../../../src/seal/seal.ts");
    const { openDocument } = await import("../../../src/seal/open.ts");
    const { plaintextOf } = await import("../../../src/seal/plaintext.ts");
    const sealed = await sealDocument(format.parsePlain(bytes), {
      format,
      providers,
      recipients: oneGroup([{ kind: "age", recipient: RECIPIENTS[0] ?? "" }]),
      selection: null,
      macOnlyEncrypted: false,
      context,
    });
    using opened = await openDocument(format.parse(sealed), { providers });
    return Buffer.from(plaintextOf(opened, format).bytes);
  }
});
