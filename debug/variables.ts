/** Scopes and variables: trees that are made as far as they are opened. */

import type { CompiledScenario } from "../language/compile/scenario.ts";
import { visibleLocals } from "../language/compile/visible.ts";
import { factByName } from "../language/facts.ts";
import { localsAt } from "../language/resolve/fragment.ts";
import type { Action, Expr, ScenarioStatement } from "../language/syntax/tree.ts";
import {
  describeEntry,
  describeFolioInDetail,
  describeLocks,
  describeMemory,
  describeMirror,
  describeNotifiers,
  describeProcess,
} from "../sim-core/machine/describe.ts";
import { EVENTS } from "../sim-core/machine/events.ts";
import { fields as machineFields } from "../sim-core/machine/fields.ts";
import { INJECTION_SITES } from "../sim-core/machine/injection.ts";
import { hex } from "../sim-core/machine/names.ts";
import { observePage } from "../sim-core/machine/observe.ts";
import type { Value } from "../sim-core/store/value.ts";
import { box, NONE, payloadOf, Tag, tagOf } from "../sim-core/store/value.ts";
import { ModelError } from "../sim-core/vm/model-error.ts";
import type { Data } from "./data.ts";
import { placeText } from "./events.ts";
import { listRegions, pageState, touchedRuns } from "./pages.ts";
import type { Session } from "./session.ts";
import { baseName } from "./sources.ts";
import type { Frame } from "./stop.ts";
import { why } from "./why.ts";

/** A variable; `children` are made when it is opened. */
export interface VariableNode {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** An expression that gives the same when evaluated in the frame. */
  readonly evaluateName?: string;
  readonly children?: () => readonly VariableNode[];
  /** Number of elements, for what is opened in pages. */
  readonly indexed?: number;
  /** Elements from `start` on, `count` at most: where there may be more than `children` gives. */
  readonly window?: (start: number, count: number) => readonly VariableNode[];
  /** What it is of the state, where the expression does not say so in every frame. */
  readonly data?: Data;
  /** The memory that it stands for. */
  readonly memory?: { readonly process: number; readonly address: number };
  /** What sort of thing it is, as clients have icons for; `data` if not given. */
  readonly kind?: "property" | "data" | "virtual";
  /** Its value is made only when it is asked for. */
  readonly lazy?: boolean;
  /** The step of the history that it tells of. */
  readonly step?: number;
}

/** A scope of a frame. */
export interface ScopeNode {
  readonly name: string;
  readonly hint?: "locals";
  /** Costs more than a look to make. */
  readonly expensive: boolean;
  readonly children: () => readonly VariableNode[];
}

/** Most pages of a region that are listed. */
const PAGE_LIMIT = 1000;

/** Most pages of a place whose words are shown in a row. */
const WORDS_SHOWN = 8;

/** Names by which model code calls addresses. */
const addressNames = new Set(["addr", "address", "start", "end", "page", "from", "to"]);

export class Variables {
  private readonly session: Session;
  private readonly compiled: CompiledScenario;
  private readonly actions = new Map<number, Action>();

  constructor(session: Session, compiled: CompiledScenario) {
    this.session = session;
    this.compiled = compiled;
    const visit = (statements: readonly ScenarioStatement[]): void => {
      for (const s of statements) {
        if (s.kind === "action") this.actions.set(s.start, s);
        else if (s.kind === "if") {
          visit(s.then.statements);
          if (s.else?.kind === "if") visit([s.else]);
          else if (s.else !== undefined) visit(s.else.statements);
        } else if ("body" in s) visit(s.body.statements);
      }
    };
    visit(compiled.resolved.statements);
  }

  private get simulation() {
    return this.session.simulation;
  }
  private get machine() {
    return this.simulation.machine;
  }
  private show(value: Value): string {
    return this.session.evaluator.describe(value);
  }

  /** The scopes of a frame of `thread`. */
  scopes(thread: number, frame: Frame): ScopeNode[] {
    const process = Math.max(0, this.machine.threads.processOf(thread));
    const all: ScopeNode[] = [
      { name: "Locals", hint: "locals", expensive: false, children: () => this.locals(thread, frame, process) },
      { name: "This page", expensive: false, children: () => this.thisPage(thread, process) },
      { name: "Process", expensive: false, children: () => this.process(process) },
      { name: "Devices", expensive: false, children: () => this.devices() },
      { name: "Locks", expensive: false, children: () => this.locks() },
      { name: "Notifiers", expensive: false, children: () => this.notifiers() },
      { name: "Counters", expensive: false, children: () => this.counters() },
    ];
    return all;
  }

