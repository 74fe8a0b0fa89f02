/** What the everyday reader makes of a value. Objects of spread parts would take several times the memory. */
import { type TreeNode, type Value as LeafValue } from "../../tree/tree.ts";
import { SourceLeaf } from "./source-leaf.ts";
import { type ContainerSyntax, type ItemSyntax, type ScalarSyntax } from "./syntax.ts";

/** What a line holds behind a colon or a dash. */
export interface Value {
  readonly node: TreeNode;
  readonly valueStart: number;
  readonly end: number;
  readonly container: ContainerSyntax | null;
}

/** An entry or item with its value. */
export const itemOf = (
  { start, after, key }: Pick<ItemSyntax, "start" | "after" | "key">,
  { node, valueStart, end, container }: Value,
): ItemSyntax => ({ start, after, needsColon: false, key, node, valueStart, end, container });

/** A scalar outside of braces, without a tag. */
export const leafAt = (
  value: LeafValue,
  spelling: string | null,
  { style, start, end, whole, column }: LeafPlace,
): SourceLeaf =>
  new SourceLeaf(value, spelling, {
    style,
    flow: false,
    tagged: false,
    commentItem: false,
    start,
    end,
    whole,
    column,
  });

type LeafPlace = Pick<ScalarSyntax, "style" | "start" | "end" | "whole" | "column">;

/** Above this many a set is faster than looking. */
const FEW = 12;

/** The keys of one mapping. Most are small, and a set for each would cost more than the rest of reading. */
export class KeySet {
  readonly #items: readonly ItemSyntax[];
  #keys: Set<string> | null = null;

  /** @param items - the entries so far; the caller puts each in when its value is read */
  constructor(items: readonly ItemSyntax[]) {
    this.#items = items;
  }

  /** Whether a key is new. */
  add(key: string): boolean {
    if (this.#items.length < FEW) return this.#items.every((item) => item.key !== key);
    this.#keys ??= new Set(this.#items.map((item) => item.key ?? ""));
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    return true;
  }
}
