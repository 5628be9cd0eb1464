/**
 * The tree of a `.hmm` file: scenario, driver or kernel model. It says what stands where and nothing about what names
 * mean (that is `resolve/`).
 *
 * Conventions that hold for every node:
 * - `kind` discriminates; `start` and `end` are UTF-16 offsets into the text, half-open.
 * - Optional parts are present as fields with the value `undefined`, so that all nodes of a kind have one shape.
 * - The parser gives a tree for any input. Where something required is missing there is a `missing` expression, an empty
 *   `Name` (text "", start === end) or an `undefined` field whose doc says "undefined only after a syntax error".
 * - Parentheses leave no node; a parenthesised expression's node is its inside, and whatever contains it spans them.
 */

/** Half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A word as written. `text` is "" where the parser expected a name and found none. */
export interface Name extends Span {
  readonly kind: "name";
  readonly text: string;
}

/** A string literal; `value` has its escapes resolved and no quotes. */
export interface StringLiteral extends Span {
  readonly kind: "string";
  readonly value: string;
}

/** A unit as written after a number. */
export type SizeUnit = "B" | "KiB" | "MiB" | "GiB" | "TiB" | "page" | "pages";

/**
 * A number with or without a unit. `value` is the number as written (`4` in `4 KiB`); what it is in bytes depends on the
 * file's page size for `page`/`pages`: see `sizeInBytes` and `sizeInPages`.
 */
export interface Size extends Span {
  readonly kind: "size";
  readonly value: bigint;
  readonly unit: SizeUnit | undefined;
}

const unitShift = { B: 0n, KiB: 10n, MiB: 20n, GiB: 30n, TiB: 40n } as const;

/** The size in bytes, `pageSize` being that of the file in bytes; a number without a unit is bytes. */
export function sizeInBytes(size: Size, pageSize: bigint): bigint {
  if (size.unit === undefined) return size.value;
  if (size.unit === "page" || size.unit === "pages") return size.value * pageSize;
  return size.value << unitShift[size.unit];
}

/** True if the size is written in pages, as the counts after `->` and in `reclaim 3 pages` are. */
export function isInPages(size: Size): boolean {
  return size.unit === "page" || size.unit === "pages";
}

// ---------------------------------------------------------------------------------------------------- expressions

/** Any expression, of scenarios and of model code alike. */
export type Expr =
  | Size
  | StringLiteral
  | BooleanLiteral
  | Name
  | ListExpr
  | MemberExpr
  | IndexExpr
  | CallExpr
  | UnaryExpr
  | BinaryExpr
  | InExpr
  | IsExpr
  | QuantifierExpr
  | MissingExpr;

export interface BooleanLiteral extends Span {
  readonly kind: "boolean";
  readonly value: boolean;
}

/** `[a, b]` */
export interface ListExpr extends Span {
  readonly kind: "list";
  readonly items: readonly Expr[];
}

/** `object.member`; the member may be any word, reserved ones too. */
export interface MemberExpr extends Span {
  readonly kind: "member";
  readonly object: Expr;
  readonly member: Name;
}

/** `object[index]`, or `object[index..to]` (half-open) if `to` is there. */
export interface IndexExpr extends Span {
  readonly kind: "index";
  readonly object: Expr;
  readonly index: Expr;
  readonly to: Expr | undefined;
}

/** `callee(args)`. The callee is a name or a member of something in everything that means anything. */
export interface CallExpr extends Span {
  readonly kind: "call";
  readonly callee: Expr;
  readonly args: readonly Arg[];
}

/** An argument, perhaps by name: `writable: w`, `a..b` (as in `choose(0..3)`) if `to` is there. */
export interface Arg extends Span {
  readonly kind: "arg";
  readonly name: Name | undefined;
  readonly value: Expr;
  /** The end (exclusive) of a range argument, `choose(a..b)`. */
  readonly to: Expr | undefined;
}

