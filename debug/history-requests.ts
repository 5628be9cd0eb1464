/** Requests that look through the whole history, or at all that can follow: in turns with the host, and to be cancelled. */

import { Explorer } from "../sim-core/explore/explorer.ts";
import type { FoundFailure } from "../sim-core/explore/search.ts";
import { verdictOfCheck } from "../sim-core/explore/verdict.ts";
import type { Data } from "./data.ts";
import { DataWatch } from "./data-watch.ts";
import type { Panel } from "./panel.ts";
import type { Explored, Reason, Track, TrackPoint } from "./protocol.ts";
import { WINDOW_LIMIT } from "./protocol.ts";
import type { Arguments } from "./request.ts";
import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";
import { textPlace } from "./sources.ts";
import type { Stop } from "./stop.ts";
import { why } from "./why.ts";

/** Lets the host have its turn; `share` of the work is done. */
export type Turn = (share?: number, message?: string) => Promise<void>;

/** Steps that are looked at in one turn. */
const STEPS = 4000;
/** Moves of an exploration in one turn. */
const MOVES = 20_000;
const MAX_STATES = 1_000_000;

export class HistoryRequests {
  private readonly session: Session;
  private readonly panel: Panel;
  private found: readonly FoundFailure[] = [];
  /** The moment that `found` goes on from. */
  private foundAt = -1;

  constructor(session: Session, panel: Panel) {
    this.session = session;
    this.panel = panel;
  }

  // ------------------------------------------------------------------------------------------------ the past

