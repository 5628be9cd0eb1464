/** How the client counts lines and columns and names sources. Everything else in this folder counts from 1. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Program, Source } from "../sim-core/vm/program.ts";
import type { Arguments } from "./request.ts";
import { RequestError } from "./request.ts";
import { baseName, clientPath, modelPath } from "./sources.ts";

/** What clients say of themselves that is heeded here. */
const clientAbilities = [
  "supportsVariableType",
  "supportsVariablePaging",
  "supportsMemoryReferences",
  "supportsProgressReporting",
  "supportsInvalidatedEvent",
  "supportsMemoryEvent",
  "supportsANSIStyling",
] as const;
export type ClientAbility = (typeof clientAbilities)[number];

export class ClientView {
  private readonly lineBase: number;
  private readonly columnBase: number;
  /** The client shows texts of the scheme `hmm-model` itself; others get a reference to ask with. */
  private readonly readsModelScheme: boolean;
  private readonly abilities: ReadonlySet<ClientAbility>;

  /** From the arguments of `initialize`; the protocol's defaults without them. */
  constructor(args?: Arguments) {
    this.lineBase = args?.optionalFlag("linesStartAt1") === false ? 0 : 1;
    this.columnBase = args?.optionalFlag("columnsStartAt1") === false ? 0 : 1;
    this.readsModelScheme = args?.optionalString("clientID") === "vscode";
    this.abilities = new Set(clientAbilities.filter((ability) => args?.optionalFlag(ability) === true));
  }

  /** Whether the client has said that it can do something. */
  can(ability: ClientAbility): boolean {
    return this.abilities.has(ability);
  }

  ownLine(line: number): number {
    return line + 1 - this.lineBase;
  }
  ownColumn(column: number): number {
    return column + 1 - this.columnBase;
  }
  clientLine(line: number): number {
    return line - 1 + this.lineBase;
  }
  clientColumn(column: number): number {
    return column - 1 + this.columnBase;
  }

  /** A line, and a column if there is one, of a request: `line` and `column`, or by other names. */
  place(args: Arguments, line = "line", column = "column"): { line: number; column: number | undefined } {
    const at = args.optionalNumber(column);
    return { line: this.ownLine(args.number(line)), column: at === undefined ? undefined : this.ownColumn(at) };
  }
  /** A range as the client counts it. */
  range(place: Range): Range {
    return {
      line: this.clientLine(place.line),
      column: this.clientColumn(place.column),
      endLine: this.clientLine(place.endLine),
      endColumn: this.clientColumn(place.endColumn),
    };
  }

  /** The program's source `index`. */
  source(program: Program, index: number): DebugProtocol.Source {
    const source = program.sources[index];
    if (source === undefined) return {};
    // A statement that was typed is in no file.
    if (source.path === "") return { name: "typed in the debug console", sourceReference: index + 1 };
    const common = { name: baseName(source.path), path: clientPath(source) };
    if (!source.library) return common;
    const origin = source.path.startsWith("drivers/") ? "driver model" : "kernel model";
    return { ...common, origin, ...(this.readsModelScheme ? {} : { sourceReference: index + 1 }) };
  }

  /** The path of a source that the client gives by path or reference. @throws RequestError */
  pathOf(source: Arguments, program: Program): string {
    const named = program.sources[(source.optionalNumber("sourceReference") ?? 0) - 1];
    if (named !== undefined) return clientPath(named);
    const path = source.optionalString("path");
    if (path === undefined) throw new RequestError("A source needs a path or a reference.");
    return path;
  }
}

/** A range of a text; its end is exclusive. */
interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The text that a `source` request asks for. @throws RequestError */
export function requestedSource(args: Arguments, sources: readonly Source[]): Source {
  const given = args.has("source") ? args.object("source") : undefined;
  const reference = given?.optionalNumber("sourceReference") ?? args.optionalNumber("sourceReference") ?? 0;
  const path = given?.optionalString("path");
  const model = path === undefined ? undefined : modelPath(path);
  const found = sources[reference - 1] ?? sources.find((s) => s.library && s.path === model);
  if (found === undefined) throw new RequestError(`There is no source ${path ?? reference}.`);
  return found;
}
