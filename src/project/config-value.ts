import { UndersealError } from "../errors.ts";
import { escapeText, formatPath, type TreePath } from "../tree/path.ts";

/** A value of a config file and where it stands. `null` counts as not set, as in SOPS. */
export class ConfigValue {
  readonly #value: unknown;
  readonly #path: TreePath;
  readonly #strict: boolean;

  /**
   * @param value - as `yaml` gives it with `mapAsMap`
   * @param strict - whether unknown settings are refused
   */
  constructor(value: unknown, strict: boolean, path: TreePath = []) {
    this.#value = value ?? null;
    this.#path = path;
    this.#strict = strict;
  }

  /** Whether there is a value at all. */
  get isSet(): boolean {
    return this.#value !== null;
  }

  /** Where it stands: `creation_rules[1].age`. */
  get place(): string {
    return formatPath(this.#path);
  }

  /** An error at this place. */
  invalid(message: string): UndersealError {
    return new UndersealError("CONFIG_INVALID", message, { path: this.place });
  }

  /**
   * Reads a mapping with these settings, none of which has to be there.
   *
   * @throws `CONFIG_INVALID`
   */
  settings<Name extends string>(known: readonly Name[]): (name: Name) => ConfigValue {
    const map = this.#value ?? new Map();
    if (!(map instanceof Map)) throw this.invalid("this is not a mapping");
    if (this.#strict) this.#refuseUnknown(map, known);
    return (name) => this.#inside(map.get(name), name);
  }

  #refuseUnknown(map: Map<unknown, unknown>, known: readonly string[]): void {
    const unknown = [...map.keys()].find((key) => typeof key !== "string" || !known.includes(key));
    if (unknown === undefined) return;
    const name = typeof unknown === "string" ? `"${escapeText(unknown)}"` : "that is no string";
    throw this.invalid(`there is no setting ${name}; known here: ${known.join(", ")}`);
  }

  /** The items of a list; none when it is not set. @throws `CONFIG_INVALID` */
  items(): ConfigValue[] {
    const items = this.#value ?? [];
    if (!Array.isArray(items)) throw this.invalid("this is not a list");
    return items.map((item: unknown, index) => this.#inside(item, index));
  }

  /** A string; empty when it is not set. @throws `CONFIG_INVALID` */
  text(): string {
    const text = this.#value ?? "";
    if (typeof text !== "string") throw this.invalid("this is not a string; quotes make it one");
    return text;
  }

  /** A list of strings, or with `commas` one string that is a list. @throws `CONFIG_INVALID` */
  texts(form: "list" | "list or commas"): string[] {
    if (typeof this.#value !== "string") return this.items().map((item) => item.text());
    if (form === "list") throw this.invalid("this is not a list");
    return this.#value.split(",");
  }

  /** A boolean; `false` when it is not set. @throws `CONFIG_INVALID` */
  flag(): boolean {
    const flag = this.#value ?? false;
    if (typeof flag !== "boolean") throw this.invalid("this is neither true nor false");
    return flag;
  }

  /** A whole number; 0 when it is not set. @throws `CONFIG_INVALID` */
  integer(): number {
    const number = this.#value ?? 0;
    if (typeof number === "number" && Number.isSafeInteger(number)) return number;
    throw this.invalid("this is not a whole number");
  }

  #inside(value: unknown, step: string | number): ConfigValue {
    return new ConfigValue(value, this.#strict, [...this.#path, step]);
  }
}
