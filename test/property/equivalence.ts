/**
 * What an exploration finds with its reductions and without: the failures, and the ways to end. Used by the property tests and by
 * `npm run equivalence`.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programOf } from "../../language/testing/run.ts";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import type { Reduction } from "../../sim-core/explore/search.ts";
import { REDUCTIONS } from "../../sim-core/explore/search.ts";
import type { Simulation } from "../../sim-core/explore/simulation.ts";
import { isMember } from "../../sim-core/store/members.ts";
import { payloadOf } from "../../sim-core/store/value.ts";
import type { Program } from "../../sim-core/vm/program.ts";

/** Each way to reduce a search: what is left out of it. The first leaves out all; each of the others, less than the one before. */
const WAYS: readonly (readonly Reduction[])[] = [
  REDUCTIONS,
  ["symmetry", "threads", "locks"],
  ["symmetry", "threads"],
  ["threads"],
  [],
];
/** Exchanging threads alone: for programs that have some which do the same. */
const ONLY_THREADS: readonly Reduction[] = ["merge", "symmetry"];

/** What can be told of a final state, whichever of `twins` has which result: page tables and folios, variables of model code and of the scenario, counts of events. */
function signature(program: Program, { machine, vm, store }: Simulation, twins: boolean): string {
  const { heap } = machine;
  const results = program.scenarioVariables.flatMap((name, i) =>
    name.startsWith(".") ? [] : [vm.variables.scenario.get(i)],
  );
  const tables = store.columns.filter(({ name }) => /^(pte|folio|mirror|content)/.test(name));
  return JSON.stringify([
    tables.map((column) => column.computeHash()),
    program.variables.map((_, slot) => heap.lift(vm.variables.kernel.get(slot))),
    twins ? results.sort() : results,
    program.counters.map((_, i) => vm.watch.countOf(i)),
  ]);
}

/** The same for programs about `members` members (`memberText`), whatever their names: lists a and b, variables w and n. */
function memberSignature(members: number, program: Program, { machine, vm }: Simulation): string {
  const variable = (name: string): number =>
    vm.variables.kernel.get(program.variables.findIndex((info) => info.name === name));
  const lists = ["a", "b"].map((name) => {
    const list = variable(name);
    return Array.from({ length: machine.heap.length(list) }, (_, i) => machine.heap.get(list, i));
  });
  const w = isMember(variable("w")) ? payloadOf(variable("w")) : variable("w");
  const names = permutations(members).map((order) =>
    JSON.stringify([
      lists.map((list) => list.map((value, i) => (i < members ? (list[order[i] ?? i] ?? 0) : value))),
      w < members ? order.indexOf(w) : w,
      variable("n"),
    ]),
  );
  return names.sort()[0] ?? "";
}
function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((order) => Array.from({ length: n }, (_, i) => order.toSpliced(i, 0, n - 1)));
}

/** What was found of a program. */
export interface Found {
  readonly states: number;
  readonly complete: boolean;
  readonly ends: readonly string[];
  readonly failures: readonly string[];
}

/** How programs are compared: `members` for those whose members' names do not matter, `twins` where threads' names do not. */
export interface Comparison {
  readonly maxStates: number;
  readonly members?: number;
  readonly twins?: boolean;
  /** False: executions that never end are not looked for. */
  readonly livelocks?: boolean;
}

/** Explores with the reductions that are not in `without`. */
export function explore(program: Program, without: readonly Reduction[], comparison: Comparison): Found {
  const { maxStates, members, twins } = comparison;
  const ends = new Set<string>();
  const failures = new Set<string>();
  const explorer = new Explorer(program, {
    without,
    maxStates,
    livelocks: comparison.livelocks ?? true,
    maxFailures: Number.POSITIVE_INFINITY,
    // Without any reduction each move is run; with them, whatever can be is remembered.
    rememberAfter: without.length === REDUCTIONS.length ? Number.POSITIVE_INFINITY : 0,
    onEnd: (simulation) =>
      ends.add(
        members === undefined
          ? signature(program, simulation, twins === true)
          : memberSignature(members, program, simulation),
      ),
  });
  const result = explorer.run();
  for (const { failure } of result.failures) {
    // A message names the member or thread that it was found for first.
    const message = members === undefined && twins !== true ? `: ${failure.message}` : "";
    // A deadlock is told where the first of those stands who wait.
    const line = twins === true && failure.kind === "deadlock" ? 0 : failure.spot.line;
    failures.add(`${line} ${failure.id}${message}`);
  }
  return { states: result.states, complete: result.complete, ends: [...ends].sort(), failures: [...failures].sort() };
}

/**
 * Holds a program's exploration in each way to that without any reduction. Returns the states of each way, most first; undefined if
 * there are more than `maxStates` without any: then nothing was compared.
 */
export function sameWithoutReduction(program: Program, comparison: Comparison): readonly number[] | undefined {
  const [none, ...others] = WAYS;
  const all = explore(program, none ?? [], comparison);
  if (!all.complete) return undefined;
  const ways = comparison.twins === true ? [ONLY_THREADS, ...others] : others;
  const explored = ways.map((without) => explore(program, without, comparison));
  const reduced = comparison.twins === true ? explored.slice(1) : explored;
  for (const way of explored) {
    assert.ok(way.complete);
    assert.ok(way.states <= all.states);
    assert.deepEqual([way.ends, way.failures], [all.ends, all.failures]);
  }
  return [all.states, ...reduced.map(({ states }) => states)];
}

/**
 * As far as an exploration without reduction gets in `maxStates`: an exploration with all of them finds each failure and each way to end
 * that it finds, if it comes to its end itself. Returns whether both were complete: then they found the same.
 */
export function findsNoMoreWithoutReduction(program: Program, maxStates: number): boolean {
  const all = explore(program, REDUCTIONS, { maxStates, livelocks: false });
  const reduced = explore(program, [], { maxStates: maxStates * 20, livelocks: false });
  if (!reduced.complete) return false;
  assert.deepEqual(
    all.ends.filter((end) => !reduced.ends.includes(end)),
    [],
  );
  // A step with others in it is blamed at its first statement, until the failure is replayed.
  const told = ({ failures }: Found): string[] => failures.map((failure) => failure.replace(/^\d+ /, "")).sort();
  assert.deepEqual(
    told(all).filter((failure) => !told(reduced).includes(failure)),
    [],
  );
  if (all.complete) assert.deepEqual([reduced.ends, told(reduced)], [all.ends, told(all)]);
  return all.complete;
}

const scenarios = fileURLToPath(new URL("../../scenarios/", import.meta.url));

/** The scenarios that ship, by their paths within the folder, but for those that are there to be mistaken. */
export function shippedScenarios(): { readonly name: string; readonly program: Program }[] {
  const names = readdirSync(scenarios, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".hmm"));
  return names.sort().flatMap((name) => {
    const text = readFileSync(join(scenarios, name), "utf8");
    if (name.includes("mistakes") || /^import /m.test(text)) return [];
    return [{ name: name.replaceAll("\\", "/"), program: programOf(text) }];
  });
}
