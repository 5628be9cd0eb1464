/**
 * Mapped ranges (struct vm_area_struct). A vma is a row; each process has its rows in order of address. A new vma takes the
 * lowest free row, and a new anonymous root the lowest that no vma uses.
 *
 * A root stands for an anon_vma tree: a vma has one from the start, those that split off it and those of forked children
 * share it, and the folios of an anonymous vma belong to it. The page index of an address within it is linear:
 * index = pgoff + (address - start) / page size. A vma of a file has the file's page indexes; a private one has a root too, for
 * the pages that are its process's own.
 */
import type { DenseColumn, SparseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { RegionKind } from "./description.ts";
import { REGION_KINDS } from "./description.ts";

/** Bits of `Vmas.flags`. */
export const VmaFlag = {
  readable: 1,
  writable: 2,
  shared: 4,
  /** VM_IO and VM_PFNMAP: a driver maps what need not be memory. */
  pfnmap: 8,
  dontfork: 16,
  wipeonfork: 32,
  hugepage: 64,
  nohugepage: 128,
  locked: 256,
  mergeable: 512,
  /** It has, or had, pages of its own (vma->anon_vma is set). */
  anonVma: 1024,
  /** VM_MIXEDMAP: a driver inserted its own pages. */
  mixedmap: 2048,
  /** VM_UFFD_MISSING: a monitor fills its holes (userfaultfd). */
  uffdMissing: 1 << 15,
  /** Of hugetlbfs: huge pages that its process has not touched yet are reserved for it (HPAGE_RESV_OWNER). */
  resvOwner: 1 << 16,
  /** Of hugetlbfs: a page was taken away for want of huge pages (HPAGE_RESV_UNMAPPED). */
  resvUnmapped: 1 << 17,
} as const;

/** Bits 12 to 14. */
const KIND_SHIFT = 12;
const KIND_MASK = 7 << KIND_SHIFT;

export class Vmas {
  /** Process + 1; 0 is a free row. */
  readonly process: DenseColumn;
  /** Byte addresses, half-open. */
  readonly start: DenseColumn;
  readonly end: DenseColumn;
  /** Page index of `start` within the root. */
  readonly pgoff: DenseColumn;
  readonly flags: DenseColumn;
  /** Region + 1 and anonymous root + 1; 0: none. NUMA node + 1 of its policy. */
  readonly region: DenseColumn;
  readonly root: DenseColumn;
  readonly node: DenseColumn;
  /** File + 1 (see `files.ts`); 0: none. */
  readonly file: DenseColumn;
  private readonly order: SparseColumn;
  private readonly count: DenseColumn;
  private readonly rows: DenseColumn;
  private readonly rootUsers: DenseColumn;
  private readonly roots: DenseColumn;
  private readonly pageSize: number;

  constructor(store: Store, pageSize: number) {
    this.pageSize = pageSize;
    this.process = store.int("vma.process");
    this.start = store.values("vma.start");
    this.end = store.values("vma.end");
    this.pgoff = store.values("vma.pgoff");
    this.flags = store.int("vma.flags");
    this.region = store.int("vma.region");
    this.root = store.int("vma.root");
    this.node = store.int("vma.node");
    this.file = store.int("vma.file");
    this.order = store.sparseInt("vma.order", { chunkBits: 4 });
    this.count = store.int("vma.count");
    // How far rows and roots have ever been used: a bound for searches, not state.
    this.rows = store.int("vma.rows", { hashed: false });
    this.rootUsers = store.int("root.users");
    this.roots = store.int("root.count", { hashed: false });
  }

  /** One more than the highest row ever used. */
  get length(): number {
    return this.rows.get(0);
  }
  has(vma: number, flag: number): boolean {
    return (this.flags.get(vma) & flag) !== 0;
  }
  put(vma: number, flag: number, on: boolean): void {
    const flags = this.flags.get(vma);
    this.flags.set(vma, on ? flags | flag : flags & ~flag);
  }
  kind(vma: number): RegionKind {
    return REGION_KINDS[(this.flags.get(vma) & KIND_MASK) >>> KIND_SHIFT] ?? "anon";
  }
  /** Whether new pages of it are anonymous ones (vma_is_anonymous). */
  isAnonymous(vma: number): boolean {
    return this.kind(vma) === "anon";
  }
  exists(vma: number): boolean {
    return this.process.get(vma) !== 0;
  }

  /** Number of vmas of `process`, and its `i`-th in order of address. */
  countOf(process: number): number {
    return this.count.get(process);
  }
  at(process: number, i: number): number {
    return this.order.get(process, i) - 1;
  }
  /** The vma of `process` that contains `address`, or -1. */
  find(process: number, address: number): number {
    const i = this.firstEndingAfter(process, address);
    if (i === this.count.get(process)) return -1;
    const vma = this.at(process, i);
    return this.start.get(vma) <= address ? vma : -1;
  }
  /** Index among the vmas of `process` of the first that ends after `address`; their number if none does. */
  firstEndingAfter(process: number, address: number): number {
    let low = 0;
    let high = this.count.get(process);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.end.get(this.at(process, middle)) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  /** Whether [start, end) of `process` overlaps no vma. */
  isFree(process: number, start: number, end: number): boolean {
    const i = this.firstEndingAfter(process, start);
    return i === this.count.get(process) || this.start.get(this.at(process, i)) >= end;
  }

  /** Page index of `address` within the root of `vma`. */
  indexOf(vma: number, address: number): number {
    return this.pgoff.get(vma) + Math.floor((address - this.start.get(vma)) / this.pageSize);
  }
  /** Address at which `vma` maps page `index` of its root, or -1. */
  addressOf(vma: number, index: number): number {
    const address = this.start.get(vma) + (index - this.pgoff.get(vma)) * this.pageSize;
    return address >= this.start.get(vma) && address < this.end.get(vma) ? address : -1;
  }
  /** Anonymous root of `vma`, or -1. */
  rootOf(vma: number): number {
    return this.root.get(vma) - 1;
  }

  /** File of `vma`, or -1. */
  fileOf(vma: number): number {
    return this.file.get(vma) - 1;
  }

  /**
   * Makes a vma for [start, end), which must be free; flags as or-ed `VmaFlag` bits; `file` is mapped from its start, -1 for
   * none. Returns its row.
   */
  insert(
    process: number,
    start: number,
    end: number,
    kind: RegionKind,
    flags: number,
    region: number,
    node: number,
    file: number,
  ): number {
    const vma = this.freeRow();
    this.process.set(vma, process + 1);
    this.start.set(vma, start);
    this.end.set(vma, end);
    this.pgoff.set(vma, file < 0 ? Math.floor(start / this.pageSize) : 0);
    this.file.set(vma, file + 1);
    this.flags.set(vma, flags | (REGION_KINDS.indexOf(kind) << KIND_SHIFT));
    this.region.set(vma, region + 1);
    this.node.set(vma, node + 1);
    this.useRoot(vma, this.freeRoot());
    this.link(process, vma);
    return vma;
  }
  /** Makes a vma like `from` (attributes, root, page indexes from its start) for [start, end) of `process`. Returns its row. */
  insertLike(from: number, process: number, start: number, end: number): number {
    const vma = this.freeRow();
    this.process.set(vma, process + 1);
    this.start.set(vma, start);
    this.end.set(vma, end);
    this.pgoff.set(vma, this.pgoff.get(from));
    this.flags.set(vma, this.flags.get(from));
    this.region.set(vma, this.region.get(from));
    this.node.set(vma, this.node.get(from));
    this.file.set(vma, this.file.get(from));
    this.useRoot(vma, this.rootOf(from));
    this.link(process, vma);
    return vma;
  }
  /** Cuts `vma` at `address` (start < address < end): it keeps the lower part. Returns the row of the upper one. */
  split(vma: number, address: number): number {
    const process = this.process.get(vma) - 1;
    const end = this.end.get(vma);
    const index = this.indexOf(vma, address);
    this.end.set(vma, address);
    const upper = this.insertLike(vma, process, address, end);
    this.pgoff.set(upper, index);
    return upper;
  }
  /** Whether `upper` begins where `lower` ends, and both are alike and continue each other (can_vma_merge_after). */
  canJoin(lower: number, upper: number): boolean {
    return (
      this.end.get(lower) === this.start.get(upper) &&
      [this.process, this.flags, this.region, this.root, this.node, this.file].every(
        (column) => column.get(lower) === column.get(upper),
      ) &&
      this.indexOf(lower, this.end.get(lower)) === this.pgoff.get(upper)
    );
  }
  /** Makes `lower` end where `upper` does, which is removed. */
  join(lower: number, upper: number): void {
    const end = this.end.get(upper);
    this.remove(upper);
    this.end.set(lower, end);
  }
  /** Takes `vma` out of its process; its row is free again. */
  remove(vma: number): void {
    const process = this.process.get(vma) - 1;
    const count = this.count.get(process);
    let i = this.firstEndingAfter(process, this.start.get(vma));
    for (; i + 1 < count; i++) this.order.set(process, i, this.order.get(process, i + 1));
    this.order.set(process, count - 1, 0);
    this.count.set(process, count - 1);
    const root = this.rootOf(vma);
    if (root >= 0) this.rootUsers.set(root, this.rootUsers.get(root) - 1);
    for (const column of [
      this.process,
      this.start,
      this.end,
      this.pgoff,
      this.flags,
      this.region,
      this.root,
      this.node,
      this.file,
    ]) {
      column.set(vma, 0);
    }
  }

  /**
   * Calls `visit` with each vma that maps any of `pages` pages from `index` on of anonymous root `root` or, if that is -1, of
   * file `file`; lowest row first. `first` is how many of the pages lie before what the vma maps at [address, end).
   */
  forEachMapping(
    root: number,
    file: number,
    index: number,
    pages: number,
    visit: (vma: number, process: number, address: number, end: number, first: number) => void,
  ): void {
    const column = root >= 0 ? this.root : this.file;
    const wanted = (root >= 0 ? root : file) + 1;
    if (wanted === 0) return;
    for (let vma = 0; vma < this.length; vma++) {
      if (column.get(vma) !== wanted || this.process.get(vma) === 0) continue;
      const pgoff = this.pgoff.get(vma);
      const count = Math.floor((this.end.get(vma) - this.start.get(vma)) / this.pageSize);
      const first = Math.max(index, pgoff);
      const last = Math.min(index + pages, pgoff + count);
      if (first >= last) continue;
      const address = this.start.get(vma) + (first - pgoff) * this.pageSize;
      visit(vma, this.process.get(vma) - 1, address, address + (last - first) * this.pageSize, first - index);
    }
  }

  private link(process: number, vma: number): void {
    const count = this.count.get(process);
    const at = this.firstEndingAfter(process, this.start.get(vma));
    for (let i = count; i > at; i--) this.order.set(process, i, this.order.get(process, i - 1));
    this.order.set(process, at, vma + 1);
    this.count.set(process, count + 1);
  }
  private freeRow(): number {
    const rows = this.rows.get(0);
    for (let row = 0; row < rows; row++) if (this.process.get(row) === 0) return row;
    this.rows.set(0, rows + 1);
    return rows;
  }
  private freeRoot(): number {
    const roots = this.roots.get(0);
    for (let root = 0; root < roots; root++) if (this.rootUsers.get(root) === 0) return root;
    this.roots.set(0, roots + 1);
    return roots;
  }
  private useRoot(vma: number, root: number): void {
    this.root.set(vma, root + 1);
    if (root >= 0) this.rootUsers.set(root, this.rootUsers.get(root) + 1);
  }
}
