/**
 * Shamir's secret sharing over GF(2^8) as SOPS has it (sops-format 5.5): byte by byte, modulo
 * x^8 + x^4 + x^3 + x + 1. A share is one y value for each byte of the secret, and its x behind them.
 */

/** How a secret is split. */
export interface Split {
  /** Shares to make, 2 to 255. */
  readonly parts: number;
  /** Shares that are needed to combine them, 2 to `parts`. */
  readonly threshold: number;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** Shares and thresholds are bytes other than 0. */
export const MAX_SHARES = 255;

/**
 * Splits a secret. Share number i, from 0, has the x value i + 1, as in SOPS.
 *
 * @returns shares one byte longer than the secret; the caller wipes them
 */
export function splitSecret(
  secret: Uint8Array,
  { parts, threshold, randomBytes }: Split,
): Uint8Array[] {
  if (threshold < 2 || threshold > parts || parts > MAX_SHARES)
    throw new RangeError("a secret is split into 2 to 255 parts, of which 2 or more are needed");
  const shares = Array.from({ length: parts }, (_, index) => {
    const share = new Uint8Array(secret.length + 1);
    share[secret.length] = index + 1;
    return share;
  });
  for (const [at, byte] of secret.entries()) {
    const coefficients = randomBytes(threshold - 1);
    for (const [index, share] of shares.entries())
      share[at] = evaluated(byte, coefficients, index + 1);
    coefficients.fill(0);
  }
  return shares;
}

/** A polynomial at x, by Horner's rule; `constant` is its lowest term, `coefficients` the others upwards. */
function evaluated(constant: number, coefficients: Uint8Array, x: number): number {
  let result = 0;
  for (const coefficient of coefficients.toReversed()) result = multiply(result, x) ^ coefficient;
  return multiply(result, x) ^ constant;
}

/**
 * The secret that shares give together. All of them count: with fewer than were needed, or with one
 * that is wrong, another text comes out, as it must.
 *
 * @returns the secret, or `null` for shares that cannot belong together: fewer than two, of different
 *   sizes, or with an x that is zero or stands twice
 */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array | null {
  const size = shares[0]?.length ?? 0;
  if (shares.length < 2 || size < 2 || shares.some((share) => share.length !== size)) return null;
  const xs = shares.map((share) => share[size - 1] ?? 0);
  if (xs.includes(0) || new Set(xs).size !== xs.length) return null;
  const secret = new Uint8Array(size - 1);
  for (const [index, share] of shares.entries()) {
    const weight = weightAtZero(xs, index);
    for (let at = 0; at < secret.length; at++)
      secret[at] = (secret[at] ?? 0) ^ multiply(share[at] ?? 0, weight);
  }
  return secret;
}

/** Lagrange's basis polynomial of one x, at 0. */
function weightAtZero(xs: readonly number[], index: number): number {
  const own = xs[index] ?? 0;
  let weight = 1;
  for (const [other, x] of xs.entries())
    if (other !== index) weight = multiply(weight, multiply(x, inverse(x ^ own)));
  return weight;
}

/** The product in the field, without tables or branches on the bits: time tells nothing of a secret. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = a;
  for (let bit = 0; bit < 8; bit++) {
    product ^= shifted & -((b >> bit) & 1);
    shifted = ((shifted << 1) ^ (0x11b & -(shifted >> 7))) & 0xff;
  }
  return product;
}

/** a^254, which is 1/a for all but 0. */
function inverse(a: number): number {
  let result = 1;
  for (let power = 0; power < 254; power++) result = multiply(result, a);
  return result;
}
