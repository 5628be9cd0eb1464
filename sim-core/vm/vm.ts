/**
 * The virtual machine: runs a program's code over a machine's state, one step at a time.
 *
 * A step is one statement of one thread, or in merged mode a statement that touches shared state with the local ones that
 * follow it. A thread's frames are cells of the store; between steps the VM itself holds no state of the simulation.
 */
import type { Caller, Place } from "../machine/caller.ts";
import type { EventId } from "../machine/events.ts";
import { Event } from "../machine/events.ts";
import { HeapError } from "../machine/heap.ts";
import { lockClassOf } from "../machine/locks.ts";
import type { Machine } from "../machine/machine.ts";
import { ThreadStatus } from "../machine/threads.ts";
import type { DenseColumn } from "../store/column.ts";
import { StoreFullError } from "../store/column.ts";
import { isMember } from "../store/members.ts";
import type { Value } from "../store/value.ts";
import { bool, box, isInteger, isPlainInteger, NONE, OK, payloadOf, Tag, tagOf, truthy } from "../store/value.ts";
import { error } from "../store/words.ts";
import type { Operator } from "./arithmetic.ts";
import { ArithmeticError, arithmetic, compare } from "./arithmetic.ts";
import { describeValue } from "./describe-value.ts";
import { EventLog } from "./event-log.ts";
import { Fields } from "./fields.ts";
import {
  HEADER,
  HEAP_TOP,
  LINK,
  linkDistance,
  linkFunction,
  linkReturn,
  MAX_CODE,
  MAX_FUNCTIONS,
  makeLink,
  SELF,
  STACK,
} from "./frames.ts";
import { sizeOf } from "./instructions.ts";
import { isKind } from "./is-kind.ts";
import type { LockMoves } from "./lock-moves.ts";
import { LockMove } from "./lock-moves.ts";
import { ModelError } from "./model-error.ts";
import { Observer } from "./observer.ts";
import { Op, StatementFlag } from "./op.ts";
import { EventWatch } from "./patterns.ts";
import { primitives } from "./primitives.ts";
import type { Program, StatementInfo } from "./program.ts";
import { SCRATCH } from "./program.ts";
import { Variables } from "./variables.ts";

/** Callbacks that a driver may leave out: calling one then does nothing. Others are not supported by it. */
const optionalCallbacks = new Set(["open", "close", "invalidate_start", "invalidate_end", "page_free", "page_split"]);
const UNSUPPORTED = error("EOPNOTSUPP");

/** How a step went. */
export const StepResult = {
  /** The thread has more to do. */
  ran: 0,
  /** It waits for a lock or a condition; nothing was changed. */
  blocked: 1,
  /** Its function has ended: it is idle, or finished. */
  ended: 2,
  /** The model code made a mistake: see `VM.error`. */
  failed: 3,
} as const;
export type StepResult = (typeof StepResult)[keyof typeof StepResult];

/** Bytes of a process's address space: 47 bits, as on x86-64 with four levels. */
const ADDRESS_SPACE = 2 ** 47;
/** Times that one step may go round in loops before it counts as an endless one. */
const STEP_LIMIT = 1_000_000;

/** Most locks that one step gives back behind its statement. */
const MOST_BEHIND = 63;

/** Thrown where a statement finds in its midst that it has to wait; what it has done is undone. */
class Waiting extends Error {}

const injectedId = primitives.findIndex((p) => p.name === "injected");

/** What the VM tells of as it happens; checks and the simulation listen. */
export interface Listener {
  /**
   * A check (index of the program's checks) did not hold; `message`: why, or "" if its expression simply is not true.
   */
  expectationFailed(check: number, message: string): void;
  /** A scenario statement ended as it should not. */
  outcomeFailed(statement: number, outcome: Value, expected: Value, report: readonly string[] | undefined): void;
  /** A function that checks care about is being called: see `Variables.isWatched`. `args`: its parameters. */
  called(fn: number, thread: number, self: Value, args: readonly Value[]): void;
  /** The same function returned `result`. */
  returned(fn: number, thread: number, self: Value, args: readonly Value[], result: Value): void;
  /** Thread `thread` traps: its access to `place` (an address) was not allowed. */
  faulted(thread: number, place: Value, access: Value): void;
  /** Thread `thread` ended a scenario statement, or (worker) its function. */
  operationEnded(thread: number): void;
}

/** Hears of every call of model code, as it is made. */
export interface CallTracer {
  /** Thread `thread` enters function `fn`, in the name of `self`. */
  entered(fn: number, thread: number, self: Value, args: readonly Value[]): void;
}

/** A frame as the debugger shows it. `base` is its first slot's cell. */
export interface FrameView {
  readonly function: number;
  readonly base: number;
  readonly pc: number;
  readonly self: Value;
}

export class VM implements Caller {
  readonly machine: Machine;
  readonly log: EventLog;
  readonly fields: Fields;
  readonly variables: Variables;
  readonly watch: EventWatch;
  readonly observer: Observer;
  program: Program;
  /** Steps end only in front of statements that touch shared state, and dead locals are cleared there. */
  merged = false;
  /** Where given, in merged mode: a step may take a lock before its statement that others can see, and give locks back behind it. */
  lockMoves: LockMoves | undefined;
  /** Whether the last step took a lock first, with a statement of its own; and how many such statements gave locks back at its end. */
  ahead = 0;
  behind = 0;
  /** The statement behind the lock that the last step took first. */
  mainPc = -1;
  /** Answers `choose(n)`: a number in [0, n). `isFault`: whether an injected fault happens (1) that may or may not. */
  chooser: (n: number, isFault: boolean) => number = () => 0;
  /** Places of the code where `choose` gives a member (see `members.ts`) and not a number. */
  memberChoices: ReadonlySet<number> = new Set();
  private hasChosen = false;
  /** Whether a thread has tried the same so often that it counts as waiting, to what an injected fault delays. */
  triesInVain: (thread: number) => boolean = () => false;
  /** Injected faults delay nothing: while it is asked who could move in the end. */
  ignoresDelays = false;
  listener: Listener | undefined;
  /** Told of every call; costs time, so nobody is unless asked for. */
  tracer: CallTracer | undefined;

  /** The thread that is running (-1: an expression is being evaluated). */
  thread = -1;
  /** The statement being run, an index of the program's spots. */
  spot = 0;
  /** The lock that the last blocked step waited for; undefined if it waited for a condition. */
  blockedOn: Value | undefined;
  /** Threads that were started since this was emptied last. */
  readonly started: number[] = [];
  /** What went wrong, after a step that failed. */
  error: ModelError | undefined;

  private readonly frames: DenseColumn;
  private low: Float64Array<ArrayBuffer>;
  private result: Value = NONE;

