/** What the columns of the page table say about a page, as data: drawn by grid.ts, read out to screen readers, tested. */

import type { EntryView, FolioView, MirrorView } from "../../sim-core/machine/describe.ts";
import type { PageState, TlbView } from "../messages.ts";

/** The colour of a chip, by what it means; panel.css has the colours. */
export type Tone =
  | "none"
  | "present"
  | "zero"
  | "swap"
  | "migration"
  | "device"
  | "exclusive"
  | "marker"
  | "bad"
  | "plain";

/** A piece of a cell. */
export type Part =
  | { readonly kind: "chip"; readonly text: string; readonly tone: Tone }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "dim"; readonly text: string }
  /** Letters in fixed places, a dot where one is off. */
  | { readonly kind: "flags"; readonly flags: readonly (readonly [letter: string, on: boolean])[] };

/** A cell. */
export interface Cell {
  readonly parts: readonly Part[];
  /** The same in words, without abbreviations. */
  readonly words: string;
}

/** What every column says, in the order of {@link columnsOf}. */
export function cellsOf(page: PageState, address: number): Cell[] {
  return [
    pageCell(page.page, address),
    valueCell(page.value),
    entryCell(page.pte, page.tlbs),
    folioCell(page.folio, page.pte),
    ...page.mirrors.map((mirror) => mirrorCell(mirror)),
  ];
}

/** The columns' headings, with what they mean. */
export function columnsOf(devices: readonly string[]): { readonly name: string; readonly title: string }[] {
  return [
    { name: "Page", title: "Page of the region, and its address" },
    { name: "Value", title: "The 64-bit word at the page's beginning" },
    {
      name: "CPU entry",
      title:
        "The entry of the CPU's page table: its kind, W writable, D dirty, Y young (accessed), H part of a huge mapping",
    },
    {
      name: "Folio",
      title:
        "The memory behind it: where it is, its frame number, how many references it has (r) and how many entries map it (m); E exclusive to the process (PageAnonExclusive), L locked, P pinned",
    },
    ...devices.map((device) => ({
      name: device,
      title: `The entry of ${device}'s own page table: R readable, W writable, A atomic operations allowed`,
    })),
  ];
}

/** A number of a page frame, as the kernel prints them. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

const empty: Cell = { parts: [{ kind: "dim", text: "–" }], words: "nothing" };

function pageCell(page: number, address: number): Cell {
  return {
    parts: [
      { kind: "text", text: String(page) },
      { kind: "dim", text: hex(address) },
    ],
    words: `page ${page} at ${hex(address)}`,
  };
}

function valueCell(value: string): Cell {
  return value === "" ? empty : { parts: [{ kind: "text", text: value }], words: value };
}

const entryTones: Readonly<Record<string, Tone>> = {
  present: "present",
  zero: "zero",
  swap: "swap",
  migration: "migration",
  device_private: "device",
  device_exclusive: "exclusive",
  marker: "marker",
  hwpoison: "bad",
};

function entryCell(entry: EntryView, tlbs: readonly TlbView[]): Cell {
  if (entry.kind === "none") return tlbs.length === 0 ? empty : { ...empty, words: `nothing${tlbWords(tlbs)}` };
  const words = [
    entry.kind,
    entry.writable ? "writable" : "read-only",
    ...(entry.dirty ? ["dirty"] : []),
    ...(entry.young ? ["young"] : []),
    ...(entry.huge ? ["part of a huge mapping"] : []),
    ...(entry.pfn === null ? [] : [`frame ${hex(entry.pfn)}`]),
  ];
  const stale = tlbs.some((tlb) => tlb.pfn !== entry.pfn);
  // The kernel allows that for a moment, between changing an entry and the flush.
  return {
    parts: [
      { kind: "chip", text: entry.kind, tone: entryTones[entry.kind] ?? "plain" },
      {
        kind: "flags",
        flags: [
          ["W", entry.writable],
          ["D", entry.dirty],
          ["Y", entry.young],
          ...(entry.huge ? [["H", true] as const] : []),
        ],
      },
      ...(stale ? [{ kind: "chip", text: "TLB", tone: "bad" } as const] : []),
    ],
    words: `${words.join(", ")}${tlbWords(tlbs)}${stale ? "; a TLB has another frame than the entry" : ""}`,
  };
}

function tlbWords(tlbs: readonly TlbView[]): string {
  if (tlbs.length === 0) return "";
  const cached = tlbs.map(({ name, pfn, writable }) => `${name} ${hex(pfn)} ${writable ? "writable" : "read-only"}`);
  return `; cached in TLBs: ${cached.join(", ")}`;
}

function folioCell(folio: FolioView | null, entry: EntryView): Cell {
  if (folio === null) return empty;
  const onDevice = entry.kind === "device_private";
  // Of the zero page nobody counts anything.
  const isZero = folio.kind === "zero";
  if (isZero) {
    return {
      parts: [
        { kind: "chip", text: folio.where, tone: "zero" },
        { kind: "text", text: "zero page" },
      ],
      words: "the zero page",
    };
  }
  const pins = folio.pincount === 1 ? "pinned once" : `pinned ${folio.pincount} times`;
  const words = [
    `on ${folio.where}`,
    folio.kind,
    ...(folio.order > 0 ? [`${2 ** folio.order} pages`] : []),
    `frame ${hex(folio.pfn)}`,
    folio.refcount === 1 ? "1 reference" : `${folio.refcount} references`,
    folio.mapcount === 1 ? "mapped once" : `mapped ${folio.mapcount} times`,
    ...(entry.exclusive ? ["PageAnonExclusive"] : []),
    ...(folio.locked ? ["locked"] : []),
    ...(folio.pincount > 0 ? [pins] : []),
    ...(folio.dirty ? ["dirty"] : []),
    folio.lru ? "on an LRU list" : "on no LRU list",
  ];
  return {
    parts: [
      { kind: "chip", text: folio.where, tone: onDevice ? "device" : "plain" },
      { kind: "text", text: hex(folio.pfn) },
      ...(folio.order > 0 ? [{ kind: "dim", text: `×${2 ** folio.order}` } as const] : []),
      { kind: "dim", text: `r${folio.refcount} m${folio.mapcount}` },
      {
        kind: "flags",
        flags: [
          ["E", entry.exclusive],
          ["L", folio.locked],
          ["P", folio.pincount > 0],
        ],
      },
    ],
    words: words.join(", "),
  };
}

function mirrorCell(mirror: MirrorView | null): Cell {
  if (mirror === null || !mirror.valid) return empty;
  const rights = mirror.writable ? "writable" : "read-only";
  return {
    parts: [
      {
        kind: "flags",
        flags: [
          ["R", true],
          ["W", mirror.writable],
          ["A", mirror.atomic],
          ...(mirror.huge ? [["H", true] as const] : []),
        ],
      },
      { kind: "text", text: mirror.pfn === null ? "" : hex(mirror.pfn) },
    ],
    words: [
      rights,
      ...(mirror.atomic ? ["atomic"] : []),
      ...(mirror.huge ? ["part of a huge mapping"] : []),
      ...(mirror.pfn === null ? [] : [`frame ${hex(mirror.pfn)}`]),
    ].join(", "),
  };
}
