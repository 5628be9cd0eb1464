/**
 * The words and errors that the machine itself knows by number. A program may add words of its own after these;
 * the order here is fixed within one build (compiled libraries refer to it by index).
 */
import type { Value } from "./value.ts";
import { box, Tag } from "./value.ts";

const WORDS = [
  "none",
  "false",
  "true",
  // kinds of entry
  "present",
  "zero",
  "swap",
  "migration",
  "device_private",
  "device_exclusive",
  "marker",
  "hwpoison",
  "protnone",
  "table",
  // accesses
  "read",
  "write",
  "atomic",
  "fault",
  "stopped",
  // notifier reasons and phases
  "CLEAR",
  "UNMAP",
  "PROTECTION_VMA",
  "PROTECTION_PAGE",
  "SOFT_DIRTY",
  "RELEASE",
  "MIGRATE",
  "EXCLUSIVE",
  "start",
  "end",
  // phases of a migration, what happens to exclusive access, results of a range fault
  "setup",
  "pages",
  "finalize",
  "make",
  "break",
  "ok",
  "retry",
  // kinds of folio and vma
  "anon",
  "file",
  "shmem",
  "hugetlb",
  "driver",
  "ksm",
  // folio lru states
  "off",
  "on",
  "isolated",
  "batch",
  // targets and rights
  "system",
  "ro",
  "rw",
  "shared",
  "private",
  "thp",
  "nothp",
  // atomic operations
  "add",
  "xchg",
  "cas",
  // fault injection sites and modes
  "device_alloc",
  "page_alloc",
  "copy",
  "folio_lock",
  "notifier",
  "swap_io",
  "fail",
  "maybe",
  "delay",
  // madvise
  "dontneed",
  "free",
  "hugepage",
  "nohugepage",
  "collapse",
  "cold",
  "pageout",
  "willneed",
  "populate_read",
  "populate_write",
  "dontfork",
  "dofork",
  "mergeable",
  "unmergeable",
  "guard_install",
  "guard_remove",
  // hints
  "migrate_on_fault",
  "read_duplicate",
  "remote_map",
  "preferred",
  "accessed_by",
  // copiers
  "cpu",
  "device",
  "kernel",
  "any",
  "longterm",
  "local",
  "remote",
  "huge",
  "error",
] as const;

/** The words every program starts with; a word's index is its symbol id. */
export const BASE_WORDS: readonly string[] = WORDS;
export type BaseWord = (typeof WORDS)[number];

const wordIds = new Map<string, number>(BASE_WORDS.map((w, i) => [w, i]));

/** The value of a word that the machine knows. */
export function word(name: BaseWord): Value {
  return box(Tag.symbol, wordIds.get(name) ?? 0);
}

const ERRORS = [
  "EPERM",
  "ENOENT",
  "EINTR",
  "EIO",
  "ENXIO",
  "EAGAIN",
  "ENOMEM",
  "EACCES",
  "EFAULT",
  "EBUSY",
  "EEXIST",
  "ENODEV",
  "EINVAL",
  "ENOTTY",
  "ENOSPC",
  "EOPNOTSUPP",
  "ETIMEDOUT",
  "EHWPOISON",
  "ENOSYS",
  "EDEADLK",
  "ESRCH",
  "ECANCELED",
  "SIGBUS",
  "SIGSEGV",
  "SIGKILL",
  "VM_FAULT_OOM",
  "VM_FAULT_SIGBUS",
  "VM_FAULT_SIGSEGV",
  "VM_FAULT_HWPOISON",
  "VM_FAULT_RETRY",
  "VM_FAULT_FALLBACK",
  "VM_FAULT_NOPAGE",
] as const;
/** Errnos, signals and failed faults, by error id. `VM_FAULT_RETRY`, `_FALLBACK` and `_NOPAGE` are no errors to `is error`. */
export const ERROR_NAMES: readonly string[] = ERRORS;
export type ErrorName = (typeof ERRORS)[number];
const errorIds = new Map<string, number>(ERROR_NAMES.map((w, i) => [w, i]));

/** The value of an error. */
export function error(name: ErrorName): Value {
  return box(Tag.error, errorIds.get(name) ?? 0);
}
/** The id of the error called `name`, or undefined. */
export function errorId(name: string): number | undefined {
  return errorIds.get(name);
}
