import {
  escapeText,
  type OpenedFile,
  type TreeNode,
  type UndersealError,
  type Warning,
} from "../index.ts";
import { type Io } from "./io.ts";

/** Prints a failure: what, where, what was tried, and the one thing to do. */
export function reportError(io: Io, error: UndersealError, json: boolean): void {
  io.err(json ? `${JSON.stringify({ error: errorJson(error) })}\n` : errorText(error));
}

/** The fields of a failure that programs may rely on. */
export function errorJson(error: UndersealError): Record<string, unknown> {
  const { code, message, exitStatus, remedy, places } = error;
  return { code, message, exitStatus, remedy, ...places };
}

function errorText({ code, message, remedy, places }: UndersealError): string {
  const lines = [`underseal: ${code}: ${message}`];
  const { file, line, column, path, recipient, attempts } = places;
  const position = line === undefined ? "" : `:${String(line)}:${String(column ?? 1)}`;
  if (file !== undefined) lines.push(`  at ${escapeText(file)}${position}`);
  if (path !== undefined) lines.push(`  path ${path}`);
  if (recipient !== undefined) lines.push(`  recipient ${escapeText(recipient)}`);
  for (const attempt of attempts ?? []) {
    lines.push(
      `  tried ${attempt.kind} ${escapeText(attempt.recipient)}: ${escapeText(attempt.result)}`,
    );
  }
  lines.push(`  fix: ${remedy}`);
  return `${lines.join("\n")}\n`;
}

const WARNING_WORDS: Readonly<Record<Warning["code"], string>> = {
  COMMENT_NOT_SEALED: "a comment that should be encrypted could not be opened; it stays as it is",
  REGEX_INVALID:
    "the selection stored in the file is no RE2 expression; nothing in it counts as encrypted",
  SPELLING_LOST:
    "without spelling notes this value comes back spelled otherwise, and without what SOPS does not see of it",
  MAC_IGNORED: "the MAC does not fit and was ignored: values may have been altered",
};

/** Prints what was odd and did not stop the work. */
export function reportWarnings(io: Io, file: string, warnings: readonly Warning[]): void {
  for (const { code, path } of warnings) {
    io.err(
      `underseal: warning: ${code}: ${WARNING_WORDS[code]}\n  at ${escapeText(file)}\n  path ${path}\n`,
    );
  }
}

/** Prints the warnings of an opened file, and gives the file. */
export function warned(io: Io, opened: OpenedFile): OpenedFile {
  reportWarnings(io, opened.file.path, opened.warnings);
  return opened;
}

/** One line of JSON, or words for people. */
export function report(io: Io, json: boolean, result: { json: unknown; text: string }): void {
  io.out(json ? `${JSON.stringify(result.json)}\n` : `${result.text}\n`);
}

/** Where a scalar is shown raw; `null` for collections and null. */
export function scalarBytes(node: TreeNode): Uint8Array | null {
  if (node.kind !== "leaf") return null;
  const { value } = node;
  if (value.type === "bytes") return value.bytes;
  const text = value.type === "bool" ? value.text.toLowerCase() : value.text;
  return new TextEncoder().encode(text);
}
