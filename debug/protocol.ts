/**
 * What the adapter speaks besides the Debug Adapter Protocol: the requests of the page-table panel and of the what-if editor,
 * and one event. Plain data. A request is sent with `DebugSession.customRequest(name, arguments)` or as a DAP request whose
 * `command` is the name.
 *
 * A *moment* is a number of steps made since the beginning: 0 is the start, `newest` the last one that history holds. Pages of
 * a region are numbered from 0. Ranges are half-open.
 */
import type { ScheduleFile } from "../sim-core/explore/schedule.ts";
import type { EntryView, FolioView, MirrorView } from "../sim-core/machine/describe.ts";

/** Raised when a request or event changes its meaning. */
export const PROTOCOL_VERSION = 1;

/** The most pages or events in one answer. */
export const WINDOW_LIMIT = 512;

/** Scheme of the model's own sources: `hmm-model:/kernel/memory.hmm`. */
export const MODEL_SCHEME = "hmm-model";

/** The requests: what is sent and what comes back. */
export interface HmmRequests {
  /** What does not change during a session. */
  readonly "hmm/session": { readonly arguments: Record<string, never>; readonly response: SessionInfo };
  /** Where execution stands, and what is different from an earlier look. */
  readonly "hmm/position": { readonly arguments: PositionArguments; readonly response: Position };
  /** Pages of a region. */
  readonly "hmm/rows": {
    readonly arguments: RowsArguments;
    readonly response: { readonly pages: readonly PageState[] };
  };
  /** Events of the history, those of a future that was stepped back from included. */
  readonly "hmm/events": {
    readonly arguments: { readonly from: number; readonly to: number };
    readonly response: { readonly events: readonly EventRow[] };
  };
  /** Everything about one page. */
  readonly "hmm/details": {
    readonly arguments: { readonly region: number; readonly page: number };
    readonly response: { readonly sections: readonly DetailSection[] };
  };
  /** Goes to a moment; a `stopped` event with reason `goto` follows the answer. Refused while the program runs. */
  readonly "hmm/goTo": { readonly arguments: { readonly step: number }; readonly response: Record<string, never> };
  /** Tries a statement on a copy of the present state; the state itself stays as it is. */
  readonly "hmm/whatIf": { readonly arguments: WhatIfArguments; readonly response: WhatIfResult };
  /** Lets one thread run, and only it, until it waits, ends or stops; a `stopped` event follows. */
  readonly "hmm/runThread": {
    readonly arguments: { readonly threadId: number };
    readonly response: Record<string, never>;
  };
  /** The order of steps up to the present moment, to be saved and replayed. */
  readonly "hmm/schedule": { readonly arguments: Record<string, never>; readonly response: SavedSchedule };
  /** Why a page is where it is. */
  readonly "hmm/why": { readonly arguments: WhyArguments; readonly response: Reason };
  /** What an expression was at each moment of the history at which it changed. */
  readonly "hmm/track": { readonly arguments: TrackArguments; readonly response: Track };
  /** Goes to the moment after the first or last change of an expression; a `stopped` event with reason `goto` follows. */
  readonly "hmm/toChange": { readonly arguments: ToChangeArguments; readonly response: { readonly step: number } };
  /** Explores all that can follow from the present state. */
  readonly "hmm/explore": { readonly arguments: ExploreArguments; readonly response: Explored };
  /** Goes on by the interleaving of a failure that the last `hmm/explore` found; the way there is followed as execution goes on. */
  readonly "hmm/follow": { readonly arguments: { readonly failure: number }; readonly response: Record<string, never> };
  /** What was changed by hand. */
  readonly "hmm/changes": {
    readonly arguments: Record<string, never>;
    readonly response: { readonly changes: readonly { readonly step: number; readonly text: string }[] };
  };
  /** Reads the scenario's files again and begins anew at the same place, if the past is the same; a `stopped` event follows. */
  readonly "hmm/reload": { readonly arguments: Record<string, never>; readonly response: Reloaded };
  /** Lets the scenario follow under another kernel profile, statement by statement, and tells what is different. */
  readonly "hmm/compare": { readonly arguments: { readonly kernel: string }; readonly response: Compared };
  /** Which events there are, how often each happened up to the present moment, and which stop. */
  readonly "hmm/eventCounts": {
    readonly arguments: Record<string, never>;
    readonly response: { readonly events: readonly EventCount[] };
  };
  /** Lets these events stop, besides what `setExceptionBreakpoints` asks for. */
  readonly "hmm/stopAtEvents": {
    readonly arguments: { readonly events: readonly string[] };
    readonly response: Record<string, never>;
  };
  /**
   * Lets these data stop, besides what `setDataBreakpoints` asks for: for a list that a client keeps itself. They stay over
   * restarts and reloads. Answered in the same order.
   */
  readonly "hmm/stopAtData": {
    readonly arguments: { readonly breakpoints: readonly DataStop[] };
    readonly response: { readonly breakpoints: readonly DataStopState[] };
  };
  /** The functions that `setFunctionBreakpoints` takes: for a list to choose from. */
  readonly "hmm/functions": {
    readonly arguments: Record<string, never>;
    readonly response: { readonly functions: readonly ModelFunction[] };
  };
  /** Where steps stop: everywhere, in drivers and the scenario, or in the scenario only. */
  readonly "hmm/stepFilter": {
    readonly arguments: { readonly filter: StepFilter };
    readonly response: Record<string, never>;
  };
  /** Checks and properties that failed up to the present moment. */
  readonly "hmm/failures": {
    readonly arguments: Record<string, never>;
    readonly response: { readonly failures: readonly FailureInfo[] };
  };
}

