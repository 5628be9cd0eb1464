/** The model is compiled before a scenario says how large its pages are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Run } from "../../sim-core/explore/run.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import { programOf } from "../testing/run.ts";

for (const pageSize of ["4 KiB", "64 KiB"]) {
  test(`pages of ${pageSize} migrate, fault back and are unmapped one by one`, () => {
    const program = programOf(`
page_size ${pageSize}
device gpu0 uses dmirror { memory 4 MiB }
process app { buf: anon 4 pages }
cpu0 write buf = 7
gpu0 migrate buf to gpu0 -> 4 pages
cpu0 read buf[3] -> 7
expect pte(buf[3]).kind == present and pte(buf[2]).kind == device_private
cpu0 munmap buf[1..3]
expect pte(buf[0]).kind == device_private and pte(buf[2]).kind == none
`);
    const simulation = new Simulation(program);
    const going = new Run(simulation, new Scheduler(simulation, 0));
    while (going.step() === undefined);
    assert.deepEqual(
      simulation.failures.map((f) => f.message),
      [],
    );
  });
}
