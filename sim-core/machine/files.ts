/**
 * Files and their page cache (struct address_space, include/linux/fs.h, v6.12): those that regions name, one for each piece
 * of shared memory, one for each hugetlb region. What a file holds on its disk lies in frames behind those of memory, which
 * nothing maps; it is zeros at first.
 */
import type { DenseColumn, SparseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { MachineDescription } from "./description.ts";
import type { Folios } from "./folios.ts";
import { FolioFlag } from "./folios.ts";

/** A file: its name, or that of the region that it is made for. */
export interface FileDescription {
  readonly name: string;
  readonly kind: "file" | "shmem" | "hugetlb";
  readonly pages: number;
  /** Its first frame behind memory, relative to `Files.base`. */
  readonly offset: number;
}

/** A file whose name begins so is one of memory alone, as memfd_create makes it. */
const MEMFD = "memfd:";

/** The files that the regions of a machine are made of, and which region has which (-1: none). */
export function filesOf(description: MachineDescription): {
  readonly files: readonly FileDescription[];
  readonly ofRegion: readonly number[];
} {
  const files: (FileDescription & { key: string })[] = [];
  const ofRegion = description.regions.map((region, id) => {
    if (region.kind === "anon" || region.kind === "driver") return -1;
    const isMemfd = region.file?.startsWith(MEMFD) === true;
    const key = region.kind === "file" ? `file ${region.file ?? ""}` : `region ${id}`;
    const known = files.findIndex((file) => file.key === key);
    if (known >= 0) {
      const file = files[known];
      if (file !== undefined && region.pages > file.pages) files[known] = { ...file, pages: region.pages };
      return known;
    }
    const kind = isMemfd ? "shmem" : region.kind;
    files.push({ key, name: region.file ?? region.name, kind, pages: region.pages, offset: 0 });
    return files.length - 1;
  });
  let offset = 0;
  const laid = files.map(({ name, kind, pages }) => {
    const file = { name, kind, pages, offset };
    offset += pages;
    return file;
  });
  return { files: laid, ofRegion };
}

/** What the page cache has for a page of a file. */
export type Cached = { readonly folio: number } | { readonly slot: number } | undefined;

export class Files {
  readonly all: readonly FileDescription[];
  /** Frame in which the first file's first page lies. */
  readonly base: number;
  /** (file, page index): folio + 1, or minus (swap slot + 1), or 0. A large folio stands at its first index alone. */
  readonly cache: SparseColumn;
  /** Pages by which a file is shorter than it was at first. */
  private readonly shortened: DenseColumn;
  private readonly ofRegionId: readonly number[];
  private readonly folios: Folios;

  constructor(store: Store, folios: Folios, description: MachineDescription, base: number) {
    const { files, ofRegion } = filesOf(description);
    this.all = files;
    this.ofRegionId = ofRegion;
    this.folios = folios;
    this.base = base;
    this.cache = store.sparseInt("pagecache", { chunkBits: 4 });
    this.shortened = store.int("file.shortened");
  }

  /** The file of region `region`; -1 for anonymous memory and what a driver maps. */
  ofRegion(region: number): number {
    return this.ofRegionId[region] ?? -1;
  }
  /** How many pages file `file` has (i_size). */
  pagesOf(file: number): number {
    return (this.all[file]?.pages ?? 0) - this.shortened.get(file);
  }
  /** File `file` has `pages` pages from here on, at most as many as it is mapped with. */
  setPages(file: number, pages: number): void {
    this.shortened.set(file, (this.all[file]?.pages ?? 0) - pages);
  }
  /** The frame behind memory that holds page `index` of file `file` on its disk. */
  diskFrame(file: number, index: number): number {
    return this.base + (this.all[file]?.offset ?? 0) + index;
  }
  /** What the page cache has for page `index` of `file`. */
  cached(file: number, index: number): Cached {
    const cell = this.cache.get(file, index);
    if (cell > 0) return { folio: cell - 1 };
    if (cell < 0) return { slot: -cell - 1 };
    if (this.all[file]?.kind !== "hugetlb") return undefined;
    const span = 2 ** this.folios.pmdOrder;
    const head = this.cache.get(file, index - (index % span));
    return head > 0 ? { folio: head - 1 } : undefined;
  }
  /** Puts folio `pfn` into the page cache as page `index` of `file`; `thread`'s references, one a page, become the cache's. */
  add(thread: number, pfn: number, file: number, index: number): void {
    this.cache.set(file, index, pfn + 1);
    this.folios.setFile(pfn, file, index);
    this.folios.put(pfn, FolioFlag.pagecache, true);
    this.folios.hold(thread, pfn, -this.folios.pages(pfn));
  }
  /** Takes folio `pfn` out of the page cache; the cache's references become `thread`'s. Its mapping is gone. */
  remove(thread: number, pfn: number): void {
    this.cache.set(this.folios.file(pfn), this.folios.index(pfn), 0);
    this.folios.hold(thread, pfn, this.folios.pages(pfn));
    this.folios.put(pfn, FolioFlag.pagecache, false);
    this.folios.setMapping(pfn, -1, 0);
  }
  /** In the page cache folio `to` takes the place of folio `from`, with the cache's references and the mapping. */
  replace(thread: number, from: number, to: number): void {
    const file = this.folios.file(from);
    const index = this.folios.index(from);
    this.remove(thread, from);
    this.add(thread, to, file, index);
  }
  /** Page `index` of `file`, shared memory, is in swap slot `slot` from here on; -1: it is nowhere. */
  setSlot(file: number, index: number, slot: number): void {
    this.cache.set(file, index, slot < 0 ? 0 : -(slot + 1));
  }
}