/** The events. */
export interface HmmEvents {
  /** Sent just before each `stopped` event, and when execution ends: the panel asks `hmm/position` then. */
  readonly "hmm/moved": { readonly step: number; readonly newest: number; readonly ended: boolean };
}

/** The order of steps of an execution. */
export interface SavedSchedule {
  /** Contents of a file that `launch` takes as `schedule`. */
  readonly schedule: ScheduleFile;
  /** Whether it begins at the scenario's beginning: not if history was cut. */
  readonly complete: boolean;
  /** What was changed by hand on the way, which a schedule does not hold. */
  readonly changes: readonly string[];
}

/** A page, by place (`buf[1]`) or by region and page of `hmm/session`'s numbering. */
export interface WhyArguments {
  readonly place?: string;
  readonly region?: number;
  readonly page?: number;
}
/** What led to a page's state. */
export interface Reason {
  readonly place: string;
  /** The CPU's entry now. */
  readonly present: string;
  /** Whether `chain` holds everything from the beginning on. */
  readonly complete: boolean;
  /** The first moment that history has: what was before it is forgotten. */
  readonly oldest: number;
  /** Oldest first. */
  readonly chain: readonly ReasonStep[];
}
/** A step that did something to a page. */
export interface ReasonStep {
  /** The moment after it. */
  readonly step: number;
  readonly thread: string;
  /** What it changed, and the events that it emitted. */
  readonly what: readonly string[];
  readonly place: TextPlace;
  /** The functions that it happened in, outermost first. */
  readonly within: readonly string[];
  /** The scenario's statement that was being run; empty if none was. */
  readonly statement: string;
  readonly statementPlace: TextPlace | undefined;
}

export interface TrackArguments {
  readonly expression: string;
}
/** An expression over the history. */
export interface Track {
  /** Ascending; the first is what it was at the oldest moment. At most `WINDOW_LIMIT`, the last ones. */
  readonly points: readonly TrackPoint[];
  /** Whether these are all since the beginning. */
  readonly complete: boolean;
}
/** What an expression was from a moment on. */
export interface TrackPoint {
  readonly step: number;
  readonly value: string;
  readonly thread: string;
  readonly place: TextPlace | undefined;
}
export interface ToChangeArguments {
  readonly expression: string;
  readonly which: "first" | "last";
}

export interface ExploreArguments {
  /** Most states to visit; a million if not given. */
  readonly maxStates?: number;
}
/** What an exploration from the present state found. */
export interface Explored {
  readonly verdict: "pass" | "fail" | "limit";
  /** The verdict as a sentence. */
  readonly message: string;
  readonly states: number;
  readonly transitions: number;
  /** Whether every continuation was looked at. */
  readonly complete: boolean;
  readonly failures: readonly FailureInfo[];
}

/** Where a reloaded scenario stands. */
export interface Reloaded {
  readonly step: number;
  /** Whether that is where the one before stood. */
  readonly same: boolean;
  /** Why not; empty if it is. */
  readonly because: string;
}
/** Two executions side by side, each just after the same number of the scenario's statements. */
export interface Compared {
  /** The profile here, and the other's. */
  readonly here: string;
  readonly kernel: string;
  /** Statements that have ended in both. */
  readonly statements: number;
  /** How many more have ended here than there, where the other one cannot go on. */
  readonly behind: number;
  /** The last of these statements here; empty if none has ended. */
  readonly statement: string;
  readonly differences: readonly Difference[];
}
/** What is different between two executions. `before`: here; `after`: there. */
export interface Difference extends WhatIfChange {
  /** Of a page, how a statement ended, or how often an event happened. */
  readonly kind: "page" | "statement" | "event";
}

/** An event that can stop. */
export interface EventCount {
  readonly name: string;
  readonly label: string;
  readonly count: number;
  readonly stops: boolean;
}

/** What of a datum stops: any change; of memory any store, too, also of what is there already; any load; loads and stores. */
export type DataAccessType = "change" | "write" | "read" | "readWrite";
/** Something of the state that is to stop. */
export interface DataStop {
  /** What is watched: `pte(buf[0])`, `folio(buf[0])` (with its counts), or a place, which is all its memory: `buf[0..2]`. */
  readonly expression: string;
  readonly accessType: DataAccessType;
}
/** Whether it can; if not, `message` says why. */
export interface DataStopState {
  readonly verified: boolean;
  readonly message?: string;
}

