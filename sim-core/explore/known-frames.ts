/**
 * Frames by their contents: which threads stood where in the code, with what in the frame on top of their stack. A table with open
 * addressing; a frame is found by a hash, and known only if all its cells hold the same.
 */
import type { DenseColumn } from "../store/column.ts";
import { grownFloats, grownInts } from "../store/growing.ts";
import { HEADER, LINK, linkFunction } from "../vm/frames.ts";
import type { Program } from "../vm/program.ts";

/** Cells of frames, in all, that are enough. */
const MOST_CONTENTS = 2 ** 20;

/** Words of a frame: its hash, where the thread stands, which cell its slots begin at, and where its contents stand in the list. */
const WORDS = 4;

export class KnownFrames {
  private readonly program: Program;
  private readonly cells: DenseColumn;
  /** By place in the code: how many cells a frame has there, its header included; 0 if none was seen there. */
  private readonly sizes: Int16Array;
  private table = new Int32Array(2 ** 8);
  private frames = new Int32Array(WORDS * 2 ** 7);
  /** Frames are numbered from 1 up. */
  private next = 1;
  private contents = new Float64Array(2 ** 10);
  private contentsLength = 0;

  /** `cells`: the frames of `program`'s threads, see `vm/frames.ts`. */
  constructor(program: Program, cells: DenseColumn) {
    this.program = program;
    this.cells = cells;
    this.sizes = new Int16Array(program.code.length);
  }

  /** Bytes that are allocated. */
  get bytes(): number {
    return this.sizes.byteLength + this.table.byteLength + this.frames.byteLength + this.contents.byteLength;
  }
  /** Whether so much is known that it should be forgotten. */
  get isFull(): boolean {
    return this.contentsLength >= MOST_CONTENTS;
  }
  /** Forgets all frames. */
  clear(): void {
    this.table.fill(0);
    this.next = 1;
    this.contentsLength = 0;
  }

  /** The number of the frame whose slots begin at cell `base`, of a thread that stands at `pc`, as it is now; 0 if it is not known. */
  find(pc: number, base: number): number {
    const { contents, frames, table } = this;
    const { values } = this.cells;
    const size = this.sizes[pc] as number;
    const hash = this.hashOf(pc, base, size);
    const mask = table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const frame = table[slot] as number;
      if (frame === 0) return 0;
      const at = frame * WORDS;
      if (frames[at] !== hash || frames[at + 1] !== pc || frames[at + 2] !== base) continue;
      const from = frames[at + 3] as number;
      let i = 0;
      while (i < size && contents[from + i] === values[base - HEADER + i]) i++;
      if (i === size) return frame;
    }
  }
  /** The number of the same frame, which is known from now on. */
  add(pc: number, base: number): number {
    const { values } = this.cells;
    const size = HEADER + (this.program.functions[linkFunction(values[base + LINK] as number)]?.slots.length ?? 0);
    this.sizes[pc] = size;
    const known = this.find(pc, base);
    if (known !== 0) return known;
    const frame = this.next++;
    if (this.next * WORDS > this.frames.length) this.frames = grownInts(this.frames);
    if (this.next * 2 > this.table.length) this.growTable();
    while (this.contentsLength + size > this.contents.length) this.contents = grownFloats(this.contents);
    const hash = this.hashOf(pc, base, size);
    this.frames.set([hash, pc, base, this.contentsLength], frame * WORDS);
    this.contents.set(values.subarray(base - HEADER, base - HEADER + size), this.contentsLength);
    this.contentsLength += size;
    this.enter(frame);
    return frame;
  }

  /** Calls `visit` with each cell of a frame that was added. */
  eachCell(pc: number, base: number, visit: (cell: number) => void): void {
    const first = base - HEADER;
    for (let cell = first; cell < first + (this.sizes[pc] as number); cell++) visit(cell);
  }

  private hashOf(pc: number, base: number, size: number): number {
    const { values } = this.cells;
    let hash = Math.imul(pc, 0x9e3779b1) ^ base;
    // What is in the slots tells frames apart; the header mostly goes with the place in the code.
    for (let cell = base; cell < base - HEADER + size; cell++) {
      hash = Math.imul(hash ^ ((values[cell] as number) | 0), 0x85ebca6b);
    }
    return hash ^ (hash >>> 15);
  }
  private enter(frame: number): void {
    const mask = this.table.length - 1;
    let slot = (this.frames[frame * WORDS] as number) & mask;
    while (this.table[slot] !== 0) slot = (slot + 1) & mask;
    this.table[slot] = frame;
  }
  private growTable(): void {
    this.table = new Int32Array(this.table.length * 2);
    for (let frame = 1; frame < this.next - 1; frame++) this.enter(frame);
  }
}
