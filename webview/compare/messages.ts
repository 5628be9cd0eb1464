/** What the comparison's page is told: plain data, checked on arrival. The page sends one word when it is there: `ready`. */

import type { Compared, Difference } from "../../debug/protocol.ts";
import type { Check } from "../validate.ts";
import { isBoolean, isCount, isString, list, literal, object, oneOf } from "../validate.ts";

/** The comparison as it is now. */
export interface ToComparison {
  readonly type: "compared";
  readonly title: string;
  readonly compared: Compared;
  /** Whether the session is over: what is shown is its last stop. */
  readonly over: boolean;
}

export const isToComparison: Check<ToComparison> = object<ToComparison>({
  type: literal("compared"),
  title: isString,
  over: isBoolean,
  compared: object<Compared>({
    here: isString,
    kernel: isString,
    statements: isCount,
    behind: isCount,
    statement: isString,
    differences: list(
      object<Difference>({
        kind: oneOf("page", "statement", "event"),
        what: isString,
        before: isString,
        after: isString,
      }),
    ),
  }),
});
