import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { iniFormat } from "../../../src/formats/ini/ini-format.ts";
import { type Replacement, type SourceDocument } from "../../../src/formats/file-format.ts";
import { EVERYTHING } from "../../../src/tree/selection.ts";
import { type Branch, type Comment, type Leaf, type Value } from "../../../src/tree/tree.ts";
import { walk } from "../../../src/tree/walk.ts";
import { codeOf } from "../../seal/fixtures.ts";
import { bytesOf, textOf, Verbs } from "../dotenv/verbs.ts";
import { CANARY, iniTexts } from "./generate.ts";

const verbs = new Verbs(iniFormat);
const parse = (text: string) => iniFormat.parse(bytesOf(text));

/** Sections, keys and comments of a file, in the order of the tree. */
function itemsOf(text: string): string[] {
  const [document] = parse(text).tree.documents;
  return (document?.items ?? []).flatMap((section) => {
    if (section.kind !== "entry") return [];
    const { items } = section.value as Branch;
    return [
      `[${section.key}]`,
      ...items.map((item) => (item.kind === "comment" ? `#${item.text}` : item.key)),
    ];
  });
}

/** Sealed text with short names for what is encrypted, and without the metadata. */
const outline = (sealed: string): string =>
  sealed
    .replace(/\r?\n?\r?\n\[sops\][^]*$/, "")
    .replace(/ENC\[[^\]]*type:comment\]/g, "<comment>")
    .replace(/ENC\[[^\]]*\]~[\w-]+/g, "<value+note>")
    .replace(/ENC\[[^\]]*\]/g, "<value>");

describe("INI is read as sops reads it: values", () => {
  it.each([
    ["a = 1", "1"],
    ["a: b = c", "b = c"],
    ["a = b : c", "b : c"],
    ["a\u00a0=\u00a01\u2003\n", "1"],
    ["a = b;c\n", "b"],
    ["a = b # c\n", "b"],
    ["a = # c\n", ""],
    ["a =\n", ""],
    ['a = "b" ; c\n', "b"],
    ['a = "b;c"\n', '"b'],
    ["a = 'it''s'\n", "'it''s'"],
    ['a = "\n', '"'],
    ['a = ""\n', ""],
    ["a = `b;c`\n", "b;c"],
    ["a = `b` ; c\n", "b"],
    ['a = """b"""c"""\n', 'b"""c'],
    ['a = """b\r\nc""" ; d\n', "b\r\nc"],
    ['a = """\n  b\n"""\n', "\n  b\n"],
    ['a = """', '"""'],
    ["a = b \\\n  c", "b c"],
    ["a = b \\\n\n", "b "],
    ["a = b \\", "b "],
    ['a = b ; x \\\n c # "d"\n', 'b ; x c # "d"'],
    ["a = \\\n\\\n b\n", "b"],
    ["a = %(b)s\n", "%(b)s"],
    ["\ufeffa = 1\n", "1"],
    ["a = \ufeff1\n", "\ufeff1"],
    ["a = \0\n", "\0"],
  ])("%j", (text, value) => {
    expect(verbs.leaves(text)).toEqual([["DEFAULT/a", value]]);
  });
});

