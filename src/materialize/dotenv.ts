import { UndersealError } from "../errors.ts";
import { formatPath, type TreePath } from "../tree/path.ts";
import { type Leaf, type Null, type TreeNode } from "../tree/tree.ts";
import { artefactOf, type DotenvDialect, materializer } from "./artefact.ts";
import { childrenOf, filledEntries, onlyDocument, refusal } from "./document.ts";
import { checkFileName } from "./file-name.ts";
import { scalarText } from "./text.ts";

/**
 * The document as one file `<name>.env` (option `name`, default `secrets`) of `KEY=value` lines.
 *
 * Names are keys as written, after the `prefix`; nested ones are joined with `_`, list items by
 * their index (`db_hosts_0`), as SOPS and Argo CD flatten. SOPS's `exec-env` refuses nesting; here
 * only what would be ambiguous is refused: two paths to one name, an empty mapping or list (no
 * variable would be left to show for it). A null is an empty value, where `exec-env` says `<nil>`.
 *
 * There is no one dotenv format, so a dialect says who reads the file:
 *
 * - `portable` (default): `.` of a POSIX shell, Node's `--env-file`, the dotenv packages of
 *   JavaScript and Python, and Docker Compose all read the same value. Words of safe characters
 *   stand bare, the rest in single quotes, with newlines as they are: `\n` in double quotes would be
 *   a newline for some and a backslash for the shell. With a single quote inside, double quotes do
 *   only where nothing in them needs an escape, because readers differ on those. What no spelling
 *   says the same to all is refused.
 * - `sh`: `.` of a POSIX shell alone; holds every text.
 * - `docker`: `docker run --env-file`, which knows no quotes; holds every single line.
 *
 * @throws also `USAGE` when the dialect is unknown.
 */
export const dotenv = materializer("dotenv", (tree, options) => {
  const { name = "secrets", prefix = "", dialect = "portable" } = options;
  const fileName = `${name}.env`;
  checkFileName(fileName, []);
  const spell = spellingOf(dialect);
  const variables = filledEntries(onlyDocument(tree)).flatMap(({ key, value }) =>
    variablesOf(value, prefix + key, [key]),
  );
  checkNames(variables);
  const lines = variables.map((variable) => `${variable.name}=${spelledValue(variable, spell)}\n`);
  return [artefactOf(fileName, lines.join(""))];
});

interface Variable {
  readonly name: string;
  readonly node: Leaf | Null;
  readonly path: TreePath;
}

function variablesOf(node: TreeNode, name: string, path: TreePath): Variable[] {
  if (node.kind === "leaf" || node.kind === "null") return [{ name, node, path }];
  const children = childrenOf(node);
  if (children.length === 0) {
    throw refusal("ARTEFACT_VALUE_INVALID", "an empty mapping or list has no variables", path);
  }
  return children.flatMap(([step, child]) =>
    variablesOf(child, `${name}_${step.toString()}`, [...path, step]),
  );
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function checkNames(variables: readonly Variable[]): void {
  const places = new Map<string, TreePath>();
  for (const { name, path } of variables) {
    if (!NAME.test(name)) {
      throw refusal(
        "ARTEFACT_NAME_INVALID",
        "a variable name has only letters, digits and _, no digit first",
        path,
      );
    }
    const earlier = places.get(name);
    if (earlier !== undefined) {
      throw refusal(
        "ARTEFACT_NAME_INVALID",
        `the variable name is already that of ${formatPath(earlier)}`,
        path,
      );
    }
    places.set(name, path);
  }
}

/** A value's text on the right of `=`; `null` when the dialect cannot say it. */
type Spelling = (text: string) => string | null;

function spelledValue({ node, path }: Variable, spell: Spelling): string {
  const text = node.kind === "null" ? "" : scalarText(node.value);
  if (text === null || text.includes("\0")) {
    throw refusal(
      "ARTEFACT_VALUE_INVALID",
      "a variable holds text without NUL, and this value is none",
      path,
    );
  }
  const spelled = spell(text);
  if (spelled === null) {
    throw refusal(
      "ARTEFACT_VALUE_INVALID",
      "this dialect of dotenv has no safe spelling for the value",
      path,
    );
  }
  return spelled;
}

function spellingOf(dialect: DotenvDialect): Spelling {
  const spellings = new Map<string, Spelling>([
    ["portable", portableSpelling],
    ["sh", shellSpelling],
    ["docker", dockerSpelling],
  ]);
  const spelling = spellings.get(dialect);
  if (spelling !== undefined) return spelling;
  throw new UndersealError(
    "USAGE",
    `unknown dialect of dotenv; known are ${[...spellings.keys()].join(", ")}`,
  );
}

/** Means itself without quotes to every reader. */
const BARE = /^[A-Za-z0-9_./:@%+,=-]*$/;
/**
 * Read differently even in single quotes: JavaScript turns a carriage return into a newline; Python
 * expands `${…}` and halves a doubled backslash; most take a last backslash for an escaped quote.
 */
const DISPUTED = /\r|\$\{|\\\\|\\$/;

function portableSpelling(text: string): string | null {
  if (BARE.test(text)) return text;
  if (DISPUTED.test(text)) return null;
  if (!text.includes("'")) return `'${text}'`;
  return /["\\$`]/.test(text) ? null : `"${text}"`;
}

function shellSpelling(text: string): string {
  return BARE.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function dockerSpelling(text: string): string | null {
  return /[\r\n]/.test(text) ? null : text;
}