/** A function of the kernel model, a driver or the user's own. */
export interface ModelFunction {
  /** `do_swap_page`, `nouveau.invalidate`. */
  readonly name: string;
  readonly parameters: readonly string[];
  readonly place: TextPlace;
  /** Its documentation; empty if it has none. */
  readonly doc: string;
}
/** Where steps stop. */
export type StepFilter = "all" | "drivers" | "scenario";

/** A place in a text. Lines and columns count from 1; `path` is the client's own or one of the scheme `hmm-model`. */
export interface TextPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface SessionInfo {
  readonly version: number;
  readonly title: string;
  readonly kernel: string;
  /** Bytes. */
  readonly pageSize: number;
  readonly devices: readonly string[];
  readonly processes: readonly string[];
  /** By id; thread 0 runs the scenario's top level. Workers that start later follow these and are not listed. */
  readonly threads: readonly { readonly name: string; readonly kind: "scenario" | "cpu" | "device" }[];
}

export interface PositionArguments {
  /** The moment of the caller's last look; without it, everything is told. */
  readonly since?: number;
}

/** A moment of the execution. */
export interface Position {
  readonly step: number;
  readonly newest: number;
  /** Whether the scenario has ended here. */
  readonly ended: boolean;
  readonly regions: readonly RegionState[];
  /** What differs from the moment `since`, by region and page; at most `WINDOW_LIMIT`. */
  readonly changes: readonly PageChange[];
  /** More changed than `changes` holds, or it is not known what: all pages are to be asked for anew. */
  readonly stale: boolean;
  /** How many events history holds, and how many of them happened before this moment. Event 0 is the oldest that it holds. */
  readonly eventCount: number;
  readonly eventsPast: number;
  /** How many events are forgotten, with the oldest part of the history. */
  readonly eventsForgotten: number;
  /** Events from this one on are others than at the last `hmm/position`. */
  readonly eventsFrom: number;
  /** The thread that moves next, and where it stands: undefined when all have ended. */
  readonly thread: number | undefined;
  readonly place: TextPlace | undefined;
}

/** A region of a process. */
export interface RegionState {
  /** Stays the same for a session. */
  readonly id: number;
  readonly process: string;
  readonly name: string;
  /** What backs it, and what else its declaration says: `anon rw`. */
  readonly kind: string;
  /** Address of page 0. */
  readonly start: number;
  readonly pages: number;
  /** Whether it is mapped now. */
  readonly mapped: boolean;
  /** Pages of which something is known, as runs: first page, number of pages, and so on, ascending. */
  readonly touched: readonly number[];
}

export interface RowsArguments {
  readonly region: number;
  readonly from: number;
  readonly to: number;
}

/** What a CPU or device has cached of a page's translation. */
export interface TlbView {
  readonly name: string;
  readonly pfn: number;
  readonly writable: boolean;
}

/** A page as all columns show it. */
export interface PageState {
  readonly page: number;
  /** The word at its beginning, in decimal; empty where there is no content. */
  readonly value: string;
  readonly pte: EntryView;
  readonly folio: FolioView | null;
  /** One for each of the session's devices, in their order; null where the device does not work for the process. */
  readonly mirrors: readonly (MirrorView | null)[];
  readonly tlbs: readonly TlbView[];
}

export interface PageChange {
  readonly region: number;
  readonly before: PageState;
  readonly now: PageState;
}

/** An event of the history. */
export interface EventRow {
  readonly index: number;
  /** The moment after the step that emitted it: time travel goes there. */
  readonly step: number;
  /** Id of the thread; -1 for none. */
  readonly thread: number;
  readonly threadName: string;
  /** The event's name, as in the language; `statement` for a scenario statement that ended. */
  readonly event: string;
  /** Its fields, as a person reads them. */
  readonly text: string;
  /** The statement that emitted it; of the scenario and not the model, if `scenario`. */
  readonly place: TextPlace | undefined;
  /** The scenario's statement that was being run. */
  readonly statement: TextPlace | undefined;
}

/** One titled table of the details of a page. */
export interface DetailSection {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

export interface WhatIfArguments {
  /** One or more statements of the language. */
  readonly text: string;
}

/** What a statement would do. */
export interface WhatIfResult {
  /** Whether it could be tried, and ended as it should. */
  readonly ok: boolean;
  /** What it would end with; empty if it cannot be tried. */
  readonly outcome: string;
  readonly changes: readonly WhatIfChange[];
  readonly events: readonly { readonly event: string; readonly text: string }[];
  /** What is wrong with the text, or what went wrong when it ran; offsets into the text, half-open. */
  readonly problems: readonly { readonly message: string; readonly start: number; readonly end: number }[];
}

export interface WhatIfChange {
  /** Like `pte(buf[2]).kind`. */
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** A check that failed. */
export interface FailureInfo {
  readonly kind: string;
  readonly id: string;
  readonly message: string;
  readonly place: TextPlace;
  /** The moment after which it was found. */
  readonly step: number;
  readonly because: readonly { readonly message: string; readonly place: TextPlace; readonly step: number }[];
}
