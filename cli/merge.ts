/**
 * `hmm check --merge FILE…`: the results of the parts of searches, as `hmm check --shard i/n --json` printed them, as one result for
 * each scenario.
 */
import type { ScheduleFile } from "../sim-core/explore/schedule.ts";
import type { Verdict } from "../sim-core/explore/verdict.ts";
import type { FailureJson } from "./format/failure.ts";

/** What a part says of itself besides what every check says. */
export interface PartJson {
  /** `i/n`. */
  readonly shard: string;
  readonly kernel: string;
  /** How it searched; the same for all parts of one search. */
  readonly search: string;
  /** Whether the part went through all that is its own. */
  readonly whole: boolean;
  /** What is searched in place of what the file says: another driver, the twin. */
  readonly variant?: string;
  /** What the file says that it finds. */
  readonly finds: readonly string[];
  /** `exists` properties that no execution of this part showed. */
  readonly unwitnessed: readonly FailureJson[];
}

/** The object that `hmm check --json` prints. */
export interface CheckJson {
  readonly type: "check";
  readonly file: string;
  readonly verdict: Verdict;
  readonly complete: boolean;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly ms: number;
  readonly failures: readonly (FailureJson & { readonly schedule?: ScheduleFile })[];
  readonly part?: PartJson;
}

/** Parts of one search put together. */
export interface MergedJson extends CheckJson {
  readonly merged: {
    readonly parts: number;
    /** How all of them searched. */
    readonly search: string;
    /** Parts that are not there, or did not go through all that is theirs. */
    readonly missing: readonly string[];
    /** The parts look at some states twice: all together have seen at least so many different ones, and at most `states`. */
    readonly statesAtLeast: number;
  };
}

/** What cannot be merged, and why. */
export class MergeError extends Error {}

/** The objects in the text of a file of results, a line each. @throws MergeError */
export function readParts(text: string, path: string): CheckJson[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, i) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new MergeError(`${path}:${i + 1}: this is no line of JSON`);
    }
    const part = value as Partial<CheckJson>;
    if (part?.type !== "check" || typeof part.file !== "string" || !Array.isArray(part.failures)) {
      throw new MergeError(`${path}:${i + 1}: this is no result of 'hmm check --json'`);
    }
    if (part.part === undefined) {
      throw new MergeError(
        `${path}:${i + 1}: this is the result of a whole check, not of a part ('hmm check --shard i/n --json')`,
      );
    }
    return part as CheckJson;
  });
}

/** The parts of each scenario as one result, in the order in which scenarios come first. @throws MergeError */
export function merge(parts: readonly CheckJson[]): MergedJson[] {
  const files = new Map<string, CheckJson[]>();
  for (const part of parts) files.set(part.file, [...(files.get(part.file) ?? []), part]);
  return [...files.values()].map(mergeOne);
}

/** What was searched, and how. */
function searchOf({ kernel, search, variant }: PartJson): string {
  return `${search} on ${kernel}${variant === undefined ? "" : ` with ${variant}`}`;
}

function mergeOne(parts: readonly CheckJson[]): MergedJson {
  const [first] = parts;
  const about = first?.part;
  if (first === undefined || about === undefined) throw new MergeError("there is nothing to merge");
  const { file } = first;
  const of = about.shard.slice(about.shard.indexOf("/"));
  const seen = new Map<string, boolean>();
  for (const { part } of parts) {
    if (part === undefined) continue;
    const { shard, whole } = part;
    if (searchOf(part) !== searchOf(about) || !shard.endsWith(of)) {
      const [one, other] = [about, part].map((p) => `${p.shard} of ${searchOf(p)}`);
      throw new MergeError(`${file}: these are parts of different searches: ${one}, and ${other}`);
    }
    if (seen.has(shard)) throw new MergeError(`${file}: part ${shard} is there twice`);
    seen.set(shard, whole);
  }
  const all = Array.from({ length: Number(of.slice(1)) }, (_, i) => `${i + 1}${of}`);
  const missing = all.filter((shard) => seen.get(shard) !== true);
  const sum = (what: (part: CheckJson) => number) => parts.reduce((total, part) => total + what(part), 0);
  const most = (what: (part: CheckJson) => number) => parts.reduce((max, part) => Math.max(max, what(part)), 0);
  const complete = missing.length === 0;
  const { verdict, failures } = verdictOf(parts, about, complete);
  return {
    type: "check",
    file,
    verdict,
    complete: complete && about.search === "all interleavings",
    states: sum(({ states }) => states),
    transitions: sum(({ transitions }) => transitions),
    depth: most(({ depth }) => depth),
    ms: most(({ ms }) => ms),
    failures,
    merged: { parts: parts.length, search: about.search, missing, statesAtLeast: most(({ states }) => states) },
  };
}

/** What all parts together show. A failure that several found is told by the shortest of its interleavings. */
function verdictOf(
  parts: readonly CheckJson[],
  { finds, search }: PartJson,
  complete: boolean,
): { readonly verdict: Verdict; readonly failures: CheckJson["failures"] } {
  const shown = parts.filter(({ verdict }) => verdict === (finds.length > 0 ? "pass" : "fail"));
  const failures = distinct(shown.flatMap((part) => part.failures));
  if (finds.length > 0 && shown.length > 0) return { verdict: "pass", failures };
  if (finds.length === 0 && failures.length > 0) return { verdict: "fail", failures };
  if (!complete || search !== "all interleavings") return { verdict: "limit", failures: [] };
  if (finds.length > 0) {
    const message = `no execution shows just ${finds.join(" or ")}, which the file says it finds`;
    return { verdict: "fail", failures: [{ kind: "property", id: "finds", line: 1, column: 1, message, because: [] }] };
  }
  const [first, ...others] = parts.map(({ part }) => part?.unwitnessed ?? []);
  const isNowhere = ({ line, message }: FailureJson) =>
    others.every((list) => list.some((other) => other.line === line && other.message === message));
  const unwitnessed = (first ?? []).filter(isNowhere);
  return { verdict: unwitnessed.length > 0 ? "fail" : "pass", failures: unwitnessed };
}

function distinct(failures: CheckJson["failures"]): CheckJson["failures"] {
  const found = new Map<string, CheckJson["failures"][number]>();
  for (const failure of failures) {
    const key = `${failure.id} ${failure.file ?? ""}:${failure.line}:${failure.column}`;
    const known = found.get(key);
    if (known === undefined || length(failure.schedule) < length(known.schedule)) found.set(key, failure);
  }
  return [...found.values()];
}
/** Runs of moves, which is what makes an interleaving long to read. */
function length(schedule: ScheduleFile | undefined): number {
  return schedule?.moves.length ?? Number.POSITIVE_INFINITY;
}
