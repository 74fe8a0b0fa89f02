/** Odd INI and dotenv texts, of which readers disagree: most are valid, some are not. */
import fc from "fast-check";

const eol = fc.constantFrom("\n", "\n", "\n", "\r\n");
const blanks = fc.constantFrom("", "", "", " ", "\t", "  ", "\u00a0");
const word = fc.constantFrom(
  ...["a", "b", "key", "x y", "żó", "😀", "a.b", "1", "true", "%(a)s", "C:\\dir", "x\\n", "<&>"],
  ...["'", '"', "it's", 'a"b', "~", "[x]", "null", "\u0000", "\u2028", "-", "ENC[", "\u3000z"],
);
/** Stands in values and comments only. */
export const CANARY = "canary";
const words = fc
  .array(fc.oneof({ weight: 4, arbitrary: word }, { weight: 1, arbitrary: fc.constant(CANARY) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(" "));

const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("a", "b", "c", "d e", "f_unencrypted", "-", "żó") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("`k=1`", '"q"', '"""k"k"""', '"" ""', "'s'", "a\\", "`q` j"),
  },
);
const delimiter = fc.constantFrom("=", " = ", "  =  ", ":", ": ", " =", "= ", "\t=\t");
const marker = fc.constantFrom("; ", "# ", ";", "#", ";; ", "# ; ", "#  ");
const comment = fc.tuple(marker, fc.oneof(words, fc.constant(""))).map((parts) => parts.join(""));

const value = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 1, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: words.map((text) => `"${text}"`) },
  { weight: 1, arbitrary: words.map((text) => `'${text}'`) },
  { weight: 1, arbitrary: words.map((text) => `\`${text}\``) },
  { weight: 1, arbitrary: words.map((text) => `"""${text}"""`) },
  { weight: 1, arbitrary: fc.tuple(words, comment).map(([a, b]) => `${a} ${b}`) },
  { weight: 1, arbitrary: fc.tuple(words, eol, words).map((parts) => `"""${parts.join("")}"""`) },
  { weight: 1, arbitrary: fc.tuple(words, eol, words).map((parts) => `\`${parts.join("")}\``) },
  {
    weight: 1,
    arbitrary: fc.tuple(words, eol, comment).map((parts) => `"""${parts.join("")}""" ; c`),
  },
  { weight: 1, arbitrary: fc.tuple(words, eol, words).map(([a, b, c]) => `${a} \\${b}  ${c}`) },
  { weight: 1, arbitrary: fc.tuple(comment, eol).map(([a, b]) => `\\${b}${a}\\${b}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('""', "''", "``", '"""', '"', "'", "\\", '"""""', '""""""'),
  },
);

const entry = fc.tuple(blanks, key, delimiter, value, blanks).map((parts) => parts.join(""));
const section = fc.constantFrom("a", "b", "s.t", " a ", "DEFAULT", "x]y", "default", "żó");
const header = fc.oneof(
  { weight: 6, arbitrary: section.map((name) => `[${name}]`) },
  { weight: 1, arbitrary: fc.tuple(section, comment).map(([name, text]) => `[${name}] ${text}`) },
);
const line = fc.oneof(
  { weight: 8, arbitrary: entry },
  { weight: 2, arbitrary: header },
  { weight: 3, arbitrary: fc.tuple(blanks, comment, blanks).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: blanks },
  { weight: 1, arbitrary: fc.tuple(entry, comment).map((parts) => parts.join(" ")) },
);

/** Lines with any line endings, and with or without one at the end. */
function texts(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const ended = fc.tuple(lines, eol).map((parts) => parts.join(""));
  return fc
    .tuple(fc.constantFrom("", "", "", "\ufeff"), fc.array(ended, { maxLength: 12 }), fc.boolean())
    .map(([bom, all, open]) => {
      const text = bom + all.join("");
      return open ? text.replace(/\r?\n$/, "") : text;
    });
}

export const iniTexts = texts(line);

const dotenvKey = fc.constantFrom("A", "B", "export C", "D ", " E", "f_unencrypted", "", "żó");
const dotenvLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(dotenvKey, fc.oneof(words, value)).map((parts) => parts.join("=")),
  },
  { weight: 2, arbitrary: fc.oneof(words, fc.constant("")).map((text) => `#${text}`) },
  { weight: 2, arbitrary: fc.constant("") },
);

export const dotenvTexts = texts(dotenvLine);
