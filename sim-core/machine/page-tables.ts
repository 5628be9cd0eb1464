/**
 * The CPU's page tables: one entry a page and process (PTE), and one for each `span` pages (PMD): none, the sign that a table
 * of PTEs hangs there, or a leaf that maps a huge page. Under a leaf there are no PTEs.
 *
 * Setting an entry moves references in the ledger of `folios.ts`: an entry that holds one takes it from the running thread,
 * and the thread gets that of the entry it replaces.
 */
import type { SparseColumn } from "../store/column.ts";
import {
  EntryKind,
  entryOfLeaf,
  holdsReference,
  isLeaf,
  kindOf,
  makeEntry,
  NO_ENTRY,
  pfnOf,
  targetsFolio,
} from "../store/entry.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import type { Folios } from "./folios.ts";

/** The PMD-level entry of a span that has a table of PTEs. */
export const TABLE: Value = makeEntry(EntryKind.table, 0, 0);

export class PageTables {
  /** Addressed by (process, virtual page number); 0 is a hole. */
  readonly pte: SparseColumn;
  /** Addressed by (process, virtual page number / entries a table); 0 is a hole. */
  readonly pmd: SparseColumn;
  /** How many pages one page table maps. */
  readonly span: number;
  private readonly folios: Folios;

  constructor(store: Store, folios: Folios, pageSize: number) {
    this.folios = folios;
    this.span = pageSize / 8;
    this.pte = store.sparseValues("pte");
    this.pmd = store.sparseValues("pmd", { chunkBits: 4 });
  }

  /** The PTE of page `vpn`; `NO_ENTRY` for a hole, and under a leaf. */
  get(process: number, vpn: number): Value {
    const value = this.pte.get(process, vpn);
    return value === 0 ? NO_ENTRY : value;
  }
  /** What translates page `vpn`: its PTE, or its part of the leaf above. */
  translation(process: number, vpn: number): Value {
    const value = this.pte.get(process, vpn);
    if (value !== 0) return value;
    const pmd = this.pmd.get(process, Math.floor(vpn / this.span));
    return pmd === 0 || !isLeaf(pmd) ? NO_ENTRY : entryOfLeaf(pmd, vpn % this.span);
  }

  /** `thread` replaces the PTE of page `vpn`, giving and getting references. Returns the old entry. */
  set(thread: number, process: number, vpn: number, entry: Value): Value {
    const old = this.get(process, vpn);
    if (old === entry) return old;
    this.pte.set(process, vpn, entry === NO_ENTRY ? 0 : entry);
    if (old === NO_ENTRY) {
      const table = Math.floor(vpn / this.span);
      if (this.pmd.get(process, table) === 0) this.pmd.set(process, table, TABLE);
    }
    this.account(thread, old, entry);
    return old;
  }

  /** Replaces flags alone, as the MMU sets young and dirty: no reference moves. `entry` is what `translation` would give. */
  setFlags(process: number, vpn: number, entry: Value, flags: number): void {
    if (this.pte.get(process, vpn) !== 0) {
      this.pte.set(process, vpn, makeEntry(kindOf(entry), pfnOf(entry), flags));
      return;
    }
    this.pmd.set(
      process,
      Math.floor(vpn / this.span),
      makeEntry(kindOf(entry), pfnOf(entry) - (vpn % this.span), flags),
    );
  }

  /** The PMD-level entry that covers page `vpn`: `NO_ENTRY`, one of kind `table`, or a leaf. */
  getPmd(process: number, vpn: number): Value {
    const value = this.pmd.get(process, Math.floor(vpn / this.span));
    return value === 0 ? NO_ENTRY : value;
  }
  /** `thread` replaces the PMD-level entry that covers page `vpn`, giving and getting references. Returns the old one. */
  setPmd(thread: number, process: number, vpn: number, entry: Value): Value {
    const old = this.getPmd(process, vpn);
    if (old === entry) return old;
    this.pmd.set(process, Math.floor(vpn / this.span), entry === NO_ENTRY ? 0 : entry);
    this.account(thread, old, entry);
    return old;
  }

  /** References and counts of an entry that takes another's place. */
  private account(thread: number, old: Value, entry: Value): void {
    const { folios } = this;
    const oldHead = targetsFolio(old) ? folios.headOf(pfnOf(old)) : -1;
    const head = targetsFolio(entry) ? folios.headOf(pfnOf(entry)) : -1;
    const gives = holdsReference(old);
    const takes = holdsReference(entry);
    if (!(gives && takes && oldHead === head)) {
      if (gives) folios.hold(thread, oldHead, 1);
      if (takes) folios.hold(thread, head, -1);
    }
    if (oldHead !== head || kindOf(old) !== kindOf(entry)) {
      this.count(oldHead, old, -1);
      this.count(head, entry, 1);
    }
  }
  private count(head: number, entry: Value, sign: number): void {
    if (head < 0) return;
    switch (kindOf(entry)) {
      case EntryKind.present:
      case EntryKind.protnone:
      case EntryKind.device_private:
        if (holdsReference(entry)) this.folios.countEntries(head, sign, 0, 0);
        break;
      case EntryKind.device_exclusive:
        this.folios.countEntries(head, 0, sign, 0);
        break;
      case EntryKind.migration:
        this.folios.countEntries(head, 0, 0, sign);
        break;
      default:
    }
  }
}