  // --------------------------------------------------------------------------------------------------- locals

  private locals(thread: number, frame: Frame, process: number): VariableNode[] {
    if (frame.isScenario) return this.scenarioLocals(frame);
    const { program } = this.session;
    const info = program.functions[frame.function];
    const source = program.sources[info?.spot.source ?? 0];
    if (info === undefined || source === undefined) return [];
    const nodes: VariableNode[] = [];
    if (frame.base === 0) {
      nodes.push({ name: "(locals)", value: "the function has returned" });
    } else {
      for (const [name, slot] of visibleLocals(source.text, info, frame.offset)) {
        const value = this.simulation.vm.slotOf({ ...frame, pc: 0 }, slot);
        const node = {
          ...this.node(name, value, name),
          data: { kind: "local" as const, name, thread, function: frame.function, base: frame.base, slot },
        };
        const isAddress = addressNames.has(name) && tagOf(value) === 0 && value >= this.machine.pageSize;
        nodes.push(isAddress ? { ...node, value: this.placed(process, value) } : node);
      }
    }
    if (frame.self !== NONE) nodes.push(this.node("self", frame.self, "self"));
    return nodes;
  }
  private scenarioLocals(frame: Frame): VariableNode[] {
    const { resolved, context } = this.compiled;
    const { scenario } = this.simulation.vm.variables;
    const nodes: VariableNode[] = [];
    for (const local of localsAt(resolved, frame.inMainFile ? frame.offset : undefined)) {
      const slot = context.slots.get(local.at.name);
      if (slot !== undefined) nodes.push(this.variableNode(local.name, scenario.get(slot), slot));
    }
    for (const name of resolved.results.keys()) {
      const slot = context.slots.get(`as ${name}`);
      if (slot !== undefined) nodes.push(this.variableNode(name, scenario.get(slot), slot));
    }
    return nodes;
  }
  private variableNode(name: string, value: Value, slot: number): VariableNode {
    return { ...this.node(name, value, name), data: { kind: "variable", name, slot } };
  }

