/**
 * The messages between the page-table panel and the extension: one union for each direction, in plain data. Either side
 * checks what it gets ({@link isToPanel}, {@link isFromPanel}); what does not pass is dropped, with a line in the log. The
 * panel draws the last state that it was told and may be thrown away at any time: `ready` asks for everything anew.
 */

import type {
  DetailSection,
  EventRow,
  PageChange,
  PageState,
  RegionState,
  SessionInfo,
  TextPlace,
  TlbView,
  WhatIfChange,
  WhatIfResult,
} from "../debug/protocol.ts";
import type { Completion, CompletionKind, Completions } from "../language/features/completion/items.ts";
import type { EntryView, FolioView, MirrorView } from "../sim-core/machine/describe.ts";
import type { Check } from "./validate.ts";
import {
  either,
  isBoolean,
  isCount,
  isString,
  list,
  literal,
  nullable,
  object,
  oneOf,
  optional,
  text,
} from "./validate.ts";

/** Raised when a message changes its meaning: a panel of another version is told to reload. */
export const messagesVersion = 1;

/** The most pages or events in one answer. */
export const windowLimit = 512;
/** The most text in the what-if editor. */
export const whatIfLimit = 20_000;

export type { Completions, DetailSection, EventRow, PageChange, PageState, RegionState, TlbView, WhatIfResult };

// --------------------------------------------------------------------------------------------- extension to panel

export type ToPanel =
  /** There is no session with page tables: the panel says how to start one, or why the saved trace of that name has none. */
  | { readonly type: "empty"; readonly version: number; readonly trace?: string }
  /** A session has begun, or the panel asked for everything. */
  | {
      readonly type: "session";
      readonly version: number;
      readonly session: SessionInfo;
    }
  /** Execution stands at a moment of its history. */
  | {
      readonly type: "stop";
      /** Steps made up to here, of all that the history has; 0 is the beginning. */
      readonly step: number;
      readonly total: number;
      /** Whether the scenario has ended here. */
      readonly ended: boolean;
      /** All regions, if any has changed since the last such message. */
      readonly regions?: readonly RegionState[];
      /** What differs from the last stop. */
      readonly changes: readonly PageChange[];
      /** More changed than `changes` holds: whatever the panel knows of pages is void. */
      readonly stale: boolean;
      /** How many events of the history there are, and how many of them happened before this moment. */
      readonly eventCount: number;
      readonly eventsPast: number;
      /** Events from this one on are others than before. */
      readonly eventsFrom: number;
      /** How many older events are forgotten, if any are: event 0 is the oldest that is not. */
      readonly eventsForgotten?: number;
      /** What is said to screen readers. */
      readonly announcement: string;
    }
  /** Execution goes on: what the panel shows is of the last stop. */
  | { readonly type: "running" }
  /** The session is over; the last state stays on view. */
  | { readonly type: "ended" }
  | { readonly type: "rows"; readonly request: number; readonly region: number; readonly pages: readonly PageState[] }
  | { readonly type: "events"; readonly request: number; readonly from: number; readonly events: readonly EventRow[] }
  | { readonly type: "details"; readonly request: number; readonly sections: readonly DetailSection[] }
  | { readonly type: "whatIf"; readonly request: number; readonly result: WhatIfResult }
  | { readonly type: "completions"; readonly request: number; readonly completions: Completions }
  /** What stops when it changes or is used, by the expressions of cells; `announcement` is said to screen readers. */
  | { readonly type: "breakpoints"; readonly breakpoints: readonly CellBreakpoint[]; readonly announcement: string };

/** A cell that stops. */
export interface CellBreakpoint {
  readonly expression: string;
  readonly enabled: boolean;
}

// --------------------------------------------------------------------------------------------- panel to extension

/** Moves through history, as the debugger's own buttons. */
export const moves = ["start", "back", "forward", "end"] as const;
export type PanelMove = (typeof moves)[number];

export type FromPanel =
  /** The panel is there and knows nothing. */
  | { readonly type: "ready"; readonly version: number }
  /** Asks for pages [from, to) of a region. */
  | {
      readonly type: "rows";
      readonly request: number;
      readonly region: number;
      readonly from: number;
      readonly to: number;
    }
  /** Asks for events [from, to). */
  | { readonly type: "events"; readonly request: number; readonly from: number; readonly to: number }
  | { readonly type: "details"; readonly request: number; readonly region: number; readonly page: number }
  /** Goes to the moment after so many steps. */
  | { readonly type: "goTo"; readonly step: number }
  | { readonly type: "move"; readonly move: PanelMove }
  /** Goes to the moment of an event and shows its line. */
  | { readonly type: "openEvent"; readonly index: number }
  | { readonly type: "whatIf"; readonly request: number; readonly text: string }
  | { readonly type: "complete"; readonly request: number; readonly text: string; readonly offset: number }
  /** Lets a cell stop when it changes, or no longer. */
  | { readonly type: "break"; readonly expression: string }
  /** Starts debugging the scenario that is open. */
  | { readonly type: "debug" };

