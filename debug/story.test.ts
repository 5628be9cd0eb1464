/** A story tells who moved at which line, what happened, and what became of the entries. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hastyDriver } from "../language/testing/hasty-driver.ts";
import { programOf, runText } from "../language/testing/run.ts";
import { Explorer } from "../sim-core/explore/explorer.ts";
import { replay } from "../sim-core/explore/replay.ts";
import { simplest } from "../sim-core/explore/simplest.ts";
import type { StoryPart } from "./story.ts";
import { storyOf } from "./story.ts";

const shown = (part: StoryPart): string =>
  part.kind === "statement" ? `${part.thread} ${part.line}: ${part.text}` : `  ${part.text}`;

test("statements, events and entries of a migration, in their order", () => {
  const { simulation } = runText(`device gpu0 uses dmirror { memory 1 MiB }
process app { buf: anon 2 pages }
cpu0 write buf[1] = 1
gpu0 migrate buf[1] to gpu0
`);
  const story = storyOf(simulation).map(shown);
  assert.deepEqual(story.slice(0, 4), [
    "  subscribe(device: gpu0, place: all of app)",
    "cpu0 3: cpu0 write buf[1] = 1",
    "  fault(thread: cpu0, place: buf[1], access: write)",
    "  buf[1]: none → present(0x1, writable, dirty, young)",
  ]);
  const tail = story.slice(4);
  assert.equal(tail[0], "gpu0 4: gpu0 migrate buf[1] to gpu0");
  assert.deepEqual(
    tail.filter((line) => line.includes("→")),
    [
      "  buf[1]: present(0x1, writable, dirty, young) → none",
      "  buf[1]: none → migration(0x1, writable, dirty, young, exclusive)",
      "  gpu0's buf[1]: none → present(0x40001, writable)",
      "  buf[1]: migration(0x1, writable, dirty, young, exclusive) → device_private(0x40001, writable)",
    ],
  );
});

test("what nobody sees is told with the move that follows it, in the order of turns", () => {
  const p = programOf(`process app { a: anon 1 page }
var n = 0
fn f(x) { let y = x + 1
  let seen = n
  n = seen + y }
parallel {
  cpu0 { call f(1) }
  cpu1 { call f(2) }
}
finally n == 5
`);
  const [found] = new Explorer(p).run().failures;
  const { moves, failure } = simplest(p, found ?? assert.fail("an addition is lost"));
  const { simulation } = replay(p, moves, failure);
  const statements = storyOf(simulation).map(shown);
  // Both threads stand in front of their first visible statement before either moves.
  assert.deepEqual(statements, [
    "cpu0 7: call f(1)",
    "cpu0 3: let y = x + 1",
    "cpu0 4: let seen = n",
    "cpu1 8: call f(2)",
    "cpu1 3: let y = x + 1",
    "cpu1 4: let seen = n",
    "cpu1 5: n = seen + y",
    "cpu1 5: }",
    "cpu0 5: n = seen + y",
    "cpu0 5: }",
  ]);
});

test("where a thread stops inside the kernel is said, and who works for nobody's statement", () => {
  const p = programOf(`${hastyDriver}device gpu0 uses hasty { memory 1 MiB }
process app { buf: anon 1 page }
cpu0 write buf = 1
parallel {
  cpu0 { madvise buf dontneed }
  gpu0 { read buf -> any }
}
`);
  const [found] = new Explorer(p).run().failures;
  const { moves, failure } = simplest(p, found ?? assert.fail("it maps what is gone"));
  const story = storyOf(replay(p, moves, failure).simulation);
  const at = story.findIndex(({ kind }) => kind === "place");
  assert.match(story[at]?.text ?? "", /^up to (kernel|drivers)\/\w+\.hmm:\d+ in [\w.]+: ./);
  const before = story.slice(0, at).findLast(({ kind }) => kind === "statement");
  const after = story[at + 1];
  assert.ok(before?.kind === "statement" && after?.kind === "statement" && before.thread !== after.thread);

  const { simulation } = runText(`device gpu0 uses nouveau { memory 1 MiB }
process app { buf: anon 1 page }
cpu0 write buf = 1
gpu0 migrate buf to gpu0
`);
  const copied = storyOf(simulation);
  const copy = copied.findIndex(({ kind, text }) => kind === "event" && text.startsWith("copy("));
  const who = copied[copy - 1];
  assert.ok(who?.kind === "statement" && who.thread.startsWith("worker") && who.path === "drivers/nouveau.hmm");
});

test("a circle's beginning is marked", () => {
  const { simulation } = runText("process app { a: anon 1 page }\ncpu0 write a = 1\ncpu0 read a -> 1\n");
  const half = Math.floor(simulation.store.step / 2);
  const kinds = storyOf(simulation, half).map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === "round").length, 1);
});

test("a circle begins when all is done that belongs to the moves before", () => {
  const p = programOf(`process app { a: anon 1 page }
var go = 0
var turn = 0
fn f() { while go != 1 { turn = 1 - turn } }
fn g() { go = 2 }
parallel { cpu0 { call f() } cpu1 { call g() } }
`);
  const [found] = new Explorer(p).run().failures;
  const { moves, failure } = simplest(p, found ?? assert.fail("cpu0 waits for ever"));
  const { simulation, roundFrom } = replay(p, moves, failure);
  const story = storyOf(simulation, roundFrom);
  const round = story.slice(story.findIndex(({ kind }) => kind === "round") + 1);
  assert.ok(round.length > 1);
  for (const part of round) assert.ok(part.kind === "statement" && part.thread === "cpu0", shown(part));
});
