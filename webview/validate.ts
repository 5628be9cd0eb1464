/** Checks of values that came from elsewhere: small predicates and what makes bigger ones of them. */

/** Says whether a value is a T. */
export type Check<T> = (value: unknown) => value is T;

export const isString: Check<string> = (value) => typeof value === "string";
export const isBoolean: Check<boolean> = (value) => typeof value === "boolean";
/** A whole number that a double holds exactly, not negative. */
export const isCount: Check<number> = (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** A text of at most `limit` UTF-16 units. */
export function text(limit: number): Check<string> {
  return (value): value is string => typeof value === "string" && value.length <= limit;
}

/** Exactly this value. */
export function literal<const T extends string | number | boolean | null>(expected: T): Check<T> {
  return (value): value is T => value === expected;
}

/** One of these words. */
export function oneOf<const T extends string>(...words: readonly T[]): Check<T> {
  return (value): value is T => words.some((word) => word === value);
}

/** One or the other. */
export function either<A, B>(first: Check<A>, second: Check<B>): Check<A | B> {
  return (value): value is A | B => first(value) || second(value);
}

/** The value or null. */
export function nullable<T>(check: Check<T>): Check<T | null> {
  return either(check, literal(null));
}

/** An array of at most `limit` such values. */
export function list<T>(check: Check<T>, limit = Number.POSITIVE_INFINITY): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.length <= limit && value.every(check);
}

/** Makes `optional` fields of an object known to {@link object}. */
const optionals = new WeakSet<object>();

/** A field of an object that may be missing. */
export function optional<T>(check: Check<T>): Check<T> {
  const own: Check<T> = (value): value is T => check(value);
  optionals.add(own);
  return own;
}

/** An object that has at least these fields. */
export function object<T extends object>(fields: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const checks = Object.entries(fields) as readonly [string, Check<unknown>][];
  return (value): value is T => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const given = new Map<string, unknown>(Object.entries(value));
    return checks.every(([name, check]) =>
      given.has(name) && given.get(name) !== undefined ? check(given.get(name)) : optionals.has(check),
    );
  };
}
