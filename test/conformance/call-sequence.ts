/** The calls of an operation: those that a trace of a real kernel names, in order, against those of the model. */
import type { ModelCall } from "./calls.ts";
import { LEFT_OUT } from "./left-out.ts";
import type { Operation } from "./list.ts";

const REASONS = new Set([
  "UNMAP",
  "CLEAR",
  "PROTECTION_VMA",
  "PROTECTION_PAGE",
  "SOFT_DIRTY",
  "RELEASE",
  "MIGRATE",
  "EXCLUSIVE",
]);
// Not `seq+2`, which tells a sequence number.
const PLACE = /^(?!seq\+)([A-Za-z_]\w*\+\d+|outside)(\.([A-Za-z_]\w*\+\d+|outside))?$/;

/** What is compared of a trace: the entries of functions, with place, reason, owner and selection. */
export function callsOfTrace(trace: readonly string[]): ModelCall[] {
  const calls: ModelCall[] = [];
  for (const line of trace) {
    const entry = /^(?:\w+\| )?\s*[>-] (\S+)(.*)$/.exec(line);
    if (entry === null) continue;
    const [, name = "", rest = ""] = entry;
    const words = rest
      .split(" ")
      .filter((word) => PLACE.test(word) || REASONS.has(word) || /^(owner|select)=/.test(word));
    // The owner is told with a start and not with an end, the selection last.
    calls.push(
      [name, ...words.filter((w) => !w.startsWith("select=")), ...words.filter((w) => w.startsWith("select="))].join(
        " ",
      ),
    );
  }
  return calls;
}

/** The first place where the sequences part, or undefined. Functions that the model leaves out do not count. */
export function compareCalls(
  operation: Operation,
  trace: readonly string[],
  calls: readonly ModelCall[],
): { readonly expected: string; readonly got: string } | undefined {
  const expected = comparable(operation, callsOfTrace(trace));
  const got = comparable(operation, calls);
  const length = Math.max(expected.length, got.length);
  for (let i = 0; i < length; i++) {
    if (expected[i] !== got[i]) return { expected: around(expected, i), got: around(got, i) };
  }
  return undefined;
}

/** The calls that can be told apart from chance and from what the runner itself does. */
function comparable(operation: Operation, calls: readonly ModelCall[]): ModelCall[] {
  const exits = operation.words[0] === "exit";
  const protects = operation.words[0] === "mprotect";
  const counted = calls.filter((call) => {
    const name = call.split(" ")[0] ?? "";
    // mprotect of hugetlbfs flushes everything once more, after the range.
    if (protects && call === "flush_tlb_mm_range outside.outside") return false;
    // At its end a process flushes once more for the runner's own memory.
    return !LEFT_OUT.has(name) && !(exits && name === "flush_tlb_mm_range");
  });
  // The driver goes through its memory from end to end. Which of its pages it used for what is chance: so is the order.
  const evicts = counted.indexOf("migrate_device_range");
  return evicts < 0 ? counted : [...counted.slice(0, evicts), ...counted.slice(evicts).sort()];
}

/** A call and those about it, one a line; the one that differs has an arrow. */
function around(calls: readonly ModelCall[], i: number): string {
  const from = Math.max(i - 2, 0);
  const lines = calls.slice(from, i + 4).map((call, k) => `${from + k === i ? "→" : " "} ${call}`);
  if (i >= calls.length) lines.push("→ (no more)");
  return lines.join("\n");
}
