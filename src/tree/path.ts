import { UndersealError } from "../errors.ts";

/** Steps from the root of a document: keys of branches, indices of lists. */
export type TreePath = readonly (string | number)[];

const PLAIN_STEP = /^[\p{L}_$-][\p{L}\p{N}_$/-]*$/u;

/**
 * Characters that could deceive a terminal or a reviewer: controls, line and paragraph separators,
 * bidirectional overrides, zero-width marks, lone surrogates.
 */
const DECEIVING = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Text from a file made safe for a terminal: deceiving characters become `\u{…}`. */
export function escapeText(text: string): string {
  return text.replace(DECEIVING, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * A path for messages: `db.hosts[0]`, with odd keys quoted (`["a.b"]`) and deceiving characters
 * escaped. The empty path is `.`.
 */
export function formatPath(path: TreePath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${String(step)}]`;
    else if (PLAIN_STEP.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${escapeText(JSON.stringify(step))}]`;
  }
  return text === "" ? "." : text;
}

const bad = (message: string): UndersealError => new UndersealError("PATH_INVALID", message);

/**
 * Reads a path in either spelling: `a.b[0]["odd key"]` or SOPS's `["a"]["b"][0]` (sops-format 7.5;
 * unlike there, double-quoted keys take JSON escapes, and quotes must pair).
 *
 * @throws `PATH_INVALID` when the text is neither.
 */
export function parsePath(text: string): TreePath {
  if (text === "" || text === ".") return [];
  const path: (string | number)[] = [];
  let rest = text;
  while (rest !== "") {
    const [step, length] = rest.startsWith("[")
      ? bracketStep(rest)
      : dottedStep(rest, path.length === 0);
    path.push(step);
    rest = rest.slice(length);
  }
  return path;
}

function bracketStep(rest: string): [string | number, number] {
  const index = /^\[(\d{1,9})\]/.exec(rest);
  if (index?.[1] !== undefined) return [Number.parseInt(index[1], 10), index[0].length];
  const double = /^\[("(?:[^"\\]|\\.)*")\]/s.exec(rest);
  if (double?.[1] !== undefined) return [unquote(double[1]), double[0].length];
  const single = /^\['([^']*)'\]/.exec(rest);
  if (single?.[1] !== undefined) return [single[1], single[0].length];
  throw bad("a step in brackets is neither an index nor a quoted key");
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw bad("a quoted key of the path has an invalid escape");
  }
}

function dottedStep(rest: string, first: boolean): [string, number] {
  const match = (first ? /^([^.[\]]+)/ : /^\.([^.[\]]+)/).exec(rest);
  if (match?.[1] === undefined) throw bad("the path has an empty or misplaced step");
  return [match[1], match[0].length];
}
