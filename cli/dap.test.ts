/** `hmm dap` through the debug protocol's own test client. Needs the build (`npm test` builds first). */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DebugClient } from "@vscode/debugadapter-testsupport";

const root = fileURLToPath(new URL("..", import.meta.url));
const hmm = join(root, "dist", "cli", "hmm.mjs");
const program = join(root, "scenarios", "01-migrate-and-fault-back.hmm");

let folder = "";
let entry = "";
let client: DebugClient;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "hmm-dap-"));
  // The client starts a file without arguments.
  entry = join(folder, "dap.mjs");
  writeFileSync(entry, `process.argv.push("dap"); await import(${JSON.stringify(pathToFileURL(hmm).href)});\n`);
});
after(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  client = new DebugClient(process.execPath, entry, "hmm");
  client.defaultTimeout = 20_000;
  await client.start();
});
afterEach(() => client.stop());

test("it says what it can do", async () => {
  const { body } = await client.initializeRequest();
  assert.equal(body?.supportsStepBack, true);
  assert.equal(body?.supportsConditionalBreakpoints, true);
  const filters = body?.exceptionBreakpointFilters?.map((f) => f.filter) ?? [];
  for (const id of ["fault", "migrate_to_ram", "notifier", "invariant", "expectation", "deadlock"]) {
    assert.ok(filters.includes(id), id);
  }
});

test("a scenario without stops runs to its end", async () => {
  const exited = client.waitForEvent("exited");
  await Promise.all([client.configurationSequence(), client.launch({ program }), client.waitForEvent("terminated")]);
  assert.deepEqual((await exited).body, { exitCode: 0 });
});

test("it stops on entry, and at breakpoints", async () => {
  await Promise.all([
    client.configurationSequence(),
    client.launch({ program, stopOnEntry: true }),
    client.assertStoppedLocation("entry", { path: program }),
  ]);
  const { body } = await client.setBreakpointsRequest({ source: { path: program }, breakpoints: [{ line: 1 }] });
  const line = body.breakpoints[0]?.line ?? 0;
  assert.equal(body.breakpoints[0]?.verified, true);
  assert.ok(line > 1);
});

test("it breaks on migrate_to_ram and steps back", async () => {
  await Promise.all([
    client
      .waitForEvent("initialized")
      .then(() => client.setExceptionBreakpointsRequest({ filters: ["migrate_to_ram"] }))
      .then(() => client.configurationDoneRequest()),
    client.launch({ program }),
    client.waitForEvent("stopped").then(async ({ body }) => {
      assert.deepEqual([body.reason, body.description], ["exception", "migrate_to_ram buf[1]"]);
      assert.equal(body.text, "migrate_to_ram(device: gpu0, place: buf[1])");
      const { stackFrames } = (await client.stackTraceRequest({ threadId: body.threadId })).body;
      assert.ok(stackFrames.length > 2);
      assert.equal(stackFrames.at(-1)?.source?.path, program);
      const stopped = client.waitForEvent("stopped");
      await client.stepBackRequest({ threadId: body.threadId });
      assert.equal((await stopped).body.reason, "step");
    }),
  ]);
});

test("what is no message is passed over", async () => {
  const adapter = spawn(process.execPath, [hmm, "dap"], { stdio: ["pipe", "pipe", "inherit"] });
  const send = (text: string) => adapter.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  send("{ this is no JSON");
  send("null");
  send('{"type":"request","seq":1}');
  send('{"type":"request","seq":2,"command":"initialize","arguments":7}');
  let seen = "";
  for await (const chunk of adapter.stdout) {
    seen += String(chunk);
    if (seen.includes('"request_seq":2')) break;
  }
  assert.match(seen, /"supportsStepBack":true/);
  adapter.stdin.end();
  const [code] = await new Promise<[number | null]>((done) => adapter.once("exit", (exit) => done([exit])));
  assert.equal(code, 0);
});
