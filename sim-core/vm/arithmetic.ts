/** Arithmetic of 64-bit words, signed when compared; it wraps, and `/` and `%` are C's (towards zero). */
import type { Value } from "../store/value.ts";
import { fromBigInt, isPlainInteger, toBigInt } from "../store/value.ts";

const LIMIT = Number.MAX_SAFE_INTEGER;

/** What `arithmetic` was asked for and could not do: an operand is no number, or a division by zero. */
export class ArithmeticError extends Error {}

export type Operator = "+" | "-" | "*" | "/" | "%";

/** The result of `a operator b`. @throws ArithmeticError */
export function arithmetic(operator: Operator, a: Value, b: Value): Value {
  if (isPlainInteger(a) && isPlainInteger(b)) {
    const r = plain(operator, a, b);
    if (r <= LIMIT && r >= -LIMIT) return r;
  }
  const x = toBigInt(a);
  const y = toBigInt(b);
  if (x === undefined || y === undefined) throw new ArithmeticError(`'${operator}' needs numbers on both sides`);
  switch (operator) {
    case "+":
      return fromBigInt(x + y);
    case "-":
      return fromBigInt(x - y);
    case "*":
      return fromBigInt(x * y);
    default:
      if (y === 0n) throw new ArithmeticError("division by zero");
      return fromBigInt(operator === "/" ? x / y : x % y);
  }
}

function plain(operator: Operator, a: number, b: number): number {
  // `+ 0` turns -0 into 0: cells must not hold two zeros.
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b + 0;
    default:
      if (b === 0) throw new ArithmeticError("division by zero");
      return (operator === "/" ? Math.trunc(a / b) : a % b) + 0;
  }
}

/** Negative, 0 or positive as a is less than, equal to or greater than b; undefined if they do not compare. */
export function compare(a: Value, b: Value): number | undefined {
  if (isPlainInteger(a) && isPlainInteger(b)) return a - b;
  const x = toBigInt(a);
  const y = toBigInt(b);
  if (x === undefined || y === undefined) return undefined;
  return x < y ? -1 : x > y ? 1 : 0;
}