  why(args: Arguments): Reason {
    const { session } = this;
    const place = args.optionalString("place");
    if (place !== undefined) return this.whyPlace(place);
    const region = this.panel.regions[args.number("region")];
    const page = args.number("page");
    if (region === undefined || page < 0 || page >= region.description.pages) {
      throw new RequestError("There is no such page.");
    }
    return why(session, region.process, region.description.start + page * session.simulation.machine.pageSize);
  }
  /** The same for a place as a person writes it. @throws RequestError */
  whyPlace(place: string): Reason {
    const inner =
      /^\s*(?:(?:pte|pmd|value|folio|vma)\s*\(|mirror\s*\(\s*\w+\s*,)(.*)\)(?:\.\w+)?\s*$/s.exec(place)?.[1] ?? place;
    const at = this.session.data.address(inner);
    if (at === undefined) {
      const { evaluator } = this.session;
      const [problem] = evaluator.problems(`value(${inner})`, evaluator.placeOf(undefined));
      throw new RequestError(problem?.message ?? `'${place}' is no place whose page is a number, like buf[1].`);
    }
    return why(this.session, at.process, at.start);
  }

  /** An expression over the whole history. */
  async track(expression: string, turn: Turn): Promise<Track> {
    const { session } = this;
    const { timeline, data: reader } = session;
    const data = this.dataOf(expression);
    const points: TrackPoint[] = [];
    const first = timeline.oldest;
    let isComplete = true;
    await this.changes(data, first + 1, timeline.newest, turn, (change) => {
      points.push({
        step: change.step,
        value: reader.text(data, change.after),
        thread: session.simulation.threadName(timeline.threadOf(change.step)),
        place: textPlace(session.program, session.spotOf(change.step)),
      });
      if (points.length >= WINDOW_LIMIT) {
        points.shift();
        isComplete = false;
      }
      return true;
    });
    const here = timeline.now;
    timeline.goTo(first);
    const beginning = { step: first, value: reader.text(data, reader.read(data)), thread: "", place: undefined };
    timeline.goTo(here);
    return { points: isComplete ? [beginning, ...points] : points, complete: isComplete && first === 0 };
  }

  /** Goes to the moment after the first or last change of an expression. @throws RequestError if it never changed */
  async toChange(expression: string, which: "first" | "last", turn: Turn): Promise<Stop> {
    const { session } = this;
    const { timeline } = session;
    const data = this.dataOf(expression);
    let moment: number | undefined;
    const [from, to] =
      which === "first" ? [timeline.oldest + 1, timeline.newest] : [timeline.newest, timeline.oldest + 1];
    await this.changes(data, from, to, turn, ({ step }) => {
      moment = step;
      return false;
    });
    if (moment === undefined) {
      const since = timeline.oldest === 0 ? "" : ` since step ${timeline.oldest}; what was before it is forgotten`;
      throw new RequestError(`${expression} is the same over the whole history${since}.`);
    }
    return session.goTo(moment);
  }

  private dataOf(expression: string): Data {
    const data = this.session.data.followed(expression);
    if (typeof data === "string") throw new RequestError(data);
    return data;
  }

  /** Tells of the changes of a datum in steps `from` to `to`, in that order, until `visit` has enough. */
  private async changes(
    data: Data,
    from: number,
    to: number,
    turn: Turn,
    visit: (change: { readonly step: number; readonly after: readonly number[] }) => boolean,
  ): Promise<void> {
    const { session } = this;
    const { timeline } = session;
    const watch = new DataWatch(session, session.data, data);
    const way = from <= to ? 1 : -1;
    const here = timeline.now;
    const { newest } = timeline;
    let looked = 0;
    try {
      for (let step = from; way > 0 ? step <= to : step >= to; step += way) {
        const change = watch.changeAt(step);
        if (change !== undefined && !visit(change)) return;
        if (++looked % STEPS !== 0) continue;
        // Whoever asks in between finds the present moment where it was.
        const at = timeline.now;
        timeline.goTo(here);
        await turn(looked / (Math.abs(to - from) + 1));
        if (timeline.now !== here || timeline.newest !== newest || session.isRunning) {
          throw new RequestError("Execution has moved on meanwhile: ask again.");
        }
        timeline.goTo(at);
      }
    } finally {
      if (!session.isRunning && timeline.newest === newest) timeline.goTo(here);
    }
  }

  // ------------------------------------------------------------------------------------------------ the future

  /** Explores all that can follow from the present state. */
  async explore(maxStates: number | undefined, turn: Turn): Promise<Explored> {
    const { session } = this;
    const { program, simulation, timeline } = session;
    if (simulation.vm.firstWorker < simulation.machine.threads.length && this.hasForeignCode()) {
      throw new RequestError("A statement that was typed here is still being run: let it end first.");
    }
    const from = simulation.store.snapshot();
    const at = timeline.now;
    const explorer = new Explorer(program, { maxStates: Math.max(1, maxStates ?? MAX_STATES), from });
    while (!explorer.advance(MOVES)) {
      await turn(undefined, `${explorer.progress().states.toLocaleString("en")} states`);
    }
    const result = explorer.result();
    this.found = result.failures;
    this.foundAt = at;
    const { verdict, findings } = verdictOfCheck(program, result);
    const failures = [
      ...this.found.map(({ failure }) => failure),
      ...findings.flatMap((f) =>
        f.spot === undefined ? [] : [{ ...f, spot: f.spot, step: at, because: [], thread: -1 }],
      ),
    ];
    const states = `${result.states.toLocaleString("en")} states`;
    const sentence = {
      pass: `From here everything holds, whatever the order of steps: ${states}, all that can follow.`,
      fail: `From here it can fail: ${failures[0]?.message ?? findings[0]?.message ?? ""}.`,
      limit: `Nothing fails in the ${states} that were looked at; there are more.`,
    };
    return {
      verdict,
      message: sentence[verdict],
      states: result.states,
      transitions: result.transitions,
      complete: result.complete,
      failures: failures.map((failure) => this.panel.failure(failure)),
    };
  }
  private hasForeignCode(): boolean {
    const { simulation, program } = this.session;
    return simulation
      .running()
      .some((t) => simulation.vm.framesOf(t).some((f) => f.function >= program.functions.length));
  }

  /** Goes on by the interleaving of a failure that was found. @throws RequestError if there is none, or it is not from here */
  follow(index: number): void {
    const { timeline } = this.session;
    const found = this.found[index];
    if (found === undefined) throw new RequestError("No such failure was found: explore from here first.");
    if (timeline.now !== this.foundAt)
      throw new RequestError("The failure was found from another moment: explore from here again.");
    timeline.follow(found.moves);
    this.session.standHere();
  }
}
