/** A run of a scenario as text that a person reviews: statements, the functions they go through, events, and the end state. */
import { eventText, stateJson } from "../../cli/format/events.ts";
import { Run } from "../../sim-core/explore/run.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import type { PageView } from "../../sim-core/machine/describe.ts";
import type { Program } from "../../sim-core/vm/program.ts";

/** Events that every line of model code would repeat. */
const LEFT_OUT = new Set(["lock", "unlock"]);

/** The trace of a program's deterministic run. */
export function traceOf(program: Program): string {
  const simulation = new Simulation(program);
  const going = new Run(simulation, new Scheduler(simulation, 0));
  const { log } = simulation.vm;
  const lines: string[] = [`"${program.title}" (${program.kernel})`];
  const depths = new Map<number, number>();
  let told = log.length;
  let thread = -1;
  let statement = -1;
  const indent = (depth: number) => "  ".repeat(Math.max(1, depth));
  for (let end = going.step(); ; end = going.step()) {
    const moved = going.scheduler.lastMoved;
    const made = simulation.steps.at(simulation.store.step);
    if (made !== undefined && made.statement >= 0 && (made.statement !== statement || moved !== thread)) {
      const info = program.statements[made.statement];
      lines.push("", `${info?.spot.line}: ${simulation.threadName(moved)}: ${info?.text.replace(/\s+/g, " ")}`);
      statement = made.statement;
    }
    thread = moved;
    const frames = simulation.vm.framesOf(moved);
    const before = depths.get(moved) ?? 1;
    const entered = frames.length > before ? frames[0] : undefined;
    if (entered !== undefined) lines.push(`${indent(frames.length - 1)}> ${simulation.functionName(entered.function)}`);
    depths.set(moved, Math.max(1, frames.length));
    for (; told < log.length; told++) {
      const record = log.at(told);
      if (record?.kind === "event") {
        const text = eventText(simulation, record);
        if (!LEFT_OUT.has(text.slice(0, text.indexOf("(")))) lines.push(`${indent(before)}${text}`);
      } else if (record !== undefined) {
        const outcome = record.report?.join(", ") ?? simulation.describe(record.outcome);
        lines.push(`  = ${outcome}${record.ok ? "" : " (not as it should)"}`);
        statement = -1;
      }
    }
    if (end !== undefined) break;
  }
  lines.push("", "at the end:");
  const { pages } = stateJson(simulation, 0) as {
    pages: readonly (PageView & { process: string; region: string; page: number })[];
  };
  for (const page of pages) lines.push(`  ${pageText(page)}`);
  for (const f of simulation.failures) {
    lines.push("", `${program.sources[f.spot.source]?.path}:${f.spot.line}: ${f.kind} ${f.id}: ${f.message}`);
  }
  return `${lines.join("\n")}\n`;
}

function pageText(page: PageView & { process: string; region: string; page: number }): string {
  const { pte, folio, mirrors } = page;
  const entry = [
    pte.kind,
    pte.writable ? "w" : "",
    pte.dirty ? "d" : "",
    pte.young ? "y" : "",
    pte.exclusive ? "x" : "",
  ];
  const memory = folio === null ? "-" : `${folio.where} #${folio.pfn} ref ${folio.refcount} map ${folio.mapcount}`;
  const devices = Object.entries(mirrors).map(([name, m]) => {
    const rights = [m.valid ? "r" : "-", m.writable ? "w" : "", m.atomic ? "a" : ""].join("");
    return `${name} ${rights}${m.pfn === null ? "" : ` #${m.pfn}`}`;
  });
  return [
    `${page.process}.${page.region}[${page.page}]`,
    entry.filter((e) => e !== "").join(" "),
    memory,
    ...devices,
  ].join(" | ");
}
