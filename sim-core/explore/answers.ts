/** The answers to `choose` and `inject maybe` within one move, each combination in turn. */

export class Answers {
  private readonly answers: number[] = [];
  private readonly ranges: number[] = [];
  private cursor = 0;

  /** A move that nothing is known of yet: its first time is with the first answers. */
  clear(): void {
    this.answers.length = 0;
    this.ranges.length = 0;
  }
  /** The move begins. */
  begin(): void {
    this.cursor = 0;
  }
  /** The answer to a choice of `range`, 0 <= answer < range. */
  choose(range: number): number {
    const at = this.cursor++;
    if (at === this.answers.length) this.answers.push(0);
    this.ranges[at] = range;
    return this.answers[at] as number;
  }
  /** Goes on to the next combination; false if all were tried. What was asked for later than the answer that changes is forgotten. */
  next(): boolean {
    let at = this.answers.length - 1;
    while (at >= 0 && (this.answers[at] as number) + 1 >= (this.ranges[at] as number)) at--;
    if (at < 0) return false;
    this.answers.length = at + 1;
    this.answers[at] = (this.answers[at] as number) + 1;
    return true;
  }
  /** The answers of the move that was made last. */
  given(): number[] {
    return this.answers.slice(0, this.cursor);
  }
}
