/** The observation functions of checks: `value`, `pte`, `folio` … what they take, their fields, and the fields' words. */

/** What an observation function takes, in order. `events`: an event and what its fields must match. */
export type FactParameter = "place" | "device" | "memory" | "event";

/** A field of what an observation function gives. */
export interface FactField {
  readonly name: string;
  /** The field's own words, which mean this before any declared name; empty if it has none. */
  readonly words: readonly string[];
  readonly doc: string;
}

/** An observation function. */
export interface Fact {
  readonly name: string;
  readonly parameters: readonly FactParameter[];
  /** Empty where the function gives a plain number. */
  readonly fields: readonly FactField[];
  readonly usage: string;
  readonly doc: string;
}

/** The kinds of a CPU's page-table entry. */
export const entryKinds = [
  "none",
  "present",
  "zero",
  "swap",
  "migration",
  "device_private",
  "device_exclusive",
  "marker",
  "hwpoison",
] as const;

/** The kinds of a region and its vma. */
export const regionKinds = ["anon", "shmem", "hugetlb", "file", "driver"] as const;

/** The kinds of a folio. */
export const folioKinds = ["anon", "shmem", "hugetlb", "file", "driver", "ksm", "zero"] as const;

function field(name: string, doc: string, words: readonly string[] = []): FactField {
  return { name, doc, words };
}

const entryFields: readonly FactField[] = [
  field("kind", "What the entry is.", entryKinds),
  field("huge", "The page is mapped by one entry for 2 MiB."),
  field("writable", "The entry lets the process write."),
  field("dirty", "The page was written through this entry."),
  field("young", "The page was used through this entry since the flag was last cleared."),
  field("exclusive", "The anonymous page belongs to this process alone (PageAnonExclusive)."),
  field("pfn", "Page frame number."),
];

/** All observation functions, in the order of the reference. */
export const facts: readonly Fact[] = [
  {
    name: "value",
    parameters: ["place"],
    fields: [],
    usage: "value(P)",
    doc: "The 64-bit word stored at P as the process would read it, without faulting.",
  },
  { name: "pte", parameters: ["place"], fields: entryFields, usage: "pte(P)", doc: "The CPU's page-table entry of P." },
  {
    name: "pmd",
    parameters: ["place"],
    fields: entryFields,
    usage: "pmd(P)",
    doc: "The CPU's entry one level above the page table's, which may map 2 MiB at once.",
  },
  {
    name: "folio",
    parameters: ["place"],
    fields: [
      field("where", "The node, or the device in whose memory it is (coherent memory too)."),
      field("kind", "What backs it.", folioKinds),
      field("order", "log2 of its pages."),
      field("refcount", "References held."),
      field("mapcount", "Page-table entries that map it."),
      field("pincount", "FOLL_PIN references held."),
      field("locked", "The folio lock is held."),
      field("lru", "It is on an LRU list."),
      field("dirty", "It differs from what backs it."),
      field("pfn", "Page frame number."),
    ],
    usage: "folio(P)",
    doc: "The folio mapped at P; `none` where nothing is mapped.",
  },
  {
    name: "mirror",
    parameters: ["device", "place"],
    fields: [
      field("valid", "The device can use the page without faulting."),
      field("writable", "The device may write."),
      field("atomic", "The device may do atomics."),
      field("pfn", "Page frame number."),
      field("huge", "The page is mapped by one entry for 2 MiB."),
    ],
    usage: "mirror(DEV, P)",
    doc: "The device's own page-table entry of P.",
  },
  {
    name: "vma",
    parameters: ["place"],
    fields: [
      field("start", "Address of the first byte."),
      field("end", "Address behind the last byte."),
      field("flags", "The VM_ flags."),
      field("kind", "What backs it.", regionKinds),
    ],
    usage: "vma(P)",
    doc: "The virtual memory area that contains P.",
  },
  { name: "free", parameters: ["memory"], fields: [], usage: "free(NODE|DEVICE)", doc: "Free pages there." },
  {
    name: "count",
    parameters: ["event"],
    fields: [],
    usage: "count(EVENT, …)",
    doc: "How many events so far match; `count(copy)` is in pages.",
  },
];

/** The observation functions by name. */
export const factByName: ReadonlyMap<string, Fact> = new Map(facts.map((fact) => [fact.name, fact]));
