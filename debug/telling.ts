/** What a client is told of a session without having asked: where it stands, what was said, which threads there are, how it ended. */
import { Event, OutputEvent } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { DIRECTOR } from "../sim-core/explore/simulation.ts";
import { bearingsOf, verdictOfRun } from "../sim-core/explore/verdict.ts";
import type { Spot } from "../sim-core/vm/program.ts";
import type { Complaint } from "./breakpoint-requests.ts";
import { briefly } from "./brief.ts";
import type { ClientView } from "./client-view.ts";
import type { Changed } from "./data-requests.ts";
import { DataRequests } from "./data-requests.ts";
import { modulesOf } from "./modules.ts";
import type { HmmEvents } from "./protocol.ts";
import type { Session } from "./session.ts";
import { baseName, findSource, textPlace } from "./sources.ts";
import type { Stop } from "./stop.ts";

export class Telling {
  /** How the client counts and what it can do, as it has said by now. */
  private readonly view: () => ClientView;
  private readonly send: (event: DebugProtocol.Event) => void;
  /** Threads that the client was told of. */
  private threads = new Set<number>();
  /** The session whose first cut the client was told of. */
  private cut: Session | undefined;

  constructor(view: () => ClientView, send: (event: DebugProtocol.Event) => void) {
    this.view = view;
    this.send = send;
  }

  /** Where a session stands now; comes before `stopped`. */
  moved({ timeline }: Session): void {
    const { now, newest } = timeline;
    const body: HmmEvents["hmm/moved"] = { step: now, newest, ended: timeline.ended !== undefined };
    this.send(new Event("hmm/moved", body));
  }
  /**
   * Execution stands. The description is as short as a call stack has room for; `text` says the whole where it was shortened, and so does
   * the console where no client shows it otherwise, as it does what an exception is.
   */
  stopped(stop: Stop, session: Session): void {
    const description = briefly(stop);
    const text = description === stop.description ? stop.filter : stop.description;
    if (text !== undefined && text !== stop.filter && stop.reason !== "exception") {
      this.output(`${text}\n`, "console", session, stop.frames?.[0]?.spot);
    }
    const body: DebugProtocol.StoppedEvent["body"] = {
      reason: stop.reason,
      threadId: (stop.thread ?? DIRECTOR) + 1,
      allThreadsStopped: true,
      ...(text === undefined ? {} : { text }),
      ...(description === undefined ? {} : { description }),
      ...(stop.breakpoints === undefined ? {} : { hitBreakpointIds: [...stop.breakpoints] }),
    };
    this.send(new Event("stopped", body));
  }
  /** Threads that have come or gone since the last time. */
  threadsOf(session: Session): void {
    const now = new Set(session.threads().map(({ id }) => id));
    for (const id of now) {
      if (!this.threads.has(id)) this.send(new Event("thread", { reason: "started", threadId: id + 1 }));
    }
    for (const id of this.threads) {
      if (!now.has(id)) this.send(new Event("thread", { reason: "exited", threadId: id + 1 }));
    }
    this.threads = now;
  }
  /** What is shown was made for a state, or for a filter of frames, that is no more. */
  invalidated(areas: readonly DebugProtocol.InvalidatedAreas[]): void {
    if (this.view().can("supportsInvalidatedEvent")) this.send(new Event("invalidated", { areas }));
  }

