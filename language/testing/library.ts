/** A small library signature for the tests of `language/`: a few profiles, drivers, functions and words. */

import type { FunctionSignature, LibrarySignature, MemberSignature, WordSignature } from "../library-signature.ts";

function fn(name: string, params: readonly string[], optional = 0, doc = ""): FunctionSignature {
  return { name, params, optional, named: [], doc, location: undefined };
}

function inFile(row: FunctionSignature, file: string, start: number): FunctionSignature {
  return { ...row, location: { file, start, end: start + row.name.length } };
}

function lock(name: string): MemberSignature {
  return { name, kind: "lock", params: [], doc: "", location: undefined };
}

function words(...names: string[]): WordSignature[] {
  return names.map((name) => ({ name, doc: "" }));
}

/** The signature. */
export const testLibrary: LibrarySignature = {
  profiles: ["linux-6.12", "linux-6.15", "linux-7.0", "proposal/unmap-and-pin", "proposal/cdm-node"].map((name) => ({
    name,
    doc: "",
    location: undefined,
    options:
      name === "linux-6.15"
        ? [{ name: "notify_exclusive", default: "on", doc: "Whether other mirrors are told.", location: undefined }]
        : [],
  })),
  defaultProfile: "linux-6.12",
  drivers: ["dmirror", "nouveau", "amdkfd", "mlx5_odp", "cdm"].map((name) => ({
    name,
    doc: `The ${name} driver.`,
    callbacks: [fn("device_fault", ["addr", "access"]), fn("invalidate", ["sub", "range", "seq"])],
    options: name === "amdkfd" ? [{ name: "granularity", default: "9", doc: "", location: undefined }] : [],
    members: name === "dmirror" ? [lock("mutex")] : [],
    location: { file: `drivers/${name}.hmm`, start: 7, end: 7 + name.length },
  })),
  functions: [
    inFile(
      fn("migrate_vma_setup", ["args"], 0, "Collects and isolates the pages of a range."),
      "kernel/migrate_device.hmm",
      40,
    ),
    fn("range_fault", ["process", "addr", "size", "access"]),
    fn("read_begin", ["sub"]),
    fn("remove_device_exclusive_entry", ["vmf"]),
    fn("folio_put", ["folio"]),
    fn("mmu_notifier_invalidate_range_start", ["range"]),
    fn("mmu_notifier_invalidate_range_end", ["range"]),
  ],
  members: [
    { name: "PAGE_SIZE", kind: "const", params: [], doc: "Bytes of a page.", location: undefined },
    { name: "migrate_vma", kind: "struct", params: ["vma", "start", "end", "src"], doc: "", location: undefined },
  ],
  primitives: [
    fn("pte_get", ["process", "addr"], 0, "The entry of an address."),
    fn("pte_set", ["process", "addr", "entry"]),
    { ...fn("entry", ["kind", "folio"], 1), named: ["writable", "dirty", "young", "exclusive"] },
    fn("ptl", ["process", "addr"]),
    fn("folio_try_get", ["folio"]),
    fn("rmap_add", ["folio", "process", "addr"]),
    fn("notifier_range", ["process", "start", "end", "reason", "owner", "blockable"], 2),
    fn("trylock", ["lock"]),
    fn("read_retry", ["sub", "seq"]),
    fn("set_seq", ["sub", "seq"]),
    fn("map", ["self", "addr", "what", "writable", "atomic"], 2),
    fn("unmap", ["self", "start", "end"]),
    fn("flush_tlb", ["self", "start", "end"]),
    fn("min", ["a", "b"]),
    fn("push", ["list", "value"]),
    fn("array", ["n"]),
  ],
  words: words(
    "present",
    "zero",
    "swap",
    "migration",
    "MIGRATE",
    "EXCLUSIVE",
    "read",
    "write",
    "atomic",
    "break",
    "make",
  ),
  errors: words("EBUSY", "EFAULT", "EINTR", "ENOMEM", "EAGAIN", "SIGBUS", "SIGSEGV", "VM_FAULT_SIGBUS"),
  fields: words(
    ...["process", "notifier", "device", "start", "end", "reason", "owner", "blockable", "kind", "writable", "folio"],
    ...["vma", "addr", "orig", "context", "data", "page", "length", "mmap_lock", "refcount"],
  ),
  invariants: [
    { id: "mirror-subset", doc: "A device maps only what the process may use.", onByDefault: true },
    { id: "no-lost-write", doc: "A write is never lost.", onByDefault: true },
  ],
  valueKinds: ["error", "none", "number", "word", "process", "vma", "folio", "entry", "list", "device"],
};
