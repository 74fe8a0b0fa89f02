import { UndersealError } from "../../errors.ts";
import { canonicalFloat, canonicalInt } from "../../tree/scalars.ts";
import {
  type Branch,
  type Entry,
  type Leaf,
  type List,
  type TreeNode,
  type Value,
} from "../../tree/tree.ts";
import { LIMITS } from "../file-format.ts";
import { Lines } from "../yaml/lines.ts";
import { NUMBER, readString } from "./text.ts";

/** A JSON text with its tree. */
export interface ParsedJson {
  readonly source: string;
  readonly root: TreeNode;
  /** Offset behind each leaf, which itself begins at `offset`. */
  readonly ends: ReadonlyMap<Leaf, number>;
}

/** The bytes of a JSON file as text. @throws `ENCODING_INVALID` */
export function decodeJson(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UndersealError("ENCODING_INVALID", "the file is not valid UTF-8");
  }
}

/**
 * Reads one JSON value (RFC 8259) as SOPS does: ordered, keys as often as they stand there, numbers
 * from their text.
 *
 * @throws `JSON_SYNTAX`, `JSON_TOO_DEEP`, `VALUE_UNSUPPORTED` for what SOPS would alter: numbers that
 *   neither int64 nor a double holds, halves of surrogate pairs
 */
export function parseJson(source: string): ParsedJson {
  const reader = new JsonReader(source);
  return { source, root: reader.read(), ends: reader.ends };
}

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const NUMBER_HERE = new RegExp(NUMBER.source.slice(1, -1), "y");
const WORDS = [
  ["true", { type: "bool", text: "True" }],
  ["false", { type: "bool", text: "False" }],
] as const;

class JsonReader {
  readonly ends = new Map<Leaf, number>();
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): TreeNode {
    this.#skip();
    const root = this.#value();
    this.#skip();
    // SOPS would pass over it, and it would stay in clear.
    if (this.#at < this.#source.length) throw this.#invalid("something stands behind the value");
    return root;
  }

  #skip(): void {
    for (; ; this.#at++) {
      const code = this.#source.charCodeAt(this.#at);
      if (code !== SPACE && code !== NEWLINE && code !== TAB && code !== RETURN) return;
    }
  }

  #value(): TreeNode {
    switch (this.#source.charAt(this.#at)) {
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      case '"': {
        const offset = this.#at;
        return this.#leaf(offset, { type: "str", text: this.#string() }, null);
      }
      default:
        return this.#word() ?? this.#number();
    }
  }

  #leaf(offset: number, value: Value, spelling: string | null): Leaf {
    const leaf: Leaf = { kind: "leaf", value, spelling, offset };
    this.ends.set(leaf, this.#at);
    return leaf;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > LIMITS.depth) {
      throw this.#error("JSON_TOO_DEEP", "the document has more than 1,000 levels", this.#at);
    }
    const node = read();
    this.#depth--;
    return node;
  }

  #object(): Branch {
    const items: Entry[] = [];
    const branch: Branch = { kind: "branch", items, offset: this.#at++ };
    this.#skip();
    if (this.#taken("}")) return branch;
    do {
      this.#skip();
      const offset = this.#at;
      if (this.#source.charAt(offset) !== '"') throw this.#invalid("a key in quotes is expected");
      const key = this.#string();
      this.#skip();
      if (!this.#taken(":")) throw this.#invalid("a colon is expected");
      this.#skip();
      items.push({ kind: "entry", key, value: this.#value(), offset });
      this.#skip();
    } while (this.#taken(","));
    if (!this.#taken("}")) throw this.#invalid("a comma or a closing brace is expected");
    return branch;
  }

  #array(): List {
    const items: TreeNode[] = [];
    const list: List = { kind: "list", items, offset: this.#at++ };
    this.#skip();
    if (this.#taken("]")) return list;
    do {
      this.#skip();
      items.push(this.#value());
      this.#skip();
    } while (this.#taken(","));
    if (!this.#taken("]")) throw this.#invalid("a comma or a closing bracket is expected");
    return list;
  }

  #taken(char: string): boolean {
    if (this.#source.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }

  #string(): string {
    const read = readString(this.#source, this.#at);
    if (read === "unfinished") throw this.#invalid("a string has no end");
    if (read === "invalid")
      throw this.#invalid("a string holds an escape or a control character that is not allowed");
    if (read === "surrogate") {
      const message = "a string holds half of a surrogate pair, which SOPS would replace";
      throw this.#error("VALUE_UNSUPPORTED", message, this.#at);
    }
    this.#at = read.end;
    return read.text;
  }

  #word(): TreeNode | null {
    const offset = this.#at;
    if (this.#source.startsWith("null", offset)) {
      this.#at += 4;
      return { kind: "null", offset };
    }
    for (const [word, value] of WORDS) {
      if (!this.#source.startsWith(word, offset)) continue;
      this.#at += word.length;
      return this.#leaf(offset, value, word);
    }
    return null;
  }

  #number(): Leaf {
    const offset = this.#at;
    NUMBER_HERE.lastIndex = offset;
    const text = NUMBER_HERE.exec(this.#source)?.[0];
    if (text === undefined) throw this.#invalid("a value is expected");
    const value = numberValue(text);
    if (value === null) {
      const message = "a number is larger, or more exact, than SOPS can hold";
      throw this.#error("VALUE_UNSUPPORTED", message, offset);
    }
    this.#at = offset + text.length;
    return this.#leaf(offset, value, text);
  }

  #invalid(message: string): UndersealError {
    return this.#error("JSON_SYNTAX", `not valid JSON: ${message}`, this.#at);
  }

  #error(
    code: "JSON_SYNTAX" | "JSON_TOO_DEEP" | "VALUE_UNSUPPORTED",
    message: string,
    offset: number,
  ): UndersealError {
    return new UndersealError(code, message, new Lines(this.#source).at(offset));
  }
}

/** Digits that no double has are not counted out: nothing that long is a number that anybody means. */
const MAX_INTEGER_DIGITS = 400;

/** An int where it fits int64, else a float; `null` for what SOPS would round or refuse. */
function numberValue(text: string): Value | null {
  const integer = /^-?\d+$/.test(text);
  if (integer && text.length > MAX_INTEGER_DIGITS) return null;
  const int = integer ? canonicalInt(text) : null;
  if (int !== null) return { type: "int", text: int };
  const float = canonicalFloat(text);
  if (float === null || (integer && float !== text && !isDouble(text))) return null;
  return { type: "float", text: float };
}

const isDouble = (integer: string): boolean => BigInt(Number(integer)) === BigInt(integer);
