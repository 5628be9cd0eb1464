/** Which events the lanes show: for each thread those that say something of the way of a page, by the step of each. */

import type { EventRow } from "../messages.ts";

/** An event in a lane. */
export interface Mark {
  readonly step: number;
  readonly event: string;
  /** Its number in the list of events. */
  readonly index: number;
}

/** A thread's events. */
export interface Lane {
  readonly thread: string;
  readonly marks: readonly Mark[];
}

/** Most lanes: threads that come later have none. */
export const mostLanes = 6;

/** Events of every other step; a lane full of them shows nothing. */
const quiet = new Set(["lock", "unlock", "alloc", "free", "statement", "subscribe", "unsubscribe"]);

/** The lanes, in the order in which threads first did something; marks by ascending step. */
export function lanesOf(events: Iterable<EventRow>): Lane[] {
  const lanes = new Map<string, Mark[]>();
  for (const { threadName, event, step, index } of events) {
    if (quiet.has(event) || threadName === "") continue;
    let lane = lanes.get(threadName);
    if (lane === undefined) {
      if (lanes.size >= mostLanes) continue;
      lane = [];
      lanes.set(threadName, lane);
    }
    lane.push({ step, event, index });
  }
  return [...lanes].map(([thread, marks]) => ({ thread, marks }));
}

/** The mark of a lane that is nearest to a step, if it is at most `reach` steps away. */
export function nearestMark(lane: Lane, step: number, reach: number): Mark | undefined {
  let best: Mark | undefined;
  for (const mark of lane.marks) {
    const distance = Math.abs(mark.step - step);
    if (distance <= reach && (best === undefined || distance < Math.abs(best.step - step))) best = mark;
  }
  return best;
}