  constructor(machine: Machine, program: Program) {
    this.machine = machine;
    this.program = program;
    const store = machine.store;
    this.frames = store.values("frames");
    this.log = new EventLog(store);
    this.variables = new Variables(machine, program);
    this.fields = new Fields(machine, program, this.variables);
    this.watch = new EventWatch(store, program);
    this.observer = new Observer(machine, program);
    this.low = lowRegisters(program);
    checkSize(program);
    this.variables.evaluate = (entry, self) => {
      this.strict = true;
      try {
        return this.expression(entry, 0, self);
      } finally {
        this.strict = false;
      }
    };
    machine.numbers.holders.push((change) => {
      this.changeEachLocal(change);
      this.variables.changeEach(change);
    });
  }

  /** Replaces each value in a frame by what `change` makes of it. */
  private changeEachLocal(change: (value: Value) => Value): void {
    const { threads } = this.machine;
    for (let thread = 0; thread < threads.length; thread++) {
      const top = this.stackTop(thread);
      for (let cell = thread * STACK; cell < top; cell++) {
        const value = this.frames.get(cell);
        const now = change(value);
        if (now !== value) this.frames.set(cell, now);
      }
    }
  }

  /** Takes a program that extends the present one (a what-if statement, a watch expression). */
  extend(program: Program): void {
    checkSize(program);
    this.program = program;
    this.low = lowRegisters(program);
    this.fields.extend(program);
    this.watch.extend(program);
    this.observer.program = program;
  }

  // ------------------------------------------------------------------------------------------------- threads

  /** Makes `thread` run function `fn` from its beginning, with `args` and `self`. */
  start(thread: number, fn: number, args: readonly Value[], self: Value): void {
    const threads = this.machine.threads;
    const info = this.program.functions[fn];
    if (info === undefined) throw new RangeError(`no function ${fn}`);
    const base = thread * STACK + HEADER;
    // The whole stack has cells before anything runs on it: a step keeps a reference to them.
    this.frames.reserve((thread + 1) * STACK);
    this.frames.set(base + LINK, makeLink(fn, 0, 0));
    // Whatever it has on its heap is gone when the function ends.
    this.frames.set(base + HEAP_TOP, 0);
    this.frames.set(base + SELF, self === NONE ? 0 : self);
    for (let i = 0; i < args.length; i++) this.frames.set(base + i, args[i] as Value);
    threads.pc.set(thread, info.entry);
    threads.frame.set(thread, base);
    threads.status.set(thread, ThreadStatus.running);
    this.started.push(thread);
  }

  /**
   * Sets up the context of a device and process, if it is not there yet: its variables, and what the driver's `open` does.
   * A driver without `open` gets an interval notifier over the whole address space.
   */
  openContext(device: number, process: number): void {
    const { machine } = this;
    if (machine.devices.hasContext(machine.devices.contextId(device, process))) return;
    const id = machine.contextOf(device, process);
    this.setUpContext(id);
  }
  /** Gives a new context its variables and runs the driver's `open`. */
  setUpContext(id: number): void {
    const context = box(Tag.context, id);
    this.variables.setUpContext(context);
    const driver = this.variables.driverOf(context);
    const open = driver?.callbacks.open;
    if (open === undefined) {
      this.fields.set(
        this,
        context,
        this.fieldId("notifier"),
        this.callPrimitive("notifier_insert", [context, 0, ADDRESS_SPACE]),
      );
      return;
    }
    this.runAtOnce("open", open, [], context, machineProcess(this.machine, id));
  }
  /**
   * Has the driver of a region that is mapped from the start insert its pages (the kernel model's sys_mmap does it for the
   * others). A driver that cannot leaves the region without pages.
   */
  mapDriverRegion(vma: number, device: number, process: number): void {
    const self = box(Tag.device, device);
    const mmap = this.variables.driverOf(self)?.callbacks.mmap;
    if (mmap !== undefined) this.runAtOnce("mmap", mmap, [box(Tag.vma, vma)], self, process);
  }
  /** Runs a callback from outside model code, to its end, as a worker's: nobody else moves meanwhile. */
  private runAtOnce(name: string, fn: number, args: readonly Value[], self: Value, process: number): void {
    const { thread, spot, frameBase, machine } = this;
    const low = this.low.slice(0, SCRATCH);
    const device = tagOf(self) === Tag.device ? payloadOf(self) : machine.devices.deviceOfContext(payloadOf(self));
    const worker = machine.threads.create(process, -1, device, this.firstWorker);
    this.start(worker, fn, args, self);
    for (;;) {
      const result = this.step(worker);
      if (result === StepResult.ended) break;
      if (result === StepResult.blocked) throw new ModelError(`a driver's ${name}() may not wait`, this.spot);
      if (result === StepResult.failed) throw this.error ?? new ModelError(`${name}() failed`, this.spot);
    }
    this.low.set(low);
    this.thread = thread;
    this.spot = spot;
    this.frameBase = frameBase;
  }
  private fieldId(name: string): number {
    return this.program.fieldNames.indexOf(name);
  }
  /** Calls a primitive from outside model code, with arguments in its positional order. */
  callPrimitive(name: string, args: readonly Value[]): Value {
    const primitive = primitives.find((p) => p.name === name);
    if (primitive === undefined) throw new RangeError(`no primitive ${name}`);
    const values = Float64Array.from(primitive.params, (_, i) => args[i] ?? NONE);
    return primitive.run(this, values, 0);
  }

  private startScenarioThread(thread: number, fn: number, spot: number): void {
    const threads = this.machine.threads;
    const process = threads.processOf(thread);
    if (this.machine.processes.exists.get(process) === 0) {
      const name = this.program.machine.processes[process]?.name ?? "its process";
      throw new ModelError(`process ${name} does not exist at this point`, spot);
    }
    const device = threads.deviceOf(thread);
    if (device >= 0) this.openContext(device, process);
    this.start(thread, fn, [], device < 0 ? NONE : box(Tag.context, this.machine.devices.contextId(device, process)));
  }

  /** The frames of `thread`, innermost first; empty if it is not running. */
  framesOf(thread: number): FrameView[] {
    const threads = this.machine.threads;
    const views: FrameView[] = [];
    if (threads.status.get(thread) !== ThreadStatus.running) return views;
    let pc = threads.pc.get(thread);
    for (let base = threads.frame.get(thread); base !== 0; ) {
      const link = this.frames.get(base + LINK);
      views.push({ function: linkFunction(link), base, pc, self: this.selfOf(base) });
      pc = linkReturn(link);
      base = callerOf(base, link);
    }
    return views;
  }
  /** The value in slot `slot` of a frame. */
  slotOf(frame: FrameView, slot: number): Value {
    return this.frames.get(frame.base + slot);
  }

