/**
 * What the checks and the editor features must know of the library that ships (kernel profiles, drivers, primitives).
 * The compiler makes it from the library's own files; tests make small ones by hand. Plain data, so that it can be
 * stored in the bundle as JSON.
 */

/** Where something of the library is declared. `file` is the path as the library names it, offsets are UTF-16. */
export interface LibraryLocation {
  readonly file: string;
  /** The declared name's range, half-open. */
  readonly start: number;
  readonly end: number;
}

/** A function: of the kernel model, of a driver, or a primitive. */
export interface FunctionSignature {
  readonly name: string;
  /** Names of the parameters in order. */
  readonly params: readonly string[];
  /** How many of the last parameters may be left out. */
  readonly optional: number;
  /** Arguments by name that are not among `params`: `writable`, `dirty` of `entry(…)`. */
  readonly named: readonly string[];
  readonly doc: string;
  /** undefined for primitives, which have no `.hmm` */
  readonly location: LibraryLocation | undefined;
}

/** A switch of a profile or an option of a driver's devices. */
export interface OptionSignature {
  readonly name: string;
  /** The default as written: `on`, `4`. */
  readonly default: string;
  readonly doc: string;
  readonly location: LibraryLocation | undefined;
}

/** A kernel profile with all that it inherits. */
export interface ProfileSignature {
  readonly name: string;
  readonly doc: string;
  readonly options: readonly OptionSignature[];
  readonly location: LibraryLocation | undefined;
}

/** Something that a driver declares and code that extends it may name. */
export interface MemberSignature {
  readonly name: string;
  readonly kind: "fn" | "struct" | "var" | "const" | "table" | "list" | "lock" | "option";
  /** Parameters of an fn, fields of a struct; else empty. */
  readonly params: readonly string[];
  readonly doc: string;
  readonly location: LibraryLocation | undefined;
}

/** A driver with all that it inherits. */
export interface DriverSignature {
  readonly name: string;
  readonly doc: string;
  readonly callbacks: readonly FunctionSignature[];
  readonly options: readonly OptionSignature[];
  readonly members: readonly MemberSignature[];
  readonly location: LibraryLocation | undefined;
}

/** A word with a meaning of its own in model code, or an error, or a field of a handle or struct. */
export interface WordSignature {
  readonly name: string;
  readonly doc: string;
}

/** The invariants that are checked after every step. */
export interface InvariantSignature {
  readonly id: string;
  readonly doc: string;
  readonly onByDefault: boolean;
}

/** The library, as far as checks and editor features look at it. Lists are in the order in which they are offered. */
export interface LibrarySignature {
  readonly profiles: readonly ProfileSignature[];
  /** The profile of a file without a `kernel` line. */
  readonly defaultProfile: string;
  readonly drivers: readonly DriverSignature[];
  /** Functions of the kernel model, of all profiles. */
  readonly functions: readonly FunctionSignature[];
  /** What the kernel model declares besides functions (structs, constants, tables …). */
  readonly members: readonly MemberSignature[];
  readonly primitives: readonly FunctionSignature[];
  /** Words that are values: `present`, `MIGRATE`, `SIGBUS`, `PAGE_SIZE` … */
  readonly words: readonly WordSignature[];
  /** `EBUSY`, `VM_FAULT_SIGBUS` … */
  readonly errors: readonly WordSignature[];
  /** Every field that a handle (process, vma, folio …) has. */
  readonly fields: readonly WordSignature[];
  readonly invariants: readonly InvariantSignature[];
  /** What may stand after `is`: `error`, `process`, `vma`, `folio` … */
  readonly valueKinds: readonly string[];
}
