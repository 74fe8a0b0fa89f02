/** What the everyday reader makes of a value. Objects of spread parts would take several times the memory. */
import { type TreeNode } from "../../tree/tree.ts";
import { type ContainerSyntax, type ItemSyntax, type Range, type ScalarSyntax } from "./syntax.ts";

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
export const scalarOf = (
  style: ScalarSyntax["style"],
  { start, end }: Range,
  { whole, column }: Pick<ScalarSyntax, "whole" | "column">,
): ScalarSyntax => ({
  style,
  flow: false,
  tagged: false,
  commentItem: false,
  start,
  end,
  whole,
  column,
});
