/**
 * A scenario being run: the machine, the VM, the checks after every step, and what went wrong so far. It decides nothing about
 * the order of threads; a scheduler or an explorer does.
 */
import type { Cell, FunctionCall } from "../checks/index.ts";
import { Checks, PROGRESS_ID, progressCells } from "../checks/index.ts";
import { Machine } from "../machine/machine.ts";
import { pageName } from "../machine/names.ts";
import { ThreadStatus } from "../machine/threads.ts";
import type { ReadLog } from "../store/read-log.ts";
import type { Snapshot, Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { box, isInteger, NONE, Tag, tagOf, truthy } from "../store/value.ts";
import { CodeMap } from "../vm/code-map.ts";
import { describeValue } from "../vm/describe-value.ts";
import { ModelError } from "../vm/model-error.ts";
import { Op } from "../vm/op.ts";
import type { CheckInfo, Program, PropertyInfo, Spot } from "../vm/program.ts";
import type { FrameView, Listener } from "../vm/vm.ts";
import { StepResult, VM } from "../vm/vm.ts";
import type { Cause, Failure, FailureKind } from "./failure.ts";
import { PROGRESS_BOUND, Progress } from "./progress.ts";
import { StepLog } from "./step-log.ts";
import type { Answers, Known } from "./transition-cache.ts";
import { TransitionCache } from "./transition-cache.ts";

/** Thread 0 runs the scenario's top level. */
export const DIRECTOR = 0;

/** The profile's switch that says whether device-exclusive entries count as mappings. */
const EXCLUSIVE_MAPCOUNT = "exclusive_mapcount";

export interface SimulationOptions {
  /** Steps run from one statement that touches shared state to the next, and dead locals are cleared (exploration). */
  readonly merged?: boolean;
  /** Sequence numbers that nobody can tell apart are one: see `SequenceNumbers` (exploration). */
  readonly renumber?: boolean;
  /** Keeps the log of events and of who made each step. On unless exploring. */
  readonly record?: boolean;
}

export class Simulation implements Listener {
  /** What is run; a debugger may extend it. */
  program: Program;
  readonly machine: Machine;
  readonly vm: VM;
  readonly store: Store;
  readonly codeMap: CodeMap;
  /** Who made each step, and at which statement. */
  readonly steps: StepLog;
  /** What went wrong, in order. Shortened by `undo`, as far as it was found after the moment gone back to. */
  readonly failures: Failure[] = [];
  /** Whether threads that fault get on. */
  readonly progress: Progress;
  /** How many locks the last step took first, in a statement of their own (0 or 1), and gave back at its end: see `LockMoves`. */
  ahead = 0;
  behind = 0;
  /** Steps that are still to be run before any is remembered. */
  private runs = Number.POSITIVE_INFINITY;
  private cache: TransitionCache | undefined;
  private readonly checks: Checks;
  private readonly record: boolean;
  /** The properties that must hold in every state. */
  private readonly safety: readonly PropertyInfo[];
  private setUpDone = false;

  /** Builds the machine and opens the devices. If a driver's `open` fails, that is a failure and nothing runs. */
  constructor(program: Program, options: SimulationOptions = {}) {
    this.program = program;
    this.record = options.record ?? true;
    this.safety = program.properties.filter(({ kind }) => kind === "always" || kind === "never");
    this.machine = new Machine(program.machine);
    this.store = this.machine.store;
    this.vm = new VM(this.machine, program);
    this.progress = new Progress(this.machine);
    this.vm.triesInVain = (thread) => this.progress.isSpinning(thread);
    this.vm.merged = options.merged ?? false;
    this.machine.numbers.renumbered = options.renumber ?? false;
    this.vm.listener = this;
    this.vm.log.enabled = this.record;
    this.codeMap = new CodeMap(program);
    this.steps = new StepLog(this.store);
    this.checks = new Checks(this.machine, program.invariants, truthy(program.options[EXCLUSIVE_MAPCOUNT] ?? NONE));
    const { threads } = this.machine;
    threads.create(-1, -1, -1, Number.POSITIVE_INFINITY);
    for (const thread of program.machine.threads) {
      threads.create(thread.process, thread.cpu ?? -1, thread.device ?? -1, Number.POSITIVE_INFINITY);
    }
    try {
      this.setUp();
    } catch (problem) {
      if (!(problem instanceof ModelError)) throw problem;
      this.vm.error = problem;
      this.giveUp(DIRECTOR);
    }
    this.setUpDone = true;
    this.store.forget();
  }

  private setUp(): void {
    const { machine, program, vm } = this;
    vm.variables.setUpKernel();
    program.machine.devices.forEach((_, id) => {
      vm.variables.setUpDevice(box(Tag.device, id));
    });
    const contexts = new Set<number>();
    for (const { process, device } of program.machine.threads) {
      if (device === undefined || machine.processes.exists.get(process) === 0) continue;
      contexts.add(machine.devices.contextId(device, process));
    }
    for (const context of contexts) vm.setUpContext(context);
    program.machine.regions.forEach(({ initial, driver, process, start }) => {
      if (!initial || driver === undefined || machine.processes.exists.get(process) === 0) return;
      vm.mapDriverRegion(machine.vmas.find(process, start), driver, process);
    });
    if (program.director >= 0) vm.start(DIRECTOR, program.director, [], 0);
    this.settle();
  }

  /** Takes a program that extends the present one: what was there before stays where it is. */
  extend(program: Program): void {
    this.program = program;
    this.vm.extend(program);
    this.codeMap.extend(program);
  }

  // -------------------------------------------------------------------------------------------------- state

  /** Threads that have something to do, lowest first; some of them may be waiting. */
  running(): number[] {
    const { threads } = this.machine;
    const found: number[] = [];
    for (let t = 0; t < threads.length; t++) if (threads.status.get(t) === ThreadStatus.running) found.push(t);
    return found;
  }
  /** Whether any worker has something to do; their ids come after those of the scenario's threads. */
  get hasWorkers(): boolean {
    const { threads } = this.machine;
    for (let t = this.vm.firstWorker; t < threads.length; t++) {
      if (threads.status.get(t) === ThreadStatus.running) return true;
    }
    return false;
  }
  isRunning(thread: number): boolean {
    return this.machine.threads.status.get(thread) === ThreadStatus.running;
  }
  /** Whether `thread` is the director and waits for a thread that is at work: cheaper to know than to try. */
  isJoining(thread: number): boolean {
    const { threads } = this.machine;
    const { code } = this.program;
    const pc = threads.pc.get(thread);
    const at = code[pc] === Op.statement ? pc + 4 : pc;
    return code[at] === Op.join && this.isRunning(code[at + 1] as number);
  }
  /** Whether the execution has ended. */
  get finished(): boolean {
    const { threads } = this.machine;
    for (let t = 0; t < threads.length; t++) if (threads.status.get(t) === ThreadStatus.running) return false;
    return true;
  }
  /** A thread's name: the scenario's, `scenario` for its top level, `worker 5` for what code spawned. */
  threadName(thread: number): string {
    if (thread === DIRECTOR) return "scenario";
    return this.program.machine.threads[thread - 1]?.name ?? `worker ${thread}`;
  }
  describe(value: Value): string {
    return describeValue(this.machine, this.program, value);
  }

  // --------------------------------------------------------------------------------------------------- steps

  /**
   * Runs one step of `thread` as a step of the store. Returns how it went; a blocked thread leaves no step behind.
   * Failures that the step shows are in `failures` afterwards. `reads`, if given, is told what it depends on.
   */
  step(thread: number, reads?: ReadLog): StepResult {
    this.store.mark();
    this.beginStep(thread);
    this.checks.begin(thread);
    this.store.reads = reads;
    try {
      return this.makeStep(thread);
    } finally {
      this.store.reads = undefined;
    }
  }
  private makeStep(thread: number): StepResult {
    const { vm } = this;
    const result = vm.step(thread);
    if (result === StepResult.blocked) {
      this.store.rollback();
      vm.spot = this.spotBefore;
      return result;
    }
    this.ahead = vm.ahead;
    this.behind = vm.behind;
    if (vm.ahead > 0) this.stepPc = vm.mainPc;
    if (this.record) {
      const statement = this.stepStatement >= 0 ? this.stepStatement : this.machine.threads.statement.get(thread) - 1;
      this.steps.record(thread, vm.spot, statement);
    }
    if (result === StepResult.failed) {
      this.giveUp(thread);
      return result;
    }
    if (result === StepResult.ended || vm.started.length > 0) {
      const { spot } = vm;
      this.settle();
      vm.spot = spot;
    }
    this.checkState(thread);
    if (this.progress.hasBegun && this.progress.count !== 0) this.followProgress(thread);
    return result;
  }

  /** Has what `run` does be remembered once it has run `after` steps, those that wait included. Only where nothing is recorded. */
  remember(after: number): void {
    this.runs = after;
    this.cache = after === 0 ? new TransitionCache(this) : undefined;
  }
  /**
   * What a step of `thread` would do now, if that is remembered: then `repeat` makes it. If not, `run` does. `answers`: what the chooser
   * gives in this step.
   */
  foresee(thread: number, answers: Answers): Known | undefined {
    return this.cache?.find(thread, answers);
  }
  /** Makes the step that was foreseen. It must not wait. */
  repeat(known: Known): void {
    this.cache?.repeat(known);
  }
  /** As `step`, where nothing could be foreseen. */
  run(thread: number): StepResult {
    if (this.cache !== undefined) return this.cache.run(thread);
    if (--this.runs === 0) this.cache = new TransitionCache(this);
    return this.step(thread);
  }
  /** What is remembered; undefined while nothing is. */
  get remembered(): TransitionCache | undefined {
    return this.cache;
  }

  /** Whether `thread` could make a step now, and would not wait. */
  canStep(thread: number): boolean {
    const { spot, log } = this.vm;
    const { enabled } = log;
    const failures = this.failures.length;
    // The records of a future that was stepped back from are kept.
    log.enabled = false;
    const result = this.store.trial(() => this.vm.step(thread));
    log.enabled = enabled;
    this.checks.begin(thread);
    this.vm.spot = spot;
    this.vm.started.length = 0;
    this.failures.length = failures;
    return result !== StepResult.blocked;
  }

  /**
   * A change of the state that no thread made but somebody from outside, as a step of its own in the name of `thread`: it can be
   * undone, and the rules are checked after it. `work` must write, and not begin or undo steps.
   */
  intervene(thread: number, work: () => void): void {
    this.store.mark();
    this.beginStep(thread);
    this.checks.begin(thread);
    this.vm.thread = -1;
    work();
    if (this.record) this.steps.record(thread, this.stepSpot, this.stepStatement);
    this.checkState(thread);
  }

  /**
   * `thread` made a mistake that it cannot go on after. What the others did from here on would mean nothing: the execution
   * ends.
   */
  private giveUp(thread: number): void {
    const { threads } = this.machine;
    const { error } = this.vm;
    const at = error?.spot ?? this.vm.spot;
    const kind = error?.isExpectation === true ? "expectation" : "error";
    const spot = this.blameOf(thread, at);
    const inner = this.spot(at);
    const isInner = inner.source !== spot.source || inner.start !== spot.start;
    const text = `${this.threadName(thread)}: ${this.sourceText(inner)}`;
    const because = isInner ? [{ spot: inner, message: text, step: this.store.step }] : [];
    this.fail(kind, kind, spot, error?.message ?? "", thread, because);
    for (const t of this.running()) threads.status.set(t, ThreadStatus.finished);
    threads.status.set(DIRECTOR, ThreadStatus.finished);
    this.vm.started.length = 0;
  }
  /** Whether the execution was ended by a mistake of its code. */
  get gaveUp(): boolean {
    return this.machine.threads.status.get(DIRECTOR) === ThreadStatus.finished;
  }

  // What the step under way began as, for the line to blame: in merged mode the VM has gone on to local statements since.
  private stepPc = 0;
  private spotBefore = 0;
  private stepStatement = -1;
  private beginStep(thread: number): void {
    const { pc, statement } = this.machine.threads;
    this.stepPc = pc.get(thread);
    this.spotBefore = this.vm.spot;
    this.stepStatement = statement.get(thread) - 1;
  }
  /** The statement that the step began with. */
  private get stepSpot(): number {
    const { code } = this.program;
    return code[this.stepPc] === Op.statement ? (code[this.stepPc + 1] as number) : this.spotBefore;
  }

  /** Lets the director go on to its next statement, and in merged mode started threads to their first shared one. */
  private settle(): void {
    const { lockMoves } = this.vm;
    // What is done here is no move, and none may count it.
    this.vm.lockMoves = undefined;
    this.settleAll();
    this.vm.lockMoves = lockMoves;
  }
  private settleAll(): void {
    const { vm, codeMap, machine } = this;
    for (let again = true; again; ) {
      again = false;
      if (this.isRunning(DIRECTOR)) {
        const pc = machine.threads.pc.get(DIRECTOR);
        if (this.program.code[pc] !== 1) {
          if (vm.step(DIRECTOR, true) === StepResult.failed) {
            this.giveUp(DIRECTOR);
            return;
          }
        }
        if (vm.merged && this.isRunning(DIRECTOR)) vm.started.push(DIRECTOR);
      }
      for (let t = vm.started.pop(); t !== undefined; t = vm.started.pop()) {
        if (!vm.merged || !this.isRunning(t) || !codeMap.isLocal(machine.threads.pc.get(t))) continue;
        const result = vm.step(t);
        if (result === StepResult.failed) {
          this.giveUp(t);
          return;
        }
        if (result === StepResult.ended || t === DIRECTOR) again = true;
      }
    }
  }

  /** Takes over a state of another simulation of the same program as it is, and forgets how it came to its own. */
  restore(state: Snapshot): void {
    this.store.restore(state);
    if (this.progress.count !== 0) this.progress.hasBegun = true;
  }
  /**
   * Takes over a state of another simulation of the same program, and forgets how it came to its own. In merged mode threads go on
   * from there to their next shared statements.
   */
  resume(state: Snapshot): void {
    this.restore(state);
    this.failures.length = 0;
    this.vm.started.length = 0;
    this.vm.started.push(...this.running().filter((thread) => thread !== DIRECTOR));
    this.settle();
    this.store.forget();
  }

  /** Undoes the last step. False if there is none left. */
  undo(): boolean {
    if (!this.store.undo()) return false;
    while ((this.failures.at(-1)?.step ?? -1) > this.store.step) this.failures.pop();
    return true;
  }

  /** Forgets all steps up to and including `step`, and what was logged in them: they can no longer be undone. */
  dropBefore(step: number): void {
    this.store.dropBefore(step);
    this.steps.dropBefore(this.store.oldestStep);
    this.vm.log.dropBefore(this.store.oldestStep);
  }

  // -------------------------------------------------------------------------------------------------- checks

  private checkState(thread: number): void {
    const violations = this.checks.afterStep();
    if (violations.length === 0 && this.safety.length === 0) return;
    for (const violation of violations) {
      const spot = this.blameOf(thread, this.stepSpot);
      const because = this.causesOf(violation.cells);
      this.fail("invariant", violation.id, spot, violation.message, thread, because);
    }
    for (const property of this.safety) {
      const { holds, problem } = this.evaluate(property);
      if (problem === "" && holds === (property.kind === "always")) continue;
      const message = this.explain(property, problem);
      this.fail("property", property.kind, property.spot, message, thread, this.stepCause(thread));
    }
  }

  /** Evaluates the properties of an ended execution. Returns which `exists` hold in it. */
  checkEnd(): readonly PropertyInfo[] {
    const witnessed: PropertyInfo[] = [];
    if (this.gaveUp) return witnessed;
    for (const property of this.program.properties) {
      if (property.kind !== "finally" && property.kind !== "exists") continue;
      const { holds, problem } = this.evaluate(property);
      if (property.kind === "exists") {
        if (holds) witnessed.push(property);
      } else if (!holds) {
        this.fail("property", "finally", property.spot, this.explain(property, problem), DIRECTOR, []);
      }
    }
    return witnessed;
  }

  /** Whether a property's expression is true now; `problem` says why it has no value, "" if it has. */
  private evaluate(property: PropertyInfo): { readonly holds: boolean; readonly problem: string } {
    try {
      const value = this.vm.evaluate(property.entry);
      const problem = this.vm.observer.takeProblem() ?? "";
      return { holds: problem === "" && truthy(value), problem };
    } catch (error) {
      if (error instanceof ModelError) return { holds: false, problem: error.message };
      throw error;
    }
  }

  /** A failed check as a message: its text, why, and what the observations in it were. */
  private explain(check: CheckInfo, why: string, base = 0): string {
    const facts: string[] = [];
    for (const part of check.parts) {
      try {
        const value = this.vm.evaluate(part.entry, base);
        const problem = this.vm.observer.takeProblem();
        facts.push(problem ?? `${part.text} is ${this.describe(value)}`);
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        facts.push(`${part.text}: ${error.message}`);
      }
    }
    const reasons = [why, ...facts].filter((r, i, all) => r !== "" && all.indexOf(r) === i);
    const told = reasons.length === 0 ? "it is not so" : reasons.join("; ");
    if (check.isStatement === true) return told;
    return `${check.text.replace(/\s+/g, " ")} does not hold: ${told}`;
  }

  /** `thread` made a step, and somebody's fault has been repeated. */
  private followProgress(thread: number): void {
    this.progress.moved(thread);
    if (this.progress.count === PROGRESS_BOUND && this.record) this.checkProgress(thread);
  }
  /** Reports that `thread` repeats one fault in vain, if nobody else can do anything about it. */
  private checkProgress(thread: number): void {
    if (this.program.invariants[PROGRESS_ID] === false || this.othersCanStep(thread)) return;
    this.fail("livelock", PROGRESS_ID, this.blameOf(thread, -1), this.circleText(thread), thread, this.circleCauses());
  }
  /** Whether the last step has shown that the execution goes round in a circle and will never end. */
  get goesRound(): boolean {
    if (this.failures.length === 0) return false;
    const last = this.failures[this.failures.length - 1];
    return last?.kind === "livelock" && last.step === this.store.step;
  }
  /** Whether a statement of the scenario has ended; who wants to know of one step sets it to false before. */
  statementEnded = false;
  /** Whether `thread`, which cannot move, waits for nothing but for an injected fault that takes its time. */
  isDelayed(thread: number): boolean {
    if (!this.machine.injection.delays) return false;
    this.vm.ignoresDelays = true;
    const can = this.canStep(thread);
    this.vm.ignoresDelays = false;
    return can;
  }
  /** Whether any other thread than `thread` could make a step now. */
  othersCanStep(thread: number): boolean {
    this.vm.ignoresDelays = true;
    const can = this.running().some((t) => t !== thread && t !== DIRECTOR && this.canStep(t));
    this.vm.ignoresDelays = false;
    return can;
  }
  /** That `thread` repeats its fault for ever, as a sentence. */
  circleText(thread: number): string {
    const process = this.machine.threads.processOf(thread);
    const page = pageName(this.machine, process, this.progress.page);
    return `${this.threadName(thread)} faults on ${page} again and again, nothing changes in between, and nobody else can move`;
  }
  /** Who made the page's entries what they are, where a fault on it is repeated for ever. */
  circleCauses(): Cause[] {
    const { machine, progress } = this;
    return this.causesOf(progressCells(machine, machine.threads.processOf(progress.thread), progress.page));
  }

  /** Reports that nothing can move although the execution has not ended; names who waits for what. */
  deadlock(): Failure {
    const waiting = this.waiting();
    const because: Cause[] = [];
    const locks = new Set(waiting.flatMap(({ lock }) => (lock === undefined ? [] : [lock])));
    for (const lock of locks) because.push(...this.takenBy(lock));
    for (const { thread, spot, what } of waiting) {
      because.push({ spot, message: `${this.threadName(thread)} waits here for ${what}`, step: this.store.step });
    }
    const names = waiting.map(({ thread, what }) => `${this.threadName(thread)} waits for ${what}`).join(", and ");
    const first = waiting[0];
    const spot = first === undefined ? this.spot(0) : this.blameOf(first.thread, -1);
    return this.fail("deadlock", "deadlock", spot, `nothing can move: ${names}`, first?.thread ?? DIRECTOR, because);
  }

  /** What each running thread waits for; only right when none of them can move. */
  waiting(): { thread: number; spot: Spot; what: string; lock: Value | undefined }[] {
    const found: { thread: number; spot: Spot; what: string; lock: Value | undefined }[] = [];
    const { log } = this.vm;
    const { enabled } = log;
    log.enabled = false;
    const others = this.running().filter((t) => t !== DIRECTOR);
    for (const thread of others.length > 0 ? others : this.running()) {
      this.vm.blockedOn = undefined;
      this.store.trial(() => this.vm.step(thread));
      const lock = this.vm.blockedOn as Value | undefined;
      const [frame] = this.vm.framesOf(thread);
      const spot = this.spot(frame === undefined ? 0 : this.codeMap.spotAt(frame.function, frame.pc));
      const what = lock === undefined ? this.conditionText(spot) : this.lockText(lock, thread);
      found.push({ thread, spot, what, lock });
    }
    log.enabled = enabled;
    return found;
  }
  private lockText(lock: Value, waiter: number): string {
    const { locks } = this.machine;
    const owners = locks.owners(lock).map((t) => (t === waiter ? "it" : this.threadName(t)));
    const verb = owners.length > 1 ? "hold" : owners[0] === "it" ? "holds itself" : "holds";
    return owners.length === 0 ? locks.name(lock) : `${locks.name(lock)}, which ${owners.join(" and ")} ${verb}`;
  }
  /** Where a lock that is held was taken. */
  private takenBy(lock: Value): Cause[] {
    const { locks } = this.machine;
    const cell = locks.cellOf(lock);
    const step = cell < 0 || !this.record ? undefined : this.store.lastWrite(locks.state, cell);
    const made = step === undefined ? undefined : this.steps.at(step);
    if (step === undefined || made === undefined) return [];
    return [
      { spot: this.spot(made.spot), message: `${this.threadName(made.thread)} took ${locks.name(lock)} here`, step },
    ];
  }
  private conditionText(spot: Spot): string {
    return `'${this.sourceText(spot).replace(/^wait until /, "")}'`;
  }

  // ------------------------------------------------------------------------------------------------ failures

  fail(kind: FailureKind, id: string, spot: Spot, message: string, thread: number, because: readonly Cause[]): Failure {
    const failure: Failure = { kind, id, spot, message, because, step: this.store.step, thread };
    const known = kind === "invariant" || kind === "property";
    // What stays broken is reported once, where it broke.
    if (
      !known ||
      !this.failures.some((f) => f.id === id && f.spot.start === spot.start && f.spot.source === spot.source)
    ) {
      this.failures.push(failure);
    }
    return failure;
  }

  spot(index: number): Spot {
    return this.program.spots[index] ?? { source: 0, start: 0, end: 0, line: 1, column: 1 };
  }

  /** The line to blame for what `thread` just did at `spot`: the innermost one of the user's own text. */
  private blameOf(thread: number, spot: number): Spot {
    if (spot >= 0 && !this.isLibrary(this.spot(spot))) return this.spot(spot);
    let control = this.spot(Math.max(spot, 0));
    for (const [i, { function: fn, pc }] of this.vm.framesOf(thread).entries()) {
      if (this.program.functions[fn]?.role === "thread") {
        // Where it waits for no statement's sake, it stands at a `wait` or a `barrier` of the scenario.
        if (spot < 0) control = this.spot(this.codeMap.spotAt(fn, pc));
        break;
      }
      // The innermost frame stands in front of its next statement; the one to blame is behind it.
      const at = this.spot(this.codeMap.spotAt(fn, i === 0 && spot >= 0 ? pc - 1 : pc));
      if (!this.isLibrary(at)) return at;
    }
    const running = this.machine.threads.statement.get(thread) - 1;
    const statement = this.program.statements[spot >= 0 && this.stepStatement >= 0 ? this.stepStatement : running];
    return statement?.spot ?? control;
  }
  /** Where a thread stands: the line to blame, and the functions that it is in, innermost first, with their lines. */
  standing(thread: number): { spot: Spot; where: string } {
    const frames = this.vm.framesOf(thread);
    const calls = frames.map((frame) => {
      const at = this.frameSpot(frame);
      return `${this.functionName(frame.function)} (${this.program.sources[at.source]?.path}:${at.line})`;
    });
    const more = calls.length > 4 ? ` and ${calls.length - 4} more` : "";
    return { spot: this.blameOf(thread, -1), where: calls.slice(0, 4).join(", called by ") + more };
  }
  /** A function's name with its driver's: `nouveau.invalidate`; a thread's own code goes by its name. */
  functionName(fn: number): string {
    const info = this.program.functions[fn];
    return info?.owner === undefined ? (info?.name ?? "?") : `${info.owner}.${info.name}`;
  }
  /** The statement at which a frame stands. */
  frameSpot(frame: FrameView): Spot {
    return this.spot(this.codeMap.spotAt(frame.function, frame.pc));
  }
  isLibrary(spot: Spot): boolean {
    return this.program.sources[spot.source]?.library ?? false;
  }
  private stepCause(thread: number): Cause[] {
    if (this.record) return [this.causeAt(this.store.step)].flatMap((cause) => cause ?? []);
    const spot = this.spot(this.vm.spot);
    return [{ spot, message: `${this.threadName(thread)} did this`, step: this.store.step }];
  }
  /** What was done in a step, at a line of the user's own text where there is one; undefined if that was not recorded. */
  causeAt(step: number): Cause | undefined {
    const made = this.steps.at(step);
    if (made === undefined) return undefined;
    const statement = this.program.statements[made.statement]?.spot;
    const at = this.spot(made.spot);
    const spot = this.isLibrary(at) && statement !== undefined ? statement : at;
    const where = this.isLibrary(at) ? ` (${this.program.sources[at.source]?.path}:${at.line})` : "";
    return { spot, message: `${this.threadName(made.thread)}: ${this.sourceText(at)}${where}`, step };
  }
  /** Who wrote the cells that break an invariant: each line once, the latest first. */
  private causesOf(cells: readonly Cell[]): Cause[] {
    if (!this.record) return [];
    const causes: Cause[] = [];
    for (const { column, cell } of cells) {
      const step = this.store.lastWrite(column, cell);
      const cause = step === undefined || step === this.store.step ? undefined : this.causeAt(step);
      if (cause === undefined) continue;
      const { spot } = cause;
      if (!causes.some((c) => c.spot.start === spot.start && c.spot.source === spot.source)) causes.push(cause);
    }
    return causes.sort((a, b) => a.step - b.step);
  }
  private sourceText(spot: Spot): string {
    const text = this.program.sources[spot.source]?.text.slice(spot.start, spot.end) ?? "";
    return text.replace(/\s+/g, " ");
  }

  // ------------------------------------------------------------------------------------------------ Listener

  expectationFailed(check: number, why: string): void {
    const info = this.program.checks[check];
    if (info === undefined) return;
    this.fail("expectation", "expectation", info.spot, this.explain(info, why, this.vm.base), this.vm.thread, []);
  }

  outcomeFailed(statement: number, outcome: Value, expected: Value, report: readonly string[] | undefined): void {
    const info = this.program.statements[statement];
    if (info === undefined) return;
    const what = info.verb;
    const got = report === undefined ? this.describe(outcome) : report.join(", ");
    let message: string;
    switch (info.expected) {
      case "value":
        message = `${what} ended with ${got}, not with ${this.describe(expected)}`;
        break;
      case "report":
        message = `${what} reported ${got}, not ${info.report}`;
        break;
      case "allMoved":
        message =
          tagOf(outcome) === Tag.error
            ? `${what} failed with ${got}`
            : `${what} left ${this.describe(expected)} of the mapped pages where they were (it moved ${got})`;
        break;
      default:
        message = `${what} failed with ${got}`;
    }
    this.fail("expectation", "expectation", info.spot, message, this.vm.thread, []);
  }

  called(fn: number, thread: number, self: Value, args: readonly Value[]): void {
    const call = this.functionCall(fn, thread, self, args);
    if (call !== undefined) this.checks.called(call);
  }

  returned(fn: number, thread: number, self: Value, args: readonly Value[], result: Value): void {
    const call = this.functionCall(fn, thread, self, args);
    if (call !== undefined) this.checks.returned(call, result);
  }

  /** A call as the checks look at it. */
  private functionCall(fn: number, thread: number, self: Value, args: readonly Value[]): FunctionCall | undefined {
    const name = this.program.functions[fn]?.name;
    return name === undefined ? undefined : { name, thread, self, args, field: this.fieldNamed };
  }
  private readonly fieldNamed = (object: Value, name: string): Value => {
    let id = this.fieldIds.get(name);
    if (id === undefined) {
      id = this.program.fieldNames.indexOf(name);
      this.fieldIds.set(name, id);
    }
    return id < 0 ? NONE : this.vm.fields.get(this.vm, object, id);
  };
  private readonly fieldIds = new Map<string, number>();

  faulted(thread: number, place: Value, access: Value): void {
    if (isInteger(place)) this.progress.faulted(thread, this.machine.vpn(place), access);
  }

  operationEnded(thread: number): void {
    this.progress.ended(thread);
    if (!this.setUpDone) return;
    if (thread >= this.vm.firstWorker) this.checks.threadEnded(thread, !this.hasWorkers);
    else {
      this.statementEnded = true;
      this.checks.statementEnded(thread, !this.hasWorkers);
    }
  }
}
