/**
 * Comments in the sealed and in the opened file. Sealing puts the whole text behind the markers of the
 * first line and leaves only the marker of each other one, so that the layout stays; SOPS joins the
 * lines to `ENC[…]` with markers behind it, and looks at nothing behind the bracket.
 *
 * Behind a section header there can be no `ENC[…]`, because a header goes to the last `]` of its line: a
 * comment that stands only there is sealed into a line above, and a mark stands in its place.
 */
import { type Edit } from "../dotenv/source-text.ts";
import { type Replacement } from "../file-format.ts";
import { lineEnding } from "./metadata-block.ts";
import { joinedTexts, splitTexts } from "./pieces.ts";
import { nextLine, trimmed, trimmedEnd } from "./spaces.ts";
import { type CommentSyntax } from "./syntax.ts";

/** Stands for a comment that was sealed into a line of its own. */
const MOVED_MARK = "~";

/** The text of a comment as it stands, without the markers that it begins with. */
export function commentSource(source: string, comment: CommentSyntax): string {
  const texts = comment.pieces.map(({ start, end }) => source.slice(start, end));
  return isMoved(source, comment) ? (texts[0] ?? "") : joinedTexts(texts);
}

/** Whether a sealed comment stood behind the section header below it. */
function isMoved(source: string, { pieces, header }: CommentSyntax): boolean {
  const [first, second] = pieces;
  if (header === null || first === undefined || second === undefined) return false;
  const mark = source.slice(second.start, second.end);
  return (
    pieces.length === 2 && source.startsWith("ENC[", first.start) && /^[#;][#; ]*~$/.test(mark)
  );
}

/** What a replacement makes of the text of a comment. */
export function commentEdits(
  source: string,
  comment: CommentSyntax,
  replacement: Replacement,
): Edit[] {
  if (isMoved(source, comment)) return movedEdits(source, comment, replacement);
  const { pieces, header } = comment;
  const [first] = pieces;
  if (
    header !== null &&
    pieces.length === 1 &&
    first !== undefined &&
    replacement.as !== "opened"
  ) {
    const line = `; ${replacement.text}${lineEnding(source)}`;
    return [
      { start: header, end: header, text: line },
      { ...first, text: MOVED_MARK },
    ];
  }
  const texts = textsOf(source, comment, replacement);
  return pieces.map(({ start, end }, index) => ({ start, end, text: texts[index] ?? "" }));
}

/** Opening puts the text in the place of its mark again, and takes the line above out. */
function movedEdits(source: string, { pieces }: CommentSyntax, replacement: Replacement): Edit[] {
  const [{ start, end } = { start: 0, end: 0 }, mark = { start: 0, end: 0 }] = pieces;
  if (replacement.as !== "opened") return [{ start, end, text: replacement.text }];
  const { content } = replacement;
  const text = content.kind === "comment" ? content.text.replace(/\s*\n\s*/g, " ") : "";
  const lineStart = source.lastIndexOf("\n", start) + 1;
  return [
    {
      start: source.startsWith("\ufeff") ? Math.max(1, lineStart) : lineStart,
      end: nextLine(source, start),
      text: "",
    },
    { start: mark.end - MOVED_MARK.length, end: mark.end, text },
  ];
}

function textsOf(source: string, { pieces }: CommentSyntax, replacement: Replacement): string[] {
  const [first, ...others] = pieces;
  const markers = others.map(({ start }) => source.charAt(start));
  if (replacement.as === "sealed") return [replacement.text, ...markers];
  if (replacement.as === "source")
    return splitTexts(replacement.text, pieces.length) ?? [replacement.text, ...markers];
  const { content } = replacement;
  const lines = (content.kind === "comment" ? content.text : "").split("\n").map(trimmedEnd);
  if (lines.length === pieces.length) return lines;
  return [onNewLines(source, first?.start ?? 0, lines), ...markers];
}

/** Lines of a comment that another program wrote as one, each with a marker. */
function onNewLines(
  source: string,
  at: number,
  [first = "", ...others]: readonly string[],
): string {
  const lineStart = source.lastIndexOf("\n", at - 1) + 1;
  const [indent = ""] = /^[ \t]*/.exec(source.slice(lineStart, at)) ?? [];
  const marked = others.map(trimmed).map((line) => (/^[#;]/.test(line) ? line : `; ${line}`));
  return [first, ...marked].join(lineEnding(source) + indent);
}