export interface UnaryExpr extends Span {
  readonly kind: "unary";
  readonly operator: "-" | "not";
  readonly operand: Expr;
}

export type BinaryOperator =
  | "implies"
  | "or"
  | "and"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

export interface BinaryExpr extends Span {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}

/** `left in right` (a place or a list), `left in right..to` (half-open); `not in` if negated. */
export interface InExpr extends Span {
  readonly kind: "in";
  readonly left: Expr;
  readonly negated: boolean;
  readonly right: Expr;
  readonly to: Expr | undefined;
}

/** `left is error`, `left is not vma`. */
export interface IsExpr extends Span {
  readonly kind: "is";
  readonly left: Expr;
  readonly negated: boolean;
  readonly word: Name;
}

/** `all i in a..b: EXPR`, `any i in a..b: EXPR` (half-open). */
export interface QuantifierExpr extends Span {
  readonly kind: "quantifier";
  readonly quantifier: "all" | "any";
  readonly variable: Name;
  readonly from: Expr;
  readonly to: Expr;
  readonly body: Expr;
}

/** Where an expression should be and is not; the parser has reported it. */
export interface MissingExpr extends Span {
  readonly kind: "missing";
}

/**
 * A place as an operand of a verb: `NAME (. NAME)* [index] [index..to] + offset`. In expressions (`pte(app.buf[0])`)
 * the same thing is parsed as an expression; `placeOfExpr` in `place.ts` turns one into the other.
 */
export interface Place extends Span {
  readonly kind: "place";
  /** `[region]`, or `[process, region]` where PROCESS. is written. At least one; more than two is an error of meaning. */
  readonly path: readonly Name[];
  /** Page index; undefined: all pages of the region. */
  readonly index: Expr | undefined;
  /** End (exclusive) of a range of pages; undefined without `index`, or for one page. */
  readonly to: Expr | undefined;
  /** Bytes into the first page (a multiple of 8). */
  readonly offset: Expr | undefined;
}

/** An event as named by `expect events`, `expect no`, `emit`. In `count(…)` it is that call's arguments. */
export interface EventPattern extends Span {
  readonly kind: "event";
  readonly name: Name;
  /** Empty also where no parentheses are written. `_` is a `Name`. */
  readonly args: readonly Arg[];
}

// ------------------------------------------------------------------------------------------------------ file, items

export interface SourceFile extends Span {
  readonly kind: "file";
  /** Declarations and statements in the order of the text. */
  readonly items: readonly Item[];
}

export type Item = Declaration | ScenarioStatement;

export type Declaration =
  | ScenarioDecl
  | ImportDecl
  | PageSizeDecl
  | KernelDecl
  | NodeDecl
  | CpuDecl
  | DeviceDecl
  | ProcessDecl
  | ThreadDecl
  | DriverDecl
  | Member
  | PropertyDecl
  | FindsDecl
  | InvariantDecl;

/** What every declaration has: the text of the `///` lines in front of it, joined by newlines. */
export interface Documented extends Span {
  readonly doc: string | undefined;
}

/** `scenario "TITLE"` */
export interface ScenarioDecl extends Documented {
  readonly kind: "scenario";
  /** undefined only after a syntax error */
  readonly title: StringLiteral | undefined;
}

/** `import "PATH"`, relative to the file. */
export interface ImportDecl extends Documented {
  readonly kind: "import";
  /** undefined only after a syntax error */
  readonly path: StringLiteral | undefined;
}

/** `page_size SIZE` */
export interface PageSizeDecl extends Documented {
  readonly kind: "pageSize";
  /** undefined only after a syntax error */
  readonly size: Size | undefined;
}

/** `kernel "PROFILE" extends "OTHER" { members and settings }` */
export interface KernelDecl extends Documented {
  readonly kind: "kernel";
  /** undefined only after a syntax error */
  readonly profile: StringLiteral | undefined;
  /** A string, or the name `none`; undefined if there is no `extends`. */
  readonly extends: StringLiteral | Name | undefined;
  readonly members: readonly Member[];
  /** `notify_exclusive off` */
  readonly settings: readonly Setting[];
}

