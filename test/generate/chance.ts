/** How often a choice is made, for fast-check. */
import fc, { type Arbitrary } from "fast-check";

/** One of several arbitraries, each as often as its weight says. */
export const among = <T>(
  ...choices: readonly (readonly [weight: number, arbitrary: Arbitrary<T>])[]
): Arbitrary<T> => fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** True once in `count` times. */
export const oneIn = (count: number): Arbitrary<boolean> =>
  among([count - 1, fc.constant(false)], [1, fc.constant(true)]);

/** Mostly `null`. */
export const rarely = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | null> =>
  among<T | null>([5, fc.constant(null)], [1, arbitrary]);
