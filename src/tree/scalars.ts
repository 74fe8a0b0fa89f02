/**
 * Canonical texts of scalars: what SOPS encrypts and hashes (sops-format 1.3, 8.6). Everything here
 * goes from text to text; a double is used only where the format itself is defined by one.
 */

import { type Value } from "./tree.ts";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Decimal text of an integer if it fits int64, else `null`. */
export function int64Text(value: bigint): string | null {
  return value >= INT64_MIN && value <= INT64_MAX ? value.toString() : null;
}

/** Canonical text of a decimal integer with optional sign (Go `Atoi`); `null` if it is none. */
export function canonicalInt(text: string): string | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  return int64Text(BigInt(text.startsWith("+") ? text.slice(1) : text));
}

const DECIMAL_FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NAMED_FLOAT = new Map([
  ["nan", "NaN"],
  ["inf", "+Inf"],
  ["+inf", "+Inf"],
  ["-inf", "-Inf"],
  ["infinity", "+Inf"],
  ["+infinity", "+Inf"],
  ["-infinity", "-Inf"],
]);

/**
 * Canonical text of a float as Go's `ParseFloat` reads it and `FormatFloat(x, 'f', -1, 64)` prints
 * it: shortest digits, no exponent, `NaN`, `+Inf`, `-Inf`. `null` if it is no decimal float or
 * overflows a double.
 */
export function canonicalFloat(text: string): string | null {
  const named = NAMED_FLOAT.get(text.toLowerCase());
  if (named !== undefined) return named;
  if (!DECIMAL_FLOAT.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? fixedText(value) : null;
}

/** Sign, decimal digits and exponent of the first digit: the parts of a finite double. */
interface Digits {
  readonly sign: string;
  readonly digits: string;
  readonly exponent: number;
}

/** The shortest digits that read back as the same double. */
function shortestDigits(value: number): Digits {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  return { sign, digits: mantissa.replace(".", ""), exponent: Number.parseInt(exponent, 10) };
}

function fixedText(value: number): string {
  const { sign, digits, exponent } = shortestDigits(value);
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction === "" ? sign + whole : `${sign}${whole}.${fraction}`;
}

/** Go's `'g'` layout of a canonical float, with an exponent below 1e-4 and from 10^`from` (sops-format 8.6). */
export function exponentText(canonical: string, from: number): string {
  const value = Number(canonical);
  const { sign, digits, exponent } = shortestDigits(value);
  if (value === 0 || (exponent >= -4 && exponent < from)) return canonical;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const size = Math.abs(exponent).toString().padStart(2, "0");
  return `${sign}${digits.charAt(0)}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
}

const TRUE_WORDS = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE_WORDS = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** `True` or `False` for what Go's `ParseBool` accepts, else `null`. */
export function canonicalBool(text: string): string | null {
  if (TRUE_WORDS.has(text)) return "True";
  return FALSE_WORDS.has(text) ? "False" : null;
}

/** A point in time as written; kept in parts because a `Date` drops nanoseconds and offsets. */
export interface TimeParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits of the fraction, without the point. */
  readonly fraction: string;
  /** Minutes east of UTC. */
  readonly offset: number;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}

/** RFC 3339 with up to nine fraction digits, trailing zeros dropped, `Z` for a zero offset; `null` out of range. */
export function timeText(time: TimeParts): string | null {
  const { year, month, day, hour, minute, second, offset } = time;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const fraction = time.fraction.slice(0, 9).replace(/0+$/, "");
  const pad = (part: number, width = 2): string => part.toString().padStart(width, "0");
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  const clock = `${pad(hour)}:${pad(minute)}:${pad(second)}${fraction === "" ? "" : `.${fraction}`}`;
  return `${date}T${clock}${zoneText(offset, pad)}`;
}

function zoneText(offset: number, pad: (part: number) => string): string {
  if (offset === 0) return "Z";
  const size = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${pad(Math.trunc(size / 60))}:${pad(size % 60)}`;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Canonical text of an RFC 3339 time, else `null`. */
export function canonicalTime(text: string): string | null {
  const match = RFC3339.exec(text);
  if (match === null) return null;
  const offset = offsetMinutes(match[8] ?? "Z");
  return offset === null ? null : timeText({ ...dateParts(match), ...clockParts(match), offset });
}

/** Year, month and day from groups 1 to 3 of a match. */
export function dateParts(match: RegExpExecArray): Pick<TimeParts, "year" | "month" | "day"> {
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

/** Hour, minute, second and fraction from groups 4 to 7 of a match. */
export function clockParts(
  match: RegExpExecArray,
): Pick<TimeParts, "hour" | "minute" | "second" | "fraction"> {
  return {
    hour: Number(match[4]),
    minute: Number(match[5]),
    second: Number(match[6]),
    fraction: match[7] ?? "",
  };
}

/** Minutes east of UTC of `Z` or `±hh:mm`; `null` when out of Go's range. */
export function offsetMinutes(zone: string): number | null {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 24 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** Canonical text of a typed plaintext as other tools may have written it (sops-format 1.3); `null` if it is none. */
export function canonicalText(
  type: "int" | "float" | "bool" | "time",
  text: string,
): string | null {
  const read = {
    int: canonicalInt,
    float: canonicalFloat,
    bool: canonicalBool,
    time: canonicalTime,
  }[type];
  return read(text);
}

/**
 * The author's spelling of a value where SOPS may hold it as plaintext, because its reader takes it
 * for the same value (`1.50`, `TRUE`, `+1`); else `null`.
 */
export function sealableSpelling(value: Value, spelling: string | null): string | null {
  if (spelling === null || value.type === "str" || value.type === "bytes") return null;
  return spelling !== value.text && canonicalText(value.type, spelling) === value.text
    ? spelling
    : null;
}
