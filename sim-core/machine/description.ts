/**
 * What a machine is built from: the nodes, CPUs, devices, processes, regions and threads that a scenario declares.
 * Plain data without functions, so that it can be stored with a compiled program or sent to a worker. Ids are array indexes.
 */
import type { Value } from "../store/value.ts";

/** A NUMA node with system memory. */
export interface NodeDescription {
  readonly name: string;
  /** Memory in pages. */
  readonly pages: number;
  /** Its memory is ZONE_MOVABLE. */
  readonly movable: boolean;
}

/** A CPU on a node. */
export interface CpuDescription {
  readonly name: string;
  /** Index of its node. */
  readonly node: number;
}

/** A device and the driver that serves it. */
export interface DeviceDescription {
  readonly name: string;
  readonly driver: string;
  /** Its own memory in pages; 0 for a device without. */
  readonly pages: number;
  /** Its memory is CPU-addressable (MEMORY_DEVICE_COHERENT) and the node of this name; otherwise it is private. */
  readonly coherent?: string;
  /** That node is one like any other: the page allocator gives its pages out, and they are on LRU lists (a CDM node). */
  readonly managed?: boolean;
  /** Its link carries atomics: it may do them on any memory that it may write to, without keeping the CPUs out. */
  readonly linkAtomics?: boolean;
  /** Its driver knows otherwise than by a notifier's sequence number whether what it read still holds. */
  readonly checksRanges?: boolean;
  readonly options: readonly { readonly name: string; readonly value: Value }[];
}

/** An address space. */
export interface ProcessDescription {
  readonly name: string;
  /** Index of the process that forks it later; absent for one that exists from the start. */
  readonly parent?: number;
  /** Indexes of its regions. */
  readonly regions: readonly number[];
}

/** What backs a region and its vma. */
export const REGION_KINDS = ["anon", "file", "shmem", "hugetlb", "driver"] as const;
export type RegionKind = (typeof REGION_KINDS)[number];

/** A named range of a process's address space, as a scenario declares it. */
export interface RegionDescription {
  readonly name: string;
  /** Index of its process. */
  readonly process: number;
  /** Byte address of its first byte, a multiple of the page size. */
  readonly start: number;
  readonly pages: number;
  readonly kind: RegionKind;
  /** Name of the file that backs it (`file`). */
  readonly file?: string;
  /** Index of the device whose driver inserts its pages (`driver`). */
  readonly driver?: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly shared: boolean;
  /** Huge pages asked for (true), refused (false) or not mentioned. */
  readonly thp?: boolean;
  /** Index of the node that its memory comes from; absent: the node of the CPU that touches it first. */
  readonly node?: number;
  /** Mapped from the start; false for one that a later `mmap` or `mremap` makes. */
  readonly initial: boolean;
}

/** A thread of the scenario. Thread id 0 is the director; these are threads 1, 2 … in order. */
export interface ThreadDescription {
  readonly name: string;
  /** Index of its process. */
  readonly process: number;
  /** Index of its CPU, for a CPU thread. */
  readonly cpu?: number;
  /** Index of its device, for a device queue. */
  readonly device?: number;
}

/** A whole machine. */
export interface MachineDescription {
  /** Bytes of a page; a power of two, 4096 unless the scenario says otherwise. */
  readonly pageSize: number;
  /** Free pages of devices count one reference, the driver's, instead of none. */
  readonly countsFreeDevicePages?: boolean;
  readonly nodes: readonly NodeDescription[];
  readonly cpus: readonly CpuDescription[];
  readonly devices: readonly DeviceDescription[];
  readonly processes: readonly ProcessDescription[];
  readonly regions: readonly RegionDescription[];
  readonly threads: readonly ThreadDescription[];
}
