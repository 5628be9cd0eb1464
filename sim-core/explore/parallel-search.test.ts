/** A search by several threads, whatever they are: here they search while the first one lets messages in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { Explorer } from "./explorer.ts";
import type { ParallelOptions, PartTask } from "./parallel-search.ts";
import { ParallelSearch, searchPart } from "./parallel-search.ts";
import type { ExploreResult } from "./search.ts";
import { SharedVisited } from "./shared-visited.ts";

const options = { workers: 3, maxBytes: 2 ** 20, alone: 200 } as const;
const text = `process app { buf: anon 2 pages }
device gpu0 uses dmirror { memory 4 pages }
cpu0 write buf = 1
parallel {
  gpu0 read buf[0] -> any
  cpu0 madvise buf dontneed
}
exists value(buf[0]) == 0
`;
const time = (): number => performance.now();

/** Threads that search at once when they are let. */
function threads(text: string, ended: { count: number } = { count: 0 }): ParallelOptions["start"] {
  return (task, take) => {
    queueMicrotask(() => take(searchPart(programOf(text), task, time)));
    return { end: () => ended.count++ };
  };
}

async function searched(search: ParallelSearch, moves = 50): Promise<ExploreResult> {
  while (!search.advance(moves)) await new Promise((resolve) => setImmediate(resolve));
  return search.result();
}
const counts = ({ states, transitions, endStates, complete, stopped }: ExploreResult) => ({
  states,
  transitions,
  endStates,
  complete,
  stopped,
});

test("several find what one finds, and each is ended", async () => {
  const ended = { count: 0 };
  const search = new ParallelSearch(programOf(text), {
    ...options,
    start: threads(text, ended),
  });
  const alone = new Explorer(programOf(text)).run();
  assert.ok(alone.complete);
  assert.deepEqual(counts(await searched(search)), counts(alone));
  assert.equal(search.workers, 3);
  assert.equal(ended.count, 2);
});

test("where it is over soon, no other one is started", async () => {
  const start = { alone: 1 << 20, start: () => assert.fail("not needed") };
  const search = new ParallelSearch(programOf(text), { ...options, ...start });
  assert.deepEqual(counts(await searched(search)), counts(new Explorer(programOf(text)).run()));
  assert.equal(search.workers, 1);
});

test("threads that cannot be started leave the search to the others, and it says so", async () => {
  const alone = new Explorer(programOf(text)).run();
  const refused: ParallelOptions["start"] = () => {
    throw new Error("no threads here");
  };
  const dead: ParallelOptions["start"] = (_, take) => {
    queueMicrotask(() => take(new Error("no threads here")));
    return { end: () => {} };
  };
  for (const start of [refused, dead]) {
    const search = new ParallelSearch(programOf(text), { ...options, start });
    assert.deepEqual(counts(await searched(search)), counts(alone));
    assert.equal(search.trouble, "no threads here");
    assert.equal(search.workers, 1);
  }
});

test("a thread that ends in the middle of its search ends them all: nobody goes on from what it came to", async () => {
  const dies = ({ table, worker }: PartTask): void => void new SharedVisited(table, worker + 1).begin();
  const search = new ParallelSearch(programOf(text), {
    ...options,
    start: (task, take) => {
      dies(task);
      queueMicrotask(() => take(new Error("out of memory")));
      return { end: () => {} };
    },
  });
  await assert.rejects(searched(search), /out of memory/);
});

test("cancelled, it does not wait for those that have not begun, and tells what is known", async () => {
  let asked = 0;
  const search = new ParallelSearch(programOf(text), {
    ...options,
    start: () => {
      asked++;
      return { end: () => {} };
    },
  });
  while (asked === 0) assert.equal(search.advance(50), false);
  search.cancel();
  const result = await searched(search);
  assert.equal(result.stopped, "cancelled");
  assert.equal(result.complete, false);
  assert.ok(result.states > 10);
  assert.equal(search.trouble, undefined);
});

test("cancelled, it waits only for a moment for those that are at it", async () => {
  const search = new ParallelSearch(programOf(text), {
    ...options,
    workers: 2,
    start: ({ table, worker }) => {
      const visited = new SharedVisited(table, worker + 1);
      visited.begin();
      visited.tell(7, 5, 1_000_000);
      return { end: () => {} };
    },
  });
  while (search.workers < 2) assert.equal(search.advance(50), false);
  search.cancel();
  const { stopped, transitions } = await searched(search);
  assert.equal(stopped, "cancelled");
  assert.ok(transitions > 1_000_000);
});

test("a circle that symmetry hides is looked for again without, by all", async () => {
  // Members are waited for in turn for ever; the other thread makes the search long enough.
  const circle = `list a
var turn = 0
var n = 0
fn set_up() { push(a, 0) push(a, 0) push(a, 0) }
fn spin() { let p = 0  atomic { p = choose(0..3) } a[p] = 1 while a[p] == 1 { } }
fn count() { for i in 0..20 { n = i } }
call set_up()
process app { buf: anon 1 page }
parallel { cpu0 { call spin() } cpu1 { call count() } }
`;
  const found = await searched(new ParallelSearch(programOf(circle), { ...options, alone: 5, start: threads(circle) }));
  const alone = new Explorer(programOf(circle)).run();
  assert.equal(alone.failures[0]?.failure.id, "livelock");
  assert.equal(found.failures[0]?.failure.id, "livelock");
});
