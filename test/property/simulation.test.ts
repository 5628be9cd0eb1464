/** Any execution of any program: steps can be undone and done again, a seed or a schedule says all, and what is kept is state. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { programOf, runText } from "../../language/testing/run.ts";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import { Run } from "../../sim-core/explore/run.ts";
import type { Move } from "../../sim-core/explore/schedule.ts";
import { loadSchedule, saveSchedule } from "../../sim-core/explore/schedule.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import { SparseColumn } from "../../sim-core/store/sparse-column.ts";
import type { Store } from "../../sim-core/store/store.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import { modelText, scenarioText } from "./programs.ts";

const scenarios = new URL("../../scenarios/", import.meta.url);
const shipped = readdirSync(scenarios)
  .filter((name) => name.endsWith(".hmm") && !name.includes("mistakes"))
  .map((name) => readFileSync(new URL(name, scenarios), "utf8"));

const text = fc.oneof(modelText, scenarioText, fc.constantFrom(...shipped));
const seed = fc.nat(1000);
/** Steps that are looked at in one run. */
const STEPS = 400;

/** All cells that are not 0, by their logical addresses. */
function cells(store: Store, which = /./): string[] {
  return store.columns
    .filter((column) => which.test(column.name))
    .flatMap((column) => {
      const found: string[] = [];
      for (let cell = 0; cell < column.used; cell++) {
        if (column.at(cell) === 0) continue;
        const at = column instanceof SparseColumn ? `${column.spaceOf(cell)} ${column.indexOf(cell)}` : cell;
        found.push(`${column.name} ${at}: ${column.at(cell)}`);
      }
      return found.sort();
    });
}
function hash({ hashLow, hashHigh }: Store): string {
  return `${hashLow} ${hashHigh}`;
}

test("a step undone and done again leaves what was there", () => {
  fc.assert(
    fc.property(text, seed, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }), (t, s, jumps) => {
      const p = programOf(t);
      const simulation = new Simulation(p);
      const { store } = simulation;
      const scheduler = new Scheduler(simulation, s);
      const hashes = [hash(store)];
      const first = cells(store);
      const run = new Run(simulation, scheduler, STEPS);
      while (run.step() === undefined) {
        hashes.push(hash(store));
        assert.equal(store.step, hashes.length - 1);
      }
      const last = cells(store);
      assert.deepEqual([store.hashLow, store.hashHigh], store.computeHash());
      for (const jump of jumps) {
        store.goTo(Math.round(jump * (hashes.length - 1)));
        assert.equal(hash(store), hashes[store.step]);
        assert.deepEqual([store.hashLow, store.hashHigh], store.computeHash());
      }
      store.goTo(hashes.length - 1);
      assert.deepEqual(cells(store), last);
      store.goTo(0);
      assert.deepEqual(cells(store), first);
    }),
    { numRuns: 60 },
  );
});

test("going back and on by the same seed makes the same execution", () => {
  fc.assert(
    fc.property(text, seed, fc.double({ min: 0, max: 1, noNaN: true }), (t, s, back) => {
      const p = programOf(t);
      const simulation = new Simulation(p);
      const scheduler = new Scheduler(simulation, s);
      const hashes = [hash(simulation.store)];
      for (let i = 0; i < STEPS && scheduler.step().kind === "moved"; i++) hashes.push(hash(simulation.store));
      const failures = simulation.failures.map((f) => f.message);
      const length = simulation.vm.log.length;
      const to = Math.round(back * (hashes.length - 1));
      while (simulation.store.step > to) simulation.undo();
      for (let i = to + 1; i < hashes.length; i++) {
        assert.equal(scheduler.step().kind, "moved");
        assert.equal(hash(simulation.store), hashes[i], `step ${i}`);
      }
      assert.deepEqual(
        simulation.failures.map((f) => f.message),
        failures,
      );
      assert.equal(simulation.vm.log.length, length);
    }),
    { numRuns: 60 },
  );
});

