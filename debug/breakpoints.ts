/**
 * Line breakpoints, log points and breakpoints at functions: where in the code they are, and whether one that was reached stops.
 * A breakpoint is in front of a statement.
 */
import type { CodeStatement } from "../sim-core/vm/code-map.ts";
import { CodeMap } from "../sim-core/vm/code-map.ts";
import type { Program } from "../sim-core/vm/program.ts";
import { functionsNamed, noFunction } from "./functions.ts";
import { Hits, hitConditionProblem } from "./hits.ts";

/** A breakpoint as the client asks for it. Lines and columns count from 1. */
export interface LineRequest {
  readonly line: number;
  readonly column?: number | undefined;
  /** Stops only where this expression counts as true. */
  readonly condition?: string | undefined;
  /** Stops the 5th time (`5`), from then on (`>= 5`), after it (`> 5`), or every second time (`% 2`). */
  readonly hitCondition?: string | undefined;
  /** Does not stop but prints this text, with the values of `{expressions}` in it. */
  readonly logMessage?: string | undefined;
  /** The number that it shall have; a new one if not given. */
  readonly id?: number | undefined;
}

/** A breakpoint at a model function: `migrate_vma_setup`, `nouveau.invalidate`. */
export interface FunctionRequest {
  readonly name: string;
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  /** The number that it shall have; a new one if not given. */
  readonly id?: number | undefined;
}

/** A place where a breakpoint can be: the statement's range, end exclusive. */
export interface BreakpointPlace {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A breakpoint of the session. */
export interface Breakpoint {
  readonly id: number;
  /** The source that it is in, an index of the program's; -1 for one that is nowhere. */
  readonly source: number;
  /** Where it is; undefined if there is no statement to stop at. */
  readonly place: BreakpointPlace | undefined;
  /** Why there is none. */
  readonly message: string | undefined;
  /** What is wrong with its condition or its count: then it never stops. */
  readonly problem: string | undefined;
  readonly condition: string | undefined;
  readonly hitCondition: string | undefined;
  readonly logMessage: string | undefined;
  readonly kind: "line" | "function";
  /** When it was reached with its condition true. */
  readonly hits: Hits;
}

export class Breakpoints {
  private readonly program: Program;
  private readonly codeMap: CodeMap;
  private readonly bySource = new Map<number, readonly Breakpoint[]>();
  private functions: readonly Breakpoint[] = [];
  /** The breakpoints at each program counter. */
  private byPc = new Map<number, Breakpoint[]>();
  private readonly pcs = new Map<Breakpoint, readonly number[]>();
  private nextId = 1;
  /** Says what is wrong with a condition in front of a statement; undefined if nothing is. */
  private readonly conditionProblem: (condition: string, statement: CodeStatement) => string | undefined;

  constructor(program: Program, conditionProblem: (condition: string, statement: CodeStatement) => string | undefined) {
    this.program = program;
    this.conditionProblem = conditionProblem;
    this.codeMap = new CodeMap(program);
  }

  /** The number of a breakpoint: `wanted`, or one that none has had. */
  readonly newId = (wanted?: number): number => {
    const id = wanted ?? this.nextId;
    this.nextId = Math.max(this.nextId, id + 1);
    return id;
  };

  /** Whether there is any. */
  get isEmpty(): boolean {
    return this.byPc.size === 0;
  }
  /** The breakpoints in front of the statement at `pc`. */
  at(pc: number): readonly Breakpoint[] | undefined {
    return this.byPc.get(pc);
  }

