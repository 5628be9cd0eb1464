/** How often a breakpoint was reached, and which of those times it stops. */

const hitPattern = /^\s*(==|>=|>|<=|<|%)?\s*(\d{1,9})\s*$/;

/** What is wrong with a hit condition; undefined if nothing is. */
export function hitConditionProblem(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const match = hitPattern.exec(text);
  if (match === null) return `'${text}' is no hit condition: write a number, '> 3', '>= 3' or '% 2'.`;
  if (match[1] === "%" && Number(match[2]) === 0) return "'% 0' is never met.";
  return undefined;
}

/** Whether the `count`-th time meets a hit condition. */
export function meetsHitCondition(text: string | undefined, count: number): boolean {
  if (text === undefined || text.trim() === "") return true;
  const [, operator = "==", number = "0"] = hitPattern.exec(text) ?? [];
  const n = Number(number);
  switch (operator) {
    case ">":
      return count > n;
    case ">=":
      return count >= n;
    case "<":
      return count < n;
    case "<=":
      return count <= n;
    case "%":
      return count % n === 0;
    default:
      return count === n;
  }
}

/** When a breakpoint was reached. */
export class Hits {
  /** All steps of the history up to this one that reached it are noted. */
  countedTo = 0;
  /** How often in the part of the history that was forgotten. */
  private forgotten = 0;
  /** The steps of the history that reached it, ascending. */
  private readonly steps: number[] = [];

  /** Notes that step `step` reached it; returns which time that is. */
  note(step: number): number {
    const index = this.countTo(step - 1);
    if (this.steps[index] !== step) this.steps.splice(index, 0, step);
    return this.forgotten + index + 1;
  }
  /** History no longer has the steps after `newest`. */
  forgetAfter(newest: number): void {
    this.steps.length = this.countTo(newest);
    this.countedTo = Math.min(this.countedTo, newest);
  }
  /** History no longer has the steps up to `oldest`, but they have been. */
  forgetTo(oldest: number): void {
    const count = this.countTo(oldest);
    this.steps.splice(0, count);
    this.forgotten += count;
  }
  /** How many of the steps are `step` or before it. */
  private countTo(step: number): number {
    let low = 0;
    let high = this.steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.steps[middle] as number) <= step) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
