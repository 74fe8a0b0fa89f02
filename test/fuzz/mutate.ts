/** Bytes broken at random, always in the same way for the same seed. */

/** Random numbers from a seed (mulberry32); `below(n)` gives 0 to n - 1. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }
}

/** What means something to one of the formats, or to none. */
const SIGNS = "\n\r\t\0 :#-?!&*|>%@`'\"[]{},=;\\~/<";
const TOKENS = [
  ...SIGNS.split(/(?:)/),
  ...[
    "\r\n",
    "---\n",
    "...\n",
    ": ",
    "- ",
    " #",
    "|2\n",
    ">-\n",
    "%YAML 1.2\n",
    "&a ",
    "*a",
    "<<",
    "~",
  ],
  ...[
    "sops:",
    '"sops":',
    "[sops]",
    "sops_mac=",
    "ENC[AES256_GCM,data:",
    "type:str]",
    "type:comment]",
  ],
  ...["null", "0x1F", "1e400", "18446744073709551615", ".inf", "2001-01-01", "!!binary ", '"""'],
  ...["\\u0000", "\\ud800", "\ufeff", "\u2028", "é", "😀"],
].map((token) => new TextEncoder().encode(token));

type Mutation = (bytes: Uint8Array, dice: Dice) => Uint8Array;

const spliced = (bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);

const MUTATIONS: readonly Mutation[] = [
  function flip(bytes, dice) {
    const copy = Uint8Array.from(bytes);
    const at = dice.below(bytes.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
    return copy;
  },
  (bytes, dice) => spliced(bytes, dice.below(bytes.length + 1), 0, dice.pick(TOKENS)),
  (bytes, dice) =>
    spliced(bytes, dice.below(bytes.length + 1), 1 + dice.below(4), dice.pick(TOKENS)),
  (bytes, dice) =>
    spliced(bytes, dice.below(bytes.length + 1), 1 + dice.below(40), new Uint8Array()),
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  function copied(bytes, dice) {
    const from = dice.below(bytes.length + 1);
    const piece = bytes.subarray(from, from + 1 + dice.below(60));
    return spliced(bytes, dice.below(bytes.length + 1), 0, piece);
  },
  function lineMoved(bytes, dice) {
    const lines = new TextDecoder("latin1").decode(bytes).split("\n");
    const [line = ""] = lines.splice(dice.below(lines.length), 1);
    lines.splice(dice.below(lines.length + 1), 0, line);
    return Buffer.from(lines.join("\n"), "latin1");
  },
];

/** Some bytes with one to four mutations. */
export function mutated(bytes: Uint8Array, dice: Dice): Uint8Array {
  let result = bytes;
  for (let count = 1 + dice.below(4); count > 0; count--)
    result = dice.pick(MUTATIONS)(result, dice);
  return result;
}
