/**
 * The verbs of scenario statements: one row each. The table drives the parser (which operands follow), the checks (who
 * may use the verb, what it can end with), completion, hover and the reference documentation.
 */

import { policies } from "./policies.ts";

/** Who may use a verb: a thread on a CPU, a thread on a device, or nobody (written without a thread). */
export type VerbUser = "cpu" | "device" | "kernel";

/**
 * One part of what follows a verb, in the order written. Each fills the field of `Operands` (see `syntax/tree.ts`) that
 * `into` names; parts without `into` fill the fields their comment says.
 */
export type OperandShape =
  /** P */
  | { readonly kind: "place"; readonly into: "place" | "place2" }
  /** PROCESS.P: the process must be written */
  | { readonly kind: "processPlace"; readonly into: "place" }
  /** P or `N pages` (`place` or `pages`) */
  | { readonly kind: "placeOrPages" }
  /** `= V` (`value`) */
  | { readonly kind: "assigned" }
  /** `add|xchg P V` or `cas P OLD NEW` (`word`, `place`, `value`, `expected`) */
  | { readonly kind: "atomic" }
  /** `NAME: KIND SIZE …` (`declares`, `mapping`) */
  | { readonly kind: "newRegion" }
  /** one of these words (`word`) */
  | { readonly kind: "word"; readonly words: readonly string[]; readonly what: string }
  /** a policy of `hint` and its target (`word`, `target`) */
  | { readonly kind: "policy" }
  /** a node, device or `system`, with this word in front (`target`) */
  | { readonly kind: "target"; readonly after: "to" | undefined; readonly of: readonly TargetKind[] }
  /** `to ADDR|NAME` (`address` or `declares`) */
  | { readonly kind: "newAddress" }
  /** `as NAME` (`declares`) */
  | { readonly kind: "newProcess" }
  /** a word that may stand here (`longterm`, `rw`) */
  | { readonly kind: "flag"; readonly into: "longterm" | "rw" }
  /** `FN(…)` (`call`) */
  | { readonly kind: "call" }
  /** what is made to fail, `[on DEVICE] [times N] [after N]` in any order (`point`, `target`, `times`, `after`) */
  | { readonly kind: "injection" };

/** What may be named as a target. */
export type TargetKind = "node" | "device" | "system";

/**
 * What a verb can end with besides success, an errno, a signal or a failed fault, which all can:
 * a 64-bit word, a number of pages, or what hmm_range_fault reports of each page.
 */
export type OutcomeKind = "value" | "count" | "report";

/** A row of the table. */
export interface Verb {
  readonly name: string;
  /** Threads that may use it; `kernel` means that it is written without a thread (in a CPU's block it runs there). */
  readonly users: readonly VerbUser[];
  readonly operands: readonly OperandShape[];
  readonly outcomes: readonly OutcomeKind[];
  /** How it is written, for hover and messages: `atomic cas P OLD NEW` */
  readonly usage: string;
  /** What it does, in a sentence or two. */
  readonly doc: string;
}

/** The protections of a mapping, `mprotect` and regions. */
export const protections = ["ro", "rw", "none"] as const;

/** The operations of `atomic`. */
export const atomicOperations = ["add", "xchg", "cas"] as const;

/** The advice of `madvise`, each with what it does. */
export const advice: ReadonlyMap<string, string> = new Map(
  Object.entries({
    dontneed: "Drops the pages now; an anonymous page reads as zero afterwards.",
    free: "The pages may be dropped under memory pressure, unless written again before.",
    hugepage: "Allows transparent huge pages here.",
    nohugepage: "Forbids transparent huge pages here.",
    collapse: "Makes a transparent huge page of the pages, now and in this thread.",
    cold: "Makes the pages the first to be reclaimed.",
    pageout: "Reclaims the pages now.",
    willneed: "Starts reading the pages in.",
    populate_read: "Faults the pages in as reads would.",
    populate_write: "Faults the pages in as writes would.",
    dontfork: "A child of fork does not get this range.",
    dofork: "Undoes dontfork.",
    mergeable: "Lets KSM merge the pages with equal ones.",
    unmergeable: "Undoes mergeable, and breaks what was merged.",
    guard_install: "Drops the pages and puts guards in their place: who touches one gets SIGSEGV. From 6.13 on.",
    guard_remove: "Takes guards away again: the pages read as zero. From 6.13 on.",
  }),
);

/** How an injected fault behaves. */
export const injectModes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    fail: "It fails.",
    maybe: "It may fail: `hmm check` tries both, `hmm run` does not let it.",
    delay: "It takes until no other thread can move.",
  }),
);

/** What `inject` can make fail. */
export const injectPoints: ReadonlyMap<string, string> = new Map(
  Object.entries({
    device_alloc: "Allocating a page of device memory.",
    page_alloc: "Allocating a page of system memory.",
    copy: "Copying a page between system and device memory.",
    folio_lock: "Taking a folio's lock without waiting.",
    notifier: "A notifier that may not block.",
    swap_io: "Reading from or writing to swap.",
  }),
);

