/** A mistake of model code found while it runs, with the statement that made it. */
export class ModelError extends Error {
  /** Index of the program's spots; -1 if not known yet. */
  readonly spot: number;
  /** Whether it counts as a failed expectation, as a division by zero does. */
  readonly isExpectation: boolean;
  constructor(message: string, spot: number, isExpectation = false) {
    super(message);
    this.spot = spot;
    this.isExpectation = isExpectation;
  }
  /** The same mistake at `spot`. */
  at(spot: number): ModelError {
    return new ModelError(this.message, spot, this.isExpectation);
  }
}
