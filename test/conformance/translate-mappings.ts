/** Mapping and unmapping, protection, advice. */
import type { ListState, Translated } from "./list-state.ts";
import { hex, known, plain } from "./list-state.ts";

/** How the names of files begin that are memory, and the number that the runner writes to the first page of one. */
const MEMFD = "memfd:";
export const FIRST_NUMBER = 1000;

/** Maps a region where the runner does. */
export function mapRegion(t: ListState): Translated {
  const [, name = "", kind = "", size, rights = "rw"] = t.words;
  const pages = t.number(size);
  if (pages < 1) return t.cannot("a region has a page at least");
  const isReadable = rights.includes("r");
  const isWritable = rights.includes("w");
  if (isWritable && !isReadable) return t.cannot("the language has no region that may be written and not read");
  const backing = backingOf(t, kind, pages);
  if (["shared", "files", "filep"].includes(kind)) t.hasFiles = true;
  if (kind === "hugetlb") t.hasHugePages = true;
  const region = t.newRegion(name, pages);
  const { process } = t;
  process.regions.set(region.hmmName, region);
  const right = isWritable ? "rw" : isReadable ? "ro" : "none";
  const text = `${process.cpu} mmap ${region.hmmName}: ${backing.replace("RIGHTS", right)} at ${hex(region.base)} -> any`;
  if (!backing.includes(MEMFD)) return { lines: [text], answer: plain };
  // The runner writes to the file before it maps it; here the vma is what tells the file.
  t.writesFiles = true;
  return {
    lines: [text, `${process.cpu} call write_file(${hex(region.base)}, ${pages}) -> any`],
    answer: plain,
  };
}
/** What is mapped, as the language says it. */
function backingOf(t: ListState, kind: string, pages: number): string {
  switch (kind) {
    case "anon":
      return `anon ${pages} pages RIGHTS`;
    case "thp":
      return `anon ${pages} pages RIGHTS thp`;
    case "shared":
      return `shmem ${pages} pages RIGHTS`;
    case "files":
      return `file "${MEMFD}${t.regions.length}" ${pages} pages RIGHTS shared`;
    case "filep":
      return `file "${MEMFD}${t.regions.length}" ${pages} pages RIGHTS`;
    case "hugetlb":
      if (pages % 512 !== 0) return t.cannot("a hugetlb region has a multiple of 512 pages");
      return `hugetlb ${pages} pages RIGHTS`;
    default: {
      const file = kind.startsWith("dev:") ? t.process.handles.get(kind.slice(4)) : undefined;
      if (file === undefined) return t.cannot(`there is no kind of region '${kind}'`);
      return `driver d${file.of.device} ${pages} pages RIGHTS shared`;
    }
  }
}

/** Unmaps. */
export function munmap(t: ListState): Translated {
  const { range, process } = t;
  if (range.count < 1) return known(-1, "EINVAL");
  const place = t.place(range, process);
  const text = place === undefined ? `call sys_munmap(${hex(range.start)}, ${hex(range.end)})` : `munmap ${place}`;
  return { lines: [`${process.cpu} ${text} -> any`], answer: plain };
}
/** Changes rights. */
export function mprotect(t: ListState): Translated {
  const { range, process } = t;
  if (range.count < 1) return known(0);
  const rights = t.argument ?? t.cannot("mprotect needs rights");
  const isReadable = rights.includes("r");
  const isWritable = rights.includes("w");
  if (isWritable && !isReadable) return t.cannot("the language has no right to write without that to read");
  const place = t.place(range, process);
  const word = isWritable ? "rw" : isReadable ? "ro" : "none";
  const text =
    place === undefined
      ? `call sys_mprotect(${hex(range.start)}, ${hex(range.end)}, ${isReadable}, ${isWritable})`
      : `mprotect ${place} ${word}`;
  return { lines: [`${process.cpu} ${text} -> any`], answer: plain };
}
/** Moves pages to a new region; what is there before goes (MREMAP_FIXED). */
export function mremap(t: ListState): Translated {
  const { range, process } = t;
  const name = t.argument ?? t.cannot("mremap needs a name for what it makes");
  const place = t.place(range, process);
  const region = t.newRegion(name, range.count);
  if (range.count < 1) return known(-1, "EINVAL");
  if (place === undefined) {
    const addresses = [range.start, range.end, region.base].map(hex).join(", ");
    return { lines: [`${process.cpu} call sys_mremap(${addresses}, none) -> any`], answer: plain };
  }
  return { lines: [`${process.cpu} mremap ${place} to ${hex(region.base)} -> any`], answer: plain };
}
/** Locks in memory. */
export function mlock(t: ListState): Translated {
  const { range, process } = t;
  if (range.count < 1) return known(0);
  const place = t.place(range, process);
  const text = place === undefined ? `call sys_mlock(${hex(range.start)}, ${hex(range.end)})` : `mlock ${place}`;
  return { lines: [`${process.cpu} ${text} -> any`], answer: plain };
}
/** Advises: by the language's word, or by a function of the scenario's own. */
export function madvise(t: ListState): Translated {
  const { range, process } = t;
  const advice = t.argument ?? t.cannot("madvise needs advice");
  if (!ADVICE.has(advice)) return t.cannot(`there is no advice '${advice}'`);
  if (range.count < 1) return known(0);
  const place = t.place(range, process);
  if (place !== undefined && !ADVICE_BY_CALL.has(advice)) {
    return { lines: [`${process.cpu} madvise ${place} ${advice} -> any`], answer: plain };
  }
  t.advisers.add(advice);
  const text = `call advise_${advice}(${hex(range.start)}, ${hex(range.end)})`;
  return { lines: [`${process.cpu} ${text} -> any`], answer: plain };
}

/** Advice that the runner knows. */
const ADVICE = new Set([
  "dontneed",
  "free",
  "hugepage",
  "nohugepage",
  "pageout",
  "cold",
  "willneed",
  "mergeable",
  "collapse",
  "populate_read",
  "populate_write",
  "dontfork",
  "wipeonfork",
  "remove",
]);
/** Advice that the language has no word for. */
const ADVICE_BY_CALL = new Set(["wipeonfork", "remove"]);
