/** The callbacks that a driver may declare with `on`. */

/** A row of the table. */
export interface Callback {
  readonly name: string;
  readonly params: readonly string[];
  /** How many of the last `params` may be left out of the declaration. */
  readonly optional: number;
  /** What `self` is in it: the context of one process, or the device. */
  readonly self: "context" | "device";
  readonly doc: string;
}

function context(name: string, params: readonly string[], doc: string, optional = 0): Callback {
  return { name, params, optional, self: "context", doc };
}

function device(name: string, params: readonly string[], doc: string): Callback {
  return { name, params, optional: 0, self: "device", doc };
}

/** All callbacks. Those from `migrate` to `hint` serve a device's verbs of those names; their result is the outcome. */
export const callbacks: readonly Callback[] = [
  context("open", [], "A process starts to use the device: its context was just made."),
  context("close", [], "The process's context ends."),
  context(
    "device_fault",
    ["addr", "access"],
    "The device touched a page that it has no entry for. The access is tried again unless this returns an error.",
  ),
  context("invalidate", ["sub", "range", "seq"], "An interval notifier's range is being invalidated."),
  context("invalidate_start", ["range"], "An mm-wide notifier: an invalidation begins."),
  context("invalidate_end", ["range"], "An mm-wide notifier: an invalidation ends."),
  context(
    "notifier_release",
    [],
    "An mm-wide notifier: the address space is about to go, and the device must not use it any more.",
  ),
  context("migrate", ["range", "to"], "`migrate P to …`: returns the number of pages that moved, or an error."),
  context("exclusive", ["range"], "`exclusive P`: returns the number of pages that became exclusive, or an error."),
  context("release", ["range"], "`release P`: drops the device's own entries."),
  context("prefetch", ["range"], "`prefetch P`: maps the pages on the device before it faults."),
  context("snapshot", ["range"], "`snapshot P`: reports what is mapped without faulting."),
  context("evict", ["range", "pages"], "`evict P`, `evict N pages`: moves pages back to system memory.", 1),
  context("hint", ["range", "policy", "target"], "`hint P POLICY`: what to do on a fault there.", 1),
  context("alloc_and_copy", ["args"], "Of a migration by one call (hmm-v13): allocate and fill the pages to move to."),
  context("finalize_and_map", ["args"], "Of a migration by one call (hmm-v13): map what has moved on the device."),
  device("migrate_to_ram", ["vmf"], "A CPU touched a page in the device's private memory: bring it back."),
  device("page_free", ["page"], "The last reference to a page of the device's memory is gone."),
  device("page_split", ["page", "new"], "A large folio of the device's memory was split."),
  device("mmap", ["vma"], "A process maps the device's file: inserts its pages, or returns an error."),
  device("unbind", [], "The driver is unbound in order."),
  device("remove", [], "The device is gone by surprise."),
];

/** The callbacks by name. */
export const callbackByName: ReadonlyMap<string, Callback> = new Map(callbacks.map((row) => [row.name, row]));
