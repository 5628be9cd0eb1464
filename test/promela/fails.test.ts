/** Scenarios in which something fails in some interleaving: SPIN's message says what, and where. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { spin, whyNoSpin } from "./spin.ts";

const options = { skip: whyNoSpin() ?? false };

test("two CPUs that take two locks the other way round: deadlock, with who waits where", options, () => {
  const { errors } = spin(
    programOf(`
      kernel "crossed" extends "linux-6.12" {
        lock first
        lock second
        fn one() { lock first  lock second  unlock second  unlock first  return ok }
        fn two() { lock second  lock first  unlock first  unlock second  return ok }
      }
      process app { buf: anon 1 page }
      parallel { cpu0 { call one() }  cpu1 { call two() } }
    `),
  );
  assert.equal(errors.length, 1);
  assert.match(errors[0] as string, /^deadlock \(cpu0 waits at .*:5, cpu1 waits at .*:6\)$/);
});

test("what fails in one order of two writes only: an expectation and finally, each with its line", options, () => {
  const { errors, notes } = spin(
    programOf(`
      process app { buf: anon 1 page }
      parallel { cpu0 { write buf = 1 }  cpu1 { write buf = 2  read buf -> 2 } }
      exists value(buf) == 7
    `),
  );
  assert.equal(errors.length, 1);
  assert.match(errors[0] as string, /^expectation \(test\.hmm:3: read buf -> 2\)/);
  // The search ended there: what no execution shows is not known.
  assert.deepEqual(notes, []);
});

test("what no execution does, once all were looked at, by whichever ways they come together", options, () => {
  const { errors, notes } = spin(
    programOf(`
      process app { buf: anon 1 page }
      parallel { cpu0 { write buf = 1 }  cpu1 { write buf = 1 } }
      exists value(buf) == 1
      exists value(buf) == 7
    `),
  );
  assert.deepEqual([errors, notes], [[], ["no execution ends so: test.hmm:5: exists value(buf) == 7"]]);
});
