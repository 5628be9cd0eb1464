/** What a group of measurements is: rows with budgets, and a function that measures them once in a process of its own. */

/** A row of the table: what is measured, in which unit, and the budget for it. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  /** At least (figures that should be large) or at most so much; a row without one tells what no budget is set for. */
  readonly budget?: { readonly atLeast: number } | { readonly atMost: number };
}

/** A group of rows that one child process measures together. */
export interface Group {
  readonly name: string;
  /** What is measured, for the table's heading. */
  readonly title: string;
  readonly rows: readonly Row[];
  /** How many processes measure it, unless told otherwise. */
  readonly runs: number;
  /** Measures once. Returns a figure for each row, by name. @throws if what was measured did not come out right */
  measure(): Promise<Figures> | Figures;
  /** Measures more rows in another process of their own: what the engine has learned from the others would be in the way. */
  measureApart?(): Figures;
}

export type Figures = Readonly<Record<string, number>>;
