// Come here to see how a value of unknown shape becomes a typed one, or is refused.
// Law: a check returns a value of its type or throws Refused; it never returns something else.

export class Refused extends Error {}

export type Check<T> = (value: unknown) => T;

/** The type of what a check lets through. */
export type Checked<C> = C extends Check<infer T> ? T : never;

function refuse(wanted: string, value: unknown): never {
  throw new Refused(`${wanted} wanted, ${value === null ? "null" : typeof value} found`);
}

export const text: Check<string> = (value) =>
  typeof value === "string" ? value : refuse("a text", value);

export const amount: Check<number> = (value) =>
  typeof value === "number" && Number.isFinite(value) ? value : refuse("a number", value);

export const flag: Check<boolean> = (value) =>
  typeof value === "boolean" ? value : refuse("true or false", value);

/** A moment on the wire: RFC 3339 with an offset; kept as text. */
export const moment: Check<string> = (value) =>
  typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : refuse("a time", value);

export function oneOf<const T extends string>(...choices: T[]): Check<T> {
  return (value) => choices.find((choice) => choice === value) ?? refuse(choices.join("|"), value);
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value) => (value === null || value === undefined ? null : check(value));
}

/** What cannot be read becomes `fallback`: one odd field must not hide a cry for help. */
export function lenient<T>(check: Check<T>, fallback: T): Check<T> {
  return (value) => {
    try {
      return check(value);
    } catch {
      return fallback;
    }
  };
}

export function list<T>(check: Check<T>): Check<T[]> {
  return (value) => (Array.isArray(value) ? value.map(check) : refuse("a list", value));
}

/** The items that can be read, in order; the others are left out. */
export function readable<T>(check: Check<T>): Check<T[]> {
  const attempt = lenient<T | typeof nothing>(check, nothing);
  return (value) => list(attempt)(value).filter((item): item is T => item !== nothing);
}
const nothing = Symbol("nothing");

export const entries: Check<Record<string, unknown>> = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse("an object", value);

/** An object with at least these fields; fields it does not name are left behind. */
export function shape<F extends Record<string, Check<unknown>>>(
  fields: F,
): Check<{ [K in keyof F]: Checked<F[K]> }> {
  const checks = Object.entries(fields);
  return (value) => {
    const found = entries(value);
    const read = checks.map(([name, check]) => [name, check(found[name])]);
    return Object.fromEntries(read) as { [K in keyof F]: Checked<F[K]> };
  };
}

/** The fields in which a published description and what is read of it do not agree. */
type Disagreement<Said, Read, Passed> =
  | Exclude<keyof Said, keyof Read | Passed>
  | Exclude<keyof Read, keyof Said>
  | Extract<Passed, keyof Read>
  | { [K in keyof Said & keyof Read]: Required<Said>[K] extends Read[K] ? never : K }[keyof Said &
      keyof Read];

type Agrees<Said, Read, Passed> = [Disagreement<Said, Read, Passed>] extends [never]
  ? unknown
  : { these_fields_disagree: { [Field in Disagreement<Said, Read, Passed>]: true } };

/**
 * Ties a check to the document's type: tsc fails where a field is missing on either side, or may
 * hold what the check would not let through. `Passed` names the fields that are left unread.
 */
export function as_described<Said, Passed extends keyof Said = never>() {
  return <Read>(check: Check<Read> & Agrees<Said, Read, Passed>): Check<Read> => check;
}
