/** Several searches over one set of states that take turns in one thread, a few moves each, in an order that is the same each time. */
import assert from "node:assert/strict";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import { partResult, togetherOf } from "../../sim-core/explore/parallel.ts";
import { nextRandom, randomBelow } from "../../sim-core/explore/random.ts";
import type { Beginning, ExploreOptions, ExploreResult } from "../../sim-core/explore/search.ts";
import { SharedVisited, sharedTable } from "../../sim-core/explore/shared-visited.ts";
import type { Program } from "../../sim-core/vm/program.ts";

/** Most moves of one turn. */
const TURN = 40;

export interface TogetherOptions extends ExploreOptions {
  /** How many search. */
  readonly workers: number;
  /** Whose turn it is, and how long, is chosen at random by it. */
  readonly seed: number;
  /** Bytes of the set. */
  readonly bytes?: number;
}

/** What several searches find together; they begin again where one of them has to. */
export function searchTogether(program: Program, options: TogetherOptions): ExploreResult {
  const { workers, seed, bytes = 2 ** 20, ...own } = options;
  let beginning: Beginning = { without: options.without ?? [], lookedAt: [] };
  for (;;) {
    const table = sharedTable(bytes);
    const parts = Array.from({ length: workers }, (_, worker) => {
      const visited = new SharedVisited(table, worker + 1);
      return { visited, explorer: new Explorer(program, { ...own, ...beginning, shared: { visited, worker } }) };
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
    const all = new SharedVisited(table, 0);
    const firsts = parts.reduce((sum, { visited }) => sum + visited.own, 0);
    assert.equal(firsts, all.size, "each state is somebody's");
    if (again.length === 0) return togetherOf(program, results, all);
    beginning = {
      without: [beginning, ...again].flatMap(({ without }) => without),
      lookedAt: [beginning, ...again].flatMap(({ lookedAt }) => lookedAt),
    };
  }
}
