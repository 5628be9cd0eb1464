/**
 * Which parts of scenarios/contract a driver that ships does not keep, and why. A reason that is a name of the bug museum is that bug; the
 * drivers follow their kernel's source, mistakes included (docs/model-limits.md).
 */

/** By the part's title and the driver. */
export type Breaks = Readonly<Record<string, Readonly<Record<string, string>>>>;

const ANONYMOUS = "a secure guest has anonymous memory only";
const NOT_ASKED = "maps what has moved without asking whether it is still the process's";
const READ_ONLY = "a page of its own memory that is mapped read-only stays so for it, and its write ends with EFAULT";
const WRITABLE = "its own memory it maps as the vma allows, also where fork or mprotect made the page read-only";
const AT_A_TOUCH = "migrate-ping-pong";
const PRIVATE = "its memory is private; it knows no way back from any other";

export const BREAKS: Breaks = {
  Files: { uvmem: ANONYMOUS },
  "Files that do not move": { nouveau: "map-without-recheck", uvmem: ANONYMOUS },
  Filling: { nouveau: "hole-loser-ignored" },
  "Dropping what moves": { dmirror: NOT_ASKED, dmirror_v13: NOT_ASKED, nouveau: NOT_ASKED },
  "Writing what moves": {
    dmirror: "owner-filter-too-wide",
    dmirror_v13: "owner-filter-too-wide",
    nouveau: "owner-filter-too-wide",
  },
  "Rights that come back": {
    amdkfd: WRITABLE,
    dmirror: READ_ONLY,
    dmirror_v13: READ_ONLY,
    nouveau: "mprotect-roundtrip-ro",
    xe_svm: "mprotect-roundtrip-ro",
  },
  Thrashing: { amdkfd: AT_A_TOUCH, uvmem: AT_A_TOUCH, xe_svm: AT_A_TOUCH },
  "Asked to let go": { dmirror_v13: "exclusive-mapcount-zero" },
  "Asked for by reclaim": { dmirror_v13: "exclusive-mapcount-zero" },
  "Copying fails": { nouveau: "leaves a destination that nothing was moved to: the migration entry stays" },
  "A full device": {
    dmirror: "devmem-exhaustion",
    dmirror_v13: "devmem-exhaustion",
    nouveau: "devmem-exhaustion",
    uvmem: "devmem-exhaustion",
  },
  "Huge pages of three": { amdkfd: WRITABLE, dmirror: "stale-pmd-devpriv-walk" },
  "Fork and an atomic": {
    amdkfd: WRITABLE,
    nouveau: "fork-enomem-exclusive",
    xe_svm: "mprotect-roundtrip-ro",
  },
  "Fork and a device": {
    amdkfd: WRITABLE,
    dmirror: READ_ONLY,
    dmirror_v13: READ_ONLY,
    nouveau: "mprotect-roundtrip-ro",
    xe_svm: "mprotect-roundtrip-ro",
  },
  "Fork and the end": {
    amdkfd: "a page is brought back in the process that had it migrated; where that has ended, SIGBUS",
    nouveau: "fork-shared-devpriv",
  },
  "What the end leaves": { nouveau: "its subscription has no `release`: the entries stay until the file is closed" },
  "Short for a moment": {
    amdkfd: "migrate-ram-sigbus",
    uvmem: "migrate-ram-sigbus",
    xe_svm: "migrate-ram-sigbus",
  },
  "Short for good": {
    dmirror: "migrate-ram-returns-0",
    dmirror_v13: "migrate-ram-returns-0",
    nouveau: "migrate-ram-returns-0",
  },
  "Out of memory": {
    amdkfd: "its callback waits for the range's lock also where it may not block",
    mlx5_odp: "oom-reaper-starved",
    nouveau: "oom-reaper-starved",
    xe_svm: "oom-reaper-starved",
  },
  Unbinding: { dmirror: "evict-skips-busy", dmirror_v13: "evict-skips-busy", nouveau: "evict-skips-busy" },
  Lending: { dmirror_v13: PRIVATE, uvmem: PRIVATE, xe_svm: PRIVATE },
};

/** Parts with more interleavings than a test looks at, with the drivers. */
export const SEEN_IN_PART: Readonly<Record<string, readonly string[]>> = { "Huge pages of three": ["nouveau"] };