  /** The cells of all frames: a debugger sets locals there. */
  get frameCells(): DenseColumn {
    return this.frames;
  }

  /** How many frames `thread` has; 0 if it is not running. */
  depthOf(thread: number): number {
    const { threads } = this.machine;
    if (threads.status.get(thread) !== ThreadStatus.running) return 0;
    let depth = 0;
    for (let base = threads.frame.get(thread); base !== 0; base = callerOf(base, this.frames.get(base + LINK))) depth++;
    return depth;
  }
  /** The self of the frame at `base`. */
  private selfOf(base: number): Value {
    const self = this.frames.get(base + SELF);
    return self === 0 ? NONE : self;
  }
  /** The first free cell of a thread's stack. */
  private stackTop(thread: number): number {
    const base = this.machine.threads.frame.get(thread);
    if (base === 0) return thread * STACK;
    return base + (this.program.functions[linkFunction(this.frames.get(base + LINK))]?.slots.length ?? 0);
  }

  /**
   * Evaluates an expression function at `entry` in the frame at `base` (0: none). Changes nothing. `given` is put into the
   * first scratch registers: what an expression about something that is no frame (an event) is compiled to read. If the
   * expression has no value, `observer.takeProblem()` says why; a list or struct that it makes is gone afterwards.
   * @throws ModelError
   */
  evaluate(entry: number, base = 0, self: Value = NONE, given: readonly Value[] = []): Value {
    return this.machine.store.trial(() => this.expression(entry, base, self, given));
  }
  private expression(entry: number, base: number, self: Value, given: readonly Value[] = []): Value {
    const { thread, spot, frameBase } = this;
    this.low.set(given);
    this.observer.problem = undefined;
    this.expressionSelf = self;
    this.thread = -1;
    try {
      this.run(entry, base, false);
      return this.result;
    } catch (problem) {
      if (problem instanceof ArithmeticError) throw new ModelError(problem.message, this.spot, true);
      if (problem instanceof HeapError) throw new ModelError(problem.message, this.spot);
      throw problem;
    } finally {
      this.thread = thread;
      this.spot = spot;
      this.frameBase = frameBase;
    }
  }
  private expressionSelf: Value = NONE;
  /** Whether the expression is model code, in which what is impossible is a mistake. */
  private strict = false;

  /**
   * Runs one step of `thread`, which must be running. The caller begins the store's step (`Store.mark`) before.
   * With `upToStatement` it only goes on to the next statement without running it (the director, after a `join`).
   */
  step(thread: number, upToStatement = false): StepResult {
    const threads = this.machine.threads;
    this.thread = thread;
    this.error = undefined;
    this.hasChosen = false;
    this.ahead = 0;
    this.behind = 0;
    try {
      return this.run(threads.pc.get(thread), threads.frame.get(thread), upToStatement);
    } catch (problem) {
      if (problem instanceof ArithmeticError) this.error = new ModelError(problem.message, this.spot, true);
      else if (problem instanceof HeapError || problem instanceof StoreFullError)
        this.error = new ModelError(problem.message, this.spot);
      else if (problem instanceof Waiting) return StepResult.blocked;
      else if (problem instanceof ModelError) this.error = problem.spot < 0 ? problem.at(this.spot) : problem;
      else throw problem;
      return StepResult.failed;
    }
  }

  // --------------------------------------------------------------------------------------------------- Caller

  get context(): number {
    const base = this.frameBase;
    const self = base === 0 ? this.expressionSelf : this.frames.get(base + SELF);
    return tagOf(self) === Tag.context ? payloadOf(self) : -1;
  }
  /** Frame of the code that is running; the interpreter keeps it up to date when it calls out. */
  private frameBase = 0;

  /** First slot of the frame that is running, 0 if none is: for `evaluate` while a step is under way. */
  get base(): number {
    return this.frameBase;
  }

  fail(message: string): never {
    throw new ModelError(message, this.spot);
  }
  choose(n: number): number {
    return this.chooser(n, false);
  }
  mayFail(): boolean {
    return this.chooser(2, true) === 1;
  }
  delay(): void {
    if (this.ignoresDelays) return;
    const { thread, spot, frameBase, machine } = this;
    const low = this.low.slice(0, SCRATCH);
    let others = false;
    for (let t = 0; t < machine.threads.length && !others; t++) {
      const runs = t !== thread && machine.threads.status.get(t) === ThreadStatus.running;
      others = runs && !this.triesInVain(t) && this.canMove(t);
    }
    this.low.set(low);
    this.thread = thread;
    this.spot = spot;
    this.frameBase = frameBase;
    if (others) throw new Waiting();
  }
  /** Whether a running thread does not wait: for a lock, a condition, another thread, or delayed by an injected fault. */
  private canMove(thread: number): boolean {
    const { code } = this.program;
    const { threads, injection, store } = this.machine;
    const start = threads.pc.get(thread);
    if (code[start] !== Op.statement) return false;
    for (let pc = start; ; pc += sizeOf(code[pc] as number)) {
      switch (code[pc]) {
        case Op.statement:
          if (pc !== start && ((code[pc + 2] as number) & StatementFlag.inAtomic) === 0) return true;
          break;
        case Op.lock:
        case Op.wait:
          this.probing = true;
          try {
            return store.trial(() => this.step(thread)) !== StepResult.blocked;
          } finally {
            this.probing = false;
          }
        case Op.primitive:
          if (code[pc + 1] === injectedId) return !injection.delays;
          break;
        case Op.jump:
        case Op.call:
        case Op.callSlot:
        case Op.callBack:
        case Op.return:
          return true;
        default:
      }
    }
  }
  /** Whether a step is only tried as far as to see whether it waits. */
  private probing = false;
  newList(): Value {
    return this.machine.heap.make(this.heapThread, Tag.list, 0);
  }
  newStruct(type: number, ...fields: Value[]): Value {
    const handle = this.machine.heap.make(this.heapThread, Tag.struct, type);
    for (const field of fields) this.machine.heap.push(handle, field);
    return handle;
  }
  private get heapThread(): number {
    return this.thread < 0 ? 0 : this.thread;
  }
  emit(event: EventId, ...fields: (Value | Place)[]): void {
    if (this.isHeard(event)) this.emitEvent(event, fields);
  }
  describe(value: Value): string {
    return describeValue(this.machine, this.program, value);
  }

  /** Whether anybody wants to know of an event of this kind. */
  private isHeard(event: number): boolean {
    return this.log.enabled || this.watch.wants(event);
  }
  private emitEvent(event: number, fields: readonly (Value | Place)[]): void {
    const record = this.observer.eventRecord(event, fields, this.thread, this.spot, this.currentFunction());
    this.watch.see(record, this);
    this.log.append(record);
  }
  private currentFunction(): number {
    return this.frameBase === 0 ? -1 : linkFunction(this.frames.get(this.frameBase + LINK));
  }

