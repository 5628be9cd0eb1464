/**
 * What the pages hold: 64-bit words. Word 0 of each frame has a column of its own, so that a page that was written once costs
 * one cell; other words are kept in small chunks.
 */
import type { SparseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { fromBigInt } from "../store/value.ts";

/** What word 0 of a newly allocated frame holds until somebody clears it or copies to it (cf. PAGE_POISON, v6.12). */
export const POISON: Value = fromBigInt(0xaaaaaaaaaaaaaaaan);

const INDEX_SPAN = 2 ** 36;
const CHUNK_BITS = 3;

export class Content {
  /** Word 0 of frame `pfn` at (0, pfn). */
  readonly first: SparseColumn;
  /** The other words: number pfn * words + w, split into space and index. */
  readonly rest: SparseColumn;
  /** Words in a page. */
  readonly words: number;

  constructor(store: Store, pageSize: number) {
    this.words = pageSize / 8;
    this.first = store.sparseValues("content.first");
    this.rest = store.sparseValues("content.rest", { chunkBits: CHUNK_BITS });
  }

  /** Word `word` (0 <= word < words) of frame `pfn`. */
  get(pfn: number, word: number): Value {
    if (word === 0) return this.first.get(0, pfn);
    const at = pfn * this.words + word;
    return this.rest.get(Math.floor(at / INDEX_SPAN), at % INDEX_SPAN);
  }
  set(pfn: number, word: number, value: Value): void {
    if (word === 0) {
      this.first.set(0, pfn, value);
      return;
    }
    const at = pfn * this.words + word;
    this.rest.set(Math.floor(at / INDEX_SPAN), at % INDEX_SPAN, value);
  }

  /** Makes all words of frame `pfn` 0. */
  clear(pfn: number): void {
    this.first.set(0, pfn, 0);
    this.eachChunk(pfn, -1, (space, from, to) => {
      for (let i = from; i < to; i++) this.rest.set(space, i, 0);
    });
  }
  /** Makes frame `to` hold what frame `from` holds. */
  copy(from: number, to: number): void {
    this.first.set(0, to, this.first.get(0, from));
    const shift = (to - from) * this.words;
    this.eachChunk(from, to, (space, first, end) => {
      for (let i = first; i < end; i++) {
        const at = space * INDEX_SPAN + i + shift;
        this.rest.set(Math.floor(at / INDEX_SPAN), at % INDEX_SPAN, this.rest.get(space, i));
      }
    });
  }
  /** The first word in which two frames differ, or -1. */
  difference(a: number, b: number): number {
    if (this.first.get(0, a) !== this.first.get(0, b)) return 0;
    let word = -1;
    this.eachChunk(a, b, (space, first, end) => {
      for (let i = first; i < end && word < 0; i++) {
        const w = (space * INDEX_SPAN + i) % this.words;
        if (w !== 0 && this.get(a, w) !== this.get(b, w)) word = w;
      }
    });
    return word;
  }

  /** Calls `visit` for each chunk of frame `pfn` that it or frame `other` (-1: none) has something in; [from, to) of `pfn`. */
  private eachChunk(pfn: number, other: number, visit: (space: number, from: number, to: number) => void): void {
    if (this.rest.used === 0) return;
    const size = 1 << CHUNK_BITS;
    for (let w = 0; w < this.words; w += size) {
      const at = pfn * this.words + w;
      const space = Math.floor(at / INDEX_SPAN);
      const index = at % INDEX_SPAN;
      let has = this.rest.find(space, index) >= 0;
      if (!has && other >= 0) {
        const at2 = other * this.words + w;
        has = this.rest.find(Math.floor(at2 / INDEX_SPAN), at2 % INDEX_SPAN) >= 0;
      }
      if (has) visit(space, index, index + size);
    }
  }
}
