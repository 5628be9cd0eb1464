/**
 * What a scenario is after its names have been resolved: the machine, the processes with their regions, the threads, the
 * checks, and what every name in it stands for. This is what the compiler consumes.
 *
 * Everything that has a name is an entity with a `kind`; `at` says where it is declared (undefined for defaults).
 */

import type { Diagnostic } from "../diagnostic.ts";
import type { FunctionSignature, MemberSignature, WordSignature } from "../library-signature.ts";
import type { Parsed } from "../syntax/parser.ts";
import type {
  Action,
  Backing,
  Barrier,
  CallbackDecl,
  CoherentAttribute,
  DeviceDecl,
  DriverDecl,
  Expr,
  FindsDecl,
  KernelDecl,
  Mapping,
  Member,
  Name,
  NodeDecl,
  Place,
  ProcessDecl,
  PropertyDecl,
  RegionDecl,
  ScenarioStatement,
  Setting,
  ThreadBlock,
  ThreadDecl,
} from "../syntax/tree.ts";

/** Where something is declared: a file (index into `Resolved.files`) and the declared name in it. */
export interface DeclaredAt {
  readonly file: number;
  readonly name: Name;
}

interface Entity {
  readonly name: string;
  /** undefined for what exists without a declaration (N0, cpu0, cpu1, implicit threads) */
  readonly at: DeclaredAt | undefined;
  readonly doc: string | undefined;
}

/** A NUMA node with system memory, or the coherent memory of a device. */
export interface ResolvedNode extends Entity {
  readonly kind: "node";
  /** Index into `Resolved.nodes`. */
  readonly index: number;
  /** Memory in pages. */
  readonly pages: number;
  readonly movable: boolean;
  /** The device whose coherent memory it is; undefined for system memory. */
  readonly device: ResolvedDevice | undefined;
  readonly declaration: NodeDecl | CoherentAttribute | undefined;
}

/** A CPU. */
export interface ResolvedCpu extends Entity {
  readonly kind: "cpu";
  readonly index: number;
  readonly node: ResolvedNode;
}

/** A device. */
export interface ResolvedDevice extends Entity {
  readonly kind: "device";
  readonly index: number;
  /** Name of its driver, of the library or of this file; an unknown one has been reported. */
  readonly driver: string;
  /** Its own memory in pages; 0 if it has none. */
  readonly pages: number;
  /** The node that its memory is, if it is coherent. */
  readonly node: ResolvedNode | undefined;
  /** What stands in its braces besides memory: options of its driver. */
  readonly settings: readonly Setting[];
  readonly declaration: DeviceDecl;
}

/** A process: declared, or made later by `fork as`. */
export interface ResolvedProcess extends Entity {
  readonly kind: "process";
  readonly index: number;
  /** The process that forks it; undefined if it exists from the start. */
  readonly parent: ResolvedProcess | undefined;
  /**
   * Regions of its own by name, in order: declared, or mapped later by its threads. A child has its parent's besides: see
   * `regionOf`.
   */
  readonly regions: ReadonlyMap<string, ResolvedRegion>;
  readonly declaration: ProcessDecl | Action;
}

/** A region: declared in a process, or mapped later by `mmap NAME` or `mremap … to NAME`. */
export interface ResolvedRegion extends Entity {
  readonly kind: "region";
  /** Index into `Resolved.regions`. */
  readonly index: number;
  readonly process: ResolvedProcess;
  /** Address of its first byte. A child of fork has it at the same address. */
  readonly start: number;
  readonly pages: number;
  readonly backing: Backing;
  /** Name of the file, of `file`. */
  readonly file: string | undefined;
  /** The device whose driver inserts its pages, of `driver`. */
  readonly device: ResolvedDevice | undefined;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly shared: boolean;
  /** Huge pages asked for, refused, or (undefined) neither. */
  readonly thp: boolean | undefined;
  readonly node: ResolvedNode | undefined;
  /** True if `at ADDRESS` says where it is. */
  readonly fixed: boolean;
  /** False if a later mmap or mremap makes it. */
  readonly initial: boolean;
  readonly declaration: RegionDecl | Action;
  readonly mapping: Mapping | undefined;
}

/** A thread that statements can name. */
export interface ResolvedThread extends Entity {
  readonly kind: "thread";
  readonly index: number;
  readonly process: ResolvedProcess;
  /** What it runs on. */
  readonly on: ResolvedCpu | ResolvedDevice;
  /** undefined for the threads that CPUs and devices are where there is one process */
  readonly declaration: ThreadDecl | undefined;
}

/** A driver declared in a file. */
export interface DeclaredDriver extends Entity {
  readonly kind: "driver";
  readonly at: DeclaredAt;
  readonly declaration: DriverDecl;
}

/** A kernel profile defined (with a body or `extends`) in a file. */
export interface DeclaredProfile {
  readonly name: string;
  readonly file: number;
  readonly declaration: KernelDecl;
}

/** A function, struct, variable … declared at the top level, in a driver or in a profile. */
export interface DeclaredMember extends Entity {
  readonly kind: "member";
  readonly at: DeclaredAt;
  readonly declaration: Member;
  readonly owner: DriverDecl | KernelDecl | undefined;
}

/** A callback declared in a driver. */
export interface DeclaredCallback extends Entity {
  readonly kind: "callback";
  readonly at: DeclaredAt;
  readonly declaration: CallbackDecl;
  readonly owner: DriverDecl;
}

/** A `let`, loop variable, quantifier's variable or parameter. */
export interface Local extends Entity {
  readonly kind: "local";
  readonly at: DeclaredAt;
  readonly role: "let" | "for" | "quantifier" | "param";
}

/** What `as NAME` keeps. */
export interface Result extends Entity {
  readonly kind: "result";
  readonly at: DeclaredAt;
  readonly action: Action;
}

