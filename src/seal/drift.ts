import { UndersealError } from "../errors.ts";
import { formatPath } from "../tree/path.ts";
import { type Selection } from "../tree/selection.ts";
import { type Leaf, sameValue, type Tree } from "../tree/tree.ts";
import { walk } from "../tree/walk.ts";

/** The selection that a file keeps, and the one that its rule has today. */
export interface Selections {
  readonly stored: Selection;
  readonly today: Selection;
}

/**
 * Refuses an edit that would store a new value in clear although today's rule encrypts it: the file's
 * own selection decides, and whoever added the value did not choose that.
 *
 * @throws `SELECTION_DRIFT` with the path of the first such value
 */
export function refuseNewInClear(before: Tree, after: Tree, selections: Selections): void {
  const known = exposedLeaves(before, selections);
  for (const [path, leaf] of exposedLeaves(after, selections)) {
    const old = known.get(path);
    if (old !== undefined && sameValue(old.value, leaf.value)) continue;
    const message =
      "a new value would be stored in clear: today's rule encrypts it, the selection that the file keeps does not";
    throw new UndersealError("SELECTION_DRIFT", message, { path });
  }
}

/** Leaves that stand in clear and that today's rule would encrypt, by path. */
function exposedLeaves(tree: Tree, { stored, today }: Selections): Map<string, Leaf> {
  const wanted = new Set<Leaf>();
  walk(tree, today, ({ node, selected }) => {
    if (selected && node.kind === "leaf") wanted.add(node);
  });
  const exposed = new Map<string, Leaf>();
  let document = 0;
  for (const branch of tree.documents) {
    const place = document++ === 0 ? "" : `document ${String(document)}: `;
    walk({ documents: [branch] }, stored, ({ node, path, selected }) => {
      const hides = node.kind === "leaf" && !selected && wanted.has(node) && !isEmpty(node);
      if (hides) exposed.set(place + formatPath(path), node);
    });
  }
  return exposed;
}

const isEmpty = ({ value }: Leaf): boolean => value.type === "str" && value.text === "";
