/**
 * Decision trees over the cells of a store: a node names a cell, or asks for an answer, and an edge from it says what was found there.
 * At the end of a way stands a number. All trees are in the same arrays.
 */
import type { Column } from "../store/column.ts";
import { grownFloats, grownInts } from "../store/growing.ts";
import { CELL_BITS, CELL_MASK, cellWord, MAX_COLUMNS } from "../store/journal.ts";
import type { ReadLog } from "../store/read-log.ts";

/** Most edges of a node: they are looked through one by one. */
const MOST_BRANCHES = 24;

/** Gives one of `range` answers; `isFault`: to whether an injected fault happens. */
export type Ask = (range: number, isFault: boolean) => number;

/** There must be fewer answers than this for a node to ask for one. */
export const MOST_ANSWERS = 2 ** (CELL_BITS - 1);

/** The word of a node that asks for one of `range` (less than `MOST_ANSWERS`) answers: that of a cell of a column that no store has. */
export function answerWord(range: number, isFault: boolean): number {
  return cellWord(MAX_COLUMNS, range * 2 + (isFault ? 1 : 0));
}

export class DecisionTree {
  private readonly columns: readonly Column[];
  // Nodes, from 1 up: what to look at, and the first edge (0: none).
  private words = new Int32Array(2 ** 8);
  private firsts = new Int32Array(2 ** 8);
  private nodes = 1;
  // Edges, from 1 up: what was found, where it leads (a node; ~number at the end of a way; 0: nowhere yet), the next of the same node.
  private found = new Float64Array(2 ** 8);
  private leads = new Int32Array(2 ** 8);
  private nexts = new Int32Array(2 ** 8);
  private edges = 1;

  /** `columns`: those of the store. */
  constructor(columns: readonly Column[]) {
    this.columns = columns;
  }

  /** Bytes that are allocated. */
  get bytes(): number {
    return [this.words, this.firsts, this.found, this.leads, this.nexts].reduce((sum, a) => sum + a.byteLength, 0);
  }
  /** Number of edges. */
  get size(): number {
    return this.edges;
  }
  /** Forgets all trees. */
  clear(): void {
    this.nodes = 1;
    this.edges = 1;
  }

  /** A new tree: the edge that leads to its first node. */
  newTree(): number {
    return this.newEdge(0, 0);
  }
  /** The number at the end of the way that the present state goes, from edge `edge`; -1 if it ends before. */
  walk(edge: number, ask: Ask): number {
    const { columns, firsts, found, leads, nexts, words } = this;
    let to = leads[edge] as number;
    while (to > 0) {
      const word = words[to] as number;
      const column = columns[word >>> CELL_BITS];
      const value = column === undefined ? ask((word & CELL_MASK) >> 1, (word & 1) === 1) : column.at(word & CELL_MASK);
      let next = firsts[to] as number;
      while (next !== 0 && found[next] !== value) next = nexts[next] as number;
      to = leads[next] as number;
    }
    return ~to;
  }
  /**
   * Puts `number` (0 or more) at the end of the way that goes by what `log` has noted, from edge `edge`. Returns false where it cannot:
   * too many have branched off, or another way looks at something else first.
   */
  put(edge: number, log: ReadLog, number: number): boolean {
    let at = edge;
    for (let i = 0; i < log.count; i++) {
      const word = log.words[i] as number;
      let node = this.leads[at] as number;
      if (node <= 0) {
        node = this.newNode(word);
        this.leads[at] = node;
      } else if (this.words[node] !== word) {
        return false;
      }
      at = this.edgeOf(node, log.values[i] as number);
      if (at === 0) return false;
    }
    this.leads[at] = ~number;
    return true;
  }

  /** The edge of `node` for `value`; a new one if it has none, 0 if it has too many. */
  private edgeOf(node: number, value: number): number {
    let count = 0;
    for (let edge = this.firsts[node] as number; edge !== 0; edge = this.nexts[edge] as number) {
      if (this.found[edge] === value) return edge;
      count++;
    }
    if (count === MOST_BRANCHES) return 0;
    const edge = this.newEdge(value, this.firsts[node] as number);
    this.firsts[node] = edge;
    return edge;
  }
  private newEdge(value: number, next: number): number {
    if (this.edges === this.leads.length) {
      this.found = grownFloats(this.found);
      this.leads = grownInts(this.leads);
      this.nexts = grownInts(this.nexts);
    }
    const edge = this.edges++;
    this.found[edge] = value;
    this.leads[edge] = 0;
    this.nexts[edge] = next;
    return edge;
  }
  private newNode(word: number): number {
    if (this.nodes === this.words.length) {
      this.words = grownInts(this.words);
      this.firsts = grownInts(this.firsts);
    }
    const node = this.nodes++;
    this.words[node] = word;
    this.firsts[node] = 0;
    return node;
  }
}