/** A barrier, known by its name within a `parallel`. */
export interface ResolvedBarrier extends Entity {
  readonly kind: "barrier";
  readonly at: DeclaredAt;
  readonly declaration: Barrier;
}

/** Everything that a file can declare. */
export type Declared =
  | ResolvedNode
  | ResolvedCpu
  | ResolvedDevice
  | ResolvedProcess
  | ResolvedRegion
  | ResolvedThread
  | DeclaredDriver
  | DeclaredMember
  | DeclaredCallback
  | Local
  | Result
  | ResolvedBarrier;

/** What a name in an expression or operand stands for. */
export type Binding =
  | Declared
  /** a word such as `present`, `MIGRATE`, `none`, `ok`, `self` */
  | { readonly kind: "word"; readonly name: string }
  /** an errno, VM_FAULT code or signal */
  | { readonly kind: "error"; readonly name: string }
  | { readonly kind: "fact"; readonly name: string }
  | { readonly kind: "event"; readonly name: string }
  /** a function of the kernel model or a driver's, of the library */
  | { readonly kind: "libraryFunction"; readonly name: string; readonly signature: FunctionSignature }
  | { readonly kind: "libraryMember"; readonly name: string; readonly signature: MemberSignature }
  | { readonly kind: "primitive"; readonly name: string; readonly signature: FunctionSignature }
  | { readonly kind: "field"; readonly name: string; readonly signature: WordSignature | undefined };

/** A place whose names have been found. */
export interface ResolvedPlace {
  readonly process: ResolvedProcess;
  readonly region: ResolvedRegion;
  /** As written: page index, end of the range, offset in bytes. */
  readonly index: Expr | undefined;
  readonly to: Expr | undefined;
  readonly offset: Expr | undefined;
  /** Pages [firstPage, endPage) of the region where index and end are constant; undefined if they are not. */
  readonly firstPage: number | undefined;
  readonly endPage: number | undefined;
  /** Bytes into the first page where that is constant. */
  readonly offsetBytes: number | undefined;
}

/** One file that a scenario consists of. */
export interface ResolvedFile {
  /** As given, or as resolved from the `import` that names it. */
  readonly path: string;
  readonly parsed: Parsed;
  /** Syntax errors, and what resolving found wrong with it. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The kernel profile that a file runs under. */
export interface SelectedKernel {
  readonly profile: string;
  /** The line that selects it; undefined if it is the default. */
  readonly declaration: KernelDecl | undefined;
  /** The switches that are set, by the main file's lines. */
  readonly settings: readonly Setting[];
}

/** A property and the file it stands in. */
export interface ResolvedProperty {
  readonly file: number;
  readonly declaration: PropertyDecl;
}

/** A resolved scenario (or file of declarations). */
export interface Resolved {
  /** The main file first, then what it imports, each once. */
  readonly files: readonly ResolvedFile[];
  /** As written; undefined if the file does not say (the title is then the file's name). */
  readonly title: string | undefined;
  readonly doc: string | undefined;
  readonly kernel: SelectedKernel;
  /** Bytes. */
  readonly pageSize: number;
  readonly nodes: readonly ResolvedNode[];
  readonly cpus: readonly ResolvedCpu[];
  readonly devices: readonly ResolvedDevice[];
  /** Declared ones first, then those that fork makes. */
  readonly processes: readonly ResolvedProcess[];
  /** Implicit ones (a CPU or device where there is one process) first, then declared ones. */
  readonly threads: readonly ResolvedThread[];
  /** Of all processes; those of a fork's parent are not repeated for the child. */
  readonly regions: readonly ResolvedRegion[];
  /** Drivers declared in the files, by name. */
  readonly drivers: ReadonlyMap<string, DeclaredDriver>;
  /** Profiles defined in the files, in order. */
  readonly profiles: readonly DeclaredProfile[];
  /** The first of each name. */
  readonly profileByName: ReadonlyMap<string, DeclaredProfile>;
  /** Functions, constants … at the top level of the files, by name. */
  readonly members: ReadonlyMap<string, DeclaredMember>;
  readonly properties: readonly ResolvedProperty[];
  readonly finds: readonly FindsDecl[];
  /** Invariants switched on or off. */
  readonly invariants: ReadonlyMap<string, boolean>;
  /** What `as NAME` keeps, by name. */
  readonly results: ReadonlyMap<string, Result>;
  /** The statements of the main file, at the top level. */
  readonly statements: readonly ScenarioStatement[];
  /** What names stand for; a name that is not here has been reported. */
  readonly bindings: ReadonlyMap<Name, Binding>;
  /** The places of operands and of checks, by their node. */
  readonly places: ReadonlyMap<Place | Expr, ResolvedPlace>;
  /** The thread that runs an action or block; absent for those of the kernel itself (and after an error). */
  readonly threadOf: ReadonlyMap<Action | ThreadBlock, ResolvedThread>;
  /** Everything that is declared for the whole file, by name (regions are found through their process). */
  readonly globals: ReadonlyMap<string, Declared>;
}

/** How long a chain of drivers or profiles may be, each extending the next. */
export const extendsLimit = 64;

/** The region called `name` as `process` has it: its own, or one that it has from its parent. */
export function regionOf(process: ResolvedProcess, name: string): ResolvedRegion | undefined {
  for (let at: ResolvedProcess | undefined = process; at !== undefined; at = at.parent) {
    const found = at.regions.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A member as an entity. */
export function declaredMember(
  file: number,
  member: Member,
  owner: DriverDecl | KernelDecl | undefined,
): DeclaredMember {
  return {
    kind: "member",
    name: member.name.text,
    at: { file, name: member.name },
    doc: member.doc,
    declaration: member,
    owner,
  };
}