describe("INI is read as sops reads it: keys and sections", () => {
  it.each([
    ["`a=b` = 1\n", "a=b"],
    ['" a " = 1\n', "a"],
    ['"""a"b""" = 1\n', 'a"b'],
    ['"""=1\n', "=1"],
    ["a b = 1\n", "a b"],
    ["__proto__ = 1\n", "__proto__"],
    ["'a' = 1\n", "'a'"],
  ])("the key of %j", (text, key) => {
    if (key === "=1") expect(() => parse(text)).toThrow();
    else expect(verbs.leaves(text)).toEqual([[`DEFAULT/${key}`, "1"]]);
  });

  it.each([
    ["", ["[DEFAULT]"]],
    ["[a]\n", ["[DEFAULT]", "[a]"]],
    ["x=1\n[DEFAULT]\nx=1\n", ["[DEFAULT]", "x", "[DEFAULT]", "x"]],
    ["[a]\nx=1\n[b]\n[a]\ny=1", ["[DEFAULT]", "[a]", "x", "[b]", "[a]", "y"]],
    ["[ a]] ; c", ["[DEFAULT]", "[ a]]", "#c"]],
    ["[a] ; [b]\n", ["[DEFAULT]", "[a] ; [b]"]],
    ["- = 1\n-=2\n[b]\n-=3\n", ["[DEFAULT]", "#1", "#2", "[b]", "#1"]],
    ["x=1\ny=2\nx=3\n", ["[DEFAULT]", "x", "y"]],
  ])("the sections of %j", (text, items) => {
    expect(itemsOf(text)).toEqual(items);
  });

  it("gives a key that stands twice its last value at its first place", () => {
    expect(verbs.leaves("x=1\ny=2\nx=3\n")).toEqual([
      ["DEFAULT/x", "3"],
      ["DEFAULT/y", "2"],
    ]);
  });

  it.each([
    ["a key without a delimiter", "a = 1\nb\n", "INI_SYNTAX", 2],
    ["no key", "= 1\n", "INI_SYNTAX", 1],
    ["an empty quoted key", '"" = 1\n', "INI_SYNTAX", 1],
    ["a quoted key without an end", '"a = 1\n', "INI_SYNTAX", 1],
    ["a quoted key without a delimiter", "`a`\n", "INI_SYNTAX", 1],
    ["a header without an end", "\n\n[a\n", "INI_SYNTAX", 3],
    ["a header without a name", "[]\n", "INI_SYNTAX", 1],
    ["a quoted value without an end", 'a = """b\nc\n', "INI_SYNTAX", 1],
    ["a lone backquote", "a = `\n", "INI_SYNTAX", 1],
    ["text behind a header", "[a] secret\n", "INI_UNSUPPORTED", 1],
    ["text behind a quoted key", '\n"a" secret = 1\n', "INI_UNSUPPORTED", 2],
  ])("refuses %s at its line", (_, text, code, line) => {
    const places = expect.objectContaining({ line }) as unknown;
    expect(() => parse(text)).toThrow(expect.objectContaining({ code, places }));
  });

  it("refuses what is not UTF-8", async () => {
    const utf16 = new Uint8Array([0xff, 0xfe, 0x61, 0]);
    expect(await codeOf(() => iniFormat.parse(utf16))).toBe("ENCODING_INVALID");
  });
});

describe("INI is read as sops reads it: comments", () => {
  it.each([
    ["; a\nx = 1\n", ["x", "#a"]],
    ["x = 1 ; a\n", ["x", "#a"]],
    ["; a\n\n  # b\nx = 1 ; c\n", ["x", "#a\n# b\n; c"]],
    [";; ;a\nx=1\n", ["x", "#a"]],
    ["# ;a\nx=1\n", ["x", "#;a"]],
    [";\nx=1\n", ["x", "#"]],
    ['x = """1\n2""" junk ; a\n', ["x", "#a"]],
    ["; a\nx=1\n; b\nx=2\n", ["x", "#b"]],
    ["; a\nx=1\nx=2\n", ["x"]],
    ["x = 1\n; last\n", ["x", "#last"]],
    ["; only\n", ["#only"]],
  ])("%j", (text, items) => {
    expect(itemsOf(text).slice(1)).toEqual(items);
  });

  it("stand at the head of the section whose header they are above of", () => {
    expect(itemsOf("x=1\n; a\n[b] ; c\ny=1\n")).toEqual(["[DEFAULT]", "x", "[b]", "#a\n; c", "y"]);
  });
});