const place: OperandShape = { kind: "place", into: "place" };
const value: readonly OutcomeKind[] = ["value"];
const count: readonly OutcomeKind[] = ["count"];
const nothing: readonly OutcomeKind[] = [];
const access: readonly VerbUser[] = ["cpu", "device"];
const cpu: readonly VerbUser[] = ["cpu"];
const device: readonly VerbUser[] = ["device"];
const kernel: readonly VerbUser[] = ["kernel"];

/** All verbs, in the order of the reference. */
export const verbs: readonly Verb[] = [
  {
    name: "read",
    users: access,
    operands: [place],
    outcomes: value,
    usage: "read P",
    doc: "Loads the 64-bit word at P, faulting as the hardware would. Ends with the word; of several pages, each page's.",
  },
  {
    name: "write",
    users: access,
    operands: [place, { kind: "assigned" }],
    outcomes: nothing,
    usage: "write P = V",
    doc: "Stores V to the word at P; of several pages, to the same word of each.",
  },
  {
    name: "atomic",
    users: access,
    operands: [{ kind: "atomic" }],
    outcomes: value,
    usage: "atomic add|xchg P V, atomic cas P OLD NEW",
    doc: "An atomic read-modify-write of the word at P. Ends with the value before it.",
  },
  {
    name: "mmap",
    users: cpu,
    operands: [{ kind: "newRegion" }],
    outcomes: nothing,
    usage: "mmap NAME: KIND SIZE …",
    doc: "Maps a new region, described as in `process`, and declares its name for the whole file.",
  },
  {
    name: "munmap",
    users: cpu,
    operands: [place],
    outcomes: nothing,
    usage: "munmap P",
    doc: "Unmaps the pages of P.",
  },
  {
    name: "mprotect",
    users: cpu,
    operands: [place, { kind: "word", words: protections, what: "a protection" }],
    outcomes: nothing,
    usage: "mprotect P ro|rw|none",
    doc: "Changes the protection of the pages of P.",
  },
  {
    name: "mremap",
    users: cpu,
    operands: [place, { kind: "newAddress" }],
    outcomes: nothing,
    usage: "mremap P to ADDR|NAME",
    doc: "Moves the mapping of P to another address, or to one of the kernel's choosing that is then called NAME.",
  },
  {
    name: "madvise",
    users: cpu,
    operands: [place, { kind: "word", words: [...advice.keys()], what: "an advice" }],
    outcomes: nothing,
    usage: "madvise P ADVICE",
    doc: "Tells the kernel how the pages of P will be used.",
  },
  {
    name: "mlock",
    users: cpu,
    operands: [place],
    outcomes: nothing,
    usage: "mlock P",
    doc: "Faults the pages of P in and keeps them from being reclaimed.",
  },
  {
    name: "munlock",
    users: cpu,
    operands: [place],
    outcomes: nothing,
    usage: "munlock P",
    doc: "Undoes mlock.",
  },
  {
    name: "mbind",
    users: cpu,
    operands: [place, { kind: "target", after: "to", of: ["node"] }],
    outcomes: nothing,
    usage: "mbind P to NODE",
    doc: "Binds future allocations for P to one node.",
  },
  {
    name: "move",
    users: cpu,
    operands: [place, { kind: "target", after: "to", of: ["node"] }],
    outcomes: count,
    usage: "move P to NODE",
    doc: "Moves the pages of P to a node, as move_pages(2) does.",
  },
  {
    name: "fork",
    users: cpu,
    operands: [{ kind: "newProcess" }],
    outcomes: nothing,
    usage: "fork as CHILD",
    doc: "Makes a child process, which has its parent's regions, and declares its name for the whole file.",
  },
  {
    name: "exit",
    users: cpu,
    operands: [],
    outcomes: nothing,
    usage: "exit",
    doc: "Ends the thread's process; its address space is torn down.",
  },
  {
    name: "get",
    users: cpu,
    operands: [place, { kind: "flag", into: "rw" }],
    outcomes: nothing,
    usage: "get P [rw]",
    doc: "Takes a plain reference through GUP (FOLL_GET), as vmsplice into a pipe does; `rw` is FOLL_WRITE.",
  },
  {
    name: "put",
    users: cpu,
    operands: [place],
    outcomes: nothing,
    usage: "put P",
    doc: "Drops what `get` took.",
  },
  {
    name: "pin",
    users: cpu,
    operands: [place, { kind: "flag", into: "longterm" }, { kind: "flag", into: "rw" }],
    outcomes: nothing,
    usage: "pin P [longterm] [rw]",
    doc: "Pins the pages through GUP (FOLL_PIN); `longterm` is FOLL_LONGTERM, `rw` is FOLL_WRITE.",
  },
  {
    name: "unpin",
    users: cpu,
    operands: [place],
    outcomes: nothing,
    usage: "unpin P",
    doc: "Drops what `pin` took.",
  },
  {
    name: "vm_read",
    users: cpu,
    operands: [{ kind: "processPlace", into: "place" }],
    outcomes: value,
    usage: "vm_read PROCESS.P",
    doc: "Reads another process's word through GUP, as ptrace and /proc/PID/mem do.",
  },
  {
    name: "vm_write",
    users: cpu,
    operands: [{ kind: "processPlace", into: "place" }, { kind: "assigned" }],
    outcomes: nothing,
    usage: "vm_write PROCESS.P = V",
    doc: "Writes another process's word through GUP, as ptrace and /proc/PID/mem do.",
  },
  {
    name: "migrate",
    users: device,
    operands: [place, { kind: "target", after: "to", of: ["device", "system", "node"] }],
    outcomes: count,
    usage: "migrate P to DEVICE|system|NODE",
    doc: "Has the driver migrate the pages of P. Ends with the number of pages that moved; without an outcome written, every page that is mapped must have moved.",
  },
  {
    name: "exclusive",
    users: device,
    operands: [place],
    outcomes: count,
    usage: "exclusive P",
    doc: "Has the driver take the pages of P for itself alone (make_device_exclusive). Ends with the number of pages that became exclusive.",
  },
  {
    name: "release",
    users: device,
    operands: [place],
    outcomes: nothing,
    usage: "release P",
    doc: "Drops the device's own entries for P.",
  },
  {
    name: "prefetch",
    users: device,
    operands: [place],
    outcomes: count,
    usage: "prefetch P",
    doc: "Maps the pages of P on the device before it faults on them.",
  },
  {
    name: "snapshot",
    users: device,
    operands: [place],
    outcomes: ["report"],
    usage: "snapshot P",
    doc: "What hmm_range_fault reports of every page without faulting: one of none, error, read, write, after any of zero, huge, local, remote.",
  },
  {
    name: "evict",
    users: device,
    operands: [{ kind: "placeOrPages" }],
    outcomes: count,
    usage: "evict P, evict N pages",
    doc: "Has the driver move pages of its memory back to system memory.",
  },
  {
    name: "hint",
    users: device,
    operands: [place, { kind: "policy" }],
    outcomes: nothing,
    usage: "hint P POLICY",
    doc: `Says what the driver is to do when the device faults on P: ${[...policies.keys()].join(", ")}.`,
  },
  {
    name: "unbind",
    users: device,
    operands: [],
    outcomes: nothing,
    usage: "unbind",
    doc: "Unbinds the driver in order: it may bring the memory back first.",
  },
  {
    name: "remove",
    users: device,
    operands: [],
    outcomes: nothing,
    usage: "remove",
    doc: "The device is gone by surprise, and what its memory held with it.",
  },
  {
    name: "reclaim",
    users: kernel,
    operands: [{ kind: "placeOrPages" }],
    outcomes: count,
    usage: "reclaim P, reclaim N pages",
    doc: "Reclaims pages as kswapd does.",
  },
  {
    name: "swapin",
    users: kernel,
    operands: [place],
    outcomes: count,
    usage: "swapin P",
    doc: "Reads the pages of P back from swap.",
  },
  {
    name: "compact",
    users: kernel,
    operands: [{ kind: "target", after: undefined, of: ["node"] }],
    outcomes: count,
    usage: "compact NODE",
    doc: "Compacts a node: moves its movable pages together.",
  },
  {
    name: "split",
    users: kernel,
    operands: [place],
    outcomes: count,
    usage: "split P",
    doc: "Splits the large folios of P.",
  },
  {
    name: "ksm",
    users: kernel,
    operands: [place, { kind: "place", into: "place2" }],
    outcomes: nothing,
    usage: "ksm P P",
    doc: "Merges two equal pages into one, as ksmd does.",
  },
  {
    name: "numa_scan",
    users: kernel,
    operands: [place],
    outcomes: count,
    usage: "numa_scan P",
    doc: "Makes the entries of P inaccessible so that the next access shows which node it comes from (NUMA balancing).",
  },
  {
    name: "offline",
    users: kernel,
    operands: [{ kind: "target", after: undefined, of: ["node", "device"] }],
    outcomes: nothing,
    usage: "offline NODE|DEVICE",
    doc: "Takes memory offline, trying again as the kernel does; where nothing can change any more it ends with EINTR.",
  },
  {
    name: "hwpoison",
    users: kernel,
    operands: [place],
    outcomes: nothing,
    usage: "hwpoison P",
    doc: "A memory error is found in the page (memory_failure).",
  },
  {
    name: "call",
    users: ["kernel", "cpu", "device"],
    operands: [{ kind: "call" }],
    outcomes: ["value", "count"],
    usage: "call FN(…)",
    doc: "Calls a function of the model, on a device's thread also one of its driver. Ends with what it returns.",
  },
  {
    name: "inject",
    users: kernel,
    operands: [{ kind: "word", words: [...injectModes.keys()], what: "fail, maybe or delay" }, { kind: "injection" }],
    outcomes: nothing,
    usage: "inject fail|maybe|delay POINT [on DEVICE] [times N] [after N]",
    doc: "Makes an allocation, a copy, a lock, a notifier or swap I/O fail, perhaps fail, or take long.",
  },
];

/** The verbs by name. */
export const verbByName: ReadonlyMap<string, Verb> = new Map(verbs.map((verb) => [verb.name, verb]));