/** `node NAME { memory SIZE movable }` */
export interface NodeDecl extends Documented {
  readonly kind: "node";
  readonly name: Name;
  readonly attributes: readonly Attribute[];
}

/** `cpu cpu0, cpu1 on N0` */
export interface CpuDecl extends Documented {
  readonly kind: "cpu";
  readonly names: readonly Name[];
  readonly on: Name | undefined;
}

/** `device NAME uses DRIVER { memory SIZE coherent as NODE, options }` */
export interface DeviceDecl extends Documented {
  readonly kind: "device";
  readonly name: Name;
  readonly driver: Name;
  readonly attributes: readonly Attribute[];
}

/** What stands in the braces of a node or device. */
export type Attribute = MemoryAttribute | MovableAttribute | CoherentAttribute | Setting;

export interface MemoryAttribute extends Span {
  readonly kind: "memory";
  /** undefined only after a syntax error */
  readonly size: Size | undefined;
}

export interface MovableAttribute extends Span {
  readonly kind: "movable";
}

/** `coherent as NODE`: declares that node. */
export interface CoherentAttribute extends Span {
  readonly kind: "coherent";
  readonly node: Name;
}

/** A switch of a profile or an option of a device: a name and one value. */
export interface Setting extends Span {
  readonly kind: "setting";
  readonly name: Name;
  /** undefined only after a syntax error */
  readonly value: SettingValue | undefined;
}

export type SettingValue = Name | Size | StringLiteral;

/** `process NAME { regions }` */
export interface ProcessDecl extends Documented {
  readonly kind: "process";
  readonly name: Name;
  readonly regions: readonly RegionDecl[];
}

/** `NAME: MAPPING` inside a process. */
export interface RegionDecl extends Documented {
  readonly kind: "region";
  readonly name: Name;
  readonly mapping: Mapping;
}

export type Backing = "anon" | "shmem" | "hugetlb" | "file" | "driver";

/** What a region or `mmap` maps. */
export interface Mapping extends Span {
  readonly kind: "mapping";
  /** undefined only after a syntax error */
  readonly backing: Backing | undefined;
  /** The file's name, of `file`. */
  readonly file: StringLiteral | undefined;
  /** The device, of `driver`. */
  readonly device: Name | undefined;
  /** undefined only after a syntax error */
  readonly size: Size | undefined;
  readonly attributes: readonly MappingAttribute[];
}

export type MappingWord = "ro" | "rw" | "none" | "shared" | "private" | "thp" | "nothp" | "at" | "on";

export interface MappingAttribute extends Span {
  readonly kind: "mappingAttribute";
  readonly word: MappingWord;
  /** Of `at`; undefined for other words, or after a syntax error. */
  readonly address: Size | undefined;
  /** Of `on`. */
  readonly node: Name | undefined;
}

/** `thread NAME: PROCESS on CPU_OR_DEVICE` */
export interface ThreadDecl extends Documented {
  readonly kind: "thread";
  readonly name: Name;
  readonly process: Name;
  readonly on: Name;
}

/** `always EXPR` and its like. */
export interface PropertyDecl extends Documented {
  readonly kind: "property";
  readonly property: "always" | "never" | "finally" | "exists";
  readonly condition: Expr;
}

/** `finds "ID"` */
export interface FindsDecl extends Documented {
  readonly kind: "finds";
  /** undefined only after a syntax error */
  readonly id: StringLiteral | undefined;
}

/** `invariant "ID" on|off` */
export interface InvariantDecl extends Documented {
  readonly kind: "invariant";
  /** undefined only after a syntax error */
  readonly id: StringLiteral | undefined;
  readonly on: boolean;
}

// ------------------------------------------------------------------------------------------------ scenario statements

