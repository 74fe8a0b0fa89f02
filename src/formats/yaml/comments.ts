/**
 * Which container a comment belongs to: that decides what it is bound to when it is encrypted. The
 * rules are those observed of go-yaml (sops-format 8.1), as if a `sops` key followed the document,
 * because in the sealed file one does.
 */
import { type Comment, type Entry, type TreeNode } from "../../tree/tree.ts";
import { type Lines } from "./lines.ts";
import { type SourceComment } from "./scan.ts";
import { type ContainerSyntax, type ItemSyntax } from "./syntax.ts";

/** A comment and its node in the tree. */
export interface PlacedComment {
  readonly source: SourceComment;
  readonly comment: Comment;
}

type Slot = readonly [container: ContainerSyntax, index: number];

/** Puts the comments of one document into the contents of its containers. */
export function placeComments(
  root: ContainerSyntax,
  comments: readonly PlacedComment[],
  lines: Lines,
): void {
  const placer = new Placer(root, lines);
  const slots = new Map<ContainerSyntax, Map<number, Comment[]>>();
  for (const { source, comment } of comments) {
    const [container, index] = placer.slotOf(source);
    const byIndex = slots.get(container) ?? new Map<number, Comment[]>();
    slots.set(container, byIndex);
    byIndex.set(index, [...(byIndex.get(index) ?? []), comment]);
  }
  for (const [container, byIndex] of slots) interleave(container, byIndex);
}

function interleave(
  { items, content }: ContainerSyntax,
  comments: ReadonlyMap<number, Comment[]>,
): void {
  const nodes: (Entry | TreeNode | Comment)[] = content.splice(0);
  for (let index = 0; index <= items.length; index++) {
    content.push(...(comments.get(index) ?? []), ...nodes.slice(index, index + 1));
  }
}

class Placer {
  readonly #root: ContainerSyntax;
  readonly #lines: Lines;
  /** The last comment put behind closed containers: the one after it may belong further out. */
  #trailing: { closed: ContainerSyntax; line: number } | null = null;

  constructor(root: ContainerSyntax, lines: Lines) {
    this.#root = root;
    this.#lines = lines;
  }

  slotOf(comment: SourceComment): Slot {
    return this.#slot(this.#root, comment) ?? [this.#root, this.#root.items.length];
  }

  /** `null` stands for behind the container, before whatever comes next. */
  #slot(container: ContainerSyntax, comment: SourceComment): Slot | null {
    const index = lastBefore(container.items, comment.start);
    const item = container.items[index];
    if (item === undefined) return [container, 0];
    const inner = item.container;
    if (inner === null) return besideScalar([container, index], item, comment);
    const slot = inner.flow
      ? this.#besideFlow([container, index], inner, comment)
      : this.#besideBlock([container, index], inner, comment);
    return slot ?? beforeNext([container, index]);
  }

  #besideFlow(
    [container, index]: Slot,
    inner: ContainerSyntax,
    comment: SourceComment,
  ): Slot | null {
    if (comment.start < inner.start) return [container, index];
    if (comment.start < inner.end) return this.#slot(inner, comment);
    if (!comment.inline) return [container, index + 1];
    // `key: {…} # c` belongs to what the brackets hold, `- {…} # c` to the item.
    return container.items[index]?.key === null ? [container, index] : [inner, 0];
  }

  #besideBlock(
    [container, index]: Slot,
    inner: ContainerSyntax,
    comment: SourceComment,
  ): Slot | null {
    if (comment.start < inner.start) {
      // `key: # c` belongs to the key, `- # c` to what the dash holds.
      return comment.inline && container.items[index]?.key !== null
        ? [container, index]
        : [inner, 0];
    }
    if (comment.start < inner.end || comment.inline) return this.#slot(inner, comment);
    const { column } = this.#lines.at(comment.start);
    return column - 1 > container.column
      ? this.#behindClosed(inner, comment)
      : [container, index + 1];
  }

  #behindClosed(closed: ContainerSyntax, comment: SourceComment): Slot {
    const chain = [closed];
    for (
      let last = closed.items.at(-1)?.container;
      last?.flow === false;
      last = last.items.at(-1)?.container
    ) {
      chain.unshift(last);
    }
    const line = this.#lines.lineIndex(comment.start);
    const detached = this.#trailing?.closed === closed && this.#trailing.line !== line - 1;
    this.#trailing = { closed, line };
    const { column } = this.#lines.at(comment.start);
    const holder = detached ? chain.find((container) => container.column <= column - 1) : chain[0];
    const target = holder ?? closed;
    return [target, target.items.length];
  }
}

/** `- # c` with nothing behind the dash speaks of what comes next, wherever that is. */
function besideScalar(
  [container, index]: Slot,
  { key, after, end }: ItemSyntax,
  { inline }: SourceComment,
): Slot | null {
  if (!inline) return [container, index + 1];
  return key === null && after === end && !container.flow
    ? beforeNext([container, index])
    : [container, index];
}

const beforeNext = ([container, index]: Slot): Slot | null =>
  index + 1 < container.items.length ? [container, index + 1] : null;

/** Index of the last item that starts before an offset; -1 for none. */
function lastBefore(items: readonly ItemSyntax[], offset: number): number {
  let low = -1;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((items[middle]?.start ?? 0) < offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
