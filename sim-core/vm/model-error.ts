/** A mistake of model code found while it runs, with the statement that made it. */
export class ModelError extends Error {
  /** Index of the program's spots; -1 if not known yet. */
  readonly spot: number;
  constructor(message: string, spot: number) {
    super(message);
    this.spot = spot;
  }
  /** The same mistake at `spot`. */
  at(spot: number): ModelError {
    return new ModelError(this.message, spot);
  }
}
