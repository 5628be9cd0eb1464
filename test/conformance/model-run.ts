/** Runs a translated list in the model, one operation after the other, and answers each as a real kernel would. */
import { loadScenario } from "../../language/compile/front-door.ts";
import { shippedLibrary } from "../../language/testing/run.ts";
import { Run } from "../../sim-core/explore/run.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import { DIRECTOR, Simulation } from "../../sim-core/explore/simulation.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import type { Answer } from "./answer.ts";
import type { ModelCall } from "./calls.ts";
import { CallRecorder } from "./calls.ts";
import type { OperationList } from "./list.ts";
import { OperationEnd, readOutcome } from "./outcome.ts";
import type { TranslatedOperation, Translation } from "./translation.ts";
import { translate } from "./translator.ts";

/** Steps after which a list is taken to have no end. */
const MOST_STEPS = 5_000_000;

/** What the model answered to an operation. */
export interface ModelOperation {
  readonly operation: TranslatedOperation["operation"];
  readonly answer: Answer;
  readonly calls: readonly ModelCall[];
}

/** A list's run in the model. */
export interface ModelRun {
  readonly translation: Translation;
  /** As far as it came. */
  readonly operations: readonly ModelOperation[];
  /** Broken invariants and mistakes of the model, with the operation in which they came up. */
  readonly failures: readonly string[];
}

/**
 * Translates and runs a list; `switches` are set in the profile, as a scenario writes them. @throws CannotTranslate, or Error if the
 * scenario does not load
 */
export function runInModel(list: OperationList, kernel: string, switches = ""): ModelRun {
  const translation = translate(list, kernel, switches);
  return new ListRun(translation, programOf(translation.text, list.name)).run();
}

function programOf(text: string, name: string): Program {
  const { compiled, diagnostics } = loadScenario(text, `${name}.hmm`, { library: shippedLibrary() });
  if (compiled !== undefined) return compiled.program;
  const problems = diagnostics.filter((d) => d.severity === "error").map((d) => `line ${d.line}: ${d.message}`);
  throw new Error(`its scenario does not load:\n  ${problems.join("\n  ")}`);
}

class ListRun {
  private readonly translation: Translation;
  private readonly simulation: Simulation;
  private readonly run_: Run;
  private readonly recorder: CallRecorder;
  private readonly done: ModelOperation[] = [];
  private readonly failures: string[] = [];
  private logUsed = 0;
  private failuresUsed = 0;
  /** The director's line, by the code that it stands at. */
  private readonly lines = new Map<number, number>();

  constructor(translation: Translation, program: Program) {
    this.translation = translation;
    this.simulation = new Simulation(program);
    this.run_ = new Run(this.simulation, new Scheduler(this.simulation, 0), MOST_STEPS);
    this.recorder = new CallRecorder(this.simulation, translation.regions);
    this.simulation.vm.tracer = this.recorder;
  }

  run(): ModelRun {
    this.finishUpTo(this.line());
    for (;;) {
      const end = this.run_.step();
      if (end !== undefined) break;
      // Workers may still be at it: what they do belongs to the operation that began it.
      if (!this.simulation.hasWorkers) this.finishUpTo(this.line());
    }
    if (!this.simulation.gaveUp && this.simulation.finished) this.finishUpTo(Number.POSITIVE_INFINITY);
    this.noteFailures();
    return { translation: this.translation, operations: this.done, failures: this.failures };
  }

  /** Answers the operations whose lines the director has left behind. */
  private finishUpTo(line: number): void {
    for (;;) {
      const next = this.translation.operations[this.done.length];
      const following = this.translation.operations[this.done.length + 1];
      if (next === undefined || line < (following?.line ?? Number.POSITIVE_INFINITY)) return;
      this.finish(next);
    }
  }
  private finish(operation: TranslatedOperation): void {
    const { log } = this.simulation.vm;
    const outcomes = [];
    for (; this.logUsed < log.length; this.logUsed++) {
      const record = log.at(this.logUsed);
      if (record?.kind !== "statement") continue;
      const verb = this.simulation.program.statements[record.statement]?.verb ?? "";
      outcomes.push(readOutcome(this.simulation, verb, record.outcome, record.report));
    }
    const answer = operation.answer(new OperationEnd(this.simulation, outcomes));
    this.done.push({ operation: operation.operation, answer, calls: this.recorder.take() });
    this.noteFailures();
  }
  private noteFailures(): void {
    const { failures } = this.simulation;
    for (; this.failuresUsed < failures.length; this.failuresUsed++) {
      const failure = failures[this.failuresUsed];
      const at = this.translation.operations.findLast(({ line }) => line <= (failure?.spot.line ?? 0));
      this.failures.push(
        `${at?.operation.index ?? "?"}: ${at?.operation.text ?? ""}: ${failure?.id} ${failure?.message}`,
      );
    }
  }

  /** The line that the scenario's top level stands at; infinity at its end. */
  private line(): number {
    const { vm, codeMap } = this.simulation;
    if (!this.simulation.isRunning(DIRECTOR)) return this.simulation.finished ? Number.POSITIVE_INFINITY : 0;
    const frame = vm.framesOf(DIRECTOR)[0];
    if (frame === undefined) return 0;
    let line = this.lines.get(frame.pc);
    if (line === undefined) {
      line = this.simulation.spot(codeMap.spotAt(frame.function, frame.pc)).line;
      this.lines.set(frame.pc, line);
    }
    return line;
  }
}
