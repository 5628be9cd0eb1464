/**
 * The invariants: what holds after every step of a right kernel with right drivers. `Checks` watches a machine; the rules are
 * functions in the file of their subject. Nothing here changes the simulation.
 *
 * invariants.ts  what there is        checks.ts      what a step touched, and which rules to ask of it
 * references.ts  counts and holders   entries.ts     what CPU entries may say of a page   pages.ts  … and of its kind
 * mirrors.ts     devices' tables      writes.ts      stores that get lost                 locks.ts  locks and their order
 * migrations.ts  migrate_vma_*        notifiers.ts   invalidations and subscriptions      accounts.ts  what is counted
 */
export { progressCells } from "./cells.ts";
export { Checks } from "./checks.ts";
export type { FunctionCall } from "./function-call.ts";
export type { Invariant, InvariantId } from "./invariants.ts";
export { INVARIANTS, PROGRESS_ID } from "./invariants.ts";
export type { Cell, Violation } from "./violation.ts";