export type ScenarioStatement =
  | Action
  | ThreadBlock
  | Parallel
  | Let
  | If<ScenarioStatement>
  | For<ScenarioStatement>
  | Repeat
  | WaitUntil
  | Barrier
  | Expect
  | ExpectEvents
  | ExpectNo;

export interface Block<S> extends Span {
  readonly kind: "block";
  readonly statements: readonly S[];
}

/** `[THREAD] VERB OPERANDS [-> OUTCOME] [as NAME]` */
export interface Action extends Span {
  readonly kind: "action";
  /** The thread written in front; undefined where the verb begins the statement. */
  readonly thread: Name | undefined;
  /** One of the verbs of `verbs.ts`; another word only after a (reported) error. */
  readonly verb: Name;
  readonly operands: Operands;
  readonly outcome: Outcome | undefined;
  /** `as NAME` that keeps the outcome (`fork as CHILD` is `operands.declares`). */
  readonly as: Name | undefined;
}

/**
 * The operands of a verb. Which ones a verb has is the `operands` of its row in `verbs.ts`; required ones are undefined
 * only after a syntax error.
 */
export interface Operands {
  /** P: read, write, atomic, munmap … ; of vm_read and vm_write with its process; of reclaim and evict perhaps. */
  readonly place: Place | undefined;
  /** The second P of `ksm P P`. */
  readonly place2: Place | undefined;
  /** V of `write P = V`, `vm_write P = V`; of `atomic add|xchg P V`; NEW of `atomic cas P OLD NEW`. */
  readonly value: Expr | undefined;
  /** OLD of `atomic cas P OLD NEW`. */
  readonly expected: Expr | undefined;
  /**
   * The verb's word: `add xchg cas` of atomic, `ro rw none` of mprotect, the advice of madvise, the policy of hint,
   * `fail maybe delay` of inject.
   */
  readonly word: Name | undefined;
  /**
   * What is named: the DEVICE, `system` or NODE after `to` (migrate, mbind, move), NODE or DEVICE of offline and compact,
   * the target of `hint P preferred|accessed_by X`, the DEVICE of `inject … on DEVICE`.
   */
  readonly target: Name | undefined;
  /** A name that the statement declares: `mmap NAME: …`, `mremap P to NAME`, `fork as NAME`. */
  readonly declares: Name | undefined;
  /** ADDR of `mremap P to ADDR`. */
  readonly address: Size | undefined;
  /** What `mmap` maps. */
  readonly mapping: Mapping | undefined;
  /** N pages of reclaim and evict. */
  readonly pages: Size | undefined;
  /** FN(…) of call. */
  readonly call: CallExpr | undefined;
  /** `longterm` of pin, if written. */
  readonly longterm: Name | undefined;
  /** `rw` of get and pin, if written. */
  readonly rw: Name | undefined;
  /** What inject makes fail: device_alloc, page_alloc, copy … */
  readonly point: Name | undefined;
  /** `times N` of inject. */
  readonly times: Size | undefined;
  /** `after N` of inject. */
  readonly after: Size | undefined;
}

/** What a statement must end with. */
export type Outcome = AnyOutcome | ReportOutcome | ValueOutcome;

/** `-> any` */
export interface AnyOutcome extends Span {
  readonly kind: "anyOutcome";
}

/** `-> zero read`: what snapshot reports. The last word is one of none, error, read, write; those before it qualify. */
export interface ReportOutcome extends Span {
  readonly kind: "reportOutcome";
  readonly words: readonly Name[];
}

/** `-> 7`, `-> EBUSY`, `-> SIGBUS`, `-> 3 pages`: an arithmetic expression; errnos and signals are names. */
export interface ValueOutcome extends Span {
  readonly kind: "valueOutcome";
  readonly value: Expr;
}

/** `t0 { … }` */
export interface ThreadBlock extends Span {
  readonly kind: "threadBlock";
  readonly thread: Name;
  readonly body: Block<ScenarioStatement>;
}

/** `parallel { … }` */
export interface Parallel extends Span {
  readonly kind: "parallel";
  readonly body: Block<ScenarioStatement>;
}