  /** Replaces the breakpoints of a source. One that asks for a line without a statement moves to the next one. */
  setLines(source: number, requests: readonly LineRequest[]): readonly Breakpoint[] {
    const candidates = this.candidates(source);
    const before = this.bySource.get(source) ?? [];
    const made = requests.map((request): Breakpoint => {
      const found = findCandidate(candidates, request);
      const condition = nonEmpty(request.condition);
      const problem = this.wrongWith(found?.statements[0], condition, request.hitCondition);
      const breakpoint: Breakpoint = {
        id: this.newId(request.id),
        source,
        place: problem === undefined ? found?.place : undefined,
        problem,
        message: problem ?? (found === undefined ? "There is no statement here or below that is ever run." : undefined),
        condition,
        hitCondition: nonEmpty(request.hitCondition),
        logMessage: nonEmpty(request.logMessage),
        kind: "line",
        hits: new Hits(),
      };
      // One that stays as it was keeps its number and its count.
      const same = before.find((b) => b.message === undefined && isSame(b, breakpoint));
      const kept = same === undefined ? breakpoint : { ...breakpoint, id: same.id, hits: same.hits };
      this.pcs.set(kept, found === undefined || problem !== undefined ? [] : found.statements.map(({ pc }) => pc));
      return kept;
    });
    for (const old of before) this.pcs.delete(old);
    this.bySource.set(source, made);
    this.index();
    return made;
  }

  /** Replaces the breakpoints at functions. */
  setFunctions(requests: readonly FunctionRequest[]): readonly Breakpoint[] {
    for (const old of this.functions) this.pcs.delete(old);
    this.functions = requests.map(({ name, condition, hitCondition, id }): Breakpoint => {
      const found = this.functionStarts(name);
      const first = found[0];
      const problem = this.wrongWith(first, nonEmpty(condition), hitCondition);
      const breakpoint: Breakpoint = {
        id: this.newId(id),
        source: first === undefined ? -1 : (this.program.spots[first.spot]?.source ?? -1),
        place: first === undefined || problem !== undefined ? undefined : this.placeOf(first),
        problem,
        message: problem ?? (first === undefined ? noFunction(this.program, name) : undefined),
        condition: nonEmpty(condition),
        hitCondition: nonEmpty(hitCondition),
        logMessage: undefined,
        kind: "function",
        hits: new Hits(),
      };
      this.pcs.set(breakpoint, problem === undefined ? found.map((s) => s.pc) : []);
      return breakpoint;
    });
    this.index();
    return this.functions;
  }

  /** What is wrong with the condition or the count of the breakpoint of that number; undefined if nothing is. */
  problemOf(id: number): string | undefined {
    return [...this.pcs.keys()].find((breakpoint) => breakpoint.id === id)?.problem;
  }

  /** Where breakpoints can be from one place of a source to another, both included. */
  places(source: number, from: LineRequest, to: LineRequest): BreakpointPlace[] {
    return this.candidates(source)
      .map(({ place }) => place)
      .filter((place) => isAfter(place, from) && isBefore(place, to));
  }

  /** The statement that a line and column mean, and where its code is. */
  statementAt(
    source: number,
    line: number,
    column: number | undefined,
  ): { readonly place: BreakpointPlace; readonly pcs: readonly number[] } | undefined {
    const found = findCandidate(this.candidates(source), { line, column });
    return found === undefined ? undefined : { place: found.place, pcs: found.statements.map(({ pc }) => pc) };
  }

  /** Forgets the hits of steps that history no longer has: those after `newest`. */
  forgetAfter(newest: number): void {
    for (const breakpoint of this.pcs.keys()) breakpoint.hits.forgetAfter(newest);
  }
  /** The steps up to `oldest` were forgotten; hits in them count on. */
  forgetTo(oldest: number): void {
    for (const breakpoint of this.pcs.keys()) breakpoint.hits.forgetTo(oldest);
  }

  private wrongWith(
    statement: CodeStatement | undefined,
    condition: string | undefined,
    hitCondition: string | undefined,
  ): string | undefined {
    const problem = hitConditionProblem(hitCondition);
    if (problem !== undefined || condition === undefined || statement === undefined) return problem;
    return this.conditionProblem(condition, statement);
  }

  private index(): void {
    this.byPc = new Map();
    for (const [breakpoint, pcs] of this.pcs) {
      for (const pc of pcs) {
        const list = this.byPc.get(pc);
        if (list === undefined) this.byPc.set(pc, [breakpoint]);
        else list.push(breakpoint);
      }
    }
  }

