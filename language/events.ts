/**
 * The events that steps emit: what breakpoints fire on, what the trace shows, what `count`, `expect events` and `emit`
 * name. Fields are in the order in which arguments without a name are matched.
 */

/**
 * What an event's field holds. `actor`: a CPU or device; `memory`: a node or a device; `thread`: a thread, or a CPU or
 * device for its threads; `word`: one of the field's `words`; `name`: a lock's or a signal's; `result`: a word or errno.
 */
export type EventFieldType =
  | "thread"
  | "actor"
  | "device"
  | "memory"
  | "owner"
  | "place"
  | "word"
  | "number"
  | "name"
  | "signal"
  | "invariant";

/** A field of an event. */
export interface EventField {
  readonly name: string;
  readonly type: EventFieldType;
  /** The field's own words, which mean this before any declared name; empty if it has none. */
  readonly words: readonly string[];
}

/** An event. */
export interface EventInfo {
  readonly name: string;
  readonly fields: readonly EventField[];
  readonly doc: string;
}

/** Why page-table entries are invalidated (enum mmu_notifier_event, without its prefix). */
export const notifierReasons = [
  "CLEAR",
  "UNMAP",
  "PROTECTION_VMA",
  "PROTECTION_PAGE",
  "SOFT_DIRTY",
  "RELEASE",
  "MIGRATE",
  "EXCLUSIVE",
] as const;

function field(name: string, type: EventFieldType, words: readonly string[] = []): EventField {
  return { name, type, words };
}

const place = field("place", "place");
const device = field("device", "device");

/** All events, in the order of the reference. */
export const events: readonly EventInfo[] = [
  {
    name: "fault",
    fields: [field("thread", "thread"), place, field("access", "word", ["read", "write", "atomic"])],
    doc: "A CPU or device thread touched a page that its page table does not let it touch so.",
  },
  {
    name: "migrate_to_ram",
    fields: [device, place],
    doc: "A CPU (or GUP) touched a page in a device's private memory; its driver is asked to bring it back.",
  },
  {
    name: "notifier",
    fields: [
      field("reason", "word", notifierReasons),
      field("phase", "word", ["start", "end"]),
      place,
      field("owner", "owner"),
    ],
    doc: "mmu_notifier_invalidate_range_start or …_end was called.",
  },
  {
    name: "interval_invalidate",
    fields: [device, place, field("seq", "number")],
    doc: "An interval notifier's invalidate callback was called.",
  },
  {
    name: "migrate",
    fields: [
      field("phase", "word", ["setup", "pages", "finalize"]),
      field("collected", "number"),
      field("moved", "number"),
    ],
    doc: "A phase of migrate_vma has ended, with the pages collected and moved so far.",
  },
  {
    name: "exclusive",
    fields: [field("what", "word", ["make", "break"]), place, device],
    doc: "A page became exclusive to a device, or ceased to be.",
  },
  {
    name: "range_fault",
    fields: [field("result", "word", ["ok", "retry", "EBUSY", "EFAULT"]), device, place],
    doc: "hmm_range_fault returned.",
  },
  {
    name: "tlb_flush",
    fields: [field("by", "actor"), place],
    doc: "A CPU or device dropped its cached translations.",
  },
  {
    name: "copy",
    fields: [
      field("from", "memory"),
      field("to", "memory"),
      field("by", "word", ["cpu", "device"]),
      field("pages", "number"),
    ],
    doc: "Pages were copied; `count(copy)` is in pages.",
  },
  { name: "alloc", fields: [field("where", "memory"), field("pages", "number")], doc: "Pages were allocated." },
  { name: "free", fields: [field("where", "memory"), field("pages", "number")], doc: "Pages were freed." },
  { name: "subscribe", fields: [device, place], doc: "A driver registered a notifier." },
  { name: "unsubscribe", fields: [device, place], doc: "A driver removed a notifier." },
  { name: "pin", fields: [place], doc: "A page was pinned." },
  { name: "unpin", fields: [place], doc: "A pin was dropped." },
  { name: "split", fields: [place], doc: "A large folio was split." },
  { name: "lock", fields: [field("name", "name")], doc: "A lock was taken." },
  { name: "unlock", fields: [field("name", "name")], doc: "A lock was released." },
  { name: "retry", fields: [device], doc: "A driver found that an invalidation came between, and starts again." },
  { name: "oom", fields: [field("where", "memory")], doc: "An allocation found no memory." },
  {
    name: "signal",
    fields: [field("thread", "thread"), field("name", "signal", ["SIGBUS", "SIGSEGV"])],
    doc: "A thread's statement was ended by a signal.",
  },
  { name: "expectation", fields: [field("line", "number")], doc: "An expectation failed." },
  { name: "invariant", fields: [field("id", "invariant")], doc: "An invariant was broken." },
  { name: "deadlock", fields: [], doc: "Threads wait for each other." },
  { name: "livelock", fields: [], doc: "Threads run and get nowhere." },
];

/** The events by name. */
export const eventByName: ReadonlyMap<string, EventInfo> = new Map(events.map((event) => [event.name, event]));