describe("a sealed INI file", () => {
  it.each([
    ["a=1", "a=<value>"],
    ["[s] \r\n\r\na:  1  ;  c\r\n", "[s] \r\n\r\na:  <value>  ;  <comment>"],
    ["a = 'b' ; c\n", "a = '<value>' ; <comment>"],
    ["a = `b`\nc=`d;`", "a = `<value>`\nc=`<value>`"],
    ['a = """b\nc"""\n', 'a = """<value>"""'],
    ['a = """b\nc""" ; d\n', 'a = """<value>\n""" ; <comment>'],
    ["a = b \\\n  c\nd=\n", "a = <value+note>\nd="],
    ["; a\n\n # b\nx = 1 ; c\n", "; <comment>\n\n #\nx = <value> ;"],
    ["[a] ;; b\n", "; <comment>\n[a] ;; ~"],
    ["; a\n[b] ; c\n", "; <comment>\n[b] ;"],
    ["x = 1\n\n# last\n", "x = <value>\n\n# <comment>"],
    ["x_unencrypted = 1 ; c\n", "x_unencrypted = 1 ; <comment>"],
    ["x = secret\nx = 2\n", "x = ~\nx = <value+note>"],
    [
      "; a\nx = secret ; b\ny = 2\n; c\nx =1\n",
      ";\nx = ~ ;\ny = <value>\n; <comment>\nx =<value+note>",
    ],
    ["a = `b` secret\n", "a = `<value+note>`"],
  ])(
    "keeps the layout of %j, and nothing in clear that the selection names",
    async (text, want) => {
      const sealed = await verbs.seal(text);
      expect(outline(sealed)).toBe(want);
      expect(await verbs.open(sealed)).toBe(text);
    },
  );

  it("has its metadata in a last section, aligned", async () => {
    const sealed = await verbs.seal("a = 1\n");
    const block = /\n\n(\[sops\]\n[^]*)$/.exec(sealed)?.[1] ?? "";
    expect(block.replace(/= (?:---|ENC).*/g, "= …")).toBe(
      [
        "[sops]",
        "age__list_0__map_enc       = …",
        "age__list_0__map_recipient = age1nhpqpss4g5udt28mqklu3mukqv2jxwadaat9g9xegtls0culmpzqhd3zaz",
        "lastmodified               = 2026-11-24T12:00:00Z",
        "mac                        = …",
        "unencrypted_suffix         = _unencrypted",
        "version                    = 3.13.3",
        "",
      ].join("\n"),
    );
  });

  it.each([
    "",
    "\n",
    "\ufeff",
    "\ufeffa=1",
    "a=1\n\n\n",
    "a=1\n  ",
    "a=1\r",
    "a=1\n;x\r",
    "a=1\r\nb=2\n",
    "a=1\nb=2\r\n",
    'x = """a\r\nb"""\n',
    'x = """a\nb"""\r\n',
    "a = b \\",
    "a = b \\\n",
    "a_unencrypted = b \\\n",
    "a_unencrypted = b \\",
    "a = 1\n; c",
    'a = """',
    "[a] ; c  \r\n",
    "\ufeff[a] ; c",
    "[a]",
    "[a]\n\n[b]\n",
  ])("comes back byte for byte: %j", async (text) => {
    expect(await verbs.roundTrip(text)).toBe(text);
  });

  it("comes back byte for byte whatever the lines are", async () => {
    const refused = ["INI_SYNTAX", "INI_UNSUPPORTED"];
    await fc.assert(
      fc.asyncProperty(iniTexts, async (text) => {
        const code = await codeOf(() => verbs.seal(text));
        if (code !== null) expect(refused).toContain(code);
        else expect(await verbs.roundTrip(text)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps all sealed text when nothing is edited, and all text when its data key is changed", async () => {
    const ciphertexts = (sealed: string) =>
      sealed.replace(/\[sops\][^]*$/, "").match(/ENC\[[^\]]*\]/g);
    await fc.assert(
      fc.asyncProperty(iniTexts, async (text) => {
        if ((await codeOf(() => verbs.seal(text))) !== null) return;
        const sealed = await verbs.seal(text);
        const edited = await verbs.edit(sealed, (same) => same);
        expect(ciphertexts(edited)).toEqual(ciphertexts(sealed));
        expect(await verbs.open(edited)).toBe(text);
        expect(await verbs.open(await verbs.rotate(edited))).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it("holds nothing in clear but keys and sections when all is selected", async () => {
    const selection = { field: "encrypted_regex", pattern: "." } as const;
    await fc.assert(
      fc.asyncProperty(iniTexts, async (text) => {
        if ((await codeOf(() => verbs.seal(text, selection))) !== null) return;
        // The end of a quoted value may be read as a key, and a section's name ends at the last bracket.
        if (verbs.leaves(text).some(([path]) => path.includes(CANARY))) return;
        if (itemsOf(text).some((item) => item.startsWith("[") && item.includes(CANARY))) return;
        expect(await verbs.seal(text, selection)).not.toContain(CANARY);
      }),
      { numRuns: 200 },
    );
  });

  it("takes all up to the last bracket for the name of a section, also without keys, as sops does", () => {
    expect(itemsOf("[a] ; b [x]\n")).toEqual(["[DEFAULT]", "[a] ; b [x]"]);
  });

  it("leaves what is not selected as it is, comments included", async () => {
    const text = "; a\nx = 1 ; b\n; c\n[s] ; d\nx = 1\n[secret] ; e\nx = 1 ; f\n; last\n";
    const selection = { field: "encrypted_regex", pattern: "^secret$" } as const;
    const sealed = await verbs.seal(text, selection);
    expect(outline(sealed)).toBe(
      "; a\nx = 1 ; b\n; c\n[s] ; d\nx = 1\n; <comment>\n[secret] ; ~\nx = <value> ; <comment>\n; <comment>",
    );
    expect(await verbs.open(sealed)).toBe(text);
  });

  it.each([
    ["the comment of an earlier line", "x_unencrypted = 1 ; c\nx_unencrypted = 2\n"],
    ["an earlier line of a key that is empty in the end", "x = secret\nx =\n"],
    ["text behind a closing quote", "x_unencrypted = `a` b\n"],
    ["three quotes at the end of the file", 'x_unencrypted = """'],
  ])("refuses what would stay in clear: %s", async (_, text) => {
    expect(await codeOf(verbs.seal(text))).toBe("INI_UNSUPPORTED");
  });

  it("leaves earlier lines in clear where the last one is", async () => {
    const text = "x_unencrypted = 1\nx_unencrypted = 2\n";
    expect(outline(await verbs.seal(text))).toBe(text.trimEnd());
  });

  it("opens without what its notes hold when they are lost", async () => {
    const sealed = await verbs.seal("x = secret\nx = b \\\n  c\n");
    const bare = sealed.replace(/\]~[\w-]+/, "]");
    expect(await verbs.open(bare)).toBe("x = \nx = b c\n");
  });

  it("opens comments that sops joined with a marker on each line", async () => {
    const sealed = await verbs.seal("[s]\r\n ; a\r\n ; b\r\nx = 1\r\n");
    const joined = sealed.replace(" ;\r\n", "");
    expect(await verbs.open(joined)).toBe("[s]\r\n ; a\r\n ; b\r\nx = 1\r\n");
  });

  it("is read with line breaks in its metadata, as sops 3.13.0 wrote them", async () => {
    const sealed = await verbs.seal("a = 1\n");
    const spread = sealed.replace(/(enc +)= (.*)/, (_, name: string, text: string) => {
      return `${name}= """${text.replaceAll("\\n", "\n")}"""`;
    });
    expect(spread).not.toBe(sealed);
    expect(await verbs.open(spread)).toBe("a = 1\n");
    const edited = await verbs.edit(spread, (text) => text.replace("1", "2"));
    expect(edited).toContain('= """-----BEGIN');
    expect(await verbs.open(edited)).toBe("a = 2\n");
  });

  it("opens with its metadata before other sections", async () => {
    const sealed = await verbs.seal("a = 1\n[b]\nc = 1\n");
    const block = /\n\[sops\]\n[^]*$/.exec(sealed)?.[0] ?? "";
    const moved = sealed.replace(block, "").replace("[b]", `${block.slice(1)}[b]`);
    expect(await verbs.open(moved)).toBe("a = 1\n[b]\nc = 1\n");
  });

  it("changes one line and the metadata when one value is edited", async () => {
    const text = "; c\n[s] ; d\na = 1 ; c\nb = x\nb = y\nd = `2` ; 3\n; last\n";
    const sealed = await verbs.seal(text);
    const edited = await verbs.edit(sealed, (old) => old.replace("a = 1", "a = 2"));
    expect(await verbs.open(edited)).toBe(text.replace("a = 1", "a = 2"));
    const changed = edited.split("\n").filter((line) => !sealed.split("\n").includes(line));
    expect(changed.map((line) => line.replace(/ +=.*/, ""))).toEqual(["a", "lastmodified", "mac"]);
  });

  it("takes an earlier line of a key over only while it is the same", async () => {
    const sealed = await verbs.seal("b = x\nb = y\n");
    const edited = await verbs.edit(sealed, (old) => old.replace("x", "z"));
    expect(await verbs.open(edited)).toBe("b = z\nb = y\n");
  });

  it("refuses an author's own section of metadata, and two of them", async () => {
    for (const text of ["[sops]\nx=1\n", "[sops]\n[sops]\n", "[sops]\na=1\na__map_b=1\n"])
      expect(await codeOf(verbs.seal(text))).toBe("SOPS_KEY_RESERVED");
    const sealed = await verbs.seal("a=1\n");
    expect(await codeOf(verbs.seal(sealed))).toBe("ALREADY_SEALED");
    expect(await codeOf(verbs.open(`${sealed}[sops]\n`))).toBe("METADATA_INVALID");
  });

  it("carries expressions that go-ini quotes, and refuses what it cannot give back", async () => {
    for (const pattern of ["^(a|#;)$", '"a"', " a", "a\\\\", "a`b"]) {
      const selection = { field: "unencrypted_regex", pattern } as const;
      expect(await verbs.roundTrip("x = 1\n", selection)).toBe("x = 1\n");
    }
    const selection = { field: "unencrypted_regex", pattern: "a\\n" } as const;
    expect(await codeOf(verbs.seal("x = 1\n", selection))).toBe("FORMAT_UNFIT");
  });
});

describe("hostile INI", () => {
  const many = (line: string, count = 10_000): string => `${line}\n`.repeat(count);

  it.each([
    ["10,000 lines of one key", many("a=1"), null],
    ["10,000 sections of one name", many("[a]"), null],
    ["a megabyte key", `${"k".repeat(1_000_000)}=1`, null],
    ["a million brackets", "[".repeat(1_000_000), "INI_SYNTAX"],
    ["a header of a million brackets", `[${"]".repeat(1_000_000)}`, null],
    ["a value of a million quotes", `a=${'"'.repeat(1_000_000)}`, null],
    ["a million lines in quotes", `a=\`${"\n".repeat(1_000_000)}\``, null],
    ["a million continuation lines", `a=${many("\\", 1_000_000)}`, null],
    ["100,000 comment lines", `${many("; a", 100_000)}a=1`, null],
    ["a million spaces", `a=${" ".repeat(1_000_000)}`, null],
    ["100,000 lines without an end quote", many("a=b", 100_000) + 'a="""', null],
  ])("ends in a result or a code: %s", async (_, text, code) => {
    expect(await codeOf(() => parse(text))).toBe(code);
  });

  it("is sealed and opened in linear time with 10,000 lines of one key", async () => {
    const text = many("a = 1 ; c");
    expect(await verbs.roundTrip(text)).toBe(text);
  });
});

describe("a value that another format sealed", () => {
  it.each([
    ["a float", { type: "float", text: "1" } as const, "a = 1.0\n"],
    ["a bool", { type: "bool", text: "True" } as const, "a = true\n"],
    ["lines", { type: "str", text: "b\nc" } as const, 'a = """b\nc"""\n'],
    ["a text that looks quoted", { type: "str", text: "'b'" } as const, "a = \"'b'\"\n"],
    ["a text with a comment's marker", { type: "str", text: "b;c" } as const, "a = `b;c`\n"],
  ])("is opened so that it is read alike: %s", (_, value, text) => {
    const document = parse("a = x\n");
    expect(opened(document, value)).toBe(text);
  });

  it("is refused at its place where no spelling gives it back", async () => {
    for (const value of [
      { type: "str", text: 'b`"""\nc' } as const,
      { type: "bytes", bytes: new Uint8Array([255]) } as const,
    ])
      expect(await codeOf(() => opened(parse("a = x\n"), value))).toBe("VALUE_UNSUPPORTED");
  });

  function opened(document: SourceDocument, value: Value): string {
    const replace = new Map<Leaf | Comment, Replacement>();
    walk(document.tree, EVERYTHING, ({ node }) => {
      const content = { kind: "value", value, spelling: null, note: null } as const;
      replace.set(node, { as: "opened", content });
    });
    return textOf(document.render({ replace, metadata: null }));
  }
});
