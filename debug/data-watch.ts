/**
 * A datum over the history: what each step changed of it. Whether a step may have changed it is seen in the journal; only then is
 * it looked at what there was before and after.
 */
import type { Column } from "../sim-core/store/column.ts";
import type { Store } from "../sim-core/store/store.ts";
import type { Data, DataReader, Held } from "./data.ts";
import type { Session } from "./session.ts";

/** What a step changed. */
export interface Change {
  readonly step: number;
  readonly before: Held;
  readonly after: Held;
}

/** Columns that hold where threads stand, and nothing that an expression tells of. */
const positionColumns = new Set(["frames", "thread.pc", "thread.frame", "thread.statement", "scheduler"]);

/** For each store, the columns that an expression may tell of, but for the log's length. */
const ordinaryColumns = new WeakMap<
  Store,
  { readonly ordinary: ReadonlySet<Column>; readonly log: Column | undefined }
>();
function columnsOf(store: Store): { readonly ordinary: ReadonlySet<Column>; readonly log: Column | undefined } {
  let found = ordinaryColumns.get(store);
  if (found === undefined) {
    const log = store.columns.find((column) => column.name === "log.length");
    const ordinary = new Set(store.columns.filter((column) => column !== log && !positionColumns.has(column.name)));
    found = { ordinary, log };
    ordinaryColumns.set(store, found);
  }
  return found;
}

/** What a word of memory may depend on: what is mapped, where its contents are, and what they are. */
const memoryColumns = /^(pte|pmd|content|swap|pagecache|file|vma|region|folio\.(flags|slot|mapping|copiedTo))/;
/** For observations that look at few columns, which these are. */
const columnsOfFacts: Readonly<Record<string, RegExp>> = {
  value: memoryColumns,
  pte: /^(pte|pmd|folio\.flags)$/,
  pmd: /^(pmd|folio\.flags)$/,
  mirror: /^mirror/,
  vma: /^(vma|region)/,
};

/** The columns that an expression looks at, where that is easily said: it calls nothing but such observations. */
function columnsOfExpression(text: string, store: Store): ReadonlySet<Column> | undefined {
  const calls = [...text.matchAll(/(\w+)\s*\(/g)].map((match) => match[1] ?? "");
  const patterns = calls.flatMap((name) => (Object.hasOwn(columnsOfFacts, name) ? [columnsOfFacts[name]] : []));
  // A name alone may be a variable of the scenario; a place alone, without a call, is what its memory holds.
  if (calls.length === 0 || patterns.length < calls.length) return undefined;
  return new Set(
    store.columns.filter(({ name }) => name === "scenario" || patterns.some((pattern) => pattern?.test(name) === true)),
  );
}

export class DataWatch {
  readonly data: Data;
  private readonly session: Session;
  private readonly reader: DataReader;
  /** A write to another column changes nothing of it. */
  private readonly columns: ReadonlySet<Column>;
  /** What it held when it was read last, and at which moment that was; later moments at which it cannot be another count too. */
  private known: { readAt: number; readonly held: Held; readonly exists: boolean } | undefined;

  constructor(session: Session, reader: DataReader, data: Data) {
    this.session = session;
    this.reader = reader;
    this.data = data;
    const { store } = session.simulation;
    const { ordinary, log } = columnsOf(store);
    const few =
      data.kind === "expression"
        ? columnsOfExpression(data.text, store)
        : data.kind === "range"
          ? new Set(store.columns.filter(({ name }) => memoryColumns.test(name)))
          : undefined;
    const all = new Set(ordinary);
    if (log !== undefined && (data.kind === "expression" || data.kind === "expressions")) all.add(log);
    this.columns = few ?? all;
  }

  /** Forgets what was read at moments after `newest`, which history no longer has. */
  forgetAfter(newest: number): void {
    if ((this.known?.readAt ?? -1) > newest) this.known = undefined;
  }

  /**
   * What step `step` of the history changed; undefined if nothing. If it may have, the present moment is `step` afterwards; else it
   * stays what it is.
   */
  changeAt(step: number): Change | undefined {
    const { known } = this;
    const { timeline } = this.session;
    if (!this.mayChange(step)) {
      if (known?.readAt === step - 1) known.readAt = step;
      else if (known?.readAt === step) known.readAt = step - 1;
      return undefined;
    }
    let before = known?.readAt === step - 1 ? known : undefined;
    let after = known?.readAt === step ? known : undefined;
    if (before === undefined) {
      timeline.goTo(step - 1);
      before = this.read();
    }
    timeline.goTo(step);
    after ??= this.read();
    // What comes next is the step after in a run forward, the one before in a run back.
    this.known = after === known ? before : after;
    if (!before.exists || !after.exists) return undefined;
    const { held } = after;
    const isSame = held.length === before.held.length && held.every((value, i) => value === before.held[i]);
    return isSame ? undefined : { step, before: before.held, after: held };
  }
  private read(): { readAt: number; held: Held; exists: boolean } {
    const { data, reader } = this;
    return { readAt: this.session.timeline.now, held: reader.read(data), exists: reader.exists(data) };
  }

  /** Whether a step wrote anything that could change what the datum holds. */
  private mayChange(step: number): boolean {
    const { data } = this;
    const { store, vm, machine } = this.session.simulation;
    const { columns } = this;
    let may = false;
    store.forEachWriteBetween(step - 1, step, (column, cell) => {
      if (may) return;
      if (data.kind === "local") may = column === vm.frameCells && cell === data.base + data.slot;
      else if (data.kind === "variable") may = column === vm.variables.scenario && cell === data.slot;
      else if (data.kind === "lock") may = column === machine.locks.state;
      else may = columns.has(column);
    });
    return may;
  }
}

/** A change for a person: `value(buf[0]): 1 → 5`. */
export function changeText(reader: DataReader, data: Data, { before, after }: Change): string {
  if (data.kind === "lock" || data.kind === "injected")
    return `${reader.name(data)}: ${reader.text(data, before)} → ${reader.text(data, after)}`;
  const changed = after.flatMap((value, i) => (value === before[i] ? [] : [i]));
  const first = changed[0] ?? 0;
  const show = (held: Held): string => reader.text(data, held.slice(first, first + 1));
  const more = changed.length <= 1 ? "" : ` and ${changed.length - 1} more`;
  return `${reader.elementName(data, first)}: ${show(before)} → ${show(after)}${more}`;
}