  /** A value as a variable: handles, entries, structs, lists and tables can be opened. */
  node(name: string, value: Value, evaluateName?: string): VariableNode {
    const children = this.childrenOf(value, evaluateName);
    const tag = tagOf(value);
    const isList = tag === Tag.list;
    return {
      name,
      value: this.show(value),
      type: typeName(tag),
      ...(evaluateName === undefined ? {} : { evaluateName }),
      ...(children === undefined ? {} : { children }),
      ...(isList ? { indexed: this.machine.heap.length(value) } : {}),
    };
  }
  private childrenOf(value: Value, path: string | undefined): (() => readonly VariableNode[]) | undefined {
    const { machine } = this;
    const { heap } = machine;
    const payload = payloadOf(value);
    switch (tagOf(value)) {
      case Tag.struct: {
        const fields = this.session.program.structs[heap.typeOf(value)]?.fields ?? [];
        const { fieldNames } = this.session.program;
        return () =>
          fields.map((field, i) => {
            const name = fieldNames[field] ?? "";
            const isAddress = addressNames.has(name);
            const node = {
              ...this.node(name, heap.get(value, i), path === undefined ? undefined : `${path}.${name}`),
              data: { kind: "field" as const, name: `${path ?? ""}.${name}`, of: value, field: name },
            };
            return isAddress ? { ...node, value: this.addressText(value, heap.get(value, i)) } : node;
          });
      }
      case Tag.list:
        return () =>
          Array.from({ length: heap.length(value) }, (_, i) => ({
            ...this.node(`[${i}]`, heap.get(value, i), path === undefined ? undefined : `${path}[${i}]`),
            data: { kind: "element" as const, name: `${path ?? ""}[${i}]`, of: value, index: i },
          }));
      case Tag.table:
        return () =>
          Array.from({ length: heap.length(value) / 2 }, (_, i) =>
            this.node(`[${this.show(heap.get(value, 2 * i))}]`, heap.get(value, 2 * i + 1)),
          );
      case Tag.entry:
        return () => plain(describeEntry(machine, value), path, namesOf(path, Tag.entry));
      case Tag.folio:
        return () => this.folioFields(value, path);
      case Tag.process:
        return () => this.process(payload);
      case Tag.vma:
      case Tag.context:
      case Tag.device:
      case Tag.subscription:
      case Tag.thread:
        return () => this.handleFields(value, path);
      default:
        return undefined;
    }
  }
  /** What is known of a folio; what model code can read of it can be watched, too. */
  private folioFields(folio: Value, path: string | undefined): VariableNode[] {
    const known = new Set(machineFields.filter((field) => field.tag === Tag.folio).map((field) => field.name));
    const name = path ?? this.show(folio);
    const all = plain(describeFolioInDetail(this.machine, payloadOf(folio)), path, namesOf(path, Tag.folio));
    return all.map((node) =>
      known.has(node.name)
        ? { ...node, data: { kind: "field", name: `${name}.${node.name}`, of: folio, field: node.name } }
        : node,
    );
  }
  /** An address within the process that the struct it stands in names, with the page that it is in. */
  private addressText(struct: Value, address: Value): string {
    if (tagOf(address) !== 0) return this.show(address);
    const { heap } = this.machine;
    const { structs, fieldNames } = this.session.program;
    const fields = structs[heap.typeOf(struct)]?.fields ?? [];
    const at = fields.findIndex((f) => fieldNames[f] === "process");
    const process = at < 0 ? NONE : heap.get(struct, at);
    if (tagOf(process) !== Tag.process) return hex(address);
    return this.placed(payloadOf(process), address);
  }
  /** An address with the page that it is in. */
  private placed(process: number, address: Value): string {
    const text = placeText(this.machine, process, address, address + this.machine.pageSize);
    return text.startsWith("0x") ? hex(address) : `${hex(address)} (${text})`;
  }
  /** The fields that model code can read of a handle, and a driver's own variables. */
  private handleFields(value: Value, path: string | undefined): VariableNode[] {
    const { vm } = this.simulation;
    const nodes: VariableNode[] = [];
    const read = (name: string, get: () => Value): void => {
      try {
        nodes.push({
          ...this.node(name, get(), path === undefined ? undefined : `${path}.${name}`),
          data: { kind: "field", name: `${path ?? this.show(value)}.${name}`, of: value, field: name },
        });
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
      }
    };
    for (const field of machineFields) {
      if (field.tag === tagOf(value)) read(field.name, () => field.get(vm, payloadOf(value)));
    }
    const tag = tagOf(value);
    if (tag === Tag.context || tag === Tag.device) {
      vm.variables.driverOf(value)?.variables.forEach((variable, slot) => {
        if (tag === Tag.device && !variable.device) return;
        read(variable.option ?? variable.name, () => vm.variables.get(vm, value, slot));
      });
    }
    return nodes;
  }

  // ------------------------------------------------------------------------------------------------ this page

