/** A story tells who moved at which line, what happened, and what became of the entries. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runText } from "../language/testing/run.ts";
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
    "cpu0 3: cpu0 write buf[1] = 1",
    "  subscribe(device: gpu0, place: all of app)",
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

test("a circle's beginning is marked", () => {
  const { simulation } = runText("process app { a: anon 1 page }\ncpu0 write a = 1\ncpu0 read a -> 1\n");
  const half = Math.floor(simulation.store.step / 2);
  const kinds = storyOf(simulation, half).map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === "round").length, 1);
});
