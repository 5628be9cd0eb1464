/** Several searches over one set of states that take turns in one thread, a few moves each, in an order that is the same each time. */
import { Explorer } from "../../sim-core/explore/explorer.ts";
import { partResult, togetherOf } from "../../sim-core/explore/parallel.ts";
import { nextRandom, randomBelow } from "../../sim-core/explore/random.ts";
import type { Beginning, ExploreOptions, ExploreResult } from "../../sim-core/explore/search.ts";
import { SharedVisited, sharedTable } from "../../sim-core/explore/shared-visited.ts";
import type { Program } from "../../sim-core/vm/program.ts";

/** Most moves of one turn. */
const TURN = 40;

/** What `workers` searches find together; they begin again where one of them has to. */
export function searchTogether(
  program: Program,
  { workers, seed, ...options }: ExploreOptions & { readonly workers: number; readonly seed: number },
): ExploreResult {
  let beginning: Beginning = { without: options.without ?? [], lookedAt: [] };
  for (;;) {
    const table = sharedTable(2 ** 20);
    const parts = Array.from({ length: workers }, (_, worker) => {
      const visited = new SharedVisited(table, worker + 1);
      return { visited, explorer: new Explorer(program, { ...options, ...beginning, shared: { visited, worker } }) };
    });
    let random = seed;
    for (let left = [...parts]; left.length > 0; ) {
      random = nextRandom(random);
      const part = left[randomBelow(random, left.length)];
      if (part === undefined) break;
      const { explorer, visited } = part;
      if (visited.isStopped) explorer.cancel();
      if (!explorer.advance(1 + randomBelow(random ^ 0x5555, TURN))) continue;
      const { stopped } = explorer.result();
      if (stopped !== undefined && stopped !== "depth") visited.stop();
      left = left.filter((other) => other !== part);
    }
    const again = parts.flatMap(({ explorer }) => explorer.again ?? []);
    const results = parts.map(({ explorer }) => partResult(program, explorer.result()));
    if (again.length === 0) return togetherOf(program, results, new SharedVisited(table, 0));
    beginning = {
      without: [beginning, ...again].flatMap(({ without }) => without),
      lookedAt: [beginning, ...again].flatMap(({ lookedAt }) => lookedAt),
    };
  }
}