/** `let NAME = EXPR`, also of model code. */
export interface Let extends Span {
  readonly kind: "let";
  readonly name: Name;
  readonly value: Expr;
}

/** `if EXPR { } else …`, also of model code. */
export interface If<S> extends Span {
  readonly kind: "if";
  readonly condition: Expr;
  readonly then: Block<S>;
  readonly else: Block<S> | If<S> | undefined;
}

/**
 * `for i in a..b { }` (half-open). In model code also `step N`, and `for x in LIST { }`, which has no `to`.
 */
export interface For<S> extends Span {
  readonly kind: "for";
  readonly variable: Name;
  /** The range's start, or the list. */
  readonly from: Expr;
  readonly to: Expr | undefined;
  readonly step: Expr | undefined;
  readonly body: Block<S>;
}

/** `repeat N { }` */
export interface Repeat extends Span {
  readonly kind: "repeat";
  readonly count: Expr;
  readonly body: Block<ScenarioStatement>;
}

/** `wait until EXPR`, also of model code. */
export interface WaitUntil extends Span {
  readonly kind: "waitUntil";
  readonly condition: Expr;
}

/** `barrier NAME` */
export interface Barrier extends Span {
  readonly kind: "barrier";
  readonly name: Name;
}

/** `expect EXPR`, also of model code. */
export interface Expect extends Span {
  readonly kind: "expect";
  readonly condition: Expr;
}

/** `expect events { … }` */
export interface ExpectEvents extends Span {
  readonly kind: "expectEvents";
  readonly events: readonly EventPattern[];
}

/** `expect no EVENT` */
export interface ExpectNo extends Span {
  readonly kind: "expectNo";
  readonly event: EventPattern;
}

// --------------------------------------------------------------------------------------------------------- model code

/** `driver NAME extends NAME { … }` */
export interface DriverDecl extends Documented {
  readonly kind: "driver";
  readonly name: Name;
  readonly extends: Name | undefined;
  readonly members: readonly Member[];
  readonly settings: readonly Setting[];
  readonly callbacks: readonly CallbackDecl[];
}

/** `on NAME(params) { … }` inside a driver. */
export interface CallbackDecl extends Documented {
  readonly kind: "callback";
  readonly name: Name;
  readonly params: readonly Name[];
  readonly body: Block<ModelStatement>;
}

/** What may be declared at the top level, in a driver and in a profile. */
export type Member =
  | FunctionDecl
  | StructDecl
  | VariableDecl
  | ConstantDecl
  | TableDecl
  | ListDecl
  | LockDecl
  | OptionDecl;

const MEMBER_KINDS: ReadonlySet<string> = new Set<Member["kind"]>([
  "fn",
  "struct",
  "var",
  "const",
  "table",
  "listDecl",
  "lockDecl",
  "option",
]);
/** Whether an item is model code that a driver or profile may have as well. */
export function isMember(item: Item): item is Member {
  return MEMBER_KINDS.has(item.kind);
}

/** `fn NAME(params) { … }` */
export interface FunctionDecl extends Documented {
  readonly kind: "fn";
  /** `device` stands in front: one for the device and not one for each process it works for. */
  readonly device: boolean;
  readonly name: Name;
  readonly params: readonly Name[];
  readonly body: Block<ModelStatement>;
}

/** `struct NAME { a, b = 0, words[] }` */
export interface StructDecl extends Documented {
  readonly kind: "struct";
  readonly device: boolean;
  readonly name: Name;
  readonly fields: readonly StructField[];
}

export interface StructField extends Documented {
  readonly kind: "field";
  readonly name: Name;
  /** `words[]` */
  readonly isArray: boolean;
  readonly default: Expr | undefined;
}

/** `var NAME = EXPR` */
export interface VariableDecl extends Documented {
  readonly kind: "var";
  readonly device: boolean;
  readonly name: Name;
  readonly value: Expr;
}

