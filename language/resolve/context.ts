/** What the parts of resolving share: the files, what has been found so far, and how mistakes are reported. */

import type { Diagnostics } from "../diagnostic.ts";
import type { LibrarySignature } from "../library-signature.ts";
import type { LazyExtra } from "../syntax/cursor.ts";
import { LineIndex } from "../syntax/lines.ts";
import type { Parsed } from "../syntax/parser.ts";
import type { Action, Expr, Name, Place, Span, ThreadBlock } from "../syntax/tree.ts";
import { sizeInBytes } from "../syntax/tree.ts";
import type {
  Binding,
  Declared,
  DeclaredAt,
  DeclaredDriver,
  DeclaredMember,
  DeclaredProfile,
  ResolvedCpu,
  ResolvedDevice,
  ResolvedNode,
  ResolvedPlace,
  ResolvedProcess,
  ResolvedProperty,
  ResolvedRegion,
  ResolvedThread,
  Result,
} from "./model.ts";

/** Removes `readonly`, for entities while they are being made. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** A process while its regions are being collected. */
export interface ProcessDraft extends Draft<ResolvedProcess> {
  readonly regions: Map<string, ResolvedRegion>;
}

/** What a caller must supply to resolve a file. */
export interface ResolveOptions {
  /** Path or URI of the file; imports are relative to it. */
  readonly path: string;
  /** The text of an imported file, undefined if there is none. The path is joined to that of the importing file. */
  readonly readImport: (path: string) => string | undefined;
  readonly library: LibrarySignature;
}

/** A file and its mistakes. */
export interface FileState {
  readonly path: string;
  readonly parsed: Parsed;
  readonly diagnostics: Diagnostics;
}

/** The state of resolving. */
export class Context {
  readonly library: LibrarySignature;
  readonly files: FileState[] = [];
  pageSize = 4096;
  readonly nodes: Draft<ResolvedNode>[] = [];
  readonly cpus: ResolvedCpu[] = [];
  readonly devices: Draft<ResolvedDevice>[] = [];
  readonly processes: ProcessDraft[] = [];
  readonly threads: ResolvedThread[] = [];
  readonly threadByName = new Map<string, ResolvedThread>();
  readonly regions: ResolvedRegion[] = [];
  /** Regions by name, over all processes. */
  readonly regionsByName = new Map<string, ResolvedRegion[]>();
  readonly drivers = new Map<string, DeclaredDriver>();
  readonly profiles: DeclaredProfile[] = [];
  /** The first profile of each name, and what all of them declare (the first of a name). */
  readonly profileByName = new Map<string, DeclaredProfile>();
  readonly profileMembers = new Map<string, DeclaredMember>();
  readonly members = new Map<string, DeclaredMember>();
  readonly properties: ResolvedProperty[] = [];
  readonly invariants = new Map<string, boolean>();
  readonly results = new Map<string, Result>();
  readonly globals = new Map<string, Declared>();
  readonly bindings = new Map<Name, Binding>();
  readonly places = new Map<Place | Expr, ResolvedPlace>();
  readonly threadOf = new Map<Action | ThreadBlock, ResolvedThread>();
  /** Declared names that are taken already, and so declare nothing. */
  readonly redeclared = new Set<Name>();
  private readonly constants = new Map<string, bigint | undefined>();
  private readonly lineIndexes: LineIndex[] = [];

  constructor(library: LibrarySignature) {
    this.library = library;
  }

  /** Reports an error in a file. */
  error(file: number, code: string, message: string, where: Span, extra: LazyExtra = {}): void {
    const diagnostics = this.files[file]?.diagnostics;
    if (diagnostics === undefined) return;
    if (diagnostics.isFull) diagnostics.omit();
    else diagnostics.error(code, message, where.start, where.end, typeof extra === "function" ? extra() : extra);
  }

  /** 1-based line of an offset. */
  line(file: number, offset: number): number {
    let index = this.lineIndexes[file];
    if (index === undefined) {
      index = new LineIndex(this.files[file]?.parsed.text ?? "");
      this.lineIndexes[file] = index;
    }
    return index.at(offset).line;
  }

  /** "line 4", or "line 4 of ./driver.hmm" where that is another file. */
  where(at: DeclaredAt, from: number): string {
    const line = `line ${this.line(at.file, at.name.start)}`;
    return at.file === from ? line : `${line} of ${this.files[at.file]?.path}`;
  }

  private namedConstant(name: string, depth: number): bigint | undefined {
    if (this.constants.has(name)) return this.constants.get(name);
    const member = this.members.get(name)?.declaration;
    if (member?.kind !== "const") return undefined;
    // One that is defined by itself has no value; each is worked out once.
    this.constants.set(name, undefined);
    const value = this.constant(member.value, depth + 1);
    this.constants.set(name, value);
    return value;
  }

  /** The value of a constant arithmetic expression; undefined if it is not constant. */
  constant(expr: Expr | undefined, depth = 0): bigint | undefined {
    if (expr === undefined || depth > 50) return undefined;
    switch (expr.kind) {
      case "size":
        return BigInt.asIntN(64, sizeInBytes(expr, BigInt(this.pageSize)));
      case "unary": {
        const value = expr.operator === "-" ? this.constant(expr.operand, depth + 1) : undefined;
        return value === undefined ? undefined : BigInt.asIntN(64, -value);
      }
      case "name":
        return this.namedConstant(expr.text, depth);
      case "binary": {
        const left = this.constant(expr.left, depth + 1);
        const right = left === undefined ? undefined : this.constant(expr.right, depth + 1);
        return left === undefined || right === undefined ? undefined : arithmetic(expr.operator, left, right);
      }
      default:
        return undefined;
    }
  }
}

function arithmetic(operator: string, left: bigint, right: bigint): bigint | undefined {
  switch (operator) {
    case "+":
      return BigInt.asIntN(64, left + right);
    case "-":
      return BigInt.asIntN(64, left - right);
    case "*":
      return BigInt.asIntN(64, left * right);
    case "/":
      return right === 0n ? undefined : BigInt.asIntN(64, left / right);
    case "%":
      return right === 0n ? undefined : left % right;
    default:
      return undefined;
  }
}

/** What a kind of entity is called in messages, with its article. */
export function kindText(declared: Declared): string {
  switch (declared.kind) {
    case "cpu":
      return "a CPU";
    case "member":
      return memberText(declared.declaration.kind);
    case "result":
      return "what a statement ended with (`as`)";
    case "local":
      return declared.role === "param" ? "a parameter" : "a local name";
    default:
      return `a ${declared.kind}`;
  }
}

function memberText(kind: string): string {
  switch (kind) {
    case "fn":
      return "a function";
    case "var":
      return "a variable";
    case "const":
      return "a constant";
    case "listDecl":
      return "a list";
    case "lockDecl":
      return "a lock";
    case "option":
      return "an option";
    default:
      return `a ${kind}`;
  }
}
