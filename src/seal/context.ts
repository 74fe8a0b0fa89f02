/** What sealing needs from the world; handed in, so that golden files can be reproduced. */
export interface Context {
  /** The present time. */
  now(): Date;
  /** Bytes from a cryptographic source. */
  randomBytes(size: number): Uint8Array;
}