/**
 * What a cell of the page table gives to the commands of its context menu, as VS Code hands it on from the page. The flags are
 * there for `when` clauses of package.json.
 */
export interface CellContext {
  readonly webviewSection: "cell";
  readonly preventDefaultContextMenuItems: true;
  readonly place: string;
  readonly expression: string;
  /** What the cell says, in words. */
  readonly value: string;
  readonly isMemory: boolean;
  /** Whether there is a session to ask, that stands. */
  readonly isLive: boolean;
  /** Whether the cell stops. */
  readonly breaks: boolean;
}

// ------------------------------------------------------------------------------------------------------- checking

type Variant<U, T extends string> = Extract<U, { readonly type: T }>;

const isEntry: Check<EntryView> = object<EntryView>({
  kind: isString,
  writable: isBoolean,
  dirty: isBoolean,
  young: isBoolean,
  exclusive: isBoolean,
  huge: isBoolean,
  pfn: nullable(isCount),
});
const isFolio: Check<FolioView> = object<FolioView>({
  where: isString,
  kind: isString,
  order: isCount,
  refcount: isCount,
  mapcount: isCount,
  pincount: isCount,
  locked: isBoolean,
  lru: isBoolean,
  dirty: isBoolean,
  pfn: isCount,
});
const isMirror: Check<MirrorView> = object<MirrorView>({
  valid: isBoolean,
  writable: isBoolean,
  atomic: isBoolean,
  huge: isBoolean,
  pfn: nullable(isCount),
});
const isPage: Check<PageState> = object<PageState>({
  page: isCount,
  value: isString,
  pte: isEntry,
  folio: nullable(isFolio),
  mirrors: list(nullable(isMirror)),
  tlbs: list(object<TlbView>({ name: isString, pfn: isCount, writable: isBoolean })),
});
const isRegion: Check<RegionState> = object<RegionState>({
  id: isCount,
  process: isString,
  name: isString,
  kind: isString,
  start: isCount,
  pages: isCount,
  mapped: isBoolean,
  touched: list(isCount),
});
const isThread: Check<number> = either(isCount, literal(-1));
const isPlace: Check<TextPlace | undefined> = optional(
  either(object<TextPlace>({ path: isString, line: isCount, column: isCount }), (value) => value === undefined),
);
const isPair: Check<readonly [string, string]> = (value): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every(isString);

