/** Columns with rows 0, 1, 2 …. */
import type { CellKind } from "./column.ts";
import { Column } from "./column.ts";
import type { Store } from "./store.ts";

/** A column with rows 0, 1, 2 …; a row that was never set reads 0. */
export abstract class DenseColumn extends Column {
  protected rows = 0;

  abstract get(row: number): number;
  abstract set(row: number, value: number): void;

  protected addRow(row: number): void {
    this.store.layout++;
    this.reserve(row + 1);
    this.rows = row + 1;
  }
  /** Row `row` is being read, and its store notes that. It gets its cell for it: what is set there later is seen. */
  protected noteRow(row: number): void {
    if (this.store.reads?.isWhole !== true) return;
    if (row >= this.rows) this.addRow(row);
    this.noteRead(row);
  }
  addressOf(cell: number): number {
    return cell;
  }
  get used(): number {
    this.store.reads?.noteLayout();
    return this.rows;
  }
  copy(): unknown {
    return this.copyCells();
  }
  paste(copy: unknown): void {
    const from = copy as Int32Array | Float64Array;
    this.pasteCells(from);
    this.rows = from.length;
  }
}

class DenseInts extends DenseColumn {
  get(row: number): number {
    if (this.store.reads !== undefined) this.noteRow(row);
    return row < this.rows ? (this.ints[row] as number) : 0;
  }
  set(row: number, value: number): void {
    if (row >= this.rows) this.addRow(row);
    this.writeInt(row, row, value);
  }
}

class DenseValues extends DenseColumn {
  get(row: number): number {
    if (this.store.reads !== undefined) this.noteRow(row);
    return row < this.rows ? (this.values[row] as number) : 0;
  }
  set(row: number, value: number): void {
    if (row >= this.rows) this.addRow(row);
    this.writeValue(row, row, value);
  }
}

/** A new dense column of `store`; `Store.int` and `Store.values` make them. */
export function denseColumn(store: Store, name: string, kind: CellKind, hashed: boolean): DenseColumn {
  return kind === "int" ? new DenseInts(store, name, kind, hashed) : new DenseValues(store, name, kind, hashed);
}
