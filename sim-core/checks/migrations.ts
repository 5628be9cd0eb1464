/**
 * The rules of migrate_vma_setup, _pages and _finalize and of their siblings for a device's memory: in which order they are called,
 * that nobody writes to a page that is on its way, and what is left of it when they are done.
 *
 * Between setup and finalize the pages to move and, once it is known that they did not move, their destinations are marked. The
 * marks follow from where the threads stand, and are not hashed.
 */
import { FolioFlag, Lru } from "../machine/folios.ts";
import { folioLock, LockClass } from "../machine/locks.ts";
import type { Machine } from "../machine/machine.ts";
import { cpuName, deviceName, entryName, folioName, pageName, threadName } from "../machine/names.ts";
import { Right, translationPfn, translationRight } from "../machine/tlbs.ts";
import type { SparseColumn } from "../store/column.ts";
import { EntryFlag, EntryKind, hasFlag, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { NONE, payloadOf, Tag, tagOf, truthy } from "../store/value.ts";
import { entryCell, folioCell, lockCell, mirrorCell, mirrorTlbCell } from "./cells.ts";
import type { FunctionCall } from "./function-call.ts";
import { argumentOf, elementsOf } from "./function-call.ts";
import type { Scope } from "./scope.ts";
import { eachMapping } from "./scope.ts";
import type { Cell } from "./violation.ts";

/** How far a migration is. */
const Phase = { none: 0, setUp: 1, committed: 2, empty: 3, unmapped: 4 } as const;

export class Migrations {
  private readonly scope: Scope;
  private readonly machine: Machine;
  /** (thread, object): how far the migration is that struct migrate_vma describes. */
  private readonly phase: SparseColumn;
  /** (0, pfn) of pages on their way: who migrates them, a device's id + 2; 1 if no device is named. */
  private readonly source: SparseColumn;
  /** (0, pfn) of destinations whose source did not move: 1. */
  private readonly unused: SparseColumn;

  constructor(scope: Scope) {
    this.scope = scope;
    this.machine = scope.machine;
    const { store } = scope.machine;
    this.phase = store.sparseInt("checks.migrations", { chunkBits: 3 });
    this.source = store.sparseInt("checks.sources", { hashed: false, chunkBits: 4 });
    this.unused = store.sparseInt("checks.unusedDestinations", { hashed: false, chunkBits: 4 });
  }

  called(call: FunctionCall): void {
    switch (call.name) {
      case "migrate_vma_pages":
      case "migrate_device_pages":
        this.advance(call, Phase.committed);
        break;
      case "migrate_vma_finalize":
      case "migrate_device_finalize":
        this.advance(call, Phase.none);
        for (const pfn of this.folios(call, "src")) this.source.set(0, pfn, 0);
        break;
      default:
    }
  }
  returned(call: FunctionCall, result: Value): void {
    switch (call.name) {
      case "migrate_vma_setup":
        if (tagOf(result) !== Tag.error) this.setUp(call);
        break;
      case "migrate_device_range":
      case "migrate_device_pfns":
        this.setUp(call);
        break;
      case "migrate_device_unmap":
        // All that a setup consists of where the page is known already (migrate_device_coherent_folio).
        if (result !== 0) this.setUp(call, Phase.unmapped);
        break;
      case "migrate_vma_pages":
      case "migrate_device_pages":
        this.committed(call);
        break;
      case "migrate_vma_finalize":
      case "migrate_device_finalize":
        this.checkUnlocked(call);
        for (const pfn of this.folios(call, "dst")) this.unused.set(0, pfn, 0);
        break;
      default:
    }
  }

  /** The folios in one of the lists of struct migrate_vma. */
  private folios(call: FunctionCall, list: string): number[] {
    const items = elementsOf(this.machine, call.field(argumentOf(call, 0), list));
    return items.filter((item) => tagOf(item) === Tag.folio).map(payloadOf);
  }

  // ---------------------------------------------------------------------------------------- the order of calls

  private objectOf(call: FunctionCall): number {
    return this.machine.heap.numberOf(payloadOf(argumentOf(call, 0)));
  }
  private phaseCell(thread: number, object: number): Cell[] {
    const at = this.phase.find(thread, object);
    return at < 0 ? [] : [{ column: this.phase, cell: at, what: "how far the migration is" }];
  }
  private outOfOrder(thread: number, object: number, what: string): void {
    this.scope.report(
      "setup-pages-finalize-order",
      `${threadName(this.machine, thread)} ${what}`,
      this.phaseCell(thread, object),
    );
  }
  private setUp(call: FunctionCall, to: number = Phase.setUp): void {
    const object = this.objectOf(call);
    const before = this.phase.get(call.thread, object);
    if (before === Phase.setUp || before === Phase.committed) {
      this.outOfOrder(call.thread, object, `called ${call.name} again before the first migration was finalized`);
    }
    const args = argumentOf(call, 0);
    this.phase.set(call.thread, object, call.field(args, "cpages") === 0 ? Phase.empty : to);
    const owner = call.field(args, "owner");
    const mark = tagOf(owner) === Tag.device ? payloadOf(owner) + 2 : 1;
    for (const pfn of this.folios(call, "src")) {
      this.source.set(0, pfn, mark);
      this.checkOwner(pfn, owner, call.thread);
      this.checkStable(pfn);
    }
  }
  /** `migrate_vma_pages` or `migrate_vma_finalize` is called. */
  private advance(call: FunctionCall, to: number): void {
    const object = this.objectOf(call);
    const before = this.phase.get(call.thread, object);
    if (before === Phase.none) {
      this.outOfOrder(
        call.thread,
        object,
        `called ${call.name} for a migration that was not set up, or was finalized already`,
      );
    } else if (before === Phase.committed && to === Phase.committed) {
      this.outOfOrder(call.thread, object, `called ${call.name} a second time for one migration`);
    }
    // Where nothing was collected, a driver need not go on.
    this.phase.set(call.thread, object, before === Phase.empty && to === Phase.committed ? Phase.empty : to);
  }
  /** An operation of `thread` ended: so have its migrations. */
  operationEnded(thread: number): void {
    const left: number[] = [];
    this.phase.forEach(thread, 0, 2 ** 30, (object) => left.push(object));
    for (const object of left) {
      if (this.phase.get(thread, object) !== Phase.empty) {
        this.outOfOrder(thread, object, "ended and has not finalized a migration: its pages stay locked");
      }
      this.phase.set(thread, object, Phase.none);
    }
  }

  // ------------------------------------------------------------------------------------------ pages on their way

  /** The device that migrates page `pfn`, -1 if none is named; undefined if it is not on its way. */
  private mover(pfn: number): number | undefined {
    const mark = this.source.get(0, this.machine.folios.headOf(pfn));
    return mark === 0 ? undefined : mark - 2 < 0 ? -1 : mark - 2;
  }
  private isOwn(device: number, mover: number): boolean {
    return mover >= 0 && this.machine.ownerOf(device) === this.machine.ownerOf(mover);
  }
  private unstable(pfn: number, what: string, cells: readonly Cell[]): void {
    this.scope.report("src-stable-during-copy", `${folioName(pfn)} is being migrated, and ${what}`, cells);
  }
  /** Nobody can write to a page that has been unmapped to be moved. */
  private checkStable(pfn: number): void {
    const { machine } = this;
    const { devices, folios, mirrors, tlbs } = machine;
    const mover = this.mover(pfn) ?? -1;
    this.checkUnmapped(pfn);
    // What holds a reference to device memory is found later, when the page is to be committed.
    if (folios.gups.get(0, pfn) > 0 && folios.deviceOf(pfn) < 0) {
      this.unstable(pfn, "somebody holds a reference and may write to it by DMA", folioCell(machine, "gups", pfn));
    }
    eachMapping(machine, pfn, (process, vpn, _vma, page) => {
      const cpu = tlbs.holder(process, vpn, page, true);
      if (cpu >= 0) {
        const page = pageName(machine, process, vpn);
        this.unstable(
          pfn,
          `the TLB of ${cpuName(machine, cpu)} still lets it write to ${page}: it was not flushed`,
          entryCell(machine, process, vpn),
        );
      }
      for (let device = 0; device < devices.length; device++) {
        const context = devices.contextId(device, process);
        const mirror = mirrors.live(context, vpn);
        if (pfnOf(mirror) !== page || !hasFlag(mirror, EntryFlag.writable) || this.isOwn(device, mover)) continue;
        this.unstable(
          pfn,
          `${deviceName(machine, device)} can write to it as ${pageName(machine, process, vpn)}`,
          mirrorCell(machine, context, vpn),
        );
      }
    });
  }
  /** Folio `pfn` is mapped, unmapped, or counted otherwise: no entry maps one that is on its way. */
  checkUnmapped(pfn: number): void {
    if (this.source.get(0, pfn) === 0 || this.machine.folios.mappedEntries(pfn) === 0) return;
    const cells: Cell[] = [];
    eachMapping(this.machine, pfn, (process, vpn, _vma, page) => {
      const entry = this.machine.pageTables.translation(process, vpn);
      if (pfnOf(entry) === page && targetsFolio(entry) && kindOf(entry) !== EntryKind.migration)
        cells.push(...entryCell(this.machine, process, vpn));
    });
    this.unstable(pfn, "an entry maps it", [...cells, ...folioCell(this.machine, "entries", pfn)]);
  }
  /** A CPU (`device` -1) or device stored to frame `pfn` as page `vpn`. */
  stored(process: number, vpn: number, pfn: number, device: number): void {
    const mover = this.mover(pfn);
    if (mover === undefined || (device >= 0 && this.isOwn(device, mover))) return;
    const who = device < 0 ? "a CPU" : deviceName(this.machine, device);
    const page = pageName(this.machine, process, vpn);
    this.unstable(pfn, `${who} stores to it as ${page}`, entryCell(this.machine, process, vpn));
  }
  /** Page `pfn`, which is on its way, was copied. */
  copied(pfn: number): void {
    const mover = this.mover(pfn);
    if (mover === undefined || mover < 0) return;
    const { machine } = this;
    const { devices, folios, mirrors } = machine;
    eachMapping(machine, folios.headOf(pfn), (process, vpn, _vma, page) => {
      if (page !== pfn) return;
      for (let device = 0; device < devices.length; device++) {
        if (!this.isOwn(device, mover)) continue;
        const context = devices.contextId(device, process);
        const mirror = mirrors.live(context, vpn);
        const cached = mirrors.stopped.get(context) === 0 ? mirrors.tlb.get(context, vpn) : 0;
        const isOwnMemory = folios.deviceOf(pfn) === device;
        const through = (frame: number, writes: boolean): boolean => frame === pfn && (writes || isOwnMemory);
        const byTable =
          kindOf(mirror) !== EntryKind.none && through(pfnOf(mirror), hasFlag(mirror, EntryFlag.writable));
        const byTlb = cached !== 0 && through(translationPfn(cached), translationRight(cached) !== Right.read);
        if (!byTable && !byTlb) continue;
        this.scope.report(
          "own-device-revoked-before-copy",
          `${folioName(pfn)} is copied while ${deviceName(machine, device)}, which migrates it, can still ${isOwnMemory ? "use" : "write to"} it as ${pageName(machine, process, vpn)}`,
          byTable ? mirrorCell(machine, context, vpn) : mirrorTlbCell(machine, context, vpn),
        );
      }
    });
  }

  // -------------------------------------------------------------------------------------------- what did not move

  /** It is known which pages have moved: the destinations of the others are not to be mapped. */
  private committed(call: FunctionCall): void {
    const { devices, mirrors, pageSize } = this.machine;
    const args = argumentOf(call, 0);
    const moved = elementsOf(this.machine, call.field(args, "migrate"));
    const vma = call.field(args, "vma");
    const process = tagOf(vma) === Tag.vma ? payloadOf(call.field(vma, "process")) : -1;
    for (const [i, dst] of elementsOf(this.machine, call.field(args, "dst")).entries()) {
      if (tagOf(dst) !== Tag.folio || truthy(moved[i] ?? NONE)) continue;
      const pfn = payloadOf(dst);
      this.unused.set(0, pfn, 1);
      const vpn = Math.floor(call.field(args, "start") / pageSize) + i;
      for (let device = 0; process >= 0 && device < devices.length; device++) {
        const context = devices.contextId(device, process);
        const mirror = mirrors.live(context, vpn);
        if (kindOf(mirror) !== EntryKind.none && pfnOf(mirror) === pfn) this.checkUsed(context, vpn, mirror);
      }
    }
  }
  /** A device's entry was written. */
  inserted(context: number, vpn: number, entry: Value): void {
    const { devices, folios } = this.machine;
    this.checkUsed(context, vpn, entry);
    const device = devices.deviceOfContext(context);
    const pfn = pfnOf(entry);
    const mover = this.mover(pfn);
    const name = (): string => deviceName(this.machine, device);
    const page = (): string => pageName(this.machine, devices.processOfContext(context), vpn);
    if (mover !== undefined && hasFlag(entry, EntryFlag.writable) && !this.isOwn(device, mover)) {
      this.unstable(pfn, `${name()} maps it writable as ${page()}`, mirrorCell(this.machine, context, vpn));
    }
    if (!folios.isPrivate(pfn)) return;
    const home = folios.deviceOf(pfn);
    if (this.machine.ownerOf(home) === this.machine.ownerOf(device)) return;
    this.scope.report(
      "foreign-private-untouched",
      `${name()} maps ${folioName(pfn)} for ${page()}, private memory of ${deviceName(this.machine, home)}, which it cannot reach`,
      mirrorCell(this.machine, context, vpn),
    );
  }
  private checkUsed(context: number, vpn: number, entry: Value): void {
    const pfn = pfnOf(entry);
    if (this.unused.get(0, this.machine.folios.headOf(pfn)) === 0) return;
    const { devices } = this.machine;
    const device = deviceName(this.machine, devices.deviceOfContext(context));
    const page = pageName(this.machine, devices.processOfContext(context), vpn);
    this.scope.report(
      "migrate-bit-respected",
      `${device} maps ${folioName(pfn)} for ${page}, which did not move there (MIGRATE is clear after migrate_vma_pages): the folio is about to be freed`,
      mirrorCell(this.machine, context, vpn),
    );
  }
  /** A folio's flags were written: a destination that is about to be freed goes on no LRU list. */
  checkListed(pfn: number): void {
    const { folios } = this.machine;
    if (this.unused.get(0, pfn) === 0) return;
    // It was freed: whoever gets the frame next may do so.
    if (!folios.has(pfn, FolioFlag.allocated)) this.unused.set(0, pfn, 0);
    if (folios.lru(pfn) !== Lru.on) return;
    this.scope.report(
      "lru-isolation-balanced",
      `${folioName(pfn)}, to which a page did not move in the end, is put on an LRU list although it is about to be freed`,
      folioCell(this.machine, "flags", pfn),
    );
  }
  /** The migration entry of page `vpn` gives way to `entry`; `thread` does that. */
  restored(process: number, vpn: number, old: Value, entry: Value, thread: number): void {
    const { machine } = this;
    const pfn = pfnOf(old);
    const page = (): string => pageName(machine, process, vpn);
    if (kindOf(entry) === EntryKind.none) {
      if (machine.locks.owner(folioLock(machine.folios.headOf(pfn))) !== thread) return;
      this.scope.report(
        "failed-word-restored",
        `${threadName(machine, thread)}, which migrates ${folioName(pfn)}, leaves nothing in place of the migration entry of ${page()}: what the page held is gone`,
        [...entryCell(machine, process, vpn), ...folioCell(machine, "entries", pfn)],
      );
      return;
    }
    if (kindOf(entry) === EntryKind.migration || !targetsFolio(entry) || pfnOf(entry) !== pfn) return;
    if (hasFlag(entry, EntryFlag.writable) === hasFlag(old, EntryFlag.writable)) return;
    this.scope.report(
      "failed-word-restored",
      `${page()} did not move and is ${entryName(entry)} now, where it was ${hasFlag(old, EntryFlag.writable) ? "writable" : "read-only"} before`,
      entryCell(machine, process, vpn),
    );
  }

  /** `pfn` is going to move for `owner`, who may move system memory and its own. */
  private checkOwner(pfn: number, owner: Value, thread: number): void {
    const { machine } = this;
    if (!machine.folios.isPrivate(pfn)) return;
    const home = machine.folios.deviceOf(pfn);
    if (machine.ownerOf(home) === owner) return;
    this.scope.report(
      "foreign-private-untouched",
      `${threadName(machine, thread)} migrates ${folioName(pfn)}, private memory of ${deviceName(machine, home)}, for another owner`,
      folioCell(machine, "temps", pfn),
    );
  }

  /** A migration was finalized: nothing that it had locked is still locked, but for what the fault handler has. */
  private checkUnlocked(call: FunctionCall): void {
    const { machine } = this;
    const args = argumentOf(call, 0);
    const kept = call.field(args, "fault_page");
    for (const pfn of [...this.folios(call, "src"), ...this.folios(call, "dst")]) {
      if (machine.locks.owner(folioLock(pfn)) !== call.thread || (kept !== NONE && payloadOf(kept) === pfn)) continue;
      // That is another rule's business: no-migration-survives-finalize.
      if (machine.folios.migrationEntries(pfn) > 0) continue;
      this.scope.report(
        "finalize-balances-locks",
        `${folioName(pfn)} is still locked after ${call.name}: whoever touches it waits for ever`,
        lockCell(machine, LockClass.folio, pfn),
      );
    }
  }
}