const toPanel: { readonly [T in ToPanel["type"]]: Check<Variant<ToPanel, T>> } = {
  empty: object<Variant<ToPanel, "empty">>({ type: literal("empty"), version: isCount, trace: optional(isString) }),
  session: object<Variant<ToPanel, "session">>({
    type: literal("session"),
    version: isCount,
    session: object<SessionInfo>({
      version: isCount,
      title: isString,
      kernel: isString,
      pageSize: isCount,
      devices: list(isString),
      processes: list(isString),
      threads: list(
        object<SessionInfo["threads"][number]>({ name: isString, kind: oneOf("scenario", "cpu", "device") }),
      ),
    }),
  }),
  stop: object<Variant<ToPanel, "stop">>({
    type: literal("stop"),
    step: isCount,
    total: isCount,
    ended: isBoolean,
    regions: optional(list(isRegion)),
    changes: list(object<PageChange>({ region: isCount, before: isPage, now: isPage })),
    stale: isBoolean,
    eventCount: isCount,
    eventsPast: isCount,
    eventsFrom: isCount,
    eventsForgotten: optional(isCount),
    announcement: isString,
  }),
  running: object<Variant<ToPanel, "running">>({ type: literal("running") }),
  ended: object<Variant<ToPanel, "ended">>({ type: literal("ended") }),
  rows: object<Variant<ToPanel, "rows">>({
    type: literal("rows"),
    request: isCount,
    region: isCount,
    pages: list(isPage, windowLimit),
  }),
  events: object<Variant<ToPanel, "events">>({
    type: literal("events"),
    request: isCount,
    from: isCount,
    events: list(
      object<EventRow>({
        index: isCount,
        step: isCount,
        thread: isThread,
        threadName: isString,
        event: isString,
        text: isString,
        place: isPlace,
        statement: isPlace,
      }),
      windowLimit,
    ),
  }),
  details: object<Variant<ToPanel, "details">>({
    type: literal("details"),
    request: isCount,
    sections: list(object<DetailSection>({ title: isString, rows: list(isPair) })),
  }),
  whatIf: object<Variant<ToPanel, "whatIf">>({
    type: literal("whatIf"),
    request: isCount,
    result: object<WhatIfResult>({
      ok: isBoolean,
      outcome: isString,
      changes: list(object<WhatIfChange>({ what: isString, before: isString, after: isString })),
      events: list(object<WhatIfResult["events"][number]>({ event: isString, text: isString })),
      problems: list(object<WhatIfResult["problems"][number]>({ message: isString, start: isCount, end: isCount })),
    }),
  }),
  completions: object<Variant<ToPanel, "completions">>({
    type: literal("completions"),
    request: isCount,
    completions: object<Completions>({
      items: list(
        object<Completion>({
          label: isString,
          // Of a kind that the panel does not know it shows the plainest picture.
          kind: isString as Check<CompletionKind>,
          detail: isString,
          doc: isString,
          insert: isString,
          isSnippet: isBoolean,
        }),
      ),
      start: isCount,
      end: isCount,
    }),
  }),
  breakpoints: object<Variant<ToPanel, "breakpoints">>({
    type: literal("breakpoints"),
    breakpoints: list(object<CellBreakpoint>({ expression: isString, enabled: isBoolean })),
    announcement: isString,
  }),
};

/** The longest expression of a cell, and the most of what it says. */
const cellTextLimit = 4000;

const fromPanel: { readonly [T in FromPanel["type"]]: Check<Variant<FromPanel, T>> } = {
  ready: object<Variant<FromPanel, "ready">>({ type: literal("ready"), version: isCount }),
  rows: object<Variant<FromPanel, "rows">>({
    type: literal("rows"),
    request: isCount,
    region: isCount,
    from: isCount,
    to: isCount,
  }),
  events: object<Variant<FromPanel, "events">>({
    type: literal("events"),
    request: isCount,
    from: isCount,
    to: isCount,
  }),
  details: object<Variant<FromPanel, "details">>({
    type: literal("details"),
    request: isCount,
    region: isCount,
    page: isCount,
  }),
  goTo: object<Variant<FromPanel, "goTo">>({ type: literal("goTo"), step: isCount }),
  move: object<Variant<FromPanel, "move">>({ type: literal("move"), move: oneOf(...moves) }),
  openEvent: object<Variant<FromPanel, "openEvent">>({ type: literal("openEvent"), index: isCount }),
  whatIf: object<Variant<FromPanel, "whatIf">>({ type: literal("whatIf"), request: isCount, text: text(whatIfLimit) }),
  complete: object<Variant<FromPanel, "complete">>({
    type: literal("complete"),
    request: isCount,
    text: text(whatIfLimit),
    offset: isCount,
  }),
  break: object<Variant<FromPanel, "break">>({ type: literal("break"), expression: text(cellTextLimit) }),
  debug: object<Variant<FromPanel, "debug">>({ type: literal("debug") }),
};

/** Whether a value is what a cell's context menu is told. */
export const isCellContext: Check<CellContext> = object<CellContext>({
  webviewSection: literal("cell"),
  preventDefaultContextMenuItems: literal(true),
  place: text(cellTextLimit),
  expression: text(cellTextLimit),
  value: text(cellTextLimit),
  isMemory: isBoolean,
  isLive: isBoolean,
  breaks: isBoolean,
});

/** Whether a value is a message to the panel. */
export function isToPanel(value: unknown): value is ToPanel {
  return isOneOf(toPanel, value);
}

/** Whether a value is a message from the panel, windows not larger than {@link windowLimit}. */
export function isFromPanel(value: unknown): value is FromPanel {
  if (!isOneOf(fromPanel, value)) return false;
  const message = value as FromPanel;
  if (message.type === "rows" || message.type === "events") {
    return message.from <= message.to && message.to - message.from <= windowLimit;
  }
  return message.type !== "complete" || message.offset <= message.text.length;
}

function isOneOf(checks: Readonly<Record<string, Check<unknown>>>, value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("type" in value) || typeof value.type !== "string") return false;
  return Object.hasOwn(checks, value.type) && checks[value.type]?.(value) === true;
}