  /** Process and address of the page that a thread is busy with: what its statement, or a fault on its stack, is about. */
  private addressOf(thread: number, process: number): { process: number; address: number } | undefined {
    const { vm } = this.simulation;
    const { program } = this.session;
    for (const view of vm.framesOf(thread)) {
      const info = program.functions[view.function];
      if (info === undefined || info.role === "thread" || info.role === "director") continue;
      for (const name of ["vmf", "addr", "address"]) {
        const slot = info.slots.indexOf(name);
        if (slot < 0 || slot >= info.params) continue;
        const value = vm.slotOf(view, slot);
        if (tagOf(value) === 0 && value >= this.machine.pageSize) return { process, address: value };
        if (tagOf(value) === Tag.struct) {
          const fields = program.structs[this.machine.heap.typeOf(value)]?.fields ?? [];
          const at = (field: string) => fields.findIndex((f) => program.fieldNames[f] === field);
          const addr = at("addr") < 0 ? NONE : this.machine.heap.get(value, at("addr"));
          const owner = at("process") < 0 ? NONE : this.machine.heap.get(value, at("process"));
          if (tagOf(addr) !== 0) continue;
          return { process: tagOf(owner) === Tag.process ? payloadOf(owner) : process, address: addr };
        }
      }
    }
    const outermost = this.session.frames(thread).at(-1);
    const action = outermost === undefined ? undefined : this.actions.get(outermost.spot.start);
    const place = action?.operands.place;
    const found = place === undefined ? undefined : this.compiled.resolved.places.get(place);
    if (found === undefined) return undefined;
    const page = found.firstPage ?? this.pageNow(place?.index, outermost);
    return { process: found.process.index, address: found.region.start + page * this.machine.pageSize };
  }
  /** The page that an index which is not known before the run means now. */
  private pageNow(index: Expr | undefined, frame: Frame | undefined): number {
    const { program } = this.session;
    const text = frame === undefined ? undefined : program.sources[frame.spot.source]?.text;
    if (index === undefined || text === undefined) return 0;
    const result = this.session.evaluate(text.slice(index.start, index.end), frame);
    return result.ok && tagOf(result.value) === 0 ? result.value : 0;
  }
  private thisPage(thread: number, process: number): VariableNode[] {
    const at = this.addressOf(thread, process);
    if (at === undefined) return [];
    return this.page(at.process, at.address);
  }
  /** The page at an address, as variables. */
  page(process: number, address: number): VariableNode[] {
    const { machine } = this;
    const start = Math.floor(address / machine.pageSize) * machine.pageSize;
    const place = placeText(machine, process, start, start + machine.pageSize);
    const entry = machine.pageTables.translation(process, machine.vpn(address));
    const isNamed = !place.startsWith("0x");
    const nodes: VariableNode[] = [
      { name: "place", value: place, kind: "property", ...(isNamed ? { evaluateName: place } : {}) },
      { name: "address", value: hex(start), kind: "property", memory: { process, address: start } },
      this.node("pte", entry, isNamed ? `pte(${place})` : undefined),
    ];
    const region = listRegions(machine).find(
      ({ process: owner, description: d }) =>
        owner === process && start >= d.start && start < d.start + d.pages * machine.pageSize,
    );
    if (region === undefined) return nodes;
    const page = (start - region.description.start) / machine.pageSize;
    const { value, folio, tlbs } = pageState(machine, region, page, (v) => this.show(v));
    nodes.splice(2, 0, {
      name: "value",
      value: value === "" ? "none" : value,
      data: { kind: "range", process, start, end: start + 8 },
      memory: { process, address: start },
      ...(isNamed ? { evaluateName: `value(${place})` } : {}),
    });
    nodes.push(
      folio === null
        ? { name: "folio", value: "none" }
        : {
            name: "folio",
            value: `${hex(folio.pfn)} in ${folio.where}, refcount ${folio.refcount}, mapcount ${folio.mapcount}`,
            ...(isNamed ? { evaluateName: `folio(${place})` } : {}),
            children: () => this.folioOf(folio.pfn, isNamed ? `folio(${place})` : undefined),
          },
    );
    machine.description.devices.forEach(({ name }, device) => {
      const context = machine.devices.contextId(device, process);
      if (!machine.devices.hasContext(context)) return;
      const mirror = machine.mirrors.get(context, machine.vpn(address));
      const path = isNamed ? `mirror(${name}, ${place})` : undefined;
      nodes.push(
        this.named(
          {
            ...this.node(`mirror of ${name}`, mirror),
            children: () => plain(describeMirror(mirror), path, namesOf(path, Tag.entry)),
          },
          path,
        ),
      );
    });
    if (tlbs.length > 0) {
      const text = tlbs.map((t) => `${t.name} ${t.writable ? "rw" : "ro"}`).join(", ");
      const children = () => tlbs.map((t) => ({ name: t.name, value: `${hex(t.pfn)} ${t.writable ? "rw" : "ro"}` }));
      nodes.push({ name: "cached by", value: text, children });
    }
    nodes.push({
      name: "why",
      value: "what led to this, step by step",
      kind: "virtual",
      children: () => this.reasons(process, start),
    });
    return nodes;
  }
  /** The chain of what happened to a page, the last first: each link with its moment and its line. */
  private reasons(process: number, address: number): VariableNode[] {
    // It is found by going through the history, which a run is making.
    if (this.session.isRunning) return [];
    const { chain, complete, oldest } = why(this.session, process, address);
    const nodes = chain.map(({ step, thread, what, place, within, statement }): VariableNode => {
      const where = `${baseName(place.path)}:${place.line}`;
      const children = (): VariableNode[] => [
        { name: "thread", value: thread, kind: "property" },
        ...(statement === "" ? [] : [{ name: "statement", value: statement, kind: "property" as const }]),
        ...(within.length === 0 ? [] : [{ name: "in", value: within.join(" › "), kind: "property" as const }]),
      ];
      return {
        name: `step ${step}`,
        value: `${what.join("; ")} — ${thread}, ${where}`,
        kind: "virtual",
        step,
        children,
      };
    });
    if (nodes.length === 0) {
      const since = oldest === 0 ? "" : ` since step ${oldest}; what was before it is forgotten`;
      return [{ name: "(nothing)", value: `nothing has happened to this page${since}`, kind: "virtual" }];
    }
    nodes.reverse();
    const before = oldest === 0 ? "more happened before" : "what was before is forgotten";
    return complete ? nodes : [...nodes, { name: "…", value: before, kind: "virtual" }];
  }
  private folioOf(pfn: number, path: string | undefined): VariableNode[] {
    return plain(describeFolioInDetail(this.machine, pfn), path, namesOf(path, Tag.folio));
  }
  private named(node: VariableNode, evaluateName: string | undefined): VariableNode {
    return evaluateName === undefined ? node : { ...node, evaluateName };
  }