  // ---------------------------------------------------------------------------------------------- interpreter

  private run(startPc: number, startBase: number, upToStatement: boolean): StepResult {
    const code = this.program.code;
    const low = this.low;
    const frames = this.frames;
    const machine = this.machine;
    const threads = machine.threads;
    const thread = this.thread;
    const fields = this.fields;
    const heap = machine.heap;
    let data = frames.values;
    let pc = startPc | 0;
    let fp = startBase | 0;
    this.frameBase = fp;
    let first = !upToStatement;
    // Frame of the `atomic` block that is under way, or -1. What the block calls belongs to it.
    let atomicFrame = -1;
    // Whether anything of the block has run: nothing in it may wait from then on.
    let atomicBegun = false;
    let budget = STEP_LIMIT;
    const lockMoves = upToStatement ? undefined : this.lockMoves;
    // Whether the step is made of nothing but a statement that takes a lock so far; whether that is known to be one that may move.
    let isLocking = false;
    let hasLocked = false;
    // The statement under way gives a lock back, if that is one that may move; else the step ends in front of it. Or -1.
    let unlocking = -1;
    if (machine.store.reads !== undefined && fp !== 0) this.noteFrame(fp);

    // Operand access is written out in full below (`o >= 0 ? data[fp + o] : low[~o]`): a helper closure costs a third.
    for (;;) {
      // Whole numbers of 32 bits are what the engine reckons fastest with; without this it takes them for any number.
      pc |= 0;
      fp |= 0;
      // A quarter of all instructions begin a statement: looked for here, they cost no jump through the table.
      while (code[pc] === Op.statement) {
        const flags = code[pc + 2] as number;
        if ((flags & 2) !== 0 || (atomicFrame >= 0 && fp > atomicFrame)) {
          atomicBegun = atomicFrame >= 0;
          if (!atomicBegun) atomicFrame = fp;
        } else {
          atomicFrame = -1;
          atomicBegun = false;
          if (!first && (flags & 1) !== 0 && lockMoves !== undefined) {
            const kind = lockMoves.kinds[pc];
            if (kind === LockMove.unlocks && this.behind < MOST_BEHIND) {
              unlocking = pc;
              this.behind++;
              isLocking = false;
              this.spot = code[pc + 1] as number;
              pc += 4;
              continue;
            }
            if (hasLocked && isLocking && kind === LockMove.none) {
              this.ahead = 1;
              this.mainPc = pc;
              first = true;
            }
          }
          if (!first && (!this.merged || (flags & 1) !== 0 || upToStatement)) {
            if (this.merged) this.clearDead(fp, code[pc + 3] as number);
            threads.pc.set(thread, pc);
            if (fp !== startBase) threads.frame.set(thread, fp);
            return StepResult.ran;
          }
          if (first && lockMoves !== undefined) isLocking = !hasLocked && lockMoves.kinds[pc] === LockMove.locks;
          first = false;
        }
        this.spot = code[pc + 1] as number;
        pc += 4;
      }
      let d: number;
      let v: number;
      switch (code[pc]) {
        case 2: {
          // move
          const a = code[pc + 2] as number;
          v = (a >= 0 ? data[fp + a] : low[~a]) as number;
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 3: // jump
          // All loops come round by this one, and recursion runs out of stack.
          if (--budget === 0) this.fail("an endless loop: it makes no step that others could see");
          pc = code[pc + 1] as number;
          continue;
        case 4: {
          // jumpIfFalse
          const a = code[pc + 1] as number;
          const v = (a >= 0 ? data[fp + a] : low[~a]) as number;
          pc = truthy(v) ? pc + 3 : (code[pc + 2] as number);
          continue;
        }
        case 5: {
          // jumpIfTrue
          const a = code[pc + 1] as number;
          const v = (a >= 0 ? data[fp + a] : low[~a]) as number;
          pc = truthy(v) ? (code[pc + 2] as number) : pc + 3;
          continue;
        }
        case 6: {
          // primitive
          const primitive = primitives[code[pc + 1] as number];
          if (primitive === undefined) return this.fail("unknown primitive");
          if (lockMoves !== undefined && lockMoves.kinds[pc] === LockMove.looks)
            this.lookAt(low[code[pc + 3] as number] as number);
          v = primitive.run(this, low, code[pc + 3] as number);
          d = code[pc + 2] as number;
          pc += 4;
          break;
        }
        case 7: {
          // getField
          const a = code[pc + 2] as number;
          const object = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const field = code[pc + 3] as number;
          const cell = tagOf(object) === Tag.struct ? fields.cellOf(payloadOf(object), field) : -1;
          v = cell >= 0 ? (heap.values[cell] as number) : fields.get(this, object, field);
          d = code[pc + 1] as number;
          pc += 4;
          break;
        }
        case 8: {
          // setField
          const a = code[pc + 1] as number;
          const b = code[pc + 3] as number;
          fields.set(
            this,
            (a >= 0 ? data[fp + a] : low[~a]) as number,
            code[pc + 2] as number,
            (b >= 0 ? data[fp + b] : low[~b]) as number,
          );
          pc += 4;
          continue;
        }
        case 9: // call
        case 10: // callSlot
        case 11: {
          // callBack
          const op = code[pc] as number;
          let fn: number;
          let self: Value = fp === 0 ? this.expressionSelf : (data[fp + SELF] as number);
          let at = pc + 2;
          if (op === 9) {
            fn = code[pc + 1] as number;
          } else if (op === 10) {
            fn = this.program.functionTable[code[pc + 1] as number] ?? -1;
            if (fn < 0)
              this.fail(`${this.program.slotNames[code[pc + 1] as number]} is not in kernel "${this.program.kernel}"`);
          } else {
            const a = code[pc + 2] as number;
            self = (a >= 0 ? data[fp + a] : low[~a]) as number;
            fn = this.variables.callback(this, self, code[pc + 1] as number);
            at = pc + 3;
            if (fn < 0) {
              v = optionalCallbacks.has(this.program.fieldNames[code[pc + 1] as number] ?? "") ? OK : UNSUPPORTED;
              d = code[pc + 5] as number;
              pc += 7;
              break;
            }
          }
          const args = code[at] as number;
          const count = code[at + 1] as number;
          if (this.merged) this.clearDead(fp, code[at + 3] as number);
          const info = this.program.functions[fn];
          const own = this.program.functions[linkFunction(data[fp + LINK] as number)];
          if (info === undefined || own === undefined) return this.fail("unknown function");
          const base = fp + own.slots.length + HEADER;
          if (base + info.slots.length >= (thread + 1) * STACK) {
            this.fail(`calls nest too deeply at ${info.name}: is it a recursion without an end?`);
          }
          frames.set(base + LINK, makeLink(fn, base - fp, at + 4));
          frames.set(base + HEAP_TOP, machine.heap.top(thread));
          frames.set(base + SELF, self === NONE ? 0 : self);
          for (let i = 0; i < info.params; i++) frames.set(base + i, i < count ? (low[args + i] as number) : NONE);
          if (this.tracer !== undefined) this.tellTracer(this.tracer, fn, self, args, info.params);
          fp = base | 0;
          this.frameBase = fp;
          if (this.variables.isWatched(fn)) {
            this.listener?.called(fn, thread, self, Array.from(low.subarray(args, args + count)));
          }
          pc = info.entry | 0;
          continue;
        }
        case 12: {
          // return
          const a = code[pc + 1] as number;
          v = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const link = data[fp + LINK] as number;
          const fn = linkFunction(link);
          const info = this.program.functions[fn];
          if (info === undefined) return this.fail("unknown function");
          const heapTop = data[fp + HEAP_TOP] as number;
          if (this.variables.isWatched(fn)) {
            const args: Value[] = [];
            for (let i = 0; i < info.params; i++) args.push(data[fp + i] as number);
            this.listener?.returned(fn, thread, this.selfOf(fp), args, v);
          }
          const returnPc = linkReturn(link) | 0;
          const caller = callerOf(fp, link) | 0;
          if (this.isOwn(v, heapTop)) v = this.handOver(v, heapTop);
          else machine.heap.release(thread, heapTop);
          for (let i = fp + info.slots.length - 1; i >= fp - HEADER; i--) if (data[i] !== 0) frames.set(i, 0);
          if (caller === 0) {
            threads.pc.set(thread, 0);
            threads.frame.set(thread, 0);
            this.endThread(thread, info.role === "thread");
            return StepResult.ended;
          }
          fp = caller;
          this.frameBase = fp;
          if (machine.store.reads !== undefined) this.noteFrame(fp);
          pc = returnPc;
          // The last operands of a call: where its result goes, and what is dead after it.
          d = code[returnPc - 2] as number;
          break;
        }
        case 13: // equal
        case 14: {
          // notEqual
          const a = code[pc + 2] as number;
          const b = code[pc + 3] as number;
          const same = (a >= 0 ? data[fp + a] : low[~a]) === (b >= 0 ? data[fp + b] : low[~b]);
          v = bool(same === (code[pc] === 13));
          d = code[pc + 1] as number;
          pc += 4;
          break;
        }
        case 15: // less
        case 16: // lessEqual
        case 17: // greater
        case 18: {
          // greaterEqual
          const a = code[pc + 2] as number;
          const b = code[pc + 3] as number;
          const x = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const y = (b >= 0 ? data[fp + b] : low[~b]) as number;
          const c = isPlainInteger(x) && isPlainInteger(y) ? x - y : (compare(x, y) ?? Number.NaN);
          const op = code[pc];
          v = bool(op === 15 ? c < 0 : op === 16 ? c <= 0 : op === 17 ? c > 0 : c >= 0);
          d = code[pc + 1] as number;
          pc += 4;
          break;
        }
        case 19: // add
        case 20: // subtract
        case 21: // multiply
        case 22: // divide
        case 23: {
          // remainder
          const a = code[pc + 2] as number;
          const b = code[pc + 3] as number;
          const x = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const y = (b >= 0 ? data[fp + b] : low[~b]) as number;
          const op = code[pc];
          const sum = op === 19 ? x + y : op === 20 ? x - y : Number.NaN;
          if (isPlainInteger(x) && isPlainInteger(y) && Math.abs(sum) <= Number.MAX_SAFE_INTEGER) v = sum;
          else v = this.calculate(op === 19 ? "+" : op === 20 ? "-" : op === 21 ? "*" : op === 22 ? "/" : "%", x, y);
          d = code[pc + 1] as number;
          pc += 4;
          break;
        }
        case 24: {
          // negate
          const a = code[pc + 2] as number;
          v = this.calculate("-", 0, (a >= 0 ? data[fp + a] : low[~a]) as number);
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 25: {
          // not
          const a = code[pc + 2] as number;
          v = bool(!truthy((a >= 0 ? data[fp + a] : low[~a]) as number));
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 26: {
          // lock
          if (atomicBegun) this.fail("a lock inside 'atomic', after its first statement: nothing may wait there");
          const a = code[pc + 1] as number;
          const target = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const lock = machine.locks.of(target);
          if (lock === undefined) return this.fail(`${this.describe(target)} is not a lock`);
          if (this.probing) {
            const isFree = code[pc + 2] === 1 ? machine.locks.owner(lock) < 0 : !machine.locks.isHeld(lock);
            return isFree ? StepResult.ran : StepResult.blocked;
          }
          const reads = code[pc + 2] === 1;
          // Taking what it holds already can never succeed, also to read: it is a deadlock of one thread, found as such.
          if ((reads && machine.locks.heldBy(thread, lock)) || !machine.locks.tryLock(this, lock, reads)) {
            this.blockedOn = lock;
            return StepResult.blocked;
          }
          if (isLocking && lockMoves !== undefined) {
            hasLocked = !machine.locks.isObserved(lock);
            if (hasLocked) this.keepList(lockMoves, threads.pc.get(thread));
          }
          pc += 3;
          continue;
        }
        case 27: {
          // unlock
          const a = code[pc + 1] as number;
          const target = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const lock = machine.locks.of(target);
          if (lock === undefined) return this.fail(`${this.describe(target)} is not a lock`);
          if (unlocking >= 0) {
            if (machine.locks.isObserved(lock)) {
              this.behind--;
              this.clearDead(fp, code[unlocking + 3] as number);
              threads.pc.set(thread, unlocking);
              if (fp !== startBase) threads.frame.set(thread, fp);
              return StepResult.ran;
            }
            if (lockMoves !== undefined) this.keepList(lockMoves, unlocking);
            unlocking = -1;
          }
          if (!machine.locks.unlock(this, lock)) {
            this.fail(`unlocks ${machine.locks.name(lock)}, which this thread does not hold`);
          }
          pc += 2;
          continue;
        }
        case 28: {
          // wait
          if (atomicBegun) this.fail("a wait inside 'atomic', after its first statement: nothing may wait there");
          const a = code[pc + 1] as number;
          const holds = truthy((a >= 0 ? data[fp + a] : low[~a]) as number);
          if (this.observer.takeProblem() !== undefined || !holds) return StepResult.blocked;
          if (this.probing) return StepResult.ran;
          pc += 2;
          continue;
        }
        case 29: {
          // getIndex
          const a = code[pc + 2] as number;
          const b = code[pc + 3] as number;
          const list = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const index = (b >= 0 ? data[fp + b] : low[~b]) as number;
          const cell = tagOf(list) === Tag.list ? heap.cellOf(payloadOf(list), index) : -1;
          v = cell >= 0 ? (heap.values[cell] as number) : this.getIndex(list, index);
          d = code[pc + 1] as number;
          pc += 4;
          break;
        }
        case 30: {
          // setIndex
          const a = code[pc + 1] as number;
          const b = code[pc + 2] as number;
          const c = code[pc + 3] as number;
          this.setIndex(
            (a >= 0 ? data[fp + a] : low[~a]) as number,
            (b >= 0 ? data[fp + b] : low[~b]) as number,
            (c >= 0 ? data[fp + c] : low[~c]) as number,
          );
          pc += 4;
          continue;
        }
        case 31: {
          // getVariable
          const self = fp === 0 ? this.expressionSelf : (data[fp + SELF] as number);
          v = this.variables.get(this, self, code[pc + 2] as number);
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 32: {
          // setVariable
          const a = code[pc + 2] as number;
          const self = fp === 0 ? this.expressionSelf : (data[fp + SELF] as number);
          this.variables.set(this, self, code[pc + 1] as number, (a >= 0 ? data[fp + a] : low[~a]) as number);
          pc += 3;
          continue;
        }
        case 33: {
          // getGlobal
          v = this.variables.kernel.get(code[pc + 2] as number);
          d = code[pc + 1] as number;
          pc += 3;
          // A global list is mostly read for an element of it: the two are done at once.
          if (d < 0 && code[pc] === 29 && code[pc + 2] === d && tagOf(v) === Tag.list) {
            const b = code[pc + 3] as number;
            const index = (b >= 0 ? data[fp + b] : low[~b]) as number;
            const cell = heap.cellOf(payloadOf(v), index);
            low[~d] = v;
            v = cell >= 0 ? (heap.values[cell] as number) : this.getIndex(v, index);
            d = code[pc + 1] as number;
            pc += 4;
          }
          break;
        }
        case 34: {
          // setGlobal
          const a = code[pc + 2] as number;
          this.variables.setKernel(this, code[pc + 1] as number, (a >= 0 ? data[fp + a] : low[~a]) as number);
          pc += 3;
          continue;
        }
        case 35: {
          // newStruct
          const type = code[pc + 2] as number;
          const at = code[pc + 3] as number;
          v = this.newStruct(type);
          const count = this.program.structs[type]?.fields.length ?? 0;
          for (let i = 0; i < count; i++) machine.heap.push(v, low[at + i] as number);
          d = code[pc + 1] as number;
          pc += 4;
          break;
        }
        case 36: {
          // copyList
          const a = code[pc + 2] as number;
          const from = (a >= 0 ? data[fp + a] : low[~a]) as number;
          if (tagOf(from) !== Tag.list) {
            this.fail(`'for … in' needs a range or a list, not ${this.describe(from)}`);
          }
          v = this.newList();
          machine.heap.copy(from, v);
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 37: {
          // emit
          const event = code[pc + 1] as number;
          const at = code[pc + 2] as number;
          if (event === Event.fault) this.listener?.faulted(thread, low[at + 1] as number, low[at + 2] as number);
          if (this.isHeard(event)) this.emitEvent(event, Array.from(low.subarray(at, at + (code[pc + 3] as number))));
          pc += 4;
          continue;
        }
        case 38: {
          // spawn
          const which = code[pc + 1] as number;
          const fn = code[pc + 2] === 1 ? (this.program.functionTable[which] ?? -1) : which;
          const at = code[pc + 3] as number;
          const self = fp === 0 ? NONE : this.selfOf(fp);
          this.spawn(fn, Array.from(low.subarray(at, at + (code[pc + 4] as number))), self);
          data = frames.values;
          pc += 5;
          continue;
        }
        case 39: {
          // is
          const a = code[pc + 2] as number;
          v = bool(isKind((a >= 0 ? data[fp + a] : low[~a]) as number, code[pc + 3] as number));
          d = code[pc + 1] as number;
          pc += 4;
          break;
        }
        case 40: {
          // self
          v = fp === 0 ? this.expressionSelf : this.selfOf(fp);
          d = code[pc + 1] as number;
          pc += 2;
          break;
        }
        case 41: // start
          this.startScenarioThread(code[pc + 1] as number, code[pc + 2] as number, code[pc + 3] as number);
          data = frames.values;
          pc += 4;
          continue;
        case 42: // join
          if (threads.status.get(code[pc + 1] as number) === ThreadStatus.running) {
            threads.pc.set(thread, pc);
            threads.frame.set(thread, fp);
            return first && !upToStatement ? StepResult.blocked : StepResult.ran;
          }
          pc += 2;
          continue;
        case 43: // begin
          threads.statement.set(thread, (code[pc + 1] as number) + 1);
          pc += 2;
          continue;
        case 44: {
          // end
          const a = code[pc + 2] as number;
          const b = code[pc + 3] as number;
          this.endStatement(
            code[pc + 1] as number,
            (a >= 0 ? data[fp + a] : low[~a]) as number,
            (b >= 0 ? data[fp + b] : low[~b]) as number,
          );
          pc += 4;
          continue;
        }
        case 45: {
          // getScenario
          v = this.variables.scenario.get(code[pc + 2] as number);
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 46: {
          // setScenario
          const a = code[pc + 2] as number;
          this.variables.setScenario(code[pc + 1] as number, (a >= 0 ? data[fp + a] : low[~a]) as number);
          pc += 3;
          continue;
        }
        case 47: {
          // observe
          const a = code[pc + 5] as number;
          const b = code[pc + 6] as number;
          const c = code[pc + 7] as number;
          v = this.observer.observe(
            code[pc + 2] as number,
            code[pc + 3] as number,
            code[pc + 4] as number,
            (a >= 0 ? data[fp + a] : low[~a]) as number,
            (b >= 0 ? data[fp + b] : low[~b]) as number,
            (c >= 0 ? data[fp + c] : low[~c]) as number,
          );
          d = code[pc + 1] as number;
          pc += 8;
          break;
        }
        case 48: {
          // expect
          const a = code[pc + 1] as number;
          const v = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const problem = this.observer.takeProblem();
          if (problem !== undefined || !truthy(v)) {
            this.listener?.expectationFailed(code[pc + 2] as number, problem ?? "");
          }
          pc += 3;
          continue;
        }
        case 49: {
          // count
          v = this.watch.countOf(code[pc + 2] as number);
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 50: // watch
          this.watch.resetMatcher(code[pc + 1] as number);
          pc += 2;
          continue;
        case 51: // resetCounter
          this.watch.resetCounter(code[pc + 1] as number);
          pc += 2;
          continue;
        case 52: {
          // expectEvents
          const missing = this.watch.missing(code[pc + 1] as number);
          if (missing !== undefined) this.listener?.expectationFailed(code[pc + 2] as number, missing);
          pc += 3;
          continue;
        }
        case 53: {
          // expectNone
          const seen = this.watch.countOf(code[pc + 1] as number);
          if (seen !== 0) {
            const text = this.program.counters[code[pc + 1] as number]?.pattern.text ?? "";
            const times = seen === 1 ? "it happened once" : `it happened ${seen} times`;
            this.listener?.expectationFailed(code[pc + 2] as number, `expected no ${text}, but ${times}`);
          }
          pc += 3;
          continue;
        }
        case 54: {
          // choose
          const a = code[pc + 2] as number;
          const b = code[pc + 3] as number;
          const from = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const to = (b >= 0 ? data[fp + b] : low[~b]) as number;
          if (!(to > from && isPlainInteger(from) && isPlainInteger(to))) {
            this.fail("choose needs a range of numbers with something in it");
          }
          v = from + this.chooser(to - from, false);
          const { members } = machine.store;
          if (members !== undefined && this.memberChoices.has(pc)) {
            // Of members that are alike now, it is enough to go on with one; what a second choice may find alike, the first has
            // told apart without a trace.
            if (!this.hasChosen && members.isRepeated(v)) return StepResult.blocked;
            this.hasChosen = true;
            v = box(Tag.member, v);
          }
          d = code[pc + 1] as number;
          pc += 4;
          break;
        }
        case 55: {
          // done
          const a = code[pc + 1] as number;
          this.result = (a >= 0 ? data[fp + a] : low[~a]) as number;
          return StepResult.ended;
        }
        case 56: {
          // checkIndex
          const a = code[pc + 1] as number;
          const b = code[pc + 2] as number;
          const index = (a >= 0 ? data[fp + a] : low[~a]) as number;
          const limit = (b >= 0 ? data[fp + b] : low[~b]) as number;
          if (!(index >= 0 && index < limit && isInteger(index))) {
            const problem = this.observer.takeProblem();
            const message = `page ${this.describe(index)} is outside the region, which has ${limit} pages`;
            throw new ModelError(problem ?? message, code[pc + 3] as number, problem !== undefined);
          }
          pc += 4;
          continue;
        }
        case 57: {
          // startKernel
          const id = this.spawn(code[pc + 2] as number, [], NONE);
          this.variables.scenario.set(code[pc + 3] as number, box(Tag.thread, id));
          data = frames.values;
          pc += 4;
          continue;
        }
        case 58: {
          // joinKernel
          const id = payloadOf(this.variables.scenario.get(code[pc + 1] as number));
          if (threads.status.get(id) === ThreadStatus.running) {
            threads.pc.set(thread, pc);
            threads.frame.set(thread, fp);
            return first && !upToStatement ? StepResult.blocked : StepResult.ran;
          }
          threads.finish(id, this.merged);
          this.variables.scenario.set(code[pc + 1] as number, NONE);
          pc += 2;
          continue;
        }
        case 59: {
          // free
          const a = code[pc + 2] as number;
          v = this.observer.free((a >= 0 ? data[fp + a] : low[~a]) as number);
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 60: {
          // inject
          const fault = this.program.injections[code[pc + 1] as number];
          if (fault !== undefined)
            machine.injection.add(fault.site, fault.device, fault.mode, fault.times, fault.after);
          pc += 2;
          continue;
        }
        case 61: {
          // contextOf
          const of = code[pc + 2] as number;
          const context = machine.devices.contextId(threads.deviceOf(of), threads.processOf(of));
          v = box(Tag.context, context);
          d = code[pc + 1] as number;
          pc += 3;
          break;
        }
        case 62: {
          // sound
          const problem = this.observer.takeProblem();
          if (problem === undefined) {
            pc += 3;
            continue;
          }
          this.listener?.expectationFailed(code[pc + 1] as number, problem);
          threads.statement.set(thread, 0);
          pc = code[pc + 2] as number;
          continue;
        }
        case 63: {
          // number
          const a = code[pc + 1] as number;
          const v = (a >= 0 ? data[fp + a] : low[~a]) as number;
          if (isInteger(v)) {
            pc += 4;
            continue;
          }
          this.listener?.expectationFailed(code[pc + 2] as number, `${this.describe(v)} is no number`);
          threads.statement.set(thread, 0);
          pc = code[pc + 3] as number;
          continue;
        }
        case 64: {
          // jumpIfEqual
          const a = code[pc + 1] as number;
          const b = code[pc + 2] as number;
          const same = (a >= 0 ? data[fp + a] : low[~a]) === (b >= 0 ? data[fp + b] : low[~b]);
          pc = same ? (code[pc + 3] as number) : pc + 4;
          continue;
        }
        case 65: {
          // jumpIfNotEqual
          const a = code[pc + 1] as number;
          const b = code[pc + 2] as number;
          const same = (a >= 0 ? data[fp + a] : low[~a]) === (b >= 0 ? data[fp + b] : low[~b]);
          pc = same ? pc + 4 : (code[pc + 3] as number);
          continue;
        }
        default:
          throw new Error(`bad instruction ${code[pc]} at ${pc}`);
      }
      // The result of an instruction that has one.
      if (d >= 0) {
        if (data[fp + d] !== v) frames.set(fp + d, v);
        continue;
      }
      low[~d] = v;
      // Mostly it is a condition, and the jump behind it asks for it: that one is done at once.
      const next = code[pc];
      if ((next === 4 || next === 5) && code[pc + 1] === d) {
        pc = truthy(v) === (next === 4) ? pc + 3 : (code[pc + 2] as number);
      }
    }
  }

  /**
   * `a operator b`. What is impossible is a mistake in model code; in the scenario's own code it makes the check or statement
   * fail whose part it is, and the value is `none`, as is anything reckoned with `none`.
   */
  private calculate(operator: Operator, a: Value, b: Value): Value {
    try {
      return arithmetic(operator, a, b);
    } catch (problem) {
      if (!(problem instanceof ArithmeticError)) throw problem;
      const divides = isInteger(a) && isInteger(b);
      const message = divides
        ? problem.message
        : `'${operator}' needs numbers on both sides, not ${this.describe(a)} and ${this.describe(b)}`;
      if (!this.inScenario()) throw new ModelError(message, this.spot, divides);
      if (a !== NONE && b !== NONE) this.observer.problem ??= message;
      return NONE;
    }
  }
  /** Whether the running code is the scenario's own and not model code. */
  private inScenario(): boolean {
    if (this.strict) return false;
    const role = this.program.functions[this.currentFunction()]?.role;
    return role !== "fn" && role !== "callback";
  }

  /** The running code looks at a lock without waiting for it. */
  private lookAt(target: Value): void {
    const { locks } = this.machine;
    const lock = locks.of(target);
    if (lock !== undefined) locks.observe(lockClassOf(lock));
  }
  /** The list that the statement at `pc` has found its lock in is to stay as it is. */
  private keepList({ lists }: LockMoves, pc: number): void {
    const slot = lists.get(pc);
    if (slot !== undefined) this.machine.heap.guard(this.variables.kernel.get(slot));
  }

  /** Goes on in the frame at `fp`: who asks what a step reads is told of all that is in it. Above the top all cells are 0. */
  private noteFrame(fp: number): void {
    const slots = this.program.functions[linkFunction(this.frames.at(fp + LINK))]?.slots.length ?? 0;
    for (let cell = fp - HEADER; cell < fp + slots; cell++) this.frames.at(cell);
  }

  private clearDead(fp: number, run: number): void {
    const { dead } = this.program;
    const { values } = this.frames;
    for (let i = run; ; i++) {
      const slot = dead[i] as number;
      if (slot < 0) return;
      if (values[fp + slot] !== 0) this.frames.set(fp + slot, 0);
    }
  }

  private tellTracer(tracer: CallTracer, fn: number, self: Value, at: number, count: number): void {
    tracer.entered(fn, this.thread, self, Array.from(this.low.subarray(at, at + count)));
  }

  /** Starts a worker with the process, CPU and device of the running thread. Returns its id. */
  spawn(fn: number, args: readonly Value[], self: Value): number {
    const threads = this.machine.threads;
    const parent = this.thread;
    const context = tagOf(self) === Tag.context ? payloadOf(self) : -1;
    const process = context >= 0 ? this.machine.devices.processOfContext(context) : threads.processOf(parent);
    const worker = threads.create(process, threads.cpuOf(parent), threads.deviceOf(parent), this.firstWorker);
    // A worker may outlive the function that made what it is given: it gets a copy. What is kept it shares.
    const { heap } = this.machine;
    const own = args.map((arg) =>
      heap.plant(
        worker,
        heap.lift(arg, (handle) => !heap.isKept(handle)),
      ),
    );
    this.start(worker, fn, own, self);
    return worker;
  }
  /** Threads from this id up are workers and kernel statements; those below are the scenario's own. */
  get firstWorker(): number {
    return this.program.machine.threads.length + 1;
  }

  /** A thread's function has ended. One that is waited for (`joined`) keeps its id until then. */
  private endThread(thread: number, joined: boolean): void {
    const threads = this.machine.threads;
    const worker = thread >= this.firstWorker;
    threads.status.set(thread, ThreadStatus.idle);
    if (!worker) return;
    this.listener?.operationEnded(thread);
    threads.statement.set(thread, 0);
    if (!joined) threads.finish(thread, this.merged);
  }

  private endStatement(index: number, outcome: Value, expected: Value): void {
    const statement = this.program.statements[index] as StatementInfo;
    const threads = this.machine.threads;
    const thread = this.thread;
    this.listener?.operationEnded(thread);
    this.observer.reporter = thread;
    const judged = this.observer.judge(statement, outcome, expected);
    if (this.log.enabled) {
      const { step } = this.machine.store;
      const { ok, report } = judged;
      this.log.append({ kind: "statement", step, thread, statement: index, outcome, report, ok });
    }
    if (!judged.ok) this.listener?.outcomeFailed(index, outcome, expected, judged.report);
    threads.statement.set(thread, 0);
  }

  private getIndex(list: Value, index: Value): Value {
    const heap = this.machine.heap;
    switch (tagOf(list)) {
      case Tag.table:
        return heap.lookup(list, index) ?? NONE;
      case Tag.list:
        this.checkIndex(list, index);
        return heap.get(list, numberOf(index));
      default:
        return this.fail(`only a list or a table has elements, not ${this.describe(list)}`);
    }
  }
  private setIndex(list: Value, index: Value, value: Value): void {
    const heap = this.machine.heap;
    switch (tagOf(list)) {
      case Tag.table:
        heap.store(list, index, value === NONE ? undefined : value);
        return;
      case Tag.list:
        this.checkIndex(list, index);
        heap.set(list, numberOf(index), value);
        return;
      default:
        this.fail(`only a list or a table has elements, not ${this.describe(list)}`);
    }
  }
  private checkIndex(list: Value, index: Value): void {
    const length = this.machine.heap.length(list);
    const number = numberOf(index);
    if (isPlainInteger(number) && number >= 0 && number < length) return;
    const has = length === 1 ? "one element" : `${length} elements`;
    this.fail(`index ${this.describe(index)} is outside the list, which has ${has}`);
  }

  /** Whether `value` is a list or struct that the running function made. */
  private isOwn(value: Value, heapTop: number): boolean {
    const tag = tagOf(value);
    if (tag !== Tag.list && tag !== Tag.struct) return false;
    const id = payloadOf(value);
    return this.machine.heap.ownerOf(id) === this.thread && this.machine.heap.numberOf(id) >= heapTop;
  }
  /** A list or struct that a function made and returns becomes its caller's, with what is in it; what else it made ends. */
  private handOver(value: Value, heapTop: number): Value {
    const { heap } = this.machine;
    const lifted = heap.lift(value, (handle) => this.isOwn(handle, heapTop));
    heap.release(this.thread, heapTop);
    return heap.plant(this.thread, lifted);
  }
}

/** An index of a list: a number, or which member it is. */
function numberOf(index: Value): Value {
  return isMember(index) ? payloadOf(index) : index;
}

/** The base of the frame that called the one at `base`, whose link is `link`; 0 if nobody did. */
function callerOf(base: number, link: number): number {
  const distance = linkDistance(link);
  return distance === 0 ? 0 : base - distance;
}

function machineProcess(machine: Machine, context: number): number {
  return machine.devices.processOfContext(context);
}

/** A frame's link must be able to name each function and place of the code. @throws RangeError */
function checkSize(program: Program): void {
  if (program.code.length >= MAX_CODE || program.functions.length >= MAX_FUNCTIONS) {
    throw new RangeError("the model and the scenario are too long: the code of a program has at most 2^24 words");
  }
}

function lowRegisters(program: Program): Float64Array<ArrayBuffer> {
  const low = new Float64Array(SCRATCH + program.constants.length);
  low.set(program.constants, SCRATCH);
  return low;
}
