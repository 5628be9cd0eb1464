/** Which functions the model went through, told as the oracle's trace tells a kernel's: name, addresses, reason, owner. */
import type { Simulation } from "../../sim-core/explore/simulation.ts";
import { EVENTS } from "../../sim-core/machine/events.ts";
import type { Value } from "../../sim-core/store/value.ts";
import { NONE, payloadOf, Tag, tagOf } from "../../sim-core/store/value.ts";
import type { EventRecord } from "../../sim-core/vm/event-log.ts";
import type { CallTracer } from "../../sim-core/vm/vm.ts";
import type { Translation } from "./translation.ts";

const PAGE = 4096;

/** A call as text: `name A+0.A+4 MIGRATE owner=dev0`, without what does not apply. */
export type ModelCall = string;

/** What of a call's arguments is told. */
interface Told {
  readonly start?: Value | undefined;
  readonly end?: Value | undefined;
  /** Of a move: where to. */
  readonly to?: Value | undefined;
  readonly reason?: Value | undefined;
  readonly owner?: Value | undefined;
  readonly select?: readonly string[];
}

/** How one function of the model is told: under which kernel name, and what of its arguments. */
interface Traced {
  /** The kernel's name, where it is another than the model's; undefined if this very call is not to be told. */
  readonly name?: (recorder: CallRecorder, self: Value, args: readonly Value[]) => string | undefined;
  readonly tell?: (recorder: CallRecorder, args: readonly Value[]) => Told;
}

const nothing: Traced = {};
/** A function whose first argument has the address of a page. */
const ofFault: Traced = { tell: (r, [vmf]) => ({ start: r.field(vmf, "addr") }) };
/** Address, or start and end, as arguments of their own, by position. */
function at(start: number, end?: number): Traced {
  return { tell: (_, args) => ({ start: args[start], end: end === undefined ? undefined : args[end] }) };
}
const ofNotifierRange = (r: CallRecorder, range: Value | undefined): Told => ({
  start: r.field(range, "start"),
  end: r.field(range, "end"),
  reason: r.field(range, "reason"),
});
const ofMap: Traced = { tell: (r, [, map]) => ({ start: r.field(map, "addr") }) };

/** The functions that are told, by their names in the model. */
const TRACED: Readonly<Record<string, Traced>> = {
  handle_mm_fault: ofFault,
  do_anonymous_page: ofFault,
  do_huge_pmd_anonymous_page: ofFault,
  do_swap_page: ofFault,
  do_wp_page: ofFault,
  wp_page_copy: ofFault,
  do_huge_pmd_wp_page: ofFault,
  remove_device_exclusive_entry: ofFault,
  migration_entry_wait: at(1),
  restore_exclusive_pte: at(1),
  try_restore_exclusive_pte: at(1),
  copy_nonpresent_pte: at(2),
  copy_page_range: { tell: (r, [, vma]) => ({ start: r.field(vma, "start"), end: r.field(vma, "end") }) },
  change_protection: at(2, 3),
  unmap_page_range: at(1, 2),
  zap_page_range_single: at(1),
  unmap_mapping_range_vma: { name: () => "zap_page_range_single", ...at(1) },
  move_page_tables: { tell: (_, [, from, , to]) => ({ start: from, to }) },
  __mmu_notifier_invalidate_range_start: {
    tell: (r, [range]) => ({ ...ofNotifierRange(r, range), owner: r.field(range, "owner") }),
  },
  __mmu_notifier_invalidate_range_end: { tell: (r, [range]) => ofNotifierRange(r, range) },
  read_begin: { name: () => "mmu_interval_read_begin" },
  mn_itree_release: nothing,
  mn_itree_inv_end: nothing,
  huge_ptep_clear_flush: { name: () => "ptep_clear_flush", ...at(1) },
  pte_clear_flush: { name: () => "ptep_clear_flush", ...at(1) },
  hmm_range_fault: {
    tell: (r, [range]) => ({
      start: r.field(range, "start"),
      end: r.field(range, "end"),
      owner: r.field(range, "owner"),
    }),
  },
  hmm_vma_handle_pte: at(2),
  hmm_vma_fault: at(2, 3),
  hmm_vma_walk_hole: at(1, 2),
  hmm_vma_walk_hugetlb_entry: at(1, 2),
  migrate_vma_setup: {
    tell: (r, [args]) => ({
      start: r.field(args, "start"),
      end: r.field(args, "end"),
      owner: r.field(args, "owner"),
      select: ["system", "private", "coherent"].filter((kind) => r.truth(r.field(args, `select_${kind}`))),
    }),
  },
  migrate_vma_collect_pmd: at(1, 2),
  migrate_vma_collect_hole: at(1, 2),
  migrate_vma_collect_skip: at(1, 2),
  migrate_device_unmap: nothing,
  migrate_vma_pages: nothing,
  migrate_vma_insert_page: at(1),
  migrate_vma_finalize: nothing,
  migrate_device_range: nothing,
  migrate_device_coherent_folio: nothing,
  folio_migrate_mapping: nothing,
  try_to_migrate: nothing,
  try_to_migrate_one: ofMap,
  __split_huge_pmd: at(1),
  lru_add_drain_all: nothing,
  split_huge_page_to_list_to_order: nothing,
  make_device_exclusive_range: { tell: (_, [, start, end, , owner]) => ({ start, end, owner }) },
  folio_make_device_exclusive: at(2),
  page_make_device_exclusive_one: ofMap,
  free_zone_device_folio: nothing,
  "dmirror.invalidate": {
    name: (r, self, [sub]) =>
      r.field(self, "notifier") === sub ? "dmirror_interval_invalidate" : "dmirror_snapshot_invalidate",
    tell: (r, [, range]) => ({ ...ofNotifierRange(r, range), owner: r.field(range, "owner") }),
  },
  "dmirror.migrate_to_ram": { name: () => "dmirror_devmem_fault", ...ofFault },
  "dmirror.page_free": { name: () => "dmirror_devmem_free" },
};

