/** Editing any one value of any vector changes the lines of that value, and the metadata. */
import { describe, expect, it } from "vitest";
import { UndersealError } from "../../src/errors.ts";
import { type FileFormat } from "../../src/formats/file-format.ts";
import { editDocument } from "../../src/seal/edit.ts";
import { openDocument } from "../../src/seal/open.ts";
import { plaintextOf } from "../../src/seal/plaintext.ts";
import { EVERYTHING } from "../../src/tree/selection.ts";
import { type Leaf, textLeaf, type Tree } from "../../src/tree/tree.ts";
import { walk } from "../../src/tree/walk.ts";
import { FORMATS, vectorFiles } from "../formats-under-test.ts";
import { later, providers } from "../seal/fixtures.ts";

/** Paths of the first document's leaves that stand at their path alone. */
function pathsOf({ documents }: Tree): (string | number)[][] {
  const paths: (string | number)[][] = [];
  walk({ documents: documents.slice(0, 1) }, EVERYTHING, ({ node, path }) => {
    if (node.kind === "leaf") paths.push([...path]);
  });
  const texts = paths.map((path) => JSON.stringify(path));
  return paths.filter(
    (_, index) => texts.indexOf(texts[index] ?? "") === texts.lastIndexOf(texts[index] ?? ""),
  );
}

/** Lines of `after` that stand differently in `before`; a text that grew or shrank gives the lines between. */
function changedLines(before: string, after: string): { removed: string[]; added: string[] } {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return { removed: a.slice(start, a.length - end), added: b.slice(start, b.length - end) };
}

const METADATA = /^\s*"?(?:sops_)?(?:mac|lastmodified)"?\s*[:=]/;

async function edited(
  format: FileFormat,
  sealed: Uint8Array,
  path: (string | number)[],
): Promise<{ plain: string; changedPlain: string; sealed: string } | null> {
  using opened = await openDocument(format.parse(sealed), { providers });
  const before = plaintextOf(opened, format);
  const value: Leaf = textLeaf("another value");
  let changed;
  try {
    changed = before.document.withValue(path, value);
  } catch (error) {
    // A value that aliases stand for, or in a key that stands several times: that is refused.
    if (error instanceof UndersealError) return null;
    throw error;
  }
  const bytes = editDocument(opened, changed, { before, format, context: later });
  const text = (content: Uint8Array): string => new TextDecoder().decode(content);
  return { plain: text(before.bytes), changedPlain: text(changed), sealed: text(bytes) };
}

const cases = FORMATS.filter(({ format }) => format.isSelective).flatMap(({ format, folder }) =>
  vectorFiles(folder, "sealed").map(([name, bytes]) => [folder, name, format, bytes] as const),
);

describe("editing one value", () => {
  it.each(cases)(
    "of %s/%s changes its lines and the metadata alone",
    async (...[, , format, bytes]) => {
      const paths = await openDocument(format.parse(bytes), { providers }).then(
        ({ tree }) => pathsOf(tree),
        () => [],
      );
      const sealed = new TextDecoder().decode(bytes);
      for (const path of paths) {
        const result = await edited(format, bytes, path);
        if (result === null) continue;
        const plainLines = changedLines(result.plain, result.changedPlain);
        const untouched = new Set(sealed.split("\n"));
        const after = result.sealed.split("\n");
        const fresh = after.filter((line) => !untouched.has(line));
        const values = fresh.filter((line) => !METADATA.test(line));
        expect(values.length, JSON.stringify(path)).toBeLessThanOrEqual(
          Math.max(1, plainLines.added.length),
        );
        // mac and lastmodified, in each document.
        const documents = format.parse(bytes).tree.documents.length;
        expect(fresh.length - values.length, JSON.stringify(path)).toBeLessThanOrEqual(
          2 * documents,
        );
      }
    },
  );
});
