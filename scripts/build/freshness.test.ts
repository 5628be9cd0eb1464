import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fingerprint, isFresh, keepRecord } from "./freshness.mjs";

let root: string;

function write(path: string, text: string, secondsAgo = 10): void {
  writeFileSync(join(root, path), text);
  const time = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(join(root, path), time, time);
}

/** Records a part made from a file, a folder and a file that is not there. */
function build(): void {
  const inputs = ["source.ts", "models", "absent.ts"].map((path) => [path, fingerprint(join(root, path))]);
  keepRecord(root, "part", { inputs: Object.fromEntries(inputs), outputs: ["out.js"] });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hmm-freshness-"));
  mkdirSync(join(root, "models"));
  write("source.ts", "one");
  write("out.js", "made");
});
afterEach(() => rmSync(root, { recursive: true }));

test("a part that was never built is stale", () => assert.equal(isFresh(root, "part"), false));

test("a part is fresh after its build", () => {
  build();
  assert.equal(isFresh(root, "part"), true);
});

const changes: [what: string, change: () => void][] = [
  ["a source changed its size", () => write("source.ts", "three", 10)],
  ["a source changed its time", () => write("source.ts", "one", 5)],
  ["a source is gone", () => rmSync(join(root, "source.ts"))],
  ["a file came into a folder", () => write("models/new.hmm", "")],
  ["a file came that was not there", () => write("absent.ts", "")],
  ["an output is gone", () => rmSync(join(root, "out.js"))],
];
for (const [what, change] of changes) {
  test(`a part is stale when ${what}`, () => {
    utimesSync(join(root, "models"), new Date(0), new Date(0));
    build();
    change();
    assert.equal(isFresh(root, "part"), false);
  });
}