  // -------------------------------------------------------------------------------------------- other scopes

  private process(process: number): VariableNode[] {
    const { machine } = this;
    const view = describeProcess(machine, process);
    const nodes: VariableNode[] = [
      { name: "name", value: view.name },
      { name: "invalidate_seq", value: String(view.invalidateSeq) },
      { name: "active_invalidate_ranges", value: String(view.activeInvalidations) },
      { name: "rss_anon", value: String(view.rssAnon) },
    ];
    for (const vma of view.vmas) {
      nodes.push({
        name: vma.region ?? `vma ${vma.id}`,
        value: `${hex(vma.start)}-${hex(vma.end)} ${vma.kind} ${vma.flags.join(" ")}`,
        memory: { process, address: vma.start },
        ...this.pagesOf(process, vma.start, vma.end),
      });
    }
    return nodes;
  }
  /** The pages of a range of which something is known, to be opened in parts: there may be very many. */
  private pagesOf(process: number, start: number, end: number): Pick<VariableNode, "children" | "indexed" | "window"> {
    const { machine } = this;
    const { pageSize } = machine;
    const pages = Math.ceil((end - start) / pageSize);
    const runs = touchedRuns(machine, process, start, pages);
    let count = 0;
    for (let i = 1; i < runs.length; i += 2) count += runs[i] ?? 0;
    const window = (first: number, wanted: number): VariableNode[] => {
      const nodes: VariableNode[] = [];
      let passed = 0;
      for (let i = 0; i < runs.length && nodes.length < wanted; i += 2) {
        const length = runs[i + 1] ?? 0;
        for (let k = Math.max(0, first - passed); k < length && nodes.length < wanted; k++) {
          nodes.push(this.pageNode(process, start + ((runs[i] ?? 0) + k) * pageSize));
        }
        passed += length;
      }
      return nodes;
    };
    if (count === 0) return { children: () => [{ name: "(pages)", value: "none is touched", kind: "virtual" }] };
    const more = { name: "…", value: `more than ${PAGE_LIMIT} pages are touched`, kind: "virtual" as const };
    return {
      indexed: count,
      window,
      children: () => (count > PAGE_LIMIT ? [...window(0, PAGE_LIMIT), more] : window(0, count)),
    };
  }
  /** The pages of a place, as what stands for it: their words in a row if these are few, and each page to be opened. */
  place(name: string, process: number, start: number, pages: number): VariableNode {
    const { pageSize } = this.machine;
    const word = (page: number): string =>
      this.show(observePage(this.machine, "value", "", process, start + page * pageSize));
    const words = Array.from({ length: Math.min(pages, WORDS_SHOWN) }, (_, page) => word(page));
    const window = (first: number, count: number): VariableNode[] =>
      Array.from({ length: Math.max(0, Math.min(count, pages - first)) }, (_, i) =>
        this.pageNode(process, start + (first + i) * pageSize),
      );
    return {
      name,
      value: `${words.join(", ")}${pages > WORDS_SHOWN ? `, … (${pages.toLocaleString("en")} pages)` : ""}`,
      indexed: pages,
      window,
      children: () => window(0, PAGE_LIMIT),
      memory: { process, address: start },
    };
  }
  private pageNode(process: number, address: number): VariableNode {
    const { machine } = this;
    const name = placeText(machine, process, address, address + machine.pageSize);
    return {
      name,
      ...(name.startsWith("0x") ? {} : { evaluateName: `pte(${name})` }),
      value: this.show(machine.pageTables.translation(process, machine.vpn(address))),
      memory: { process, address },
      children: () => this.page(process, address),
    };
  }

