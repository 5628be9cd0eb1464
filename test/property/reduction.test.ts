/**
 * Exploration takes statements that no other thread can see together with the one before, taking a lock with the next and giving it
 * back with the one before, lets one member of a set stand for those that the program treats alike, and threads that do the same for
 * each other. What it finds so is what it finds without: the same failures and the same ways to end, for
 * random programs (`npm run equivalence -- N` does it for many).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { programOf } from "../../language/testing/run.ts";
import { explore, findsNoMoreWithoutReduction, sameWithoutReduction, shippedScenarios } from "./equivalence.ts";
import { lockText, MEMBERS, memberText, modelText, scenarioText, twinText } from "./programs.ts";

test("model code with locks, waiting, workers and kept structs", () => {
  fc.assert(
    fc.property(modelText, (text) => void sameWithoutReduction(programOf(text), { maxStates: 8_000 })),
    { numRuns: 120 },
  );
});

test("locks of every kind, which some of the programs look at without waiting", () => {
  let reduced = 0;
  fc.assert(
    fc.property(lockText, (text) => {
      const states = sameWithoutReduction(programOf(text), { maxStates: 8_000 });
      if (states !== undefined && (states[2] ?? 0) < (states[1] ?? 0)) reduced++;
    }),
    { numRuns: 120 },
  );
  assert.ok(reduced > 20, `${reduced} of 120 programs were reduced`);
});

test("members of a set that most programs treat alike", () => {
  let reduced = 0;
  fc.assert(
    fc.property(memberText, (text) => {
      const states = sameWithoutReduction(programOf(text), { maxStates: 8_000, members: MEMBERS });
      if (states !== undefined && (states[3] ?? 0) < (states[2] ?? 0)) reduced++;
    }),
    { numRuns: 100 },
  );
  assert.ok(reduced > 10, `${reduced} of 100 programs were reduced`);
});

test("threads that do the same, unless something tells them apart", () => {
  let reduced = 0;
  fc.assert(
    fc.property(twinText, (text) => {
      const states = sameWithoutReduction(programOf(text), { maxStates: 8_000, twins: true });
      if (states !== undefined && (states[4] ?? 0) < (states[3] ?? 0)) reduced++;
    }),
    { numRuns: 100 },
  );
  assert.ok(reduced > 20, `${reduced} of 100 programs were reduced`);
});

test("scenarios with faults, results that other threads read, barriers and checks", () => {
  fc.assert(
    fc.property(scenarioText, (text) => void sameWithoutReduction(programOf(text), { maxStates: 8_000 })),
    { numRuns: 80 },
  );
});

test("a device races with a CPU, in either driver that ships", () => {
  for (const driver of ["dmirror", "nouveau"]) {
    for (const [device, cpu] of [
      ["read buf -> any", "madvise buf dontneed"],
      ["write buf = 5 -> any", "munmap buf"],
      ["atomic add buf 1 -> any", "atomic add buf 1 -> any"],
      ["migrate buf to gpu0 -> any", "madvise buf dontneed"],
      ["migrate buf to gpu0 -> any", "write buf = 7 -> any"],
      ["exclusive buf -> any", "read buf -> any"],
      ["read buf -> any", "mprotect buf ro"],
    ]) {
      const text = `process app { buf: anon 1 page }
device gpu0 uses ${driver} { memory 4 pages }
cpu0 write buf = 1
parallel { gpu0 ${device}
  cpu0 ${cpu} }`;
      // The CPU's write starts a second copy engine, for the way back: millions of states without reduction.
      const isHuge = driver === "nouveau" && device?.startsWith("migrate") && cpu?.startsWith("write");
      if (isHuge) findsNoMoreWithoutReduction(programOf(text), 60_000);
      else assert.ok(sameWithoutReduction(programOf(text), { maxStates: 150_000 }), text);
    }
  }
});

test("a callback that leaves its work to a worker returns before the worker has begun, or after it is done", () => {
  const late = shippedScenarios().find(({ name }) => name === "bugs/dma-unmap-late.hmm");
  assert.ok(late !== undefined && findsNoMoreWithoutReduction(late.program, 1_000));
  // The same where a helper's end is the callback's.
  const program = programOf(`driver wrong extends dmirror {
  fn unmap_work(start, end) { unmap(self, start, end)
    flush_tlb(self, start, end) }
  fn leave(range) { spawn unmap_work(range.start, range.end)
    return true }
  on invalidate(sub, range, seq) { set_seq(sub, seq)
    return leave(range) }
}
device gpu0 uses wrong { memory 64 KiB }
process app { buf: anon 1 page }
gpu0 write buf = 2
cpu0 madvise buf dontneed`);
  assert.ok(sameWithoutReduction(program, { maxStates: 4_000 }));
  const { ends, failures } = explore(program, [], { maxStates: 4_000 });
  assert.deepEqual([ends.length > 0, failures.length > 0], [true, true]);
});

test("a worker has not sampled what one with its id had before it", () => {
  const program = programOf(`driver wrong extends dmirror {
  fn sample() { let seq = read_begin(self.notifier) }
  fn insert(addr) {
    let p = self.process
    lock read p.mmap_lock
    let pte = pte_get(p, addr)
    unlock p.mmap_lock
    lock self.mutex
    if pte.kind == present { map(self, addr, pte) }
    unlock self.mutex
  }
  on migrate(range, to) {
    spawn sample()
    return ok
  }
  on evict(range, count) {
    spawn insert(range.start)
    return ok
  }
}
kernel "linux-6.12"
device gpu0 uses wrong { memory 4 pages }
process app { buf: anon 1 page }
cpu0 write buf = 1
gpu0 migrate buf to gpu0 -> any
call flush_scheduled_work()
gpu0 evict buf -> any
call flush_scheduled_work()`);
  assert.ok(sameWithoutReduction(program, { maxStates: 4_000 }));
  const [failure] = explore(program, [], { maxStates: 4_000 }).failures;
  assert.match(failure ?? "", /seq-checked-insert/);
});

test("the scenarios that ship: as far as a short exploration without reduction gets, no more is found", () => {
  const all = shippedScenarios().filter(({ name }) => !name.includes("/"));
  assert.ok(all.length > 20);
  for (const { program } of all) findsNoMoreWithoutReduction(program, 1_000);
});
