/** locks-released and lock-order. */
import { LOCK_CLASSES, LockClass, lockClassOf, lockIndexOf, lockRank, makeLock } from "../machine/locks.ts";
import { threadName } from "../machine/names.ts";
import type { Value } from "../store/value.ts";
import { lockCell } from "./cells.ts";
import type { Scope } from "./scope.ts";
import type { Cell } from "./violation.ts";

function lockCells(scope: Scope, lock: Value): Cell[] {
  return lockCell(scope.machine, lockClassOf(lock), lockIndexOf(lock));
}

/** When an operation of `thread` ends it holds no lock any more. */
export function checkLocksReleased(scope: Scope, thread: number): void {
  const { locks } = scope.machine;
  if (!locks.holdsAny(thread)) return;
  const held = locks.heldByThread(thread);
  const names = held.map(({ lock }) => locks.name(lock));
  const shown = names.slice(0, 4).join(", ") + (names.length > 4 ? ` and ${names.length - 4} more` : "");
  scope.report(
    "locks-released",
    `${threadName(scope.machine, thread)} ended and still holds ${shown}`,
    held.slice(0, 4).flatMap(({ lock }) => lockCells(scope, lock)),
  );
}

/** The classes of lock with their ranks, innermost first: how many of each a thread holds tells whether to look further. */
const CLASSES: readonly (readonly [lockClass: number, rank: number])[] = Array.from(
  { length: LOCK_CLASSES },
  (_, c) => c,
)
  .map((c): readonly [number, number] => [c, lockRank(makeLock(c, 0))])
  .filter(([, rank]) => rank > 0)
  .sort((a, b) => b[1] - a[1]);

/** Locks are waited for in their order: nobody waits for one while holding one that comes later. */
export function checkOrder(scope: Scope, thread: number, lock: Value): void {
  const rank = lockRank(lock);
  if (rank === 0) return;
  const { locks } = scope.machine;
  for (const [lockClass, held] of CLASSES) {
    if (held < rank) return;
    // Folio locks of several folios are only ever tried; others of one rank may nest (two page tables, two mutexes).
    if (held === rank && lockClass !== LockClass.folio) continue;
    if (locks.heldOfClass(thread, lockClass) <= (lockClass === lockClassOf(lock) ? 1 : 0)) continue;
    const other = locks.heldByThread(thread).find((h) => h.lock !== lock && lockClassOf(h.lock) === lockClass);
    if (other === undefined) continue;
    scope.report(
      "lock-order",
      `${threadName(scope.machine, thread)} waited for ${locks.name(lock)} while it held ${locks.name(other.lock)}, which comes after it in the lock order`,
      [...lockCells(scope, lock), ...lockCells(scope, other.lock)],
    );
    return;
  }
}