  /** The state was changed while the program stands: views are to be made anew. */
  changedByHand(session: Session, { memory }: Changed): void {
    const { timeline } = session;
    const text = timeline.interventions.at(-1)?.text ?? "";
    this.output(`By hand: ${text}\n`, "console");
    for (const failure of timeline.failures.filter((f) => f.step === timeline.now)) {
      this.output(`${failure.message}\n`, "stderr", session, failure.spot);
    }
    this.moved(session);
    this.invalidated(["all"]);
    if (memory !== undefined && this.view().can("supportsMemoryEvent")) {
      const count = memory.end - memory.start;
      this.send(new Event("memory", { memoryReference: DataRequests.reference(memory), offset: 0, count }));
    }
  }
  /** Another session is debugged from now on, of files that may have been edited: which of them, and of the modules, are others. */
  sourcesChanged(before: Session, now: Session): void {
    const own = ({ program }: Session) =>
      new Map(program.sources.flatMap((s, i) => (s.library || s.path === "" ? [] : [[s.path, { text: s.text, i }]])));
    const [old, present] = [own(before), own(now)];
    const tell = (reason: "new" | "changed" | "removed", { program }: Session, index: number): void => {
      this.send(new Event("loadedSource", { reason, source: this.view().source(program, index) }));
      const [module] = modulesOf(reason === "removed" ? before : now, [index]);
      if (module !== undefined) this.send(new Event("module", { reason, module }));
    };
    for (const [path, { text, i }] of present) {
      const known = old.get(path);
      if (known === undefined) tell("new", now, i);
      else if (known.text !== text) tell("changed", now, i);
    }
    for (const [path, { i }] of old) if (!present.has(path)) tell("removed", before, i);
  }
  /** The history of a session was cut: told once. */
  historyWasCut(session: Session, oldest: number): void {
    if (this.cut === session) return;
    this.cut = session;
    const steps = (session.timeline.newest - oldest).toLocaleString("en");
    const first = oldest.toLocaleString("en");
    this.output(
      `The history has become too long: its older half, up to step ${first}, was forgotten. From now on about ${steps} steps or more can be gone back; 'historyLimit' of the launch configuration sets how many.\n`,
      "important",
    );
  }
  /** A breakpoint never stops because of what was written into it: who set it looks at the editor, not at a hover or the console. */
  complaint({ text, path, line }: Complaint, { program }: Session): void {
    const source = path === undefined ? -1 : findSource(program, path);
    const event: DebugProtocol.OutputEvent = new OutputEvent(`${text}\n`, "important");
    if (source >= 0 && line !== undefined) {
      event.body.source = this.view().source(program, source);
      event.body.line = this.view().clientLine(line);
    }
    this.send(event);
  }
  /** The scenario has ended: what failed, and the verdict. */
  ended(session: Session): void {
    const { failures } = session.timeline;
    const bearings = bearingsOf(session.program, failures);
    failures.forEach((failure, i) => {
      const because = failure.because.map((cause) => {
        const { path, line } = textPlace(session.program, cause.spot);
        return `  because ${baseName(path)}:${line}: ${cause.message}\n`;
      });
      const ofWhat = bearings[i] === "consequence" ? " (a consequence of what the file says it finds)" : "";
      this.output(`${failure.message}${ofWhat}\n${because.join("")}`, "stderr", session, failure.spot);
    });
    const passes = verdictOfRun(session.program, failures) === "pass";
    const verdict =
      failures.length === 0 ? "nothing failed" : passes ? "it shows what the file says it finds" : "failed";
    const steps = session.timeline.now.toLocaleString("en");
    this.output(`The scenario has ended after step ${steps}: ${verdict}.\n`, "console");
    this.send(new Event("exited", { exitCode: passes ? 0 : 1 }));
    this.send(new Event("terminated"));
  }

  /** A text for the debug console, perhaps with the place that it is about. */
  output(text: string, category: string, session?: Session, spot?: Spot): void {
    const isRed = category === "stderr" && this.view().can("supportsANSIStyling");
    const shown = isRed ? `\u001b[31m${text.replace(/\n$/, "")}\u001b[0m\n` : text;
    const event: DebugProtocol.OutputEvent = new OutputEvent(shown, category);
    if (session !== undefined && spot !== undefined) {
      event.body.source = this.view().source(session.program, spot.source);
      event.body.line = this.view().clientLine(spot.line);
      event.body.column = this.view().clientColumn(spot.column);
    }
    this.send(event);
  }
}
