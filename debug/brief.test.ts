import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedLibrary } from "../language/testing/run.ts";
import { briefly } from "./brief.ts";
import type { Stop } from "./stop.ts";
import { InlineClient } from "./testing/client.ts";

const program = "/home/user/scenario.hmm";
const text = `process app { buf: anon 4 pages }

cpu0 write buf[0] = 1
cpu0 read buf[0] -> 1
`;

test("what is short stays as it is; the rest is told by what it is about, and none is longer than fits", () => {
  const stop = (description: string, more: Partial<Stop> = {}): Stop => ({
    reason: "data breakpoint",
    thread: 1,
    description,
    ...more,
  });
  assert.equal(briefly({ reason: "step", thread: 1 }), undefined);
  assert.equal(briefly(stop("Reloaded", { reason: "goto" })), "Reloaded");
  assert.equal(briefly(stop("pte(buf[0]): none → present, by cpu0 at memory.hmm:120")), "pte(buf[0]) changed");
  assert.equal(briefly(stop("value(buf[1]): read, it is 2, by cpu0 at arch.hmm:17")), "value(buf[1]) read");
  assert.equal(briefly(stop("mirror(gpu0, buf[12]).writable: 0 → 1, by cpu0")), "mirror(gpu0, buf[12]).w…");
  const waits = stop("cpu0 cannot go on alone: it waits for mmap_lock of application", {
    reason: "step",
    brief: "waits for mmap_lock of application",
  });
  assert.equal(briefly(waits), "waits for mmap_lock of…");
});

test("a call stack keeps its threads' names: stops are told briefly, the whole is the text, and in the console", async () => {
  const c = new InlineClient(shippedLibrary(), { [program]: text });
  await c.start({ program, stopOnEntry: true });
  await c.next("stopped");
  const { dataId } = await c.ask("dataBreakpointInfo", { name: "pte(buf[0])" });
  await c.ask("setDataBreakpoints", { breakpoints: [{ dataId }] });
  const data = await c.move("continue", { threadId: 2 });
  assert.equal(data.description, "pte(buf[0]) changed");
  const whole = /^pte\(buf\[0\]\): none → present\(.*\), by cpu0 at memory\.hmm:\d+/;
  assert.match(String(data.text), whole);
  const told = c.events.filter(({ event, body }) => event === "output" && body.category === "console");
  assert.match(String(told.at(-1)?.body.output), whole);
  assert.equal(typeof told.at(-1)?.body.line, "number", "with the line that did it");

  await c.ask("setExceptionBreakpoints", { filters: ["fault"] });
  const event = await c.move("reverseContinue", { threadId: 2 });
  assert.equal(event.description, "fault buf[0]");
  assert.equal(event.text, "fault(thread: cpu0, place: buf[0], access: write)");
});
