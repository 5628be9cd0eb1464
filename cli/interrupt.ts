/** Ctrl+C while something long is under way: the first one asks to stop with what is known, a second one ends the program. */

export class Interrupt {
  /** Whether the user has asked to stop. */
  requested = false;
  private readonly take = (): void => {
    this.requested = true;
  };

  constructor() {
    process.once("SIGINT", this.take);
  }

  /** From now on Ctrl+C ends the program. */
  [Symbol.dispose](): void {
    process.off("SIGINT", this.take);
  }
}
