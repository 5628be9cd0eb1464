/** Processes, those that fork makes later, and threads. */

import type { Action, Name, ProcessDecl, ScenarioStatement, ThreadDecl } from "../syntax/tree.ts";
import type { Context, ProcessDraft } from "./context.ts";
import { kindText } from "./context.ts";
import type { Placed } from "./machine.ts";
import { reportUnknown } from "./machine.ts";
import type { ResolvedThread } from "./model.ts";
import { addMovedRegion, addRegion } from "./regions.ts";
import { forEachAction } from "./walk-statements.ts";

/** Declared processes with their regions. */
export function resolveProcesses(ctx: Context, lines: readonly Placed<ProcessDecl>[]): void {
  for (const { file, item } of lines) {
    const process = addProcess(ctx, file, item.name, item.doc, item);
    for (const region of item.regions) {
      if (process !== undefined) addRegion(ctx, file, process, region.name, region.mapping, region);
    }
  }
}

function addProcess(
  ctx: Context,
  file: number,
  name: Name,
  doc: string | undefined,
  declaration: ProcessDecl | Action,
): ProcessDraft | undefined {
  if (name.text === "" || ctx.redeclared.has(name)) return undefined;
  const process: ProcessDraft = {
    kind: "process",
    name: name.text,
    at: { file, name },
    doc,
    index: ctx.processes.length,
    parent: undefined,
    regions: new Map(),
    declaration,
  };
  ctx.processes.push(process);
  ctx.globals.set(process.name, process);
  return process;
}

interface Fork {
  readonly process: ProcessDraft;
  readonly thread: Name | undefined;
}

/**
 * What the statements of the main file declare and what depends on it: processes of `fork as`, threads, regions of
 * `mmap` and `mremap`. Threads are needed to know whose they are, and may work in forked processes.
 */
export function resolveThreads(
  ctx: Context,
  lines: readonly Placed<ThreadDecl>[],
  statements: readonly ScenarioStatement[],
): void {
  const declaredProcesses = ctx.processes.length;
  const forks: Fork[] = [];
  forEachAction(statements, (action, thread) => {
    const { declares } = action.operands;
    if (action.verb.text !== "fork" || declares === undefined) return;
    const process = addProcess(ctx, 0, declares, undefined, action);
    if (process !== undefined) forks.push({ process, thread });
  });
  const only = declaredProcesses === 1 ? ctx.processes[0] : undefined;
  if (only !== undefined) {
    for (const on of [...ctx.cpus, ...ctx.devices]) {
      addThread(ctx, {
        kind: "thread",
        name: on.name,
        at: on.at,
        doc: on.doc,
        index: 0,
        process: only,
        on,
        declaration: undefined,
      });
    }
  }
  for (const { file, item } of lines) resolveThread(ctx, file, item);
  for (const { process, thread } of forks) {
    const parent = thread === undefined ? undefined : ctx.threadByName.get(thread.text)?.process;
    if (parent !== undefined && thread !== undefined) setParent(ctx, process, parent, thread);
  }
  forEachAction(statements, (action, thread) => {
    if (thread !== undefined) resolveNewRegion(ctx, action, thread);
  });
}

function addThread(ctx: Context, thread: ResolvedThread): void {
  const indexed = { ...thread, index: ctx.threads.length };
  ctx.threads.push(indexed);
  ctx.threadByName.set(thread.name, indexed);
  if (thread.declaration !== undefined) ctx.globals.set(thread.name, indexed);
}

function resolveThread(ctx: Context, file: number, item: ThreadDecl): void {
  const process = ctx.globals.get(item.process.text);
  const on = ctx.globals.get(item.on.text);
  if (process?.kind === "process") {
    ctx.bindings.set(item.process, process);
  } else if (item.process.text !== "") {
    const names = ctx.processes.map((candidate) => candidate.name);
    reportUnknown(ctx, file, item.process, "process", names);
  }
  if (on?.kind === "cpu" || on?.kind === "device") {
    ctx.bindings.set(item.on, on);
  } else if (item.on.text !== "") {
    const names = [...ctx.cpus, ...ctx.devices].map((candidate) => candidate.name);
    reportUnknown(ctx, file, item.on, "CPU or device", names);
  }
  if (item.name.text === "" || ctx.redeclared.has(item.name)) return;
  if (process?.kind !== "process" || (on?.kind !== "cpu" && on?.kind !== "device")) return;
  addThread(ctx, {
    kind: "thread",
    name: item.name.text,
    at: { file, name: item.name },
    doc: item.doc,
    index: 0,
    process,
    on,
    declaration: item,
  });
}

/** How long a chain of processes may be, each forked by the one before. */
const forkLimit = 64;

function setParent(ctx: Context, child: ProcessDraft, parent: ResolvedThread["process"], thread: Name): void {
  let depth = 0;
  for (let at: ResolvedThread["process"] | undefined = parent; at !== undefined; at = at.parent) {
    if (++depth > forkLimit) {
      ctx.error(0, "too-many-forks", `More than ${forkLimit} processes are forked one from another.`, thread);
      return;
    }
    if (at !== child) continue;
    ctx.error(
      0,
      "fork-cycle",
      `\`${thread.text}\` works in \`${parent.name}\`, which does not exist before \`${child.name}\` is forked.`,
      thread,
    );
    return;
  }
  child.parent = parent;
}

function resolveNewRegion(ctx: Context, action: Action, threadName: Name): void {
  const { declares, mapping, place } = action.operands;
  const isMmap = action.verb.text === "mmap";
  if (declares === undefined || (!isMmap && action.verb.text !== "mremap")) return;
  const thread = ctx.threadByName.get(threadName.text);
  const process = thread === undefined ? undefined : ctx.processes[thread.process.index];
  if (process === undefined) return;
  if (isMmap) {
    if (mapping !== undefined) addRegion(ctx, 0, process, declares, mapping, action);
    return;
  }
  if (place === undefined) return;
  const sourceName = place.path.at(-1)?.text ?? "";
  let owner: ResolvedThread["process"] | undefined = process;
  while (owner !== undefined && !owner.regions.has(sourceName)) owner = owner.parent;
  const source = owner?.regions.get(sourceName);
  if (source === undefined) return;
  const first = place.index === undefined ? 0n : ctx.constant(place.index);
  const end =
    place.to !== undefined
      ? ctx.constant(place.to)
      : place.index === undefined
        ? BigInt(source.pages)
        : (first ?? 0n) + 1n;
  const pages = first === undefined || end === undefined ? source.pages : Number(end - first);
  addMovedRegion(ctx, 0, process, declares, source, Math.min(Math.max(pages, 1), source.pages), action);
}

/** Why `name` is no thread, as a message with what to do about it. */
export function reportNoThread(ctx: Context, file: number, name: Name): void {
  const found = ctx.globals.get(name.text);
  const declared = ctx.processes.filter((process) => process.declaration.kind === "process").length;
  if (found?.kind === "cpu" || found?.kind === "device") {
    const message =
      declared === 0
        ? `\`${name.text}\` has no process to work in.`
        : `\`${name.text}\` is ${kindText(found)}, and there are ${declared} processes: which one does it work in?`;
    ctx.error(file, "no-process", message, name, {
      hint:
        declared === 0
          ? "Declare one: `process app { buf: anon 4 pages }`."
          : `Declare a thread: \`thread t0: ${ctx.processes[0]?.name} on ${name.text}\`.`,
    });
    return;
  }
  reportUnknown(ctx, file, name, "thread", [...ctx.threadByName.keys()]);
}
