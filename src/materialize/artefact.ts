import { type Tree } from "../tree/tree.ts";
import { admit } from "./admission.ts";

/** One plaintext file that a materializer asks for; nothing is written yet. */
export interface Artefact {
  /** Relative path with forward slashes, without `.` and `..`. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits of the file. */
  readonly mode: number;
}

/** What a caller may ask of a materializer; each reads the options it names and no others. */
export interface MaterializeOptions {
  /** `kubernetes`: name of the Secret. `dotenv`, `json`: file name without extension (`secrets`). */
  readonly name?: string;
  /** `kubernetes`: namespace of every Secret. */
  readonly namespace?: string;
  /** `kubernetes`: type of every Secret. */
  readonly type?: string;
  /** `kubernetes`: where a Secret made from a plain mapping keeps its values (`data`). */
  readonly as?: "data" | "stringData";
  /** `dotenv`: put before every variable name. */
  readonly prefix?: string;
  /** `dotenv`: who is to read the file (`portable`). */
  readonly dialect?: DotenvDialect;
}

/** A reader of `KEY=value` files; `dotenv.ts` says what each can hold. */
export type DotenvDialect = "portable" | "sh" | "docker";

/** Turns an opened document into artefacts. Pure: decides what goes where and writes nothing. */
export interface Materializer {
  readonly name: string;
  /**
   * @param tree - an opened document: every value is plaintext
   * @throws `CIPHERTEXT_REFUSED` when a value is still sealed; `ARTEFACT_NAME_INVALID` and
   *   `ARTEFACT_VALUE_INVALID`, with the tree path, when this kind of artefact cannot hold a key or a
   *   value; `DOCUMENT_EMPTY` when there is nothing to materialize; `USAGE` when an option is missing.
   */
  render(tree: Tree, options: MaterializeOptions): Artefact[];
}

/** A materializer that refuses what no artefact may hold before it renders anything. */
export function materializer(name: string, render: Materializer["render"]): Materializer {
  return {
    name,
    render(tree, options) {
      admit(tree);
      return render(tree, options);
    },
  };
}

/** Read and write for the owner, nothing for anybody else. */
const PRIVATE = 0o600;

const encoder = new TextEncoder();

/** A private artefact of bytes, or of text in UTF-8. */
export function artefactOf(path: string, content: Uint8Array | string): Artefact {
  return {
    path,
    content: typeof content === "string" ? encoder.encode(content) : content,
    mode: PRIVATE,
  };
}
