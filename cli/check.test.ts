/** `hmm check` while it is under way: Ctrl+C. Needs the build (`npm test` builds first). */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hmm-check-"));
after(() => rmSync(folder, { recursive: true }));

/** More interleavings than any machine goes through in the time of a test. */
const huge = `device gpu0 uses nouveau { memory 4 MiB }
process app { a: anon 8 pages }
thread t0: app on cpu0
thread t1: app on cpu1
thread t2: app on gpu0
parallel {
  t0 { write a = 1 write a = 2 write a = 3 read a read a munmap a -> any }
  t1 { write a = 4 write a = 5 write a = 6 read a -> any read a -> any }
  t2 { write a = 7 -> any migrate a to gpu0 -> any write a = 8 -> any atomic add a 1 -> any }
}
`;

test("Ctrl+C: what is known so far is the result, and the files that come after are left alone", async () => {
  const path = join(folder, "huge.hmm");
  writeFileSync(path, huge);
  const graph = join(folder, "graph.dot");
  const child = spawn(
    process.execPath,
    [join(root, "dist/cli/hmm.mjs"), "check", "--json", "--graph", graph, path, path],
    {
      cwd: root,
    },
  );
  let out = "";
  let err = "";
  let isAsked = false;
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => {
    err += data;
    // The picture is drawn: it is about to explore, or explores.
    if (!isAsked && err.includes("drawn to")) isAsked = child.kill("SIGINT");
  });
  const [status, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on("close", (...ended) => resolve(ended)),
  );
  assert.deepEqual([status, signal], [3, null], err);
  const lines = out.trimEnd().split("\n");
  assert.equal(lines.length, 1, "the second file was not begun");
  const { verdict, complete, states } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  assert.deepEqual([verdict, complete], ["limit", false]);
  assert.ok(Number(states) > 0);
});

function hmm(...args: string[]) {
  const done = spawnSync(process.execPath, [join(root, "dist/cli/hmm.mjs"), ...args], { encoding: "utf8", cwd: root });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

test("--merge: the parts of a search have the verdict of the whole", () => {
  const scenario = join(root, "scenarios/02-gpu-atomics.hmm");
  const files = [1, 2, 3].map((i) => {
    const { status, out } = hmm("check", "--json", "--no-reduce", "locks", "--shard", `${i}/3`, scenario);
    assert.equal(status, 3);
    const at = join(folder, `part-${i}.json`);
    writeFileSync(at, out);
    return at;
  });
  // Parts, which know nothing of each other, move fewer locks than the whole.
  const whole = JSON.parse(hmm("check", "--json", "--no-reduce", "locks", scenario).out) as Record<string, unknown>;
  const { status, out } = hmm("check", "--merge", "--json", ...files);
  assert.equal(status, 0);
  const merged = JSON.parse(out) as Record<string, unknown> & { merged: { statesAtLeast: number } };
  assert.deepEqual([merged.verdict, merged.complete], ["pass", true]);
  assert.ok(Number(merged.states) >= Number(whole.states), "no state is left out");
  assert.ok(merged.merged.statesAtLeast <= Number(whole.states));
  const some = hmm("check", "--merge", ...files.slice(1));
  assert.equal(some.status, 3);
  assert.match(some.out, /limit: not complete \(all interleavings, without all of 1\/3\), 2 parts, \d+ to \d+ states/);
  assert.equal(hmm("check", "--merge", scenario).status, 2);
});
