/** The names that completion offers, by what they name. */

import { eventByName, events } from "../../events.ts";
import { facts } from "../../facts.ts";
import type { FunctionSignature, LibrarySignature } from "../../library-signature.ts";
import { signals } from "../../resolve/bind-expr.ts";
import { indexLibrary } from "../../resolve/library-index.ts";
import type { Resolved, ResolvedProcess, ResolvedThread } from "../../resolve/model.ts";
import type { TokenList } from "../../syntax/tokens.ts";
import { Token } from "../../syntax/tokens.ts";
import type { TargetKind } from "../../verbs.ts";
import { eventText, signatureText } from "../hover.ts";
import type { CompletionList } from "./items.ts";

/** Fills a list with names of one file and of the library. */
export class Names {
  readonly resolved: Resolved;
  readonly library: LibrarySignature;
  readonly list: CompletionList;

  constructor(resolved: Resolved, library: LibrarySignature, list: CompletionList) {
    this.resolved = resolved;
    this.library = library;
    this.list = list;
  }

  thread(name: string): ResolvedThread | undefined {
    return this.resolved.threads.find((thread) => thread.name === name);
  }

  /** Regions as a thread's statement or (without `thread`) a check sees them. */
  places(thread: ResolvedThread | undefined): void {
    const { regions, processes } = this.resolved;
    if (thread !== undefined) {
      this.regionsOf(thread.process);
      return;
    }
    const counts = new Map<string, number>();
    for (const { name } of regions) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const region of regions) {
      if (counts.get(region.name) === 1) this.region(region.name, region.pages, region.process, region.doc);
    }
    for (const process of processes) this.list.add("process", process.name, "process", process.doc);
  }

  /** Regions of a process, those of its parent included. */
  regionsOf(process: ResolvedProcess): void {
    for (let at: ResolvedProcess | undefined = process; at !== undefined; at = at.parent) {
      for (const region of at.regions.values()) this.region(region.name, region.pages, at, region.doc);
    }
  }

  private region(name: string, pages: number, process: ResolvedProcess, doc: string | undefined): void {
    this.list.add("region", name, `${pages} page${pages === 1 ? "" : "s"} of ${process.name}`, doc);
  }

  processes(): void {
    for (const process of this.resolved.processes) this.list.add("process", process.name, "process", process.doc);
  }

  nodes(): void {
    for (const node of this.resolved.nodes) this.list.add("machine", node.name, "node", node.doc);
  }

  devices(): void {
    for (const device of this.resolved.devices) this.list.add("machine", device.name, device.driver, device.doc);
  }

  cpus(): void {
    for (const cpu of this.resolved.cpus) this.list.add("machine", cpu.name, "CPU", cpu.doc);
  }

  threads(): void {
    for (const thread of this.resolved.threads) {
      this.list.add("thread", thread.name, `${thread.process.name} on ${thread.on.name}`, thread.doc);
    }
  }

  targets(of: readonly TargetKind[]): void {
    if (of.includes("device")) this.devices();
    if (of.includes("system")) this.list.add("word", "system", "any system memory");
    if (of.includes("node")) this.nodes();
  }

  drivers(): void {
    for (const driver of this.library.drivers) this.list.add("driver", driver.name, "", driver.doc);
    for (const driver of this.resolved.drivers.values()) this.list.add("driver", driver.name, "", driver.doc);
  }

  /** Profiles; in quotes where those are not typed yet. */
  profiles(quoted: boolean): void {
    const rows = [...this.library.profiles, ...this.resolved.profiles.map(({ name }) => ({ name, doc: "" }))];
    for (const { name, doc } of rows) this.list.add("profile", quoted ? `"${name}"` : name, "", doc);
  }

  invariants(quoted: boolean, isFinds: boolean): void {
    for (const { id, doc } of this.library.invariants) this.list.add("word", quoted ? `"${id}"` : id, "invariant", doc);
    if (!isFinds) return;
    const listed = this.library.invariants.map(({ id }) => id);
    const others = ["deadlock", "livelock", "expectation"].filter((id) => !listed.includes(id));
    for (const id of others) this.list.add("word", quoted ? `"${id}"` : id);
  }

  events(): void {
    for (const event of events) this.list.add("event", event.name, eventText(event), event.doc);
  }

  /** What the field of an event at a position (or of that name) may be. */
  eventField(event: string, position: number, name: string | undefined): void {
    const fields = eventByName.get(event)?.fields ?? [];
    const field = name === undefined ? fields[position] : fields.find((row) => row.name === name);
    if (field === undefined) return;
    this.list.addAll("word", field.words, field.name);
    switch (field.type) {
      case "thread":
        this.threads();
        this.cpus();
        this.devices();
        break;
      case "actor":
        this.cpus();
        this.devices();
        break;
      case "device":
      case "owner":
        this.devices();
        break;
      case "memory":
        this.nodes();
        this.devices();
        break;
      case "place":
        this.places(undefined);
        break;
      case "invariant":
        this.invariants(false, false);
        break;
      default:
    }
    this.list.add("word", "_", "any");
    if (name !== undefined) return;
    for (const other of fields.slice(position)) {
      this.list.snippet("field", `${other.name}:`, `${other.name}: $0`, `field of ${event}`);
    }
  }

  facts(): void {
    for (const fact of facts) {
      this.list.snippet("function", fact.name, `${fact.name}($0)`, fact.usage, fact.doc);
    }
  }

  /** Errnos and signals that a statement may end with. */
  errors(): void {
    this.list.addAll("error", signals);
    for (const { name, doc } of this.library.errors) {
      if (!name.startsWith("VM_")) this.list.add("error", name, "", doc);
    }
  }

  /** `let` and `as` names of the scenario; a local of any block, since which one is open is not known while typing. */
  values(): void {
    for (const binding of this.resolved.bindings.values()) {
      if (binding.kind === "local" && binding.role !== "param" && binding.at.file === 0) {
        this.list.add("variable", binding.name, binding.role);
      }
    }
    for (const name of this.resolved.results.keys()) this.list.add("variable", name, "what a statement ended with");
    for (const member of this.resolved.members.values()) {
      if (member.declaration.kind === "const") this.list.add("variable", member.name, "constant", member.doc);
    }
  }

  /** Functions of the kernel model and of the files. */
  functions(): void {
    for (const member of this.resolved.members.values()) {
      if (member.declaration.kind !== "fn") continue;
      const params = member.declaration.params.map((param) => param.text);
      this.callable(member.name, params, `${member.name}(${params.join(", ")})`, member.doc ?? "");
    }
    for (const signature of this.library.functions) this.signature(signature);
  }

  primitives(): void {
    for (const signature of this.library.primitives) this.signature(signature);
  }

  private signature(signature: FunctionSignature): void {
    const required = signature.params.slice(0, signature.params.length - signature.optional);
    this.callable(signature.name, required, signatureText(signature), signature.doc);
  }

  private callable(name: string, params: readonly string[], detail: string, doc: string): void {
    const places = params.map((param, position) => `\${${position + 1}:${param}}`).join(", ");
    this.list.snippet("function", name, `${name}(${places})`, detail, doc);
  }

  /** What model code sees besides functions: locals of the function, members of the driver, the library's, words. */
  modelValues(tokens: TokenList, from: number, index: number, driver: string | undefined): void {
    for (const name of localsBetween(tokens, from, index)) this.list.add("variable", name, "local");
    this.driverMembers(driver);
    this.list.add("word", "self", "the driver's context or device");
    for (const member of this.library.members) {
      if (member.kind !== "fn" && member.kind !== "struct")
        this.list.add("variable", member.name, member.kind, member.doc);
    }
    for (const { name, doc } of this.library.words) this.list.add("word", name, "", doc);
    for (const { name, doc } of this.library.errors) this.list.add("error", name, "", doc);
  }

  /** What a driver declares, and what it inherits. */
  driverMembers(name: string | undefined): void {
    const seen = new Set<string>();
    let at = name;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      const declared = this.resolved.drivers.get(at)?.declaration;
      for (const member of declared?.members ?? [])
        this.list.add("variable", member.name.text, member.kind, member.doc);
      const shipped = declared === undefined ? indexLibrary(this.library).drivers.get(at) : undefined;
      for (const member of shipped?.members ?? []) this.list.add("variable", member.name, member.kind, member.doc);
      at = declared?.extends?.text;
    }
  }
}

/** Names that the tokens [from, index) declare: parameters, `let`, `for`. */
function localsBetween(tokens: TokenList, from: number, index: number): string[] {
  const names = new Set<string>();
  let at = from + 3;
  for (; at < index && tokens.kind(at) !== Token.closeParen; at++) {
    if (tokens.kind(at) === Token.name) names.add(tokens.textOf(at));
  }
  for (; at + 1 < index; at++) {
    if (tokens.kind(at) !== Token.name || tokens.kind(at + 1) !== Token.name) continue;
    const word = tokens.textOf(at);
    if (word === "let" || word === "for") names.add(tokens.textOf(at + 1));
  }
  return [...names].toReversed();
}