  private devices(): VariableNode[] {
    const { machine } = this;
    const memory = describeMemory(machine);
    const nodes = machine.description.devices.map(({ name, driver }, device): VariableNode => {
      const own = memory.find((m) => m.device === name);
      const free = own === undefined ? "no memory of its own" : `${own.free} of ${own.pages} pages free`;
      return {
        name,
        value: `${driver}, ${free}`,
        children: () => [
          ...machine.description.processes.flatMap((process, id) => {
            const context = machine.devices.contextId(device, id);
            if (!machine.devices.hasContext(context)) return [];
            return [this.node(`for ${process.name}`, box(Tag.context, context))];
          }),
          this.node("device", box(Tag.device, device)),
        ],
      };
    });
    for (const pool of memory.filter((m) => m.device === null)) {
      nodes.push({ name: pool.name, value: `${pool.free} of ${pool.pages} pages free` });
    }
    return [...nodes, this.injected()];
  }
  /** What is to happen to operations that faults can be injected into. */
  private injected(): VariableNode {
    const reader = this.session.data;
    const sites = (): VariableNode[] =>
      INJECTION_SITES.map((site) => {
        const data = { kind: "injected" as const, site };
        return { name: site, value: reader.text(data, reader.read(data)), data };
      });
    const set = sites()
      .filter(({ value }) => value !== "none")
      .map(({ name, value }) => `${name}: ${value}`);
    return {
      name: "injected faults",
      value: set.length === 0 ? "none" : set.join("; "),
      kind: "virtual",
      children: sites,
    };
  }
  private locks(): VariableNode[] {
    return describeLocks(this.machine).map(({ name, lock, read, threads }) => ({
      name,
      value: `${read ? "read by " : ""}${threads.join(", ")}`,
      data: { kind: "lock", lock },
    }));
  }
  private notifiers(): VariableNode[] {
    return describeNotifiers(this.machine).map((view) => ({
      name: view.name,
      value: `seq ${view.seq}, ${view.state}`,
      children: () => plain({ ...view, start: hex(view.start), end: hex(view.end) }, undefined),
    }));
  }
  /** How many events of each kind happened so far, and what the scenario's own `count(…)`s stand at. */
  private counters(): VariableNode[] {
    const counts = this.session.timeline.eventCounts();
    const nodes: VariableNode[] = [];
    this.session.program.counters.forEach(({ watched }, i) => {
      const { pattern } = this.session.program.counters[i] ?? {};
      if (watched || pattern === undefined) return;
      const text = pattern.text.replace(/\s+/g, " ");
      nodes.push({ name: text, value: String(this.simulation.vm.watch.countOf(i)), evaluateName: text });
    });
    EVENTS.forEach(({ name }, event) => {
      const count = counts[event] ?? 0;
      if (count > 0) nodes.push({ name, value: String(count), evaluateName: `count(${name})` });
    });
    return nodes;
  }
}

/** The names that expressions know of the fields of `path`: an observation, or a value of model code with that tag. */
function namesOf(path: string | undefined, tag: Tag): ReadonlySet<string> {
  const fact = factByName.get(/^(\w+)\(/.exec(path ?? "")?.[1] ?? "");
  return new Set((fact?.fields ?? machineFields.filter((field) => field.tag === tag)).map(({ name }) => name));
}
/** The fields of a plain object; those that model code or checks know by the same name (`known`) can be watched. */
function plain(object: object, path: string | undefined, known?: ReadonlySet<string>): VariableNode[] {
  return Object.entries(object).flatMap(([name, value]): VariableNode[] => {
    if (typeof value === "object" && value !== null) {
      return [{ name, value: summary(value), children: () => plain(value, undefined) }];
    }
    const text = value === null ? "none" : name === "pfn" && typeof value === "number" ? hex(value) : String(value);
    const isNamed = path !== undefined && known?.has(name) === true;
    return [{ name, value: text, ...(isNamed ? { evaluateName: `${path}.${name}` } : {}) }];
  });
}
function summary(object: object): string {
  return Object.entries(object)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}

const typeNames = new Map<number, string>(Object.entries(Tag).map(([name, tag]) => [tag, name]));
function typeName(tag: number): string {
  if (tag === 0 || tag === Tag.wide) return "number";
  return typeNames.get(tag) ?? "value";
}
