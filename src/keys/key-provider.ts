/** The lists of recipients that SOPS metadata knows, in the order in which SOPS loads them. */
export const KEY_KINDS = ["kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp", "age"] as const;

/** Kind of a recipient, named as its list in the metadata. */
export type KeyKind = (typeof KEY_KINDS)[number];

/** A public identity that a data key is wrapped to. */
export interface Recipient {
  readonly kind: KeyKind;
  /** The public text that names it: `age1…`, an ARN, a fingerprint. */
  readonly recipient: string;
}

/** A data key (or a Shamir share of one), wrapped to one recipient. */
export interface WrappedKey extends Recipient {
  /** Wrapped bytes in the encoding of the kind (sops-format 5); for age, ASCII armor. */
  readonly enc: string;
}

/** Wraps and unwraps data keys for one kind of recipient. One file each. */
export interface KeyProvider {
  readonly kind: KeyKind;
  /**
   * Wraps 32 bytes, or the 33 of a share, to one recipient and gives the text for `enc`.
   *
   * @throws `RECIPIENT_INVALID` when the recipient is malformed; `RECIPIENT_UNSUPPORTED` when it is
   *   well-formed but of a sort that this provider does not know.
   */
  wrap(dataKey: Uint8Array, recipient: string): Promise<string>;
  /**
   * Unwraps a data key or a share of one. `null` means "not mine": no identity here fits.
   *
   * @throws `IDENTITY_INVALID`, `IDENTITY_COMMAND_FAILED` when it should have worked and did not;
   *   `METADATA_INVALID` when `enc` is malformed.
   */
  unwrap(wrapped: WrappedKey): Promise<Uint8Array | null>;
}
