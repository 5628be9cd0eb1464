/** How events look in the list: a group of kinds shares a picture and a colour. */

/** A group of events. panel.css has the colours, by name. */
export interface EventKind {
  readonly tone:
    | "fault"
    | "migrate"
    | "notifier"
    | "exclusive"
    | "memory"
    | "tlb"
    | "lock"
    | "retry"
    | "failure"
    | "plain";
  /** What the picture shows, a path in a box of 16. */
  readonly icon: string;
}

const bolt = "M9.5 1 3 9h4l-1 6 6.5-8h-4z";
const arrows = "M2 5h9L8.5 2.5 9.2 1.8 13 5.5 9.2 9.2 8.5 8.5 11 6H2zM14 11H5l2.5 2.5-.7.7L3 10.5l3.8-3.7.7.7L5 10h9z";
const bell = "M8 1.5a4 4 0 0 0-4 4V9l-1.5 2.5h11L12 9V5.5a4 4 0 0 0-4-4zM6.5 12.5a1.5 1.5 0 0 0 3 0z";
const key =
  "M5.5 4a3.5 3.5 0 1 0 3.4 4.5H11v2h2v-2h1.5V7H8.9A3.5 3.5 0 0 0 5.5 4zm0 2.2a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6z";
const box =
  "M2 4.5 8 2l6 2.5v7L8 14l-6-2.5zm1.2.9v5.3L7.5 12.5V7.2zm9.6 0L8.5 7.2v5.3l4.3-1.8zM8 3.1 4.3 4.7 8 6.2l3.7-1.5z";
const sweep = "M3 3h10v1.2H3zm2 3.5h8v1.2H5zM7 10h6v1.2H7zM3 12.6l2.6-2.6L7 11.4 4.4 14z";
const lock = "M4.5 7V5a3.5 3.5 0 0 1 7 0v2H13v7H3V7zm1.3 0h4.4V5a2.2 2.2 0 0 0-4.4 0z";
const again = "M8 3a5 5 0 0 1 4.6 3H11v1.2h3.5V3.5h-1.2v1.3A6.2 6.2 0 1 0 14.2 8H13a5 5 0 1 1-5-5z";
const cross =
  "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM5.4 4.6 8 7.2l2.6-2.6.8.8L8.8 8l2.6 2.6-.8.8L8 8.8l-2.6 2.6-.8-.8L7.2 8 4.6 5.4z";
const tick = "M6.4 11.9 2.8 8.3l.9-.9 2.7 2.7 6-6 .9.9z";
const dot = "M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z";

const fault: EventKind = { tone: "fault", icon: bolt };
const migrate: EventKind = { tone: "migrate", icon: arrows };
const notifier: EventKind = { tone: "notifier", icon: bell };
const exclusive: EventKind = { tone: "exclusive", icon: key };
const memory: EventKind = { tone: "memory", icon: box };
const tlb: EventKind = { tone: "tlb", icon: sweep };
const locks: EventKind = { tone: "lock", icon: lock };
const retry: EventKind = { tone: "retry", icon: again };
const failure: EventKind = { tone: "failure", icon: cross };
const statement: EventKind = { tone: "plain", icon: tick };
const plain: EventKind = { tone: "plain", icon: dot };

const kinds: Readonly<Record<string, EventKind>> = {
  fault,
  range_fault: fault,
  signal: failure,
  migrate_to_ram: migrate,
  migrate,
  copy: migrate,
  split: memory,
  notifier,
  interval_invalidate: notifier,
  subscribe: notifier,
  unsubscribe: notifier,
  exclusive,
  pin: exclusive,
  unpin: exclusive,
  alloc: memory,
  free: memory,
  oom: failure,
  tlb_flush: tlb,
  lock: locks,
  unlock: locks,
  retry,
  expectation: failure,
  invariant: failure,
  deadlock: failure,
  livelock: failure,
  statement,
};

/** The look of an event, by its name. */
export function eventKind(event: string): EventKind {
  return Object.hasOwn(kinds, event) ? (kinds[event] ?? plain) : plain;
}
