import { type Comment, type Leaf, type TreeNode, type Value } from "../../tree/tree.ts";
import { type ScalarSyntax } from "./syntax.ts";

/**
 * A leaf that knows where it stands. Held in the leaf itself, and not in a map beside the tree,
 * because large files have many; copies of a leaf have no place.
 */
export class SourceLeaf implements Leaf {
  readonly kind = "leaf";
  readonly value: Value;
  readonly spelling: string | null;
  readonly offset: number;
  readonly #syntax: ScalarSyntax;

  /** @param spelling - see `Leaf` */
  constructor(value: Value, spelling: string | null, syntax: ScalarSyntax) {
    this.value = value;
    this.spelling = spelling;
    this.offset = syntax.whole;
    this.#syntax = syntax;
  }

  /**
   * Where a leaf stands; `null` for a copy that an alias stands for, for a leaf made in memory, and for
   * any other node.
   */
  static syntaxOf(node: TreeNode | Comment): ScalarSyntax | null {
    return #syntax in node ? node.#syntax : null;
  }
}
