/**
 * The invariants: what holds after every step of a right kernel with right drivers. `Checks` watches a machine; each rule has
 * its own function, in the file of its subject. Nothing here changes the simulation.
 */
import type { InvariantId } from "./violation.ts";

export { Checks } from "./checks.ts";
export type { Cell, InvariantId, Violation } from "./violation.ts";

/** An invariant: its id and what it says. */
export interface Invariant {
  readonly id: InvariantId;
  readonly statement: string;
  readonly onByDefault: boolean;
}

function invariant(id: InvariantId, statement: string): Invariant {
  return { id, statement, onByDefault: true };
}

/** All invariants, in the order in which they are listed. */
export const INVARIANTS: readonly Invariant[] = [
  invariant(
    "refcount-equals-holders",
    "A folio's refcount is the number of references that CPU entries, running code and GUP users hold; code that has ended holds none.",
  ),
  invariant("mapcount-equals-entries", "A folio's mapcount is the number of CPU entries that map it."),
  invariant(
    "no-free-mapped",
    "A folio without references is mapped by no CPU entry, used through no old translation, and is not locked.",
  ),
  invariant(
    "writable-implies-exclusive",
    "An entry that maps a private anonymous page writable is the page's only one, and the page is exclusive to its process.",
  ),
  invariant(
    "migration-entry-locked",
    "A folio that a migration entry names is locked, and whoever moves it holds a reference.",
  ),
  invariant(
    "no-migration-survives-finalize",
    "After migrate_vma_finalize no migration entry of that call is left in its range.",
  ),
  invariant(
    "mirror-subset",
    "What a device's table maps, the CPU's table maps to the same frame with at least the same rights; while no lock of the driver is held.",
  ),
  invariant(
    "no-stale-after-invalidate",
    "After a driver's invalidate callback returned, the device has neither entry nor cached translation in the range.",
  ),
  invariant(
    "seq-checked-insert",
    "A device's entry is written under the driver's lock, with a sequence number that no invalidation has changed since it was sampled, or with the page locked.",
  ),
  invariant(
    "exclusive-no-cpu-map",
    "While a device may do atomics on a frame of system memory, no CPU maps the frame and no other device has it.",
  ),
  invariant(
    "no-lost-write",
    "What a CPU or device stores is what later loads of the address see; moving a page leaves nothing behind.",
  ),
  invariant("locks-released", "A statement or worker that has ended holds no lock."),
  invariant("lock-order", "Nobody waits for a lock while holding one that comes later in the lock order."),
];
