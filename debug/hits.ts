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

/**
 * Notes in `hits` (steps, ascending) that step `step` reached a breakpoint, and says which time that is. A step that is made anew
 * takes the place of what was once after it.
 */
export function noteHit(hits: number[], step: number): number {
  let index = hits.indexOf(step);
  if (index >= 0) return index + 1;
  forgetHitsAfter(hits, step);
  index = hits.push(step);
  return index;
}

/** Forgets the hits of steps that history no longer has: those after `newest`. */
export function forgetHitsAfter(hits: number[], newest: number): void {
  while ((hits.at(-1) ?? -1) > newest) hits.pop();
}
