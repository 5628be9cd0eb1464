/** What `/proc` would say of a process of the model: pagemap, smaps and mincore (fs/proc/task_mmu.c, mm/mincore.c, v6.12). */
import type { Simulation } from "../../sim-core/explore/simulation.ts";
import type { PageView } from "../../sim-core/machine/describe.ts";
import { describePage } from "../../sim-core/machine/describe.ts";
import { FolioFlag } from "../../sim-core/machine/folios.ts";
import { observePage } from "../../sim-core/machine/observe.ts";
import { VmaFlag } from "../../sim-core/machine/vmas.ts";
import { bool } from "../../sim-core/store/value.ts";
import type { PageAnswer, SmapsAnswer } from "./answer.ts";

const PAGE = 4096;

/** Pages that a pagemap operation shows at most. */
const MOST_PAGES = 32;

const NOTHING: PageAnswer = {
  kind: "none",
  frame: undefined,
  where: undefined,
  only: false,
  mapcount: 0,
  anon: false,
  huge: false,
  swapcache: false,
  file: false,
  lru: false,
};

/** Entries as pagemap shows them, of `count` pages from `address` on. */
export function pagemap(simulation: Simulation, process: number, address: number, count: number): PageAnswer[] {
  const pages: PageAnswer[] = [];
  for (let i = 0; i < Math.min(count, MOST_PAGES); i++) pages.push(pageAt(simulation, process, address + i * PAGE));
  return pages;
}

function pageAt(simulation: Simulation, process: number, address: number): PageAnswer {
  const { pte, folio } = describePage(simulation.machine, process, address);
  const frame = pte.pfn === null ? undefined : String(pte.pfn);
  const where = frameIsIn(simulation, folio?.where);
  const mapcount = (folio?.order ?? 0) > 0 ? mappingsOf(simulation, pte.pfn ?? 0) : (folio?.mapcount ?? 0);
  switch (pte.kind) {
    case "none":
      return NOTHING;
    case "zero":
      // The huge zero page is no anonymous one, and no special one either, to pagemap.
      return { ...NOTHING, kind: "page", frame: "zero", where: "zero", file: isHuge({ pte }) };
    case "present":
      return {
        ...NOTHING,
        kind: "page",
        frame,
        where,
        only: mapcount === 1,
        mapcount,
        anon: folio?.kind === "anon" || folio?.kind === "hugetlb",
        huge: (folio?.order ?? 0) > 0 && folio?.kind !== "hugetlb",
        swapcache: observePage(simulation.machine, "folio", "swapcache", process, address) === bool(true),
        file: folio !== null && folio.kind !== "anon" && folio.kind !== "hugetlb",
        lru: folio?.lru === true,
      };
    case "device_private":
      return { ...NOTHING, kind: pte.writable ? "dev_write" : "dev_read", frame, where };
    case "device_exclusive":
      return { ...NOTHING, kind: pte.writable ? "excl_write" : "excl_read", frame, where };
    case "migration":
      return {
        ...NOTHING,
        kind: pte.writable ? "mig_write" : pte.exclusive ? "mig_read_excl" : "mig_read",
        frame,
        where,
      };
    default:
      return { ...NOTHING, kind: pte.kind };
  }
}

/** How many entries map a page of a large folio: its own, or huge ones. */
function mappingsOf({ machine }: Simulation, frame: number): number {
  let count = 0;
  const head = machine.folios.headOf(frame);
  machine.eachMapping(head, (_vma, process, start, end, first) => {
    const address = start + (frame - head - first) * PAGE;
    if (address < start || address >= end) return;
    const { pte } = describePage(machine, process, address);
    if (pte.pfn === frame && ["present", "device_private"].includes(pte.kind)) count++;
  });
  return count;
}

/** A device by its name; any node is `system`. */
function frameIsIn(simulation: Simulation, where: string | undefined): string {
  return simulation.program.machine.devices.some((device) => device.name === where) ? (where ?? "system") : "system";
}

/** The vmas of a process in [start, end), those that the kernel would have merged as one. */
function vmasIn(simulation: Simulation, process: number, start: number, end: number): { start: number; end: number }[] {
  const { vmas } = simulation.machine;
  const found: { start: number; end: number; flags: number }[] = [];
  for (let i = 0; i < vmas.countOf(process); i++) {
    const vma = vmas.at(process, i);
    const [from, to, flags] = [vmas.start.get(vma), vmas.end.get(vma), vmas.flags.get(vma) & ~VmaFlag.anonVma];
    if (from >= end || to <= start) continue;
    const before = found.at(-1);
    if (before !== undefined && before.end === from && before.flags === flags) before.end = to;
    else found.push({ start: from, end: to, flags });
  }
  return found;
}

/** What smaps says of each vma in [start, end). */
export function smaps(simulation: Simulation, process: number, start: number, end: number): SmapsAnswer[] {
  return vmasIn(simulation, process, start, end).map((vma) => {
    const sum = { Rss: 0, Shared_Dirty: 0, Private_Dirty: 0, Anonymous: 0, AnonHugePages: 0, Swap: 0 };
    for (let address = vma.start; address < vma.end; address += PAGE) {
      const page = describePage(simulation.machine, process, address);
      const { pte, folio } = page;
      if (pte.kind === "swap") sum.Swap += 4;
      // Huge pages of hugetlbfs have lines of their own (Private_Hugetlb), which nobody compares.
      if (folio === null || folio.kind === "zero" || folio.kind === "hugetlb") continue;
      sum.Rss += 4;
      if (folio.kind === "anon") sum.Anonymous += 4;
      if (isHuge(page)) sum.AnonHugePages += 4;
      if (!pte.dirty && !folio.dirty) continue;
      // Entries that are not present count as shared: nobody knows. A device's private page is taken for present.
      const isPrivate = ["present", "device_private"].includes(pte.kind) && folio.mapcount < 2;
      if (isPrivate) sum.Private_Dirty += 4;
      else sum.Shared_Dirty += 4;
    }
    return sum;
  });
}

/** Whether a PMD entry maps the page. */
function isHuge({ pte }: Pick<PageView, "pte">): boolean {
  return pte.huge;
}

/** What mincore says of `count` pages from `start` on: a digit a page; undefined where it fails with ENOMEM. */
export function mincore(simulation: Simulation, process: number, start: number, count: number): string | undefined {
  let core = "";
  for (let i = 0; i < count; i++) {
    const address = start + i * PAGE;
    const vma = simulation.machine.vmas.find(process, address);
    if (vma < 0) return undefined;
    const { kind } = describePage(simulation.machine, process, address).pte;
    const isMapped = !["none", "marker", "swap"].includes(kind);
    core += isMapped || (kind !== "swap" && isCached(simulation, vma, address)) ? "1" : "0";
  }
  return core;
}

/** Whether the file that a vma maps has the page at `address` in memory. */
function isCached(simulation: Simulation, vma: number, address: number): boolean {
  const { vmas, folios, files } = simulation.machine;
  const file = vmas.fileOf(vma);
  if (file < 0) return false;
  const cached = files.cached(file, vmas.pgoff.get(vma) + (address - vmas.start.get(vma)) / PAGE);
  return cached !== undefined && "folio" in cached && folios.has(cached.folio, FolioFlag.uptodate);
}
