import assert from "node:assert/strict";
import { test } from "node:test";
import { loadScenario } from "../compile/front-door.ts";
import { shippedLibrary } from "../testing/run.ts";
import { qualified } from "./qualify.ts";

const text = `process a { buf: anon 2 pages  own: anon 1 page }
process b { buf: anon 2 pages }
process c { other: anon 1 page }
thread t: a on cpu0
t read buf as seen
`;

test("only bare names of regions that several processes have get a process, where they mean one", () => {
  const { context } = loadScenario(text, "test.hmm", { library: shippedLibrary() });
  const spelled = (expression: string, process = "a", hidden: readonly string[] = []) =>
    qualified(expression, context, process, (name) => hidden.includes(name));
  assert.equal(spelled("value(buf[0]) + value(own) + seen"), "value(a.buf[0]) + value(own) + seen");
  assert.equal(spelled("b.buf[0] == buf[1]", "b"), "b.buf[0] == b.buf[1]");
  assert.equal(spelled("count(fault, buf) + buf.x + f(buf: buf)"), "count(fault, a.buf) + buf.x + f(buf: a.buf)");
  assert.equal(spelled("value(buf)", "c"), "value(buf)", "c has none");
  assert.equal(spelled("value(buf)", "nobody"), "value(buf)");
  assert.equal(spelled("buf + 1", "a", ["buf"]), "buf + 1", "a local hides it");
  assert.equal(spelled("all buf in 0..2: buf < 2"), "all buf in 0..2: buf < 2");
});
