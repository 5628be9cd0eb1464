/** A list as a scenario: the text, and for each operation what its answer is read from. */
import type { Answer } from "./answer.ts";
import type { Operation } from "./list.ts";
import type { OperationEnd } from "./outcome.ts";

/** One operation of a scenario made from a list. */
export interface TranslatedOperation {
  readonly operation: Operation;
  /** The line of the `let` that it begins with; its statements are on the lines up to that of the next operation. */
  readonly line: number;
  /** Reads the answer once the statements have ended. */
  readonly answer: (end: OperationEnd) => Answer;
}

/** A list as a scenario. */
export interface Translation {
  readonly text: string;
  readonly operations: readonly TranslatedOperation[];
  /** The runner's regions, for telling addresses as `A+3`. */
  readonly regions: readonly { readonly name: string; readonly base: number; readonly pages: number }[];
}

/** A list says what cannot be said in a scenario. */
export class CannotTranslate extends Error {
  readonly operation: Operation;
  constructor(operation: Operation, why: string) {
    super(`operation ${operation.index}, '${operation.text}': ${why}`);
    this.operation = operation;
  }
}
