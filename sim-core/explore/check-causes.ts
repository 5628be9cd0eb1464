/**
 * Why a check or a property does not hold: for each observation in it, the step that last changed what it says. Found by going back
 * through the history, as a debugger's user would.
 */
import { layoutOf, sizeOf } from "../vm/instructions.ts";
import { ModelError } from "../vm/model-error.ts";
import { Op } from "../vm/op.ts";
import type { CheckPart, Program } from "../vm/program.ts";
import type { Cause, Failure } from "./failure.ts";
import type { Simulation } from "./simulation.ts";

/** Most steps that are gone back: some tenths of a second. */
const MOST_STEPS = 50_000;
/** Failures whose causes are looked for: a loop may fail as often as it likes. */
const MOST_FAILURES = 20;

/**
 * The failures from the `from`-th on are told with their causes, where the simulation did not know any. It has to stand at the moment
 * at which they were found, with its history.
 */
export function addCauses(simulation: Simulation, from: number): void {
  const { failures } = simulation;
  for (let i = from; i < failures.length && i < MOST_FAILURES; i++) {
    const failure = failures[i];
    if (failure === undefined || failure.because.length > 0) continue;
    const because = causesOf(simulation, failure);
    if (because.length > 0) failures[i] = { ...failure, because };
  }
}

function causesOf(simulation: Simulation, { kind, spot }: Failure): readonly Cause[] {
  if (kind !== "expectation" && kind !== "property") return [];
  const { program } = simulation;
  const check = [...program.checks, ...program.properties].find(
    (c) => c.spot.source === spot.source && c.spot.start === spot.start,
  );
  const parts = (check?.parts ?? []).filter(({ entry }) => !readsLocals(program, entry));
  const causes = lastChanges(simulation, parts).flatMap(({ step, text }) => {
    const cause = simulation.causeAt(step);
    return cause === undefined ? [] : [{ ...cause, message: `${text}: ${cause.message}` }];
  });
  return causes.sort((a, b) => a.step - b.step);
}

/** The steps that last changed what each of `parts` says, and how, up to the present one. */
function lastChanges(simulation: Simulation, parts: readonly CheckPart[]): { step: number; text: string }[] {
  const { store } = simulation;
  const here = store.step;
  let left = parts.map((part) => ({ part, now: said(simulation, part) }));
  const found: { step: number; text: string }[] = [];
  for (let step = here; left.length > 0 && step > store.oldestStep && here - step < MOST_STEPS; step--) {
    store.goTo(step - 1);
    left = left.filter(({ part, now }) => {
      const before = said(simulation, part);
      if (before !== now) found.push({ step, text: `${part.text} was ${before} and became ${now}` });
      return before === now;
    });
  }
  store.goTo(here);
  return found;
}

/** What an observation says now, as text. */
function said(simulation: Simulation, { entry }: CheckPart): string {
  const { vm } = simulation;
  try {
    const value = vm.evaluate(entry);
    return vm.observer.takeProblem() ?? simulation.describe(value);
  } catch (problem) {
    if (problem instanceof ModelError) return problem.message;
    throw problem;
  }
}

/** Whether the expression at `entry` reads locals: they have values only in their frame, while it is there. */
function readsLocals({ code }: Program, entry: number): boolean {
  for (let pc = entry; code[pc] !== Op.done; pc += sizeOf(code[pc] as number)) {
    const layout = layoutOf(code[pc] as number);
    for (let k = 0; k < layout.length; k++) if (layout[k] === "r" && (code[pc + 1 + k] as number) >= 0) return true;
  }
  return false;
}
