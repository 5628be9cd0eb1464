/** Where the keyboard leads in a state graph. */

export interface GraphMove {
  readonly from: number;
  readonly to: number;
}

/**
 * The state that an arrow key leads to: down, to where the first move leads; up, to where the state was reached from first; left and
 * right, to the others that its first predecessor leads to. undefined if there is none.
 */
export function along(moves: readonly GraphMove[], state: number, key: string): number | undefined {
  const from = (at: number) => [...new Set(moves.filter((move) => move.from === at).map(({ to }) => to))];
  const before = moves.find(({ from: at, to }) => to === state && at !== state)?.from;
  if (key === "ArrowDown") return from(state).find((to) => to !== state);
  if (key === "ArrowUp") return before;
  if (before === undefined) return undefined;
  const beside = from(before).filter((to) => to !== before);
  const at = beside.indexOf(state) + (key === "ArrowRight" ? 1 : -1);
  return beside[(at + beside.length) % beside.length];
}

/** The next failed state after one, from the beginning after the last; undefined if none fails. */
export function nextFailed(failed: ReadonlySet<number>, state: number): number | undefined {
  const all = [...failed].sort((a, b) => a - b);
  return all.find((at) => at > state) ?? all[0];
}
