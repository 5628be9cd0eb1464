/** Recordings of a real kernel: one JSON object an operation, whose `trace` may span lines. */
import type { Answer, PageAnswer, SmapsAnswer } from "./answer.ts";

/** What was recorded of one operation. */
export interface RecordedOperation {
  readonly index: number;
  readonly text: string;
  readonly answer: Answer;
  /** Lines of the trace, indented by depth; undefined if it was recorded without. */
  readonly trace: readonly string[] | undefined;
}

/** A recording of one list. */
export interface Recording {
  readonly operations: readonly RecordedOperation[];
  /** What ended it early: a crash of the guest, a hang. */
  readonly broken: string | undefined;
}

interface RawOperation {
  readonly i: number;
  readonly op: string;
  readonly ret?: number;
  readonly errno?: string | number;
  readonly signal?: string;
  readonly cpages?: number;
  readonly faults?: number;
  readonly vals?: readonly (number | string)[];
  readonly prot?: readonly string[];
  readonly pages?: readonly string[];
  readonly core?: string;
  readonly majflt?: number;
  readonly error?: string;
  readonly trace?: readonly string[];
}

/** Reads a recording of one list. @throws Error if it is none */
export function parseRecording(text: string): Recording {
  const operations: RecordedOperation[] = [];
  let broken: string | undefined;
  for (const json of objects(text)) {
    const raw = JSON.parse(json) as Record<string, unknown>;
    if ("crash" in raw || "hang_or_signal" in raw) broken ??= json;
    if (typeof raw.op !== "string" || typeof raw.i !== "number") continue;
    operations.push(recorded(raw as unknown as RawOperation, json));
  }
  return { operations, broken };
}

/** Each object's text; one that spans lines begins with `{` at the start of its first line. */
function objects(text: string): string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("{")) found.push(line);
    else if (found.length > 0) found[found.length - 1] += line;
  }
  return found;
}

function recorded(raw: RawOperation, json: string): RecordedOperation {
  const { ret, errno, signal, cpages, faults, vals, prot, pages, core, majflt, error } = raw;
  return {
    index: raw.i,
    text: raw.op,
    answer: {
      ret,
      errno: errno === undefined ? undefined : String(errno),
      signal,
      cpages,
      faults,
      values: vals,
      prot,
      pages: pages?.map(parsePage),
      smaps: parseSmaps(json),
      core,
      majorFaults: majflt,
      error,
    },
    trace: raw.trace,
  };
}

/** One page as the runner prints it: `s1 only map=1 anon lru`, `dev_write:d0.1`, `none`. */
function parsePage(text: string): PageAnswer {
  const [first = "none", ...flags] = text.split(" ");
  const special = /^(\w+):(.+)$/.exec(first);
  const isWord = ["none", "swap"].includes(first) || special !== null;
  const frame = special?.[1] === "marker" ? undefined : special !== null ? special[2] : isWord ? undefined : first;
  return {
    kind: special?.[1] ?? (isWord ? first : "page"),
    frame,
    where: frame === undefined ? undefined : frame === "zero" ? "zero" : (/^(d\d)\./.exec(frame)?.[1] ?? "system"),
    only: flags.includes("only"),
    mapcount: Number(flags.find((flag) => flag.startsWith("map="))?.slice(4) ?? 0),
    anon: flags.includes("anon"),
    huge: flags.includes("thp"),
    swapcache: flags.includes("swapcache"),
    file: flags.includes("file"),
    lru: flags.includes("lru"),
  };
}

/** The object has each vma's numbers one after the other under the same names, so it is no proper JSON object. */
function parseSmaps(json: string): readonly SmapsAnswer[] | undefined {
  const body = /"kB": \{([^}]*)\}/.exec(json)?.[1];
  if (body === undefined) return undefined;
  const vmas: Record<string, number>[] = [];
  for (const [, name = "", value] of body.matchAll(/"(\w+)": (\d+)/g)) {
    if (name === "Rss" || vmas.length === 0) vmas.push({});
    (vmas.at(-1) ?? {})[name] = Number(value);
  }
  return vmas;
}
