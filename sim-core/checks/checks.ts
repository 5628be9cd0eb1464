/**
 * The invariants: rules that hold after every step of a right kernel and right drivers. Each step's writes say which folios,
 * pages and device entries to look at; what a state does not show by itself the machine tells as it happens (`Watch`).
 *
 * Some rules may be broken for a moment: entries and counts while a page-table lock is held, a device's table while a lock of
 * its driver is, or while the CPU's entry is being replaced. What was found wrong then is kept in a list, which is state like
 * any other (but not hashed: in an unbroken state it follows from the rest), and looked at again when the last such lock is
 * released.
 */
import { declaredBy, folioLock, LockClass, makeLock } from "../machine/locks.ts";
import type { Machine } from "../machine/machine.ts";
import type { Watch } from "../machine/watch.ts";
import type { Column, DenseColumn, SparseColumn } from "../store/column.ts";
import { EntryFlag, EntryKind, hasFlag, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { payloadOf, Tag, tagOf, truthy } from "../store/value.ts";
import { anonPages, checkLongtermPins, checkNothingHeld, checkRss } from "./accounts.ts";
import { checkFinalized, checkMigrationEntry, checkWritable, writableIsExclusive } from "./entries.ts";
import type { FunctionCall } from "./function-call.ts";
import { argumentOf } from "./function-call.ts";
import type { InvariantId } from "./invariants.ts";
import { invariantsOn } from "./invariants.ts";
import { checkLocksReleased, checkOrder } from "./locks.ts";
import { Migrations } from "./migrations.ts";
import {
  checkExclusive,
  checkInserted,
  checkInvalidated,
  checkLatest,
  checkMirror,
  mirrorIsBacked,
} from "./mirrors.ts";
import { Invalidations } from "./notifiers.ts";
import {
  checkCpuReach,
  checkDirtyKept,
  checkEmptied,
  checkEntryKind,
  checkFlags,
  checkFreed,
  checkKept,
  checkLeaf,
  checkMapOrder,
  checkMappedOnce,
  checkOnLru,
  checkPlaced,
  checkRestored,
  dirtyFrame,
  isKept,
  isMappedOnce,
  isOnLru,
  isWellPlaced,
  mayBeOffLru,
} from "./pages.ts";
import {
  checkFree,
  checkMapcount,
  checkRefcount,
  checkReferencesReleased,
  mapcountIsRight,
  underPageTableLock,
} from "./references.ts";
import type { Scope } from "./scope.ts";
import { eachMapping } from "./scope.ts";
import type { Cell, Violation } from "./violation.ts";
import { checkAccess, checkMoved } from "./writes.ts";

/** What a write to a column touches. */
const Touch = {
  nothing: 0,
  counts: 1,
  entries: 2,
  flags: 3,
  pte: 4,
  mirror: 5,
  lock: 6,
  pins: 7,
  subscription: 8,
  invalidation: 9,
  rss: 10,
  exists: 11,
  copied: 12,
  pmd: 13,
  hugeMirror: 14,
  stopped: 15,
} as const;

/**
 * Spaces of the lists of what is to be looked at again: folios whose entries and counts differ, folios that are on no LRU list,
 * pages of devices that have no references and are not free, then the mirrored pages of each context.
 */
const FOLIOS = 0;
const OFF_LRU = 1;
const UNUSED = 2;
const MIRRORS = 3;

export class Checks implements Watch, Scope {
  readonly machine: Machine;
  /** See `Scope`. */
  readonly exclusiveIsMapped: boolean;
  /** The thread that makes the present step. */
  private thread = -1;
  private readonly on: ReadonlySet<InvariantId>;
  private readonly migrations: Migrations;
  private readonly invalidations: Invalidations;
  private found: Violation[] = [];
  // What each column's writes touch, by column id.
  private readonly touches: Uint8Array;
  private readonly deferred: SparseColumn;
  private readonly deferredCount: DenseColumn;
  /** By process: its entries that stand for an anonymous page. */
  private readonly anonEntries: DenseColumn;
  /** (process, page): the frame, plus 1, of a dirty entry that was cleared, until the page gets another entry. */
  private readonly cleared: SparseColumn;
  // The step's touched things, gathered before anything is checked. Folios by what was written: mapcount or entries;
  // references; flags. Pages and mirrored pages are pairs (space, page).
  private readonly folios: number[] = [];
  private readonly counted: number[] = [];
  private readonly flagged: number[] = [];
  private readonly pages: number[] = [];
  private readonly mirrors: number[] = [];
  private readonly pinned: number[] = [];
  private readonly copied: number[] = [];
  private readonly subscriptions: number[] = [];
  private readonly processes: number[] = [];
  private rssTouched = false;
  private readonly unlockedFolios: number[] = [];
  private unlockedTables = false;
  private readonly unlockedDrivers: number[] = [];

  /**
   * Checks `machine` from now on. `switches` turns invariants on and off by id. `exclusiveIsMapped`: device-exclusive entries
   * count in the mapcount, as in kernels from 6.15 on.
   */
  constructor(machine: Machine, switches: Readonly<Record<string, boolean>> = {}, exclusiveIsMapped = false) {
    this.machine = machine;
    this.exclusiveIsMapped = exclusiveIsMapped;
    this.on = invariantsOn(switches);
    const { store } = machine;
    this.migrations = new Migrations(this);
    this.invalidations = new Invalidations(this);
    this.anonEntries = store.int("checks.anonEntries", { hashed: false });
    this.cleared = store.sparseInt("checks.cleared", { hashed: false, chunkBits: 4 });
    this.deferred = store.sparseValues("checks.deferred", { hashed: false, chunkBits: 3 });
    this.deferredCount = store.int("checks.deferredCount", { hashed: false });
    this.touches = new Uint8Array(128);
    const { folios, locks, mirrors, pageTables } = machine;
    this.touches[folios.refcount.id] = Touch.counts;
    this.touches[folios.temps.id] = Touch.counts;
    this.touches[folios.gups.id] = Touch.counts;
    this.touches[folios.mapcount.id] = Touch.entries;
    this.touches[folios.entries.id] = Touch.entries;
    this.touches[folios.flags.id] = Touch.flags;
    this.touches[pageTables.pte.id] = Touch.pte;
    this.touches[pageTables.pmd.id] = Touch.pmd;
    this.touches[mirrors.huge.id] = Touch.hugeMirror;
    this.touches[mirrors.entries.id] = Touch.mirror;
    this.touches[mirrors.stopped.id] = Touch.stopped;
    this.touches[locks.state.id] = Touch.lock;
    this.touches[folios.pins.id] = Touch.pins;
    this.touches[folios.copiedTo.id] = Touch.copied;
    const { notifiers, processes } = machine;
    for (const column of [notifiers.state, notifiers.seq]) this.touches[column.id] = Touch.subscription;
    for (const column of [processes.seq, processes.active]) this.touches[column.id] = Touch.invalidation;
    this.touches[processes.rssAnon.id] = Touch.rss;
    this.touches[processes.exists.id] = Touch.exists;
    for (const column of store.columns) column.interest = this.touches[column.id] === Touch.nothing ? 0 : 1;
    machine.watch = this;
  }

  /** `thread` is about to make a step; what was found in one that was taken back is forgotten. */
  begin(thread: number): void {
    this.thread = thread;
    if (this.found.length > 0) this.found = [];
  }

  report(id: InvariantId, message: string, cells: readonly Cell[]): void {
    // One of a kind is enough: a step that breaks a rule for one page may break it for a million.
    if (!this.on.has(id) || this.found.some((violation) => violation.id === id)) return;
    this.found.push({ id, message, cells });
  }

  /** Checks what the present step touched. Returns what is broken, one of each kind, in the order of finding. */
  afterStep(): readonly Violation[] {
    if (this.machine.store.touched !== 0 && this.gather()) this.check();
    if (this.found.length === 0) return this.found;
    const { found } = this;
    this.found = [];
    return found;
  }

  // ------------------------------------------------------------------------- what the machine tells as it happens

  acquired(thread: number, lock: Value, _read: boolean, sleeping: boolean): void {
    if (!sleeping) return;
    checkOrder(this, thread, lock);
    this.invalidations.slept(thread, lock);
  }
  inserted(context: number, vpn: number, entry: Value, thread: number): void {
    checkInserted(this, context, vpn, entry, thread);
    this.invalidations.inserted(context, vpn, thread);
    this.migrations.inserted(context, vpn, entry);
    checkMapOrder(this, context, vpn, entry);
  }
  entryChanging(process: number, vpn: number, old: Value, entry: Value): void {
    checkMoved(this, process, vpn, old, entry);
    if (kindOf(old) === EntryKind.migration) this.migrations.restored(process, vpn, old, entry, this.thread);
    else if (kindOf(old) === EntryKind.device_exclusive) checkRestored(this, process, vpn, old, entry, this.thread);
    // Those of a huge leaf are counted with the leaf.
    if (!hasFlag(old, EntryFlag.huge) && !hasFlag(entry, EntryFlag.huge)) this.countAnon(process, old, entry, 1);
    this.followDirty(process, vpn, old, entry);
  }
  leafChanging(process: number, _vpn: number, old: Value, entry: Value): void {
    this.countAnon(process, old, entry, this.machine.pageTables.span);
  }
  private countAnon(process: number, old: Value, entry: Value, pages: number): void {
    const change = anonPages(this, entry) - anonPages(this, old);
    if (change !== 0) this.anonEntries.set(process, this.anonEntries.get(process) + change * pages);
  }
  /** A dirty entry that is cleared must not be forgotten before the folio is dirty. */
  private followDirty(process: number, vpn: number, old: Value, entry: Value): void {
    const now = dirtyFrame(this, old);
    if (kindOf(entry) === EntryKind.none) {
      if (now >= 0) this.cleared.set(process, vpn, now + 1);
      return;
    }
    const before = now >= 0 ? now : this.cleared.get(process, vpn) - 1;
    if (before < 0) return;
    checkDirtyKept(this, process, vpn, before, entry);
    this.cleared.set(process, vpn, 0);
  }
  accessed(process: number, vpn: number, pfn: number, word: number, store: boolean, device: number): void {
    checkAccess(this, process, vpn, pfn, word, store, device);
    if (device < 0) checkCpuReach(this, process, vpn, pfn, this.thread);
    if (!store) return;
    checkLatest(this, process, vpn, pfn, device);
    this.migrations.stored(process, vpn, pfn, device);
  }

  // ------------------------------------------------------------------------------------ what the VM tells of calls

  /**
   * The callback of subscription `sub` for the bytes [start, end) returned `result`: `invalidate`, or `invalidate_start` of an
   * mm-wide one.
   */
  invalidated(sub: number, start: number, end: number, reason: Value, owner: Value, result: Value): void {
    const context = this.machine.notifiers.context.get(sub);
    checkInvalidated(this, this.invalidations, context, sub, start, end, reason, owner, result);
  }
  /** The callback `invalidate_start` of `context`, whose subscription is not known, returned `result`. */
  invalidatedWide(context: number, start: number, end: number, reason: Value, owner: Value, result: Value): void {
    checkInvalidated(this, this.invalidations, context, -1, start, end, reason, owner, result);
  }
  /** `thread`'s migrate_vma_finalize for the bytes [start, end) of `process` returned. */
  finalized(thread: number, process: number, start: number, end: number): void {
    checkFinalized(this, thread, process, start, end);
  }
  /** A function that rules are about is being called. */
  called(call: FunctionCall): void {
    this.migrations.called(call);
    this.invalidations.called(call);
    if (call.name === "page_free") checkFreed(this, payloadOf(argumentOf(call, 0)));
  }
  /** It returned `result`. */
  returned(call: FunctionCall, result: Value): void {
    this.migrations.returned(call, result);
    this.judge(call, result);
    this.invalidations.returned(call, result);
  }
  /** What single functions have done. */
  private judge(call: FunctionCall, result: Value): void {
    const first = argumentOf(call, 0);
    switch (call.name) {
      case "invalidate":
        this.invalidated(payloadOf(first), ...told(call, argumentOf(call, 1)), result);
        break;
      case "invalidate_start":
        this.invalidatedWide(payloadOf(call.self), ...told(call, first), result);
        break;
      case "migrate_vma_finalize": {
        const process = payloadOf(call.field(call.field(first, "vma"), "process"));
        this.finalized(call.thread, process, call.field(first, "start"), call.field(first, "end"));
        break;
      }
      case "gup_hold_range":
        if (tagOf(result) !== Tag.error && truthy(argumentOf(call, 3)) && truthy(argumentOf(call, 4))) {
          const { threads } = this.machine;
          const [from, to] = [this.machine.vpn(first), this.machine.vpn(argumentOf(call, 1))];
          checkLongtermPins(this, threads.processOf(call.thread), from, to);
        }
        break;
      case "memunmap_pages":
        checkEmptied(this, payloadOf(first));
        break;
      case "page_free":
        if (!isKept(this, payloadOf(first))) this.defer(UNUSED, payloadOf(first));
        break;
      default:
    }
  }
  /** A statement of the scenario that `thread` ran has ended. `idle`: no work that was put off is under way. */
  statementEnded(thread: number, idle = false): void {
    checkLocksReleased(this, thread);
    checkReferencesReleased(this, thread);
    this.migrations.operationEnded(thread);
    this.invalidations.operationEnded(thread);
    this.checkDeferredPages(idle);
  }
  /** `thread`, a worker, has ended. */
  threadEnded(thread: number, idle = false): void {
    this.statementEnded(thread, idle);
  }

  // ----------------------------------------------------------------------------------------------------- the step

  private isTouched = false;
  private readonly visit = (column: Column, cell: number): void => {
    const touch = this.touches[column.id];
    if (touch === Touch.lock) {
      this.touchLock((column as SparseColumn).spaceOf(cell), (column as SparseColumn).indexOf(cell));
      return;
    }
    this.isTouched = true;
    switch (touch) {
      case Touch.counts:
        push(this.counted, (column as SparseColumn).indexOf(cell));
        break;
      case Touch.entries:
        push(this.folios, (column as SparseColumn).indexOf(cell));
        break;
      case Touch.flags:
        push(this.flagged, (column as SparseColumn).indexOf(cell));
        break;
      case Touch.pte:
        this.pages.push((column as SparseColumn).spaceOf(cell), (column as SparseColumn).indexOf(cell));
        break;
      case Touch.pmd:
        this.touchLeaf((column as SparseColumn).spaceOf(cell), (column as SparseColumn).indexOf(cell));
        break;
      case Touch.hugeMirror:
        this.touchHugeMirror((column as SparseColumn).spaceOf(cell), (column as SparseColumn).indexOf(cell));
        break;
      case Touch.mirror:
        this.mirrors.push((column as SparseColumn).spaceOf(cell), (column as SparseColumn).indexOf(cell));
        break;
      case Touch.stopped:
        this.touchMirrorsOf(cell);
        break;
      case Touch.pins:
        push(this.pinned, (column as SparseColumn).indexOf(cell));
        break;
      case Touch.subscription:
        push(this.subscriptions, cell);
        break;
      case Touch.invalidation:
        push(this.processes, cell);
        break;
      case Touch.rss:
        this.rssTouched = true;
        break;
      case Touch.exists:
        this.rssTouched = true;
        if (this.machine.processes.exists.get(cell) === 0) checkNothingHeld(this, cell);
        break;
      case Touch.copied:
        push(this.copied, (column as SparseColumn).indexOf(cell));
        break;
      default:
    }
  };
  /** Whether there is anything to check. */
  private gather(): boolean {
    this.isTouched = false;
    this.machine.store.forEachWriteOfInterest(this.visit);
    return this.isTouched;
  }
  /** A huge leaf came, changed or went: its folio, and the pages of it that a device has. */
  private touchLeaf(process: number, table: number): void {
    const { devices, folios, mirrors, pageTables } = this.machine;
    const { span } = pageTables;
    const leaf = pageTables.getPmd(process, table * span);
    if (targetsFolio(leaf)) push(this.folios, folios.headOf(pfnOf(leaf)));
    checkLeaf(this, process, table * span, leaf);
    for (let device = 0; device < devices.length; device++) {
      const context = devices.contextId(device, process);
      mirrors.forEach(context, table * span, (table + 1) * span, (vpn) => this.mirrors.push(context, vpn));
    }
  }
  /** A device goes on with the table that it has. */
  private touchMirrorsOf(context: number): void {
    const { mirrors } = this.machine;
    mirrors.forEach(context, 0, Number.MAX_SAFE_INTEGER, (vpn) => this.mirrors.push(context, vpn));
  }
  private touchHugeMirror(context: number, at: number): void {
    const { span } = this.machine.mirrors;
    for (let vpn = at * span; vpn < (at + 1) * span; vpn++) this.mirrors.push(context, vpn);
  }
  private touchLock(lockClass: number, index: number): void {
    if (lockClass >= LockClass.kernel || this.machine.locks.state.get(lockClass, index) !== 0) return;
    if (lockClass === LockClass.folio) push(this.unlockedFolios, index);
    else if (lockClass === LockClass.ptl || lockClass === LockClass.pmd) this.unlockedTables = true;
    else if (lockClass >= LockClass.context) this.unlockedDrivers.push(lockClass, index);
    else return;
    this.isTouched = true;
  }

  private check(): void {
    const { pages, mirrors, folios, counted, flagged, pinned, copied, unlockedFolios, unlockedDrivers } = this;
    const { subscriptions, processes } = this;
    const { pageTables, devices } = this.machine;
    for (let i = 0; i < pages.length; i += 2) {
      const process = pages[i] as number;
      const vpn = pages[i + 1] as number;
      for (let device = 0; device < devices.length; device++) {
        this.checkMirror(devices.contextId(device, process), vpn);
      }
      const entry = pageTables.translation(process, vpn);
      checkEntryKind(this, process, vpn, entry);
      if (targetsFolio(entry)) push(folios, this.machine.folios.headOf(pfnOf(entry)));
    }
    for (let i = 0; i < mirrors.length; i += 2) {
      const context = mirrors[i] as number;
      const vpn = mirrors[i + 1] as number;
      this.checkMirror(context, vpn);
      const mirror = this.machine.mirrors.get(context, vpn);
      if (kindOf(mirror) !== EntryKind.none) checkExclusive(this, pfnOf(mirror));
    }
    for (const pfn of counted) {
      checkRefcount(this, pfn);
      checkFree(this, pfn);
      checkMigrationEntry(this, pfn);
    }
    for (const pfn of folios) {
      checkRefcount(this, pfn);
      checkFree(this, pfn);
      checkMigrationEntry(this, pfn);
      this.checkEntries(pfn);
      if (devices.length > 0) {
        checkExclusive(this, pfn);
        this.migrations.checkUnmapped(pfn);
      }
      if (mayBeOffLru(this, pfn)) this.defer(OFF_LRU, pfn);
    }
    for (const page of flagged) {
      const pfn = this.machine.folios.headOf(page);
      this.checkEntries(pfn);
      checkFlags(this, pfn);
      this.migrations.checkListed(pfn);
      if (mayBeOffLru(this, pfn)) this.defer(OFF_LRU, pfn);
    }
    for (const pfn of pinned) checkFlags(this, pfn);
    for (const pfn of copied) if (this.machine.folios.copiedTo.get(0, pfn) !== 0) this.migrations.copied(pfn);
    for (const sub of subscriptions) this.invalidations.checkSubscription(sub);
    for (const process of processes) this.invalidations.checkProcess(process);
    this.checkCharges();
    for (const pfn of unlockedFolios) {
      checkMigrationEntry(this, pfn);
      if (devices.length > 0) this.checkMirrorsOf(pfn);
    }
    if (this.unlockedTables) this.checkDeferredEntries();
    for (let i = 0; i < unlockedDrivers.length; i += 2) {
      this.checkDeferredMirrors(unlockedDrivers[i] as number, unlockedDrivers[i + 1] as number);
    }
    empty(pages);
    empty(mirrors);
    empty(folios);
    empty(counted);
    empty(flagged);
    empty(pinned);
    empty(copied);
    empty(subscriptions);
    empty(processes);
    empty(unlockedFolios);
    empty(unlockedDrivers);
    this.unlockedTables = false;
    this.rssTouched = false;
  }
  /** What processes are charged for, when no page-table lock is held. */
  private checkCharges(): void {
    if (this.pages.length === 0 && !this.rssTouched && !this.unlockedTables) return;
    if (underPageTableLock(this)) return;
    const { processes } = this.machine;
    for (let process = 0; process < processes.length; process++) {
      checkRss(this, process, this.anonEntries.get(process));
    }
  }

  /** What entries and counts say of a folio: at once, or when no page-table lock is held any more. */
  private checkEntries(pfn: number): void {
    const isRight = mapcountIsRight(this, pfn) && writableIsExclusive(this, pfn) && isMappedOnce(this, pfn);
    if (isRight && isWellPlaced(this, pfn)) return;
    if (underPageTableLock(this)) this.defer(FOLIOS, pfn);
    else this.checkEntriesNow(pfn);
  }
  private checkEntriesNow(pfn: number): void {
    checkMapcount(this, pfn);
    checkWritable(this, pfn);
    if (writableIsExclusive(this, pfn)) checkMappedOnce(this, pfn);
    checkPlaced(this, pfn);
  }
  private checkMirror(context: number, vpn: number): void {
    if (mirrorIsBacked(this, context, vpn)) return;
    if (this.mayChange(context) || this.isBeingReplaced(context, vpn)) {
      this.defer(MIRRORS + context, vpn);
      return;
    }
    checkMirror(this, context, vpn);
  }
  /** Whether the device's table is being changed: somebody holds a lock of its driver. */
  private mayChange(context: number): boolean {
    return this.machine.locks.driverLockHeld(context, this.machine.devices.deviceOfContext(context));
  }
  /** Whether the CPU's entry is gone for a moment, until another takes its place under the same page-table lock. */
  private isBeingReplaced(context: number, vpn: number): boolean {
    const entry = this.machine.pageTables.translation(this.machine.devices.processOfContext(context), vpn);
    return kindOf(entry) === EntryKind.none && underPageTableLock(this);
  }
  /** A folio that was unlocked: what was allowed while it was on its way is no longer. */
  private checkMirrorsOf(pfn: number): void {
    const { devices, locks } = this.machine;
    if (locks.isHeld(folioLock(pfn))) return;
    eachMapping(this.machine, pfn, (process, vpn) => {
      for (let device = 0; device < devices.length; device++) {
        this.checkMirror(devices.contextId(device, process), vpn);
      }
    });
  }

  // ------------------------------------------------------------------------------------------ looked at again later

  private defer(space: number, index: number): void {
    const count = this.deferredCount.get(space);
    this.deferred.set(space, count, index);
    this.deferredCount.set(space, count + 1);
  }
  /** Empties the list of `space` and returns what was in it, each once. */
  private takeDeferred(space: number): ReadonlySet<number> {
    const count = this.deferredCount.get(space);
    const taken = new Set<number>();
    for (let i = count - 1; i >= 0; i--) {
      taken.add(this.deferred.get(space, i));
      this.deferred.set(space, i, 0);
    }
    this.deferredCount.set(space, 0);
    return taken;
  }
  /** A page-table lock was released. */
  private checkDeferredEntries(): void {
    if (underPageTableLock(this)) return;
    if (this.deferredCount.get(FOLIOS) > 0) {
      for (const pfn of this.takeDeferred(FOLIOS)) this.checkEntriesNow(pfn);
    }
    for (let context = 0; context < this.machine.devices.contexts; context++) this.checkAgain(context);
  }
  /** An operation ended: pages on no LRU list, and those that nobody has and that are not free. */
  private checkDeferredPages(idle: boolean): void {
    if (this.deferredCount.get(OFF_LRU) > 0) {
      for (const pfn of this.takeDeferred(OFF_LRU)) {
        checkOnLru(this, pfn);
        if (isOnLru(this, pfn) && mayBeOffLru(this, pfn)) this.defer(OFF_LRU, pfn);
      }
    }
    if (!idle || this.deferredCount.get(UNUSED) === 0) return;
    for (const pfn of this.takeDeferred(UNUSED)) checkKept(this, pfn);
  }
  /** A lock of a driver was released: the contexts that it may have covered. */
  private checkDeferredMirrors(lockClass: number, index: number): void {
    const { devices } = this.machine;
    const by = declaredBy(makeLock(lockClass, index));
    for (let context = 0; context < devices.contexts; context++) {
      if (by?.owner !== (by?.scope === "device" ? devices.deviceOfContext(context) : context)) continue;
      this.checkAgain(context);
    }
  }
  private checkAgain(context: number): void {
    if (this.deferredCount.get(MIRRORS + context) === 0 || this.mayChange(context)) return;
    for (const vpn of this.takeDeferred(MIRRORS + context)) this.checkMirror(context, vpn);
  }
}

/** What a driver's callback is told of a range. */
function told(call: FunctionCall, range: Value): readonly [number, number, Value, Value] {
  return [
    call.field(range, "start"),
    call.field(range, "end"),
    call.field(range, "reason"),
    call.field(range, "owner"),
  ];
}

/** Empties a list; most have few items or none, for which setting the length is slow. */
function empty(list: number[]): void {
  if (list.length > 16) list.length = 0;
  while (list.length > 0) list.pop();
}

/** Adds `item` unless it came just before, as the cells of one thing do. */
function push(list: number[], item: number): void {
  if (list[list.length - 1] !== item) list.push(item);
}
