/**
 * Why a page is where it is: what changed its entries, and which events were about it, in order, each with its line, its moment and
 * the functions that it happened in.
 */
import { hex } from "../sim-core/machine/names.ts";
import type { Value } from "../sim-core/store/value.ts";
import type { EventRecord } from "../sim-core/vm/event-log.ts";
import { eventText, placeText } from "./events.ts";
import type { Reason, ReasonStep } from "./protocol.ts";
import type { Session } from "./session.ts";
import { baseName, textPlace } from "./sources.ts";
import { Stacks } from "./stacks.ts";

/** Most links of a chain: the last ones. */
const CHAIN_LIMIT = 60;
/** Steps that are looked through for changes of an entry. */
const STEP_LIMIT = 400_000;

/** The chain of what happened to the page at an address of a process, up to the present moment. */
export function why(session: Session, process: number, address: number): Reason {
  const { timeline, simulation } = session;
  const { machine } = simulation;
  const start = address - (address % machine.pageSize);
  const end = start + machine.pageSize;
  const place = placeText(machine, process, start, end);
  const links = new Map<number, string[]>();
  const add = (step: number, text: string): void => {
    const known = links.get(step);
    if (known === undefined) links.set(step, [text]);
    else known.push(text);
  };
  for (const { step, text } of entryChanges(session, process, machine.vpn(start))) add(step, text);
  for (let i = timeline.recordsAt(timeline.now) - 1; i >= timeline.oldestRecord; i--) {
    const record = timeline.record(i);
    if (record?.kind !== "event" || !isAbout(record, process, start, end)) continue;
    add(
      record.step,
      eventText(machine, record, (value) => session.evaluator.describe(value)),
    );
  }
  for (const { step, text, about } of timeline.interventions) {
    if (step <= timeline.oldest || step > timeline.now) continue;
    const isAboutIt = about?.process === process && about.start < end && about.end > start;
    if (isAboutIt || links.has(step)) add(step, `by hand: ${text}`);
  }
  const steps = [...links.keys()].sort((a, b) => a - b);
  const shown = steps.slice(-CHAIN_LIMIT);
  const stacks = new Stacks(timeline, session.mainSource);
  return {
    place: place === "" ? hex(start) : place,
    present: session.evaluator.describe(machine.pageTables.translation(process, machine.vpn(start))),
    complete: shown.length === steps.length && timeline.oldest === 0,
    oldest: timeline.oldest,
    chain: shown.map((step) => link(session, stacks, step, links.get(step) ?? [])),
  };
}

function link(session: Session, stacks: Stacks, step: number, what: readonly string[]): ReasonStep {
  const { simulation, program } = session;
  const made = simulation.steps.at(step);
  const statement = program.statements[made?.statement ?? -1];
  const calls = stacks.before(step).filter((frame) => !frame.isScenario);
  return {
    step,
    thread: simulation.threadName(made?.thread ?? 0),
    what,
    place: textPlace(program, session.spotOf(step)),
    within: calls.map((frame) => frame.name).reverse(),
    statement: statement?.text.replace(/\s+/g, " ").trim() ?? "",
    statementPlace: statement === undefined ? undefined : textPlace(program, statement.spot),
  };
}

function isAbout({ process, start, end }: EventRecord, of: number, from: number, to: number): boolean {
  // What is about all of a process is about nobody's page in particular.
  return process === of && start < to && end > from && end - start < 2 ** 40;
}

/** The steps that changed the CPU's or a device's entry of a page. */
function entryChanges(session: Session, process: number, vpn: number): { step: number; text: string }[] {
  const { timeline, simulation, evaluator } = session;
  const { machine } = simulation;
  const { store, pageTables, mirrors, devices } = machine;
  const here = timeline.now;
  const read = (): [name: string, entry: Value][] => [
    ["the CPU's entry", pageTables.translation(process, vpn)],
    ...machine.description.devices.map(({ name }, device): [string, Value] => [
      `${name}'s entry`,
      mirrors.get(devices.contextId(device, process), vpn),
    ]),
  ];
  const tables = new Set<unknown>([pageTables.pte, pageTables.pmd, mirrors.entries, mirrors.huge]);
  const found: { step: number; text: string }[] = [];
  for (let step = here; step > Math.max(timeline.oldest, here - STEP_LIMIT) && found.length < CHAIN_LIMIT; step--) {
    let may = false;
    store.forEachWriteBetween(step - 1, step, (column) => {
      if (tables.has(column)) may = true;
    });
    if (!may) continue;
    timeline.goTo(step);
    const after = read();
    timeline.goTo(step - 1);
    const before = read();
    after.forEach(([name, entry], i) => {
      const old = before[i]?.[1];
      if (old === undefined || old === entry) return;
      found.push({ step, text: `${name}: ${evaluator.describe(old)} → ${evaluator.describe(entry)}` });
    });
  }
  timeline.goTo(here);
  return found;
}

/** A chain as text, a line a link. */
export function reasonText({ place, present, complete, oldest, chain }: Reason): string {
  const lines = chain.map(({ step, thread, what, within, place: at, statement }) => {
    const inside = within.length === 0 ? "" : ` in ${within.join(" > ")}`;
    return `step ${step}: ${what.join("; ")}\n    ${thread}${inside} (${baseName(at.path)}:${at.line})${statement === "" ? "" : `, for: ${statement}`}`;
  });
  const head = `${place} is ${present}`;
  const cut = oldest === 0 ? "" : ` (what was before step ${oldest.toLocaleString("en")} is forgotten)`;
  if (lines.length === 0) return `${head}. Nothing has happened to it${oldest === 0 ? "" : " since"}${cut}.`;
  return [complete ? `${head}, because:` : `${head}; the last of what happened to it${cut}:`, ...lines].join("\n");
}
