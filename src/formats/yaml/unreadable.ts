/** What stands in clear in a sealed file SOPS has to read too: sealed text it always can. */
import { UndersealError } from "../../errors.ts";
import { EVERYTHING } from "../../tree/selection.ts";
import { type Tree } from "../../tree/tree.ts";
import { walk } from "../../tree/walk.ts";
import { type Changes } from "../file-format.ts";
import { type ParsedSource } from "./parse.ts";
import { SourceLeaf } from "./source-leaf.ts";
import { type ScalarSyntax } from "./syntax.ts";

/** Files with none of these are not looked at scalar by scalar. */
const SUSPECT = /\\\/|\n *\t|[^\n]$/;

/**
 * Refuses values and keys in clear that go-yaml cannot read, or would read otherwise with metadata
 * behind them.
 *
 * @throws `YAML_UNSUPPORTED`
 */
export function refuseUnreadable(
  { source, lines, syntax }: ParsedSource,
  tree: Tree,
  replace: Changes["replace"],
): void {
  if (!SUSPECT.test(source)) return;
  const refuse = (message: string | null, offset: number): void => {
    if (message !== null) throw new UndersealError("YAML_UNSUPPORTED", message, lines.at(offset));
  };
  walk(tree, EVERYTHING, ({ node }) => {
    const place = replace.has(node) ? null : SourceLeaf.syntaxOf(node);
    if (place !== null) refuse(unreadable(place, source), place.whole);
  });
  for (const { items } of syntax.containers.values()) {
    for (const { key, start, after } of items)
      if (key !== null && hasSlashEscape(source.slice(start, after))) refuse(SLASH, start);
  }
}

const SLASH = "SOPS does not know the escape \\/ that stands here in clear; write / instead";

function unreadable(place: ScalarSyntax, source: string): string | null {
  const text = source.slice(place.start, place.end);
  if (place.style === "double") return hasSlashEscape(text) ? SLASH : null;
  if (place.style !== "literal" && place.style !== "folded") return null;
  // Metadata behind it would give the block a final line break.
  if (place.end === source.length && !source.endsWith("\n"))
    return "a block in clear ends the file without a line break; add one";
  const header = source.slice(place.whole, place.start);
  return /^(?: *\r?\n)* *\t/.test(text) && !/^[|>][-+]?[1-9]/.test(header)
    ? "a block in clear begins with a tab, which SOPS cannot read; give its indentation, as in |2"
    : null;
}

const hasSlashEscape = (text: string): boolean =>
  text.startsWith('"') && text.replaceAll("\\\\", "").includes("\\/");
