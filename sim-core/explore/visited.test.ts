/** The set of states seen against a plain one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nextRandom, randomBelow } from "./random.ts";
import { Visited } from "./visited.ts";

test("says of each hash whether it is new, however large it has grown", () => {
  const visited = new Visited();
  const plain = new Set<string>();
  let random = 1;
  for (let i = 0; i < 100_000; i++) {
    random = nextRandom(random);
    // Few enough different ones that many come again; their halves are small, as no hash is, to crowd the table's slots.
    const low = randomBelow(random, 1 << 9) - (1 << 8);
    const high = randomBelow(random ^ 0x55555555, 1 << 9) - (1 << 8);
    const key = `${low} ${high}`;
    assert.equal(visited.add(low, high), !plain.has(key), key);
    plain.add(key);
  }
  assert.equal(visited.size, plain.size);
  assert.ok(visited.bytes <= plain.size * 24);
});

test("it makes room in pieces, and knows in between what it knew", () => {
  const visited = new Visited();
  let random = 1;
  const next = (): readonly [number, number] => {
    random = nextRandom(random);
    return [random | 0, Math.imul(random, 0x9e3779b1)];
  };
  let pieces = 0;
  const count = 200_000;
  for (let i = 0; i < count; i++) {
    // Some are added in the midst of it.
    for (let n = 0; n < 3 && visited.isCrowded; n++) {
      visited.makeRoom();
      pieces++;
    }
    assert.equal(visited.add(...next()), true, `the ${i}th`);
  }
  assert.ok(pieces > 10, "it was made larger by pieces");
  random = 1;
  for (let i = 0; i < count; i++) assert.equal(visited.add(...next()), false, `the ${i}th`);
  assert.equal(visited.size, count);
});

test("the hash of two zeros is a hash like any other", () => {
  const visited = new Visited();
  assert.equal(visited.add(0, 0), true);
  assert.equal(visited.add(0, 0), false);
  assert.equal(visited.size, 1);
});