  /** The statements of a source by their place, in the order of the text. */
  private candidates(source: number): Candidate[] {
    const byStart = new Map<string, { place: BreakpointPlace; statements: CodeStatement[] }>();
    for (const statement of this.codeMap.inSource(source)) {
      const spot = this.program.spots[statement.spot];
      if (spot === undefined || spot.source !== source) continue;
      const key = `${spot.start}-${spot.end}`;
      const known = byStart.get(key);
      // What of a statement is a step of its own later (who passes a barrier, what is kept as a result) is not reached once more.
      const isLater = known?.statements.some((s) => s.function === statement.function) === true;
      if (known !== undefined) {
        if (!isLater) known.statements.push(statement);
      } else byStart.set(key, { place: this.placeOf(statement), statements: [statement] });
    }
    return [...byStart.values()].sort(
      (a, b) => a.place.line - b.place.line || a.place.column - b.place.column || b.place.endLine - a.place.endLine,
    );
  }
  private placeOf(statement: CodeStatement): BreakpointPlace {
    const spot = this.program.spots[statement.spot];
    if (spot === undefined) return { line: 1, column: 1, endLine: 1, endColumn: 1 };
    const text = this.program.sources[spot.source]?.text.slice(spot.start, spot.end) ?? "";
    const lines = text.split("\n");
    const last = lines.at(-1)?.length ?? 0;
    const endColumn = lines.length === 1 ? spot.column + last : last + 1;
    return { line: spot.line, column: spot.column, endLine: spot.line + lines.length - 1, endColumn };
  }
  private functionStarts(name: string): CodeStatement[] {
    return functionsNamed(this.program, name).flatMap((fn) => this.codeMap.statementsOf(fn).slice(0, 1));
  }
}

interface Candidate {
  readonly place: BreakpointPlace;
  readonly statements: readonly CodeStatement[];
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}

/** The statement that a request means: on its line, at its column if it gives one; else the next one below. */
function findCandidate(candidates: readonly Candidate[], { line, column }: LineRequest): Candidate | undefined {
  const onLine = candidates.filter(({ place }) => place.line === line);
  if (column !== undefined) {
    const exact = onLine.find(({ place }) => place.column >= column) ?? onLine.at(-1);
    if (exact !== undefined) return exact;
  }
  return onLine[0] ?? candidates.find(({ place }) => place.line > line);
}

function isAfter(place: BreakpointPlace, from: LineRequest): boolean {
  return place.line > from.line || (place.line === from.line && place.column >= (from.column ?? 1));
}
function isBefore(place: BreakpointPlace, to: LineRequest): boolean {
  return place.line < to.line || (place.line === to.line && place.column <= (to.column ?? Number.POSITIVE_INFINITY));
}

function isSame(a: Breakpoint, b: Breakpoint): boolean {
  return (
    a.place?.line === b.place?.line &&
    a.place?.column === b.place?.column &&
    a.condition === b.condition &&
    a.hitCondition === b.hitCondition &&
    a.logMessage === b.logMessage
  );
}

/** A log message in its parts: texts, and expressions that stood in braces. `{{` and `}}` are braces themselves. */
export function logMessageParts(
  message: string,
): readonly { readonly kind: "text" | "expression"; readonly text: string }[] {
  const parts: { kind: "text" | "expression"; text: string }[] = [];
  let text = "";
  for (let i = 0; i < message.length; i++) {
    const two = message.slice(i, i + 2);
    const end = message[i] === "{" && two !== "{{" ? message.indexOf("}", i) : -1;
    if (two === "{{" || two === "}}") {
      text += message[i];
      i++;
    } else if (end > i) {
      if (text !== "") parts.push({ kind: "text", text });
      parts.push({ kind: "expression", text: message.slice(i + 1, end).trim() });
      text = "";
      i = end;
    } else {
      text += message[i];
    }
  }
  if (text !== "") parts.push({ kind: "text", text });
  return parts;
}
