import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineShares, splitSecret } from "../../src/keys/shamir.ts";

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size));

/** How many shares, how many of them are needed, and an order to take them in. */
const splits = fc
  .tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 12 }))
  .map(([a, b]) => ({ parts: Math.max(a, b), threshold: Math.min(a, b) }))
  .chain((split) =>
    fc.record({
      split: fc.constant(split),
      order: fc.shuffledSubarray(
        Array.from({ length: split.parts }, (_, index) => index),
        { minLength: split.threshold },
      ),
    }),
  );

describe("shares", () => {
  it("give the secret together, any of them, if there are enough", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        splits,
        (secret, { split, order }) => {
          const shares = splitSecret(secret, { ...split, randomBytes: random });
          const taken = order.map((index) => shares[index] ?? new Uint8Array());
          expect(combineShares(taken)).toEqual(secret);
        },
      ),
    );
  });

  it("give another text if there are too few", () => {
    const secret = random(32);
    const shares = splitSecret(secret, { parts: 5, threshold: 3, randomBytes: random });
    expect(combineShares(shares.slice(0, 2))).not.toEqual(secret);
  });

  it("have their x, from 1, behind the y values, on a polynomial of the random bytes", () => {
    // 5 + 7x over GF(2^8): 5^7 = 2, 5^14 = 0xb, 5^9 = 0xc.
    const shares = splitSecret(Uint8Array.of(5), {
      parts: 3,
      threshold: 2,
      randomBytes: (size) => new Uint8Array(size).fill(7),
    });
    expect(shares.map((share) => [...share])).toEqual([
      [2, 1],
      [0xb, 2],
      [0xc, 3],
    ]);
  });

  it("of FIPS 197's example multiply as there", () => {
    // {57} times {83} is {c1}: a line through 0 with that slope, at x = 0x83.
    const [first, second] = [Uint8Array.of(0x57, 1), Uint8Array.of(0xc1, 0x83)];
    expect(combineShares([first, second])).toEqual(Uint8Array.of(0));
  });

  it.each<[string, number[][]]>([
    ["none", []],
    ["one alone", [[1, 1]]],
    [
      "of different sizes",
      [
        [1, 1],
        [1, 2, 2],
      ],
    ],
    [
      "with an x of zero",
      [
        [1, 0],
        [1, 2],
      ],
    ],
    [
      "with one x twice",
      [
        [1, 2],
        [3, 2],
      ],
    ],
    ["without a secret", [[1], [2]]],
  ])("are not combined: %s", (_, shares) => {
    expect(combineShares(shares.map((share) => Uint8Array.from(share)))).toBeNull();
  });

  it.each([
    { parts: 3, threshold: 1 },
    { parts: 2, threshold: 3 },
    { parts: 256, threshold: 2 },
  ])("are not made: $threshold of $parts", (split) => {
    expect(() => splitSecret(random(32), { ...split, randomBytes: random })).toThrow(RangeError);
  });
});
