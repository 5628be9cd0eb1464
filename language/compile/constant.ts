/** Expressions whose value is known while compiling: constants, defaults, options. */
import type { Value } from "../../sim-core/store/value.ts";
import { fromBigInt, NONE } from "../../sim-core/store/value.ts";
import { ArithmeticError, arithmetic } from "../../sim-core/vm/arithmetic.ts";
import type { Expr, SettingValue } from "../syntax/tree.ts";
import { sizeInBytes } from "../syntax/tree.ts";
import type { Builder } from "./builder.ts";
import type { Meaning } from "./scope.ts";

/** The value of `expr` if it is constant, else undefined. `lookup` finds named constants. */
export function constantValue(
  expr: Expr,
  builder: Builder,
  lookup: (name: string) => Meaning | undefined,
  pageSize: bigint,
): Value | undefined {
  const of = (e: Expr) => constantValue(e, builder, lookup, pageSize);
  switch (expr.kind) {
    case "size":
      return fromBigInt(sizeInBytes(expr, pageSize));
    case "boolean":
      return builder.word(expr.value ? "true" : "false");
    case "string":
      return builder.string(expr.value);
    case "name": {
      const meaning = lookup(expr.text);
      if (meaning !== undefined) return meaning.kind === "constant" ? meaning.value : undefined;
      return expr.text === "none" ? NONE : builder.word(expr.text);
    }
    case "unary": {
      const operand = of(expr.operand);
      return operand === undefined || expr.operator !== "-" ? undefined : calculate("-", 0, operand);
    }
    case "binary": {
      const { operator } = expr;
      if (operator !== "+" && operator !== "-" && operator !== "*" && operator !== "/" && operator !== "%")
        return undefined;
      const left = of(expr.left);
      const right = of(expr.right);
      return left === undefined || right === undefined ? undefined : calculate(operator, left, right);
    }
    default:
      return undefined;
  }
}

function calculate(operator: "+" | "-" | "*" | "/" | "%", a: Value, b: Value): Value | undefined {
  try {
    return arithmetic(operator, a, b);
  } catch (error) {
    if (error instanceof ArithmeticError) return undefined;
    throw error;
  }
}

/** The value of a setting or an option's default. */
export function settingValue(value: SettingValue | undefined, builder: Builder, pageSize: bigint): Value {
  switch (value?.kind) {
    case "name":
      return builder.word(value.text);
    case "size":
      return fromBigInt(sizeInBytes(value, pageSize));
    case "string":
      return builder.string(value.value);
    default:
      return NONE;
  }
}
