/** Hot reload: a session of the edited scenario is brought to where the one before it stands, as far as its past is unchanged. */
import type { Turn } from "./history-requests.ts";
import type { Session } from "./session.ts";

/** Steps between turns of the host. */
const STEPS = 4000;

/** How far the past was the same. */
export interface Caught {
  /** The moment that the new session stands at. */
  readonly moment: number;
  /** Whether that is where the old one stands. */
  readonly same: boolean;
  /** For a person: why it is not. */
  readonly because: string;
}

/** Repeats in `to` what happened in `from` up to its present moment, until something is different. */
export async function catchUp(from: Session, to: Session, turn: Turn): Promise<Caught> {
  const { now, oldest } = from.timeline;
  const caught = (because: string): Caught => ({ moment: to.timeline.now, same: because === "", because });
  if (oldest > 0) return caught("the beginning of the history was forgotten");
  for (let step = 1; step <= now; step++) {
    const followed = from.timeline.followedFrom(step);
    if (followed !== undefined) {
      to.timeline.follow(followed);
      continue;
    }
    if (from.timeline.isIntervention(step)) return caught("what was changed by hand is not changed again");
    const name = from.simulation.threadName(from.timeline.threadOf(step));
    const thread = threadNamed(to, name);
    if (thread < 0 || to.timeline.forward(thread, from.timeline.choicesOf(step)) !== "moved")
      return caught(`${name} does not move here any more`);
    if (made(from, step) !== made(to, to.timeline.now)) {
      to.timeline.back();
      return caught("the scenario is another one from here on");
    }
    if (step % STEPS === 0) await turn(step / now);
  }
  if (now > 0) to.timeline.goOnAs(from.timeline);
  return caught("");
}

function threadNamed(session: Session, name: string): number {
  const { simulation } = session;
  const { length } = simulation.machine.threads;
  for (let thread = 0; thread < length; thread++) if (simulation.threadName(thread) === name) return thread;
  return -1;
}
/** What a step did: the text of its statement, and of the scenario's that it belongs to. */
function made(session: Session, step: number): string {
  const { simulation, program } = session;
  const spot = session.spotOf(step);
  const text = program.sources[spot.source]?.text.slice(spot.start, spot.end) ?? "";
  const statement = program.statements[simulation.steps.at(step)?.statement ?? -1];
  return `${text}\n${statement?.text ?? ""}`.replace(/\s+/g, " ");
}
