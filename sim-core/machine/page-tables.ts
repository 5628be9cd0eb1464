/**
 * The CPU's page tables: one entry a page and process, and one a page table (PMD level).
 *
 * Setting an entry moves references in the ledger of `folios.ts`: an entry that holds one takes it from the running thread,
 * and the thread gets that of the entry it replaces.
 */
import type { SparseColumn } from "../store/column.ts";
import { EntryKind, holdsReference, kindOf, NO_ENTRY, pfnOf } from "../store/entry.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import type { Folios } from "./folios.ts";

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

  /** The entry of page `vpn`; `NO_ENTRY` for a hole. */
  get(process: number, vpn: number): Value {
    const value = this.pte.get(process, vpn);
    return value === 0 ? NO_ENTRY : value;
  }

  /** `thread` replaces the entry of page `vpn`, giving and getting references. Returns the old entry. */
  set(thread: number, process: number, vpn: number, entry: Value): Value {
    const old = this.get(process, vpn);
    if (old === entry) return old;
    this.pte.set(process, vpn, entry === NO_ENTRY ? 0 : entry);
    const { folios } = this;
    const oldPfn = pfnOf(old);
    const pfn = pfnOf(entry);
    const gives = holdsReference(old);
    const takes = holdsReference(entry);
    if (!(gives && takes && oldPfn === pfn)) {
      if (gives) folios.hold(thread, oldPfn, 1);
      if (takes) folios.hold(thread, pfn, -1);
    }
    const oldKind = kindOf(old);
    const kind = kindOf(entry);
    if (oldPfn !== pfn || oldKind !== kind) {
      this.count(oldPfn, oldKind, -1);
      this.count(pfn, kind, 1);
    }
    return old;
  }

  /** Replaces flags alone, as the MMU sets young and dirty: no reference moves. */
  setFlags(process: number, vpn: number, entry: Value): void {
    this.pte.set(process, vpn, entry);
  }

  /** The PMD-level entry that covers page `vpn`: `NO_ENTRY`, or one of kind `table`. */
  getPmd(process: number, vpn: number): Value {
    const value = this.pmd.get(process, Math.floor(vpn / this.span));
    return value === 0 ? NO_ENTRY : value;
  }
  /** Replaces the PMD-level entry that covers page `vpn`. Returns the old one. */
  setPmd(process: number, vpn: number, entry: Value): Value {
    const old = this.getPmd(process, vpn);
    this.pmd.set(process, Math.floor(vpn / this.span), entry === NO_ENTRY ? 0 : entry);
    return old;
  }

  private count(pfn: number, kind: EntryKind, sign: number): void {
    switch (kind) {
      case EntryKind.present:
      case EntryKind.protnone:
      case EntryKind.device_private:
        this.folios.countEntries(pfn, sign, 0, 0);
        break;
      case EntryKind.device_exclusive:
        this.folios.countEntries(pfn, 0, sign, 0);
        break;
      case EntryKind.migration:
        this.folios.countEntries(pfn, 0, 0, sign);
        break;
      default:
    }
  }
}
