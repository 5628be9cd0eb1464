/**
 * Two executions of one scenario in lockstep, under two kernel profiles: the other one follows, statement by statement of the
 * scenario, and what is different is told.
 */

import { touchedPages } from "../sim-core/machine/describe.ts";
import { EVENTS } from "../sim-core/machine/events.ts";
import type { StatementRecord } from "../sim-core/vm/event-log.ts";
import type { Turn } from "./history-requests.ts";
import { listRegions, pageState } from "./pages.ts";
import type { Compared, Difference, PageState, WhatIfChange } from "./protocol.ts";
import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";
import { pageChanges } from "./what-if.ts";

/** Most pages of a region that are compared. */
const PAGE_LIMIT = 512;
/** Steps between turns of the host. */
const STEPS = 4000;

/** Brings `there` to where `here` is, by statements that have ended, and says what is different. */
export async function compareWith(here: Session, there: Session, turn: Turn): Promise<Compared> {
  const statements = countEnded(here, here.timeline.now);
  await follow(there, statements, turn);
  const reached = countEnded(there, there.timeline.now);
  if (reached > statements) {
    throw new RequestError(`Under ${there.program.kernel} this part of the history was forgotten ('historyLimit').`);
  }
  if (reached < here.timeline.forgotten.statements) {
    throw new RequestError(
      `Here the part of the history that ${there.program.kernel} has come to was forgotten ('historyLimit').`,
    );
  }
  const present = here.timeline.now;
  try {
    // Both just after a statement: what is half done is compared with nothing.
    here.timeline.goTo(momentAfter(here, reached));
    const mine = ended(here, here.timeline.now);
    return {
      here: here.program.kernel,
      kernel: there.program.kernel,
      statements: reached,
      behind: statements - reached,
      statement: statementText(here, mine[reached - 1 - here.timeline.forgotten.statements]),
      differences: [
        ...ofKind("page", pages(here, there)),
        ...ofKind("statement", outcomes(here, mine, there, reached)),
        ...ofKind("event", counts(here, there)),
      ],
    };
  } finally {
    here.timeline.goTo(present);
  }
}
function ofKind(kind: Difference["kind"], changes: readonly WhatIfChange[]): Difference[] {
  return changes.map((change) => ({ ...change, kind }));
}

/** How many of the scenario's statements had ended at a moment. */
function countEnded(session: Session, moment: number): number {
  return session.timeline.forgotten.statements + ended(session, moment).length;
}
/** Those of them that are not forgotten, in the order of ending. */
function ended({ timeline }: Session, moment: number): StatementRecord[] {
  const found: StatementRecord[] = [];
  for (let i = timeline.oldestRecord; i < timeline.recordsAt(moment); i++) {
    const record = timeline.record(i);
    if (record?.kind === "statement") found.push(record);
  }
  return found;
}
/** The moment after the statement that was the `count`-th to end. */
function momentAfter(session: Session, count: number): number {
  const { timeline } = session;
  const step = ended(session, timeline.newest)[count - 1 - timeline.forgotten.statements]?.step;
  return Math.max(step ?? timeline.oldest, timeline.oldest);
}

async function follow(session: Session, statements: number, turn: Turn): Promise<void> {
  const { timeline } = session;
  if (countEnded(session, timeline.newest) >= statements) {
    timeline.goTo(momentAfter(session, statements));
    return;
  }
  timeline.goTo(timeline.newest);
  let count = countEnded(session, timeline.now);
  for (let steps = 1; count < statements; steps++) {
    const before = timeline.recordsAt(timeline.now);
    if (timeline.forward() !== "moved") return;
    for (let i = before; i < timeline.recordsAt(timeline.now); i++)
      if (timeline.record(i)?.kind === "statement") count++;
    if (steps % STEPS === 0) await turn();
  }
}

function pages(here: Session, there: Session): WhatIfChange[] {
  const found: WhatIfChange[] = [];
  const [a, b] = [here.simulation.machine, there.simulation.machine];
  const other = listRegions(b);
  for (const region of listRegions(a)) {
    const { description, process } = region;
    const twin = other.find((r) => r.process === process && r.description.name === description.name);
    if (twin === undefined) continue;
    const from = a.vpn(description.start);
    const to = from + description.pages;
    const touched = new Set([
      ...touchedPages(a, process, from, to, PAGE_LIMIT),
      ...touchedPages(b, process, from, to, PAGE_LIMIT),
    ]);
    for (const vpn of [...touched].sort((x, y) => x - y)) {
      const page = vpn - from;
      const name = `${description.name}${description.pages > 1 ? `[${page}]` : ""}`;
      const mine = withoutFrames(pageState(a, region, page, (value) => here.simulation.describe(value)));
      const theirs = withoutFrames(pageState(b, twin, page, (value) => there.simulation.describe(value)));
      // Whether there is a frame is told by other fields: its number is left out.
      found.push(...pageChanges(there.simulation, name, mine, theirs).filter(({ what }) => !what.endsWith(".pfn")));
    }
  }
  return found;
}
/** A page's state without the numbers of frames, which mean nothing in another execution. */
function withoutFrames({ folio, pte, mirrors, tlbs, ...rest }: PageState): PageState {
  return {
    ...rest,
    folio: folio === null ? null : { ...folio, pfn: 0 },
    pte: { ...pte, pfn: pte.pfn === null ? null : 0 },
    mirrors: mirrors.map((mirror) => (mirror === null ? null : { ...mirror, pfn: mirror.pfn === null ? null : 0 })),
    tlbs: tlbs.map((tlb) => ({ ...tlb, pfn: 0 })),
  };
}

/** `mine`: the statements that have ended here. */
function outcomes(here: Session, mine: readonly StatementRecord[], there: Session, count: number): WhatIfChange[] {
  const theirs = ended(there, there.timeline.now);
  const [mineFrom, theirsFrom] = [here.timeline.forgotten.statements, there.timeline.forgotten.statements];
  const found: WhatIfChange[] = [];
  // Of what either has forgotten, nothing is said.
  for (let i = Math.max(mineFrom, theirsFrom); i < count; i++) {
    const own = mine[i - mineFrom];
    const [before, after] = [outcomeText(here, own), outcomeText(there, theirs[i - theirsFrom])];
    const what = statementText(here, own);
    if (before !== after) found.push({ what, before, after });
  }
  return found;
}
function statementText({ program }: Session, record: StatementRecord | undefined): string {
  return program.statements[record?.statement ?? -1]?.text.replace(/\s+/g, " ") ?? "";
}
function outcomeText({ simulation }: Session, record: StatementRecord | undefined): string {
  if (record === undefined) return "";
  return record.report === undefined ? simulation.describe(record.outcome) : record.report.join(", ");
}

function counts(here: Session, there: Session): WhatIfChange[] {
  const [mine, theirs] = [here.timeline.eventCounts(), there.timeline.eventCounts()];
  return EVENTS.flatMap(({ name }, i) =>
    mine[i] === theirs[i] ? [] : [{ what: `count(${name})`, before: String(mine[i]), after: String(theirs[i]) }],
  );
}