/** Kernel names of what is told: a trace's other functions the model does not have. */
export const MODEL_CALLS: ReadonlySet<string> = new Set([
  ...Object.keys(TRACED).filter((name) => TRACED[name]?.name === undefined),
  "mmu_interval_read_begin",
  "ptep_clear_flush",
  "dmirror_interval_invalidate",
  "dmirror_snapshot_invalidate",
  "dmirror_devmem_fault",
  "dmirror_devmem_free",
  "zone_device_page_init",
  "flush_tlb_mm_range",
]);

/** Notes the calls of functions that are traced on a real kernel too. */
export class CallRecorder implements CallTracer {
  private readonly simulation: Simulation;
  private readonly regions: Translation["regions"];
  private readonly traced: (readonly [string, Traced] | undefined)[];
  private calls: ModelCall[] = [];
  private logUsed = 0;

  constructor(simulation: Simulation, regions: Translation["regions"]) {
    this.simulation = simulation;
    this.regions = regions;
    this.traced = simulation.program.functions.map((_, fn) => {
      const name = simulation.functionName(fn);
      const bare = simulation.program.functions[fn]?.name ?? "";
      // Functions of a profile are told under their own names; a driver's only where the table says so.
      const key = TRACED[name] === undefined ? bare : name;
      const isDriver = simulation.program.drivers.some((d) => d.name === simulation.program.functions[fn]?.owner);
      const row = isDriver && key !== name ? undefined : TRACED[key];
      return row === undefined ? undefined : ([key, row] as const);
    });
  }

  entered(fn: number, _thread: number, self: Value, args: readonly Value[]): void {
    const traced = this.traced[fn];
    if (traced === undefined) return;
    this.noteEvents();
    const [key, { name, tell }] = traced;
    const told = name === undefined ? key : name(this, self, args);
    if (told !== undefined) this.calls.push(this.text(told, tell?.(this, args) ?? {}));
  }

  /** The calls since this was asked last. */
  take(): readonly ModelCall[] {
    this.noteEvents();
    const { calls } = this;
    this.calls = [];
    return calls;
  }

  /** What is one step in the model, and a function in the kernel: events tell of it. */
  private noteEvents(): void {
    const { log } = this.simulation.vm;
    for (; this.logUsed < log.length; this.logUsed++) {
      const record = log.at(this.logUsed);
      if (record?.kind === "event") this.noteEvent(record);
    }
  }
  private noteEvent(event: EventRecord): void {
    const name = EVENTS[event.event]?.name;
    const tag = tagOf(event.fields[0] ?? NONE);
    if (name === "alloc" && tag === Tag.device) this.calls.push("zone_device_page_init");
    if (name === "tlb_flush" && tag !== Tag.device && this.isCpu(event)) {
      // One address is enough for the hardware to drop a huge page.
      const ofHuge = this.simulation.functionName(event.function) === "huge_ptep_clear_flush";
      const end = ofHuge ? event.start + PAGE : event.end;
      this.calls.push(this.text("flush_tlb_mm_range", { start: event.start, end }));
    }
  }
  private isCpu(event: EventRecord): boolean {
    const [by = NONE] = event.fields;
    if (tagOf(by) !== Tag.thread) return true;
    const code = this.simulation.functionName(event.function);
    return !code.startsWith("dmirror");
  }

  private text(name: string, { start, end, to, reason, owner, select }: Told): ModelCall {
    const parts = [name];
    if (start !== undefined) {
      parts.push(end === undefined ? this.place(start) : `${this.place(start)}.${this.place(end)}`);
    }
    if (to !== undefined) parts.push(this.place(to));
    if (reason !== undefined) parts.push(this.simulation.describe(reason));
    if (owner !== undefined) parts.push(`owner=${this.ownerText(owner)}`);
    if (select !== undefined) parts.push(`select=${select.length === 0 ? "0" : select.join("|").toUpperCase()}`);
    return parts.join(" ");
  }
  private ownerText(owner: Value): string {
    return owner === NONE ? "none" : this.simulation.describe(owner).replace(/^d(\d)$/, "dev$1");
  }
  /** An address as `A+3`. The end of a range belongs to the region in front of it. */
  private place(address: Value): string {
    for (const beyond of [0, 1]) {
      const region = this.regions.findLast(
        ({ base, pages }) => address >= base && address < base + (pages + beyond) * PAGE,
      );
      if (region !== undefined) return `${region.name}+${Math.floor((address - region.base) / PAGE)}`;
    }
    return "outside";
  }

  /** A field of a struct or handle that was passed. */
  field(object: Value | undefined, name: string): Value {
    const { vm, program } = this.simulation;
    const id = program.fieldNames.indexOf(name);
    if (object === undefined || id < 0) return NONE;
    return vm.fields.get(vm, object, id);
  }
  truth(value: Value): boolean {
    return this.simulation.describe(value) === "true" || (tagOf(value) === 0 && payloadOf(value) !== 0);
  }
}