test("the same seed makes the same trace", () => {
  fc.assert(
    fc.property(text, seed, (t, s) => {
      const p = programOf(t);
      const one = runText(p, { seed: s, limit: STEPS });
      const other = runText(p, { seed: s, limit: STEPS });
      assert.deepEqual(one.events, other.events);
      assert.deepEqual(one.outcomes, other.outcomes);
      assert.deepEqual(one.failures, other.failures);
      assert.deepEqual(cells(one.simulation.store), cells(other.simulation.store));
    }),
    { numRuns: 40 },
  );
});

test("looking at a state changes nothing", () => {
  fc.assert(
    fc.property(text, seed, (t, s) => {
      const p = programOf(t);
      const simulation = new Simulation(p);
      const { store } = simulation;
      const scheduler = new Scheduler(simulation, s);
      for (let i = 0; i < STEPS / 4 && scheduler.step().kind === "moved"; i++) {}
      for (let i = 0; i < 10; i++) simulation.undo();
      const before = [cells(store), store.step, store.newestStep, hash(store)];
      simulation.waiting();
      for (const property of p.properties) simulation.vm.evaluate(property.entry);
      assert.deepEqual([cells(store), store.step, store.newestStep, hash(store)], before);
    }),
    { numRuns: 40 },
  );
});

/** Finds what the explorer comes to along a random walk: its moves, and the state in which they end. */
function walk(p: Program, decisions: readonly number[]): { moves: Move[]; simulation: Simulation } {
  const simulation = new Simulation(p, { merged: true, renumber: false });
  const moves: Move[] = [];
  let choices: number[] = [];
  simulation.vm.chooser = (n) => {
    choices.push(choices.length % n);
    return choices.at(-1) ?? 0;
  };
  for (const decision of decisions) {
    const running = simulation.running();
    const order = running.map((_, i) => running[(i + decision) % running.length] as number);
    const moved = order.find((thread) => {
      choices = [];
      return simulation.step(thread) !== 1;
    });
    if (moved === undefined) break;
    moves.push({ thread: moved, choices });
    if (simulation.failures.length > 0) break;
  }
  return { moves, simulation };
}

/** What the rest of an execution depends on, whether or not leftovers have been cleared: all but frames and their places. */
function visible(simulation: Simulation): unknown {
  const { heap } = simulation.machine;
  const { vm, program: p } = simulation;
  return {
    scenario: p.scenarioVariables.map((_, i) => vm.variables.scenario.get(i)),
    variables: p.variables.map((_, slot) => heap.lift(vm.variables.kernel.get(slot))),
    counts: p.counters.map((_, i) => vm.watch.countOf(i)),
    running: simulation.running(),
    locks: simulation.machine.locks.all(),
    failures: simulation.failures.map((f) => `${f.spot.line} ${f.id} ${f.message}`),
    machine: cells(simulation.store, /^(?!frames|heap|thread|log|scheduler|progress)/),
  };
}

test("a schedule replays at the granularity of statements what was explored in moves", () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(5), { minLength: 20, maxLength: 150 }), (t, decisions) => {
      const p = programOf(t);
      const { moves, simulation: explored } = walk(p, decisions);
      const simulation = new Simulation(p);
      const file: unknown = JSON.parse(JSON.stringify(saveSchedule(explored, moves)));
      const loaded = loadSchedule(simulation, file);
      assert.deepEqual(loaded, moves);
      const scheduler = new Scheduler(simulation, 0, moves);
      while (scheduler.used < moves.length) assert.equal(scheduler.step().kind, "moved");
      // The last move's own statements that nobody sees, too.
      while (scheduler.isBetweenMoves() === false && scheduler.step().kind === "moved");
      assert.deepEqual(visible(simulation), visible(explored));
    }),
    { numRuns: 80 },
  );
});

test("what the explorer finds wrong, its schedule shows", () => {
  fc.assert(
    fc.property(fc.oneof(modelText, scenarioText), (t) => {
      const p = programOf(t);
      const result = new Explorer(p, { maxStates: 3_000, maxFailures: 20 }).run();
      for (const { failure, moves } of result.failures) {
        const { failures } = runText(p, { schedule: moves });
        const shown = `${failure.spot.line} ${failure.id}: `;
        assert.ok(
          failures.some((f) => f.startsWith(shown)),
          `${shown}${failure.message}\n${failures.join("\n")}`,
        );
      }
    }),
    { numRuns: 80 },
  );
});
