/** What the status bar says of a scenario's interleavings. Pure text. */

import type { Progress, TaskResult } from "../worker/protocol.ts";

/** An item of the status bar. */
export interface StatusText {
  /** With the icon. */
  readonly text: string;
  readonly tooltip: string;
  /** What a screen reader says: without icons. */
  readonly label: string;
}

const count = (n: number): string => Math.round(n).toLocaleString("en");

/** A check that is under way. */
export function progressStatus({ states, rate, depth, queue, phase }: Progress): StatusText {
  if (phase !== "search") {
    const what = "a failure was found; looking for the simplest interleaving";
    return { text: "$(sync~spin) HMM: found one", tooltip: `HMM: ${what} that shows it.`, label: `HMM: ${what}` };
  }
  const what = `${count(states)} states`;
  const tooltip = `HMM explores the interleavings: ${what}, ${count(rate)} a second, depth ${count(depth)}, ${count(queue)} to go on from.`;
  return { text: `$(sync~spin) HMM: ${what}`, tooltip, label: `HMM: exploring, ${what}` };
}

/** A check, or a run if `isRun`, that has ended. */
export function resultStatus(result: TaskResult, isRun: boolean): StatusText {
  const { verdict, failures, states, complete } = result;
  const wrong = failures.find(({ expected }) => !expected);
  const shown = failures.find(({ expected }) => expected);
  const scope = isRun
    ? "in the deterministic run"
    : complete
      ? `in all interleavings, ${count(states)} states`
      : `in ${count(states)} states, not all`;
  if (verdict === "fail") {
    const id = wrong?.id ?? "failed";
    const tooltip = `HMM: ${wrong?.message ?? "it does not hold"} (${scope}). Click for the details.`;
    return { text: `$(error) HMM: ${id}`, tooltip, label: `HMM: ${id}, ${scope}` };
  }
  if (verdict === "pass" && shown !== undefined) {
    const what = `shows ${shown.id}, as the file says`;
    return {
      text: `$(pass) HMM: ${shown.id}`,
      tooltip: `HMM: it ${what}. Click for the details.`,
      label: `HMM: ${what}`,
    };
  }
  if (verdict === "pass" && (complete || isRun)) {
    return { text: "$(pass) HMM: holds", tooltip: `HMM: all holds ${scope}.`, label: `HMM: holds ${scope}` };
  }
  const what = `nothing found ${scope}`;
  const tooltip = `HMM: ${what}. "HMM: Check All Interleavings" looks further.`;
  return { text: `$(circle-outline) HMM: ${count(states)} states`, tooltip, label: `HMM: ${what}` };
}
