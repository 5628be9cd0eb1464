/** Requests that go to other moments of the history, and those about single threads. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { saveSchedule } from "../sim-core/explore/schedule.ts";
import type { ClientView } from "./client-view.ts";
import type { Inspector } from "./inspector.ts";
import { threadOf } from "./inspector.ts";
import type { SavedSchedule } from "./protocol.ts";
import type { Arguments } from "./request.ts";
import { RequestError } from "./request.ts";
import type { Go, Session } from "./session.ts";
import { findSource } from "./sources.ts";
import type { Stop } from "./stop.ts";

/** Most moments that one line offers to go to: the last ones. */
const TARGET_LIMIT = 50;

/** A way to a goto target. */
type Target =
  | { readonly kind: "moment"; readonly moment: number }
  /** Forward, to where a line is reached first. */
  | { readonly kind: "forward"; readonly pcs: ReadonlySet<number> };

export class TravelRequests {
  private readonly session: Session;
  private readonly view: ClientView;
  private readonly inspector: Inspector;
  private targets: Target[] = [];
  /** Numbers of targets that were offered at stops before. */
  private past = 0;

  constructor(session: Session, view: ClientView, inspector: Inspector) {
    this.session = session;
    this.view = view;
    this.inspector = inspector;
  }

  /** The moments at which a line was about to be run; if it never was, the way forward to it. */
  gotoTargets(args: Arguments): DebugProtocol.GotoTargetsResponse["body"] {
    const { session, view } = this;
    const source = findSource(session.program, view.pathOf(args.object("source"), session.program));
    const { line, column } = view.place(args);
    const found = source < 0 ? undefined : session.breakpoints.statementAt(source, line, column);
    if (found === undefined) return { targets: [] };
    const pcs = new Set(found.pcs);
    const moments = session.standing.momentsAt(pcs);
    const range = view.range(found.place);
    const target = (label: string, to: Target): DebugProtocol.GotoTarget => ({
      id: this.past + this.targets.push(to),
      label,
      ...range,
    });
    const { timeline, simulation } = session;
    const targets = moments.slice(-TARGET_LIMIT).map((moment, i, shown) => {
      const number = moments.length - shown.length + i + 1;
      const by = simulation.threadName(timeline.threadOf(moment + 1));
      const where = moment < timeline.now ? "past" : moment === timeline.now ? "here" : "future";
      const label = `step ${moment.toLocaleString("en")}: ${by}, ${number} of ${moments.length} (${where})`;
      return target(label, { kind: "moment", moment });
    });
    if (!moments.some((moment) => moment > timeline.now)) {
      targets.push(target("run forward to this statement", { kind: "forward", pcs }));
    }
    return { targets };
  }
  /** The program moves: moments that were offered may be others afterwards. */
  forget(): void {
    this.past += this.targets.length;
    this.targets = [];
  }
  /** Goes to a target. @throws RequestError if there is none with this id */
  goto(args: Arguments): Stop | Go {
    const target = this.targets[args.number("targetId") - 1 - this.past];
    if (target === undefined) throw new RequestError("There is no such target at this stop.");
    if (target.kind === "moment") return this.session.goTo(target.moment);
    return { kind: "to", pcs: target.pcs };
  }

  restartFrame(args: Arguments): Stop {
    const id = args.number("frameId");
    const { thread, depth } = this.inspector.positionOf(id);
    return this.session.restartFrame(thread, depth);
  }

  /** The threads that could move next, each with the statement that it stands at. */
  stepInTargets(args: Arguments): DebugProtocol.StepInTargetsResponse["body"] {
    this.inspector.frameOf(args.number("frameId"));
    const { session, view } = this;
    return {
      targets: session.standing.movable().flatMap((thread) => {
        const [frame] = session.frames(thread);
        if (frame === undefined) return [];
        const text = session.program.sources[frame.spot.source]?.text.slice(frame.spot.start, frame.spot.end) ?? "";
        const label = `${session.simulation.threadName(thread)}: ${text.split("\n")[0] ?? ""}`;
        const { line, column } = frame.spot;
        return [{ id: thread + 1, label, line: view.clientLine(line), column: view.clientColumn(column) }];
      }),
    };
  }
  /** The thread of a step-in target. @throws RequestError if it cannot move now */
  targetThread(id: number): number {
    const thread = id - 1;
    if (this.session.standing.movable().includes(thread)) return thread;
    throw new RequestError("This thread cannot move now.");
  }

  terminateThreads(args: Arguments): void {
    const { machine } = this.session.simulation;
    const threads = args.numbers("threadIds").map((id) => id - 1);
    for (const thread of threads) {
      if (thread < 1 || thread >= machine.threads.length)
        throw new RequestError(`There is no thread ${thread + 1} to end.`);
      if (!this.session.simulation.isRunning(thread)) {
        throw new RequestError(
          `${this.session.simulation.threadName(thread)} has nothing to do here that could be ended.`,
        );
      }
    }
    for (const thread of threads) this.session.terminateThread(thread);
  }

  /** A thread that a request names, for those of this project that are about one. */
  thread(args: Arguments): number {
    return threadOf(this.session, args);
  }

  /** The order of steps up to the present moment, as a file that can be replayed. */
  schedule(): SavedSchedule {
    const { timeline, simulation } = this.session;
    const changes = timeline.interventions.filter(({ step }) => step <= timeline.now).map(({ text }) => text);
    return { schedule: saveSchedule(simulation, timeline.moves()), complete: timeline.oldest === 0, changes };
  }
}
