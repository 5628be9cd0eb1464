/** Schedules as files: written, read, and refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { loadSchedule, saveSchedule } from "../../sim-core/explore/schedule.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";

const text = "process app { buf: anon 1 page }\ndevice gpu0 uses dmirror { memory 4 pages }\ncpu0 read buf";

const good = { type: "hmm-schedule", version: 1, title: "t", kernel: "linux-7.0", moves: [] };

test("runs of moves of one thread are one row; choices have their own", () => {
  const simulation = new Simulation(programOf(text));
  const moves = [
    { thread: 1, choices: [] },
    { thread: 1, choices: [] },
    { thread: 3, choices: [1, 0] },
    { thread: 0, choices: [] },
    { thread: 7, choices: [] },
  ];
  const file = saveSchedule(simulation, moves);
  assert.deepEqual(file.moves, [
    ["cpu0", 2],
    ["gpu0", 1, [1, 0]],
    ["scenario", 1],
    ["worker 7", 1],
  ]);
  assert.deepEqual(loadSchedule(simulation, JSON.parse(JSON.stringify(file))), moves);
});

test("what is no schedule, or not this scenario's, is refused", () => {
  const simulation = new Simulation(programOf(text));
  const refused = (contents: unknown): string => String(loadSchedule(simulation, contents));
  for (const contents of [
    undefined,
    null,
    [],
    "x",
    {},
    { ...good, version: 2 },
    { ...good, kernel: 1 },
    { ...good, moves: {} },
    { ...good, moves: [["cpu0"]] },
    { ...good, moves: [["cpu0", -1]] },
    { ...good, moves: [["cpu0", 1.5]] },
    { ...good, moves: [["cpu0", 1, [-1]]] },
    { ...good, moves: [["cpu0", 1, ["a"]]] },
    { ...good, moves: [[0, 1]] },
  ]) {
    assert.match(refused(contents), /^this is not a schedule/, JSON.stringify(contents));
  }
  assert.match(refused({ ...good, moves: [["gpu9", 1]] }), /moves 'gpu9', which this scenario does not have/);
  assert.match(refused({ ...good, kernel: "linux-6.1" }), /is of kernel "linux-6.1", and this is "linux-7.0"/);
  assert.match(refused({ ...good, moves: [["cpu0", 1e12]] }), /too long/);
  assert.deepEqual(loadSchedule(simulation, { ...good, moves: [["cpu0", 0]] }), []);
});
