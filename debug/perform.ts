/** A statement that is typed while the program stands, and becomes part of the execution: a what-if that is kept. */

import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";
import { startStatement } from "./what-if.ts";

/**
 * Starts a statement as a thread of its own, from the present moment on: a step of the history, which stepping back undoes. It goes
 * first when execution goes on. @throws RequestError if it cannot be
 */
export function perform(session: Session, text: string): string {
  const { simulation, timeline, evaluator } = session;
  const compiled = evaluator.fragments.statement(text);
  if (!compiled.ok) throw new RequestError(compiled.problems.map(({ message }) => message).join("\n"));
  // Its code is part of the program from now on: threads stand in it.
  evaluator.fragments.keep();
  simulation.extend(evaluator.fragments.program);
  const { started } = simulation.vm;
  timeline.intervene(session.stop.thread ?? 0, text, () => {
    const result = startStatement(simulation, compiled.value);
    started.length = 0;
    if (typeof result === "string") throw new RequestError(result);
  });
  session.standHere();
  return `'${text}' goes first from here: step or continue. Stepping back takes it away again.`;
}
