/** The events that steps emit: their numbers and the names of their fields, in the order in which `emit` takes them. */

/** The events by name; the number is their id and their place in `EVENTS`. */
export const Event = {
  fault: 0,
  migrate_to_ram: 1,
  notifier: 2,
  interval_invalidate: 3,
  migrate: 4,
  exclusive: 5,
  range_fault: 6,
  tlb_flush: 7,
  copy: 8,
  alloc: 9,
  free: 10,
  subscribe: 11,
  unsubscribe: 12,
  pin: 13,
  unpin: 14,
  split: 15,
  lock: 16,
  unlock: 17,
  retry: 18,
  oom: 19,
  signal: 20,
  expectation: 21,
  invariant: 22,
  deadlock: 23,
  livelock: 24,
} as const;
export type EventName = keyof typeof Event;
export type EventId = (typeof Event)[EventName];

/** An event and its fields in order. A field called `place` holds a place; `words` are those that a field may hold. */
export interface EventDescription {
  readonly name: EventName;
  readonly fields: readonly string[];
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** Why page-table entries are invalidated (enum mmu_notifier_event without its prefix, in its order). */
export const NOTIFIER_REASONS = [
  "UNMAP",
  "CLEAR",
  "PROTECTION_VMA",
  "PROTECTION_PAGE",
  "SOFT_DIRTY",
  "RELEASE",
  "MIGRATE",
  "EXCLUSIVE",
] as const;

const none = {};

/** All events in the order of their ids. */
export const EVENTS: readonly EventDescription[] = [
  { name: "fault", fields: ["thread", "place", "access"], words: { access: ["read", "write", "atomic"] } },
  { name: "migrate_to_ram", fields: ["device", "place"], words: none },
  {
    name: "notifier",
    fields: ["reason", "phase", "place", "owner"],
    words: { reason: NOTIFIER_REASONS, phase: ["start", "end"] },
  },
  { name: "interval_invalidate", fields: ["device", "place", "seq"], words: none },
  { name: "migrate", fields: ["phase", "collected", "moved"], words: { phase: ["setup", "pages", "finalize"] } },
  { name: "exclusive", fields: ["what", "place", "device"], words: { what: ["make", "break"] } },
  { name: "range_fault", fields: ["result", "device", "place"], words: { result: ["ok", "retry"] } },
  { name: "tlb_flush", fields: ["by", "place"], words: none },
  { name: "copy", fields: ["from", "to", "by", "pages"], words: { by: ["cpu", "device"] } },
  { name: "alloc", fields: ["where", "pages"], words: none },
  { name: "free", fields: ["where", "pages"], words: none },
  { name: "subscribe", fields: ["device", "place"], words: none },
  { name: "unsubscribe", fields: ["device", "place"], words: none },
  { name: "pin", fields: ["place"], words: none },
  { name: "unpin", fields: ["place"], words: none },
  { name: "split", fields: ["place"], words: none },
  { name: "lock", fields: ["name"], words: none },
  { name: "unlock", fields: ["name"], words: none },
  { name: "retry", fields: ["device"], words: none },
  { name: "oom", fields: ["where"], words: none },
  { name: "signal", fields: ["thread", "name"], words: none },
  { name: "expectation", fields: ["line"], words: none },
  { name: "invariant", fields: ["id"], words: none },
  { name: "deadlock", fields: [], words: none },
  { name: "livelock", fields: [], words: none },
];

/** The id of the event called `name`. */
export function eventId(name: EventName): EventId {
  return Event[name];
}