/** `const NAME = EXPR` */
export interface ConstantDecl extends Documented {
  readonly kind: "const";
  readonly device: boolean;
  readonly name: Name;
  readonly value: Expr;
}

/** `table NAME`: integer to value. */
export interface TableDecl extends Documented {
  readonly kind: "table";
  readonly device: boolean;
  readonly name: Name;
}

/** `list NAME` */
export interface ListDecl extends Documented {
  readonly kind: "listDecl";
  readonly device: boolean;
  readonly name: Name;
}

/** `lock NAME` (sleeps), `lock NAME spin`, `lock NAME rw` */
export interface LockDecl extends Documented {
  readonly kind: "lockDecl";
  readonly device: boolean;
  readonly name: Name;
  readonly type: "sleep" | "spin" | "rw";
}

/** `option NAME DEFAULT`: a switch of a profile, an option of a driver's devices. */
export interface OptionDecl extends Documented {
  readonly kind: "option";
  readonly device: boolean;
  readonly name: Name;
  /** undefined only after a syntax error */
  readonly value: SettingValue | undefined;
}

export type ModelStatement =
  | Let
  | Assign
  | ExprStatement
  | If<ModelStatement>
  | Match
  | Loop
  | While
  | For<ModelStatement>
  | Break
  | Continue
  | Return
  | LockStatement
  | UnlockStatement
  | WaitUntil
  | Atomic
  | Spawn
  | Emit
  | Expect;

/** `x = E`, `x.f += E`, `x[i] -= E` */
export interface Assign extends Span {
  readonly kind: "assign";
  /** A name, member or index expression; others are reported. */
  readonly target: Expr;
  readonly operator: "=" | "+=" | "-=";
  readonly value: Expr;
}

/** A call as a statement (any other expression there is reported). */
export interface ExprStatement extends Span {
  readonly kind: "callStatement";
  readonly call: Expr;
}

/** `match E { present, zero { } swap { } else { } }` */
export interface Match extends Span {
  readonly kind: "match";
  readonly subject: Expr;
  readonly arms: readonly MatchArm[];
}

export interface MatchArm extends Span {
  readonly kind: "arm";
  /** Words and numbers that the arm is for; empty for `else`. */
  readonly words: readonly (Name | Size)[];
  readonly isElse: boolean;
  readonly body: Block<ModelStatement>;
}

export interface Loop extends Span {
  readonly kind: "loop";
  readonly body: Block<ModelStatement>;
}

export interface While extends Span {
  readonly kind: "while";
  readonly condition: Expr;
  readonly body: Block<ModelStatement>;
}

export interface Break extends Span {
  readonly kind: "break";
}

export interface Continue extends Span {
  readonly kind: "continue";
}

export interface Return extends Span {
  readonly kind: "return";
  readonly value: Expr | undefined;
}

/** `lock L`, `lock read L` */
export interface LockStatement extends Span {
  readonly kind: "lock";
  readonly read: boolean;
  readonly target: Expr;
}

export interface UnlockStatement extends Span {
  readonly kind: "unlock";
  readonly target: Expr;
}

/** `atomic { … }`: one step. */
export interface Atomic extends Span {
  readonly kind: "atomic";
  readonly body: Block<ModelStatement>;
}

/** `spawn f(…)`; `call` is a CallExpr unless an error was reported. */
export interface Spawn extends Span {
  readonly kind: "spawn";
  readonly call: Expr;
}

/** `emit EVENT(…)` */
export interface Emit extends Span {
  readonly kind: "emit";
  readonly event: EventPattern;
}

/** Every node that has a `kind`. */
export type Node =
  | SourceFile
  | Item
  | ModelStatement
  | Expr
  | Place
  | EventPattern
  | Arg
  | Attribute
  | RegionDecl
  | Mapping
  | MappingAttribute
  | Block<ScenarioStatement>
  | Block<ModelStatement>
  | Outcome
  | CallbackDecl
  | StructField
  | MatchArm;
