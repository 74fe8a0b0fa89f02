import { type Recipient } from "./key-provider.ts";

/**
 * Who a data key is wrapped to (sops-format 5.5): each recipient of a single group to the key itself,
 * those of several groups to a share of it, one for each group.
 */
export interface KeyGroups<R extends Recipient = Recipient> {
  /** At least one group, none empty, where a file is to be sealed. */
  readonly groups: readonly (readonly R[])[];
  /** Groups that have to open together, where there are several; 0 for all of them, as in SOPS. */
  readonly threshold: number;
}

/** Recipients each of whom opens the file. */
export const oneGroup = <R extends Recipient>(recipients: readonly R[]): KeyGroups<R> => ({
  groups: [recipients],
  threshold: 0,
});

/** Groups that have to open together: one, or as many as the threshold says. */
export function groupsNeeded({ groups, threshold }: KeyGroups): number {
  if (groups.length < 2) return 1;
  return threshold === 0 ? groups.length : threshold;
}

/** In words: `2 of 3 key groups`; `1 key group`. */
export function groupsInWords(keys: KeyGroups): string {
  const count = keys.groups.length;
  return count === 1
    ? "1 key group"
    : `${String(groupsNeeded(keys))} of ${String(count)} key groups`;
}

/** Whether two say the same: the same recipients in each group, in any order, and as many groups needed. */
export function sameKeyGroups(a: KeyGroups, b: KeyGroups): boolean {
  const names = ({ groups }: KeyGroups): string[] =>
    groups.map((group) =>
      JSON.stringify(
        [...new Set(group.map(({ kind, recipient }) => `${kind} ${recipient}`))].toSorted(),
      ),
    );
  return groupsNeeded(a) === groupsNeeded(b) && names(a).join("\n") === names(b).join("\n");
}
