import assert from "node:assert/strict";
import { test } from "node:test";
import type { HmmRequests, Position } from "../../debug/protocol.ts";
import type { ToPanel } from "../../webview/messages.ts";
import { isToPanel } from "../../webview/messages.ts";
import { Feed } from "./feed.ts";
import type { SessionLink } from "./session-link.ts";

const position: Position = {
  step: 0,
  newest: 9,
  ended: false,
  regions: [],
  changes: [],
  stale: false,
  eventCount: 0,
  eventsPast: 0,
  eventsFrom: 0,
  eventsForgotten: 0,
  thread: 1,
  place: { path: "/w/a.hmm", line: 4, column: 1 },
};
const region = {
  id: 0,
  process: "app",
  name: "buf",
  kind: "anon rw",
  start: 0,
  pages: 4,
  mapped: true,
  touched: [0, 1],
};

interface Question {
  readonly name: string;
  readonly given: unknown;
  readonly answer: (response: unknown) => void;
  readonly fail: (reason: Error) => void;
}

/** A session whose answers are given by hand. */
class FakeLink implements Pick<SessionLink, "request"> {
  readonly asked: Question[] = [];

  request<K extends keyof HmmRequests>(
    name: K,
    given: HmmRequests[K]["arguments"],
  ): Promise<HmmRequests[K]["response"]> {
    return new Promise((resolve, fail) => {
      this.asked.push({ name, given, fail, answer: (response) => resolve(response as HmmRequests[K]["response"]) });
    });
  }

  /** Lets the oldest question fail. */
  fail(reason: string): void {
    this.asked.shift()?.fail(new Error(reason));
  }

  /** Answers the oldest question, and lets the answer be taken in. */
  async answer(name: keyof HmmRequests, response: unknown): Promise<unknown> {
    const question = this.asked.shift();
    assert.equal(question?.name, name);
    question?.answer(response);
    await new Promise((resolve) => setImmediate(resolve));
    return question?.given;
  }
}

function begin() {
  const link = new FakeLink();
  const posted: ToPanel[] = [];
  const errors: unknown[] = [];
  const feed = new Feed(
    link,
    (message) => {
      assert.ok(isToPanel(message));
      posted.push(message);
    },
    (error) => errors.push(error),
  );
  return { link, posted, errors, feed };
}

const session = {
  version: 1,
  title: "t",
  kernel: "linux-6.12",
  pageSize: 4096,
  devices: [],
  processes: ["app"],
  threads: [],
};

test("a panel is told the session, then the moment; later only what is new", async () => {
  const { link, posted, feed } = begin();
  feed.restart();
  await link.answer("hmm/session", session);
  assert.deepEqual(await link.answer("hmm/position", { ...position, stale: true, regions: [region] }), {});
  feed.move();
  assert.deepEqual(await link.answer("hmm/position", { ...position, step: 3, regions: [region] }), { since: 0 });
  assert.deepEqual(
    posted.map((message) => message.type),
    ["session", "stop", "stop"],
  );
  const [, first, second] = posted;
  assert.ok(first?.type === "stop" && first.regions?.length === 1);
  assert.ok(second?.type === "stop" && second.regions === undefined, "the regions are as they were");
  assert.equal(second.announcement, "Step 3 of 9, line 4 of a.hmm, 0 pages changed");
});

test("however many moments pass while an answer is under way, one more question is asked", async () => {
  const { link, posted, feed } = begin();
  feed.restart();
  await link.answer("hmm/session", session);
  feed.move();
  feed.move();
  feed.move();
  assert.equal(link.asked.length, 1);
  await link.answer("hmm/position", { ...position, stale: true });
  assert.equal(link.asked.length, 1);
  await link.answer("hmm/position", { ...position, step: 5 });
  assert.equal(link.asked.length, 0);
  assert.deepEqual(
    posted.map((message) => message.type),
    ["session", "stop", "stop"],
  );
});

test("a panel that was made anew while an answer was under way is told everything", async () => {
  const { link, posted, feed } = begin();
  feed.restart();
  await link.answer("hmm/session", session);
  feed.restart();
  await link.answer("hmm/position", { ...position, stale: true, regions: [region] });
  await link.answer("hmm/session", session);
  assert.deepEqual(await link.answer("hmm/position", { ...position, stale: true, regions: [region] }), {});
  assert.deepEqual(
    posted.map((message) => message.type),
    ["session", "stop"],
  );
  const last = posted.at(-1);
  assert.ok(last?.type === "stop" && last.regions !== undefined);
});

test("a question that fails is told to the log, and the next moment is told all the same", async () => {
  const { link, posted, errors, feed } = begin();
  feed.restart();
  link.fail("No scenario has been launched.");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(errors.length, 1);
  feed.move();
  await link.answer("hmm/session", session);
  await link.answer("hmm/position", { ...position, stale: true });
  assert.deepEqual(
    posted.map((message) => message.type),
    ["session", "stop"],
  );
});
