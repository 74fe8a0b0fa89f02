/** Arbitrary scalars and keys with all the spellings that go-yaml takes (sops-format 8.1). */
import fc, { type Arbitrary } from "fast-check";
import { among } from "./chance.ts";
import { type ScalarMeaning } from "./meaning.ts";
import { type Block, type FoldedLines, type InlineScalar, type Key } from "./yaml-syntax.ts";

const inline = (text: string, type: ScalarMeaning["type"], canonical: string): InlineScalar => ({
  kind: "inline",
  text,
  meaning: { type, text: canonical },
});

const LARGEST = 2n ** 63n - 1n;
const smallOrLarge = fc.oneof(
  fc.bigInt({ min: 0n, max: 9999n }),
  fc.bigInt({ min: 0n, max: LARGEST }),
);

/** Spellings of a number that is not negative. */
const INT_SPELLINGS: readonly ((value: bigint) => string)[] = [
  (value) => value.toString(),
  (value) => value.toString().replace(/(\d)(?=(\d{3})+$)/g, "$1_"),
  (value) => `0x${value.toString(16)}`,
  (value) => `0x${value.toString(16).toUpperCase()}`,
  (value) => `0o${value.toString(8)}`,
  (value) => `0${value.toString(8)}`,
  (value) => `0b${value.toString(2)}`,
];

const ints = fc
  .tuple(smallOrLarge, fc.constantFrom("", "", "-", "+"), fc.constantFrom(...INT_SPELLINGS))
  .map(([value, sign, spell]) =>
    inline(sign + spell(value), "int", (sign === "-" ? -value : value).toString()),
  );

const fractions = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 1, max: 4 }))
  .map(([digits, places]) => (digits / 10 ** places).toFixed(places));

const FLOAT_SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `${text}00`,
  (text) => `${text}e3`,
  (text) => `${text}E-2`,
  (text) => text.replace(/^(-?)/, (sign) => (sign === "" ? "+" : sign)),
  (text) => text.replace(/^(-?)0\./, "$1."),
  (text) => text.replace(/\.\d+$/, "."),
  (text) => text.replace(/^(-?\d)(\d\d\d)/, "$1_$2"),
];

const doubles = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => value.toExponential())
  .filter((text) => Number.isFinite(Number(text)));

const floats = fc
  .oneof(
    fc.tuple(fractions, fc.constantFrom(...FLOAT_SPELLINGS)).map(([text, spell]) => spell(text)),
    doubles,
  )
  .map((text) => inline(text, "float", floatText(Number(text.replaceAll("_", "")))));

/** The shortest digits that read back, without an exponent, as Go's `FormatFloat(x, 'f', -1, 64)`. */
function floatText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? [];
  const digits = whole + fraction;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const NOT_FINITE = [".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.INF", ".nan", ".NaN", ".NAN"];
const notFinite = fc.constantFrom(...NOT_FINITE).map((text) => {
  if (/nan/i.test(text)) return inline(text, "float", "NaN");
  return inline(text, "float", text.startsWith("-") ? "-Inf" : "+Inf");
});

const bools = fc
  .constantFrom("true", "True", "TRUE", "false", "False", "FALSE")
  .map((text) => inline(text, "bool", /^t/i.test(text) ? "True" : "False"));

const writtenNulls = fc
  .constantFrom("~", "null", "Null", "NULL")
  .map((text) => inline(text, "null", ""));

const two = (value: number): string => String(value).padStart(2, "0");
const dates = fc
  .tuple(
    fc.integer({ min: 1000, max: 9999 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
    fc.boolean(),
  )
  .map(([year, month, day, padded]) => ({
    text: [year, ...[month, day].map((part) => (padded ? two(part) : String(part)))].join("-"),
    canonical: `${String(year)}-${two(month)}-${two(day)}`,
  }));
const clocks = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.constantFrom("", ".5", ".120", ".000000001"))
  .map(([hour, minute, second, fraction]) => ({
    text: [hour, minute, second].map(two).join(":") + fraction,
    canonical: [hour, minute, second].map(two).join(":") + fraction.replace(/0+$/, ""),
  }));
const zones = fc.constantFrom(
  ["Z", "Z"],
  ["+00:00", "Z"],
  ["+05:30", "+05:30"],
  ["-08:00", "-08:00"],
);

const times = fc.oneof(
  dates.map(({ text, canonical }) => inline(text, "time", `${canonical}T00:00:00Z`)),
  fc
    .tuple(dates, clocks)
    .map(([date, clock]) =>
      inline(`${date.text} ${clock.text}`, "time", `${date.canonical}T${clock.canonical}Z`),
    ),
  fc
    .tuple(dates, clocks, zones, fc.constantFrom("T", "t"))
    .map(([date, clock, [zone = "", canonical = ""], letter]) =>
      inline(
        `${date.text}${letter}${clock.text}${zone}`,
        "time",
        `${date.canonical}T${clock.canonical}${canonical}`,
      ),
    ),
);

/** Plain strings; some look like something else to a reader of another YAML. */
const PLAIN =
  `yes|no|on|off|y|n|Y|N|1:20|190:20:30|1.2.3|0b2|-foo|a:b|a#b|50%|x@y.example|--flag|10.0.0.1|2001-13-45|1e400|+|0x
  |tRUE|NULLs|.a|v1.2|http://example.com:80/p|été|日本語|😀 ok|it's|say "hi"|a & b|p*ss!|back\\slash|~x|1h|12e|-x|= b|\\n`
    .split("|")
    .map((text) => text.trim());
const ONLY_IN_BLOCKS = ["1,000", "a, b", "x?y=1", "[x", "{{ tpl }}"].filter((text) =>
  /^\w/.test(text),
);

const words = fc
  .stringMatching(/^[a-df-z][a-z]{0,7}( [a-z]{1,6}){0,3}$/)
  .filter((text) => !/^(true|false|null)$/.test(text));
const plainStrings = (flow: boolean): Arbitrary<InlineScalar> =>
  fc
    .oneof(words, fc.constantFrom(...PLAIN, ...(flow ? [] : ONLY_IN_BLOCKS)))
    .map((text) => inline(text, "str", text));

/** Characters that may stand in a YAML file as they are, and are no line break to YAML 1.1. */
const rawChars = among(
  [6, fc.constantFrom(...Array.from("abcXYZ019 .:-#,[]{}&*!|>%@`'\"\\/?=~_$<"))],
  [1, fc.constantFrom("é", "ß", "日", "я", "😀", "\u{10348}", "\u00a0", "\u200b", "\ufffd")],
);
const ESCAPES: readonly (readonly [escape: string, char: string])[] = [
  ["\\0", "\0"],
  ["\\a", "\x07"],
  ["\\b", "\b"],
  ["\\t", "\t"],
  ["\\n", "\n"],
  ["\\v", "\v"],
  ["\\f", "\f"],
  ["\\r", "\r"],
  ["\\e", "\x1b"],
  ["\\ ", " "],
  ['\\"', '"'],
  ["\\\\", "\\"],
  ["\\N", "\x85"],
  ["\\_", "\xa0"],
  ["\\L", "\u2028"],
  ["\\P", "\u2029"],
  ["\\x41", "A"],
  ["\\xe9", "é"],
  ["\\u00e9", "é"],
  ["\\u20AC", "€"],
  ["\\U0001F600", "😀"],
  ["\\x7F", "\x7f"],
];
const doubleChars = among(
  [
    8,
    rawChars.filter((char) => char !== '"' && char !== "\\").map((char) => [char, char] as const),
  ],
  [2, fc.constantFrom(...ESCAPES)],
);

const singleQuoted = fc
  .string({ unit: rawChars, maxLength: 20 })
  .map((text) => inline(`'${text.replaceAll("'", "''")}'`, "str", text));
const doubleQuoted = fc
  .array(doubleChars, { maxLength: 20 })
  .map((parts) =>
    inline(
      `"${parts.map(([text]) => text).join("")}"`,
      "str",
      parts.map(([, char]) => char).join(""),
    ),
  );

const shared = (flow: boolean): Arbitrary<InlineScalar> =>
  among(
    [6, plainStrings(flow)],
    [3, singleQuoted],
    [4, doubleQuoted],
    [3, ints],
    [2, floats],
    [2, bools],
    [1, writtenNulls],
    [2, times],
  );

/** Scalars that may stand inside brackets. */
export const flowScalars: Arbitrary<InlineScalar> = shared(true);

/** Scalars on one line. The two that JSON cannot show are rare: they cost a document its comparison as JSON. */
export const inlineScalars: Arbitrary<InlineScalar> = among(
  [60, shared(false)],
  [3, fc.constant(inline("", "null", ""))],
  [1, notFinite],
);

/** Words on a line and, rarely, an empty line between. */
const folded = fc.array(among([5, words], [1, fc.constant("")]), { minLength: 2, maxLength: 5 });
const foldedLines = folded.map((lines) => [
  `first ${lines[0] ?? ""}`.trim(),
  ...lines.slice(1, -1),
  `last ${lines.at(-1) ?? ""}`.trim(),
]);

/** What the lines mean: a break is a space, and each empty line a line feed. */
const foldedText = (lines: readonly string[]): string =>
  lines.join("\n").replace(/\n(\n*)/g, (_, more: string) => (more === "" ? " " : more));

const QUOTES = ["", "'", '"'] as const;

/** Plain and quoted scalars over several lines. */
export const multiLineScalars: Arbitrary<FoldedLines> = fc.oneof(
  fc.tuple(foldedLines, fc.constantFrom(...QUOTES)).map(([lines, quote]): FoldedLines => ({
    kind: "lines",
    lines: `${quote}${lines.join("\n")}${quote}`.split("\n"),
    meaning: { type: "str", text: foldedText(lines) },
  })),
  fc.array(words, { minLength: 2, maxLength: 4 }).map((lines): FoldedLines => ({
    kind: "lines",
    lines: `"${lines.join("\\\n")}"`.split("\n"),
    meaning: { type: "str", text: lines.join("") },
  })),
);

const TEXT_LINES = [
  "key: value",
  "- item",
  "# no comment",
  "tail  ",
  "'quoted'",
  '{"json": true}',
  "été 日本",
  "--- x",
  "a\tb",
  "%x",
];
const contentLine = among([3, words], [2, fc.constantFrom(...TEXT_LINES)]);
const blockLine = among(
  [6, contentLine],
  [1, fc.constant("")],
  [1, contentLine.map((text) => `  ${text}`)],
);

/** Literal and folded blocks. */
export const blocks = (comment: Arbitrary<string | null>): Arbitrary<Block> =>
  fc
    .record({
      style: fc.constantFrom("|", ">"),
      chomp: fc.constantFrom("", "-", "+"),
      indicator: fc.boolean(),
      first: among([5, contentLine], [1, contentLine.map((text) => `  ${text}`)]),
      lines: fc.array(blockLine, { maxLength: 5 }),
      trailing: fc.constantFrom(0, 0, 1, 2),
      comment,
    })
    .map(({ first, lines, ...rest }): Block => {
      const last = lines.findLastIndex((line) => line !== "");
      return { kind: "block", ...rest, lines: [first, ...lines.slice(0, last + 1)] };
    });

const keyOf = (meaning: string, text = meaning): Key => ({ text, meaning });

const QUOTED_KEYS: readonly Key[] = [
  keyOf("", '""'),
  keyOf("", "''"),
  keyOf("123", '"123"'),
  keyOf("true", '"true"'),
  keyOf("null", "'null'"),
  keyOf("a: b", '"a: b"'),
  keyOf("# no", "'# no'"),
  keyOf(" x ", '" x "'),
  keyOf("1.5", "'1.5'"),
  keyOf("it's", "'it''s'"),
  keyOf("a\tb", '"a\\tb"'),
  keyOf("é", '"\\u00e9"'),
  keyOf("a,b", '"a,b"'),
  keyOf("[x]", "'[x]'"),
  keyOf("x_unencrypted", '"x_unencrypted"'),
  keyOf("a\nb", '"a\\nb"'),
];
const PLAIN_KEYS = `a.b|two words|__proto__|constructor|toString|y|no|on|-dash|日本|emoji😀|with-dash|UPPER|_|a/b|x_unencrypted|_unencrypted|café|v1.2|~home|1st`;
const keyWords = fc
  .stringMatching(/^[a-df-z][a-zA-Z0-9_.-]{0,9}$/)
  .filter((text) => !/^(true|false|null|sops)$/i.test(text));

/** Keys; inside brackets none that would be cut there. */
export const keys = (flow: boolean): Arbitrary<Key> =>
  among(
    [8, keyWords.map((text) => keyOf(text))],
    [1, keyWords.map((text) => keyOf(`${text}_unencrypted`))],
    [1, keyWords.map((text) => keyOf(text, `"${text}"`))],
    [
      2,
      fc
        .constantFrom(...PLAIN_KEYS.split("|"), ...(flow ? [] : ["a:b", "a,b", "x[0]"]))
        .map((text) => keyOf(text)),
    ],
    [2, fc.constantFrom(...QUOTED_KEYS)],
  );
