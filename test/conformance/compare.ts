/**
 * A run of the model against a recording, operation by operation. Three kinds of agreement: what the operation returned, what the
 * process's page tables and pages are, and which functions it went through.
 */
import type { Answer, PageAnswer, SmapsAnswer } from "./answer.ts";
import { compareCalls } from "./call-sequence.ts";
import type { ModelRun } from "./model-run.ts";
import type { Recording } from "./recording.ts";

/** The kinds of agreement, in the order of the table. */
export const KINDS = ["results", "pages", "calls"] as const;
export type Kind = (typeof KINDS)[number];

/** Something that is not as it was recorded. */
export interface Difference {
  readonly kind: Kind;
  /** The operation's number, -1 for the list as a whole. */
  readonly index: number;
  readonly operation: string;
  readonly expected: string;
  readonly got: string;
}

/** How a list compares. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** How many things of each kind were compared. */
  readonly compared: Readonly<Record<Kind, number>>;
}

/** What a comparison leaves out. */
export interface CompareOptions {
  /**
   * A page of a device's memory that was dirty once stays so when it is freed and used again, and makes dirty what migrates from
   * it: when lists share a boot, the dirty numbers of smaps depend on those before. And where a region is cut into vmas after
   * random operations is not compared: smaps is summed up over them.
   */
  readonly sharedBoot?: boolean;
}

/** Compares a run with a recording of the same list. */
export function compare(run: ModelRun, recording: Recording, options: CompareOptions = {}): Comparison {
  return new Comparer(run, recording, options).compare();
}

class Comparer {
  private readonly run: ModelRun;
  private readonly recording: Recording;
  private readonly options: CompareOptions;
  private readonly differences: Difference[] = [];
  private readonly compared: Record<Kind, number> = { results: 0, pages: 0, calls: 0 };
  /** Frames of the model, by the label of the real kernel. */
  private readonly frames = new Map<string, string>();

  constructor(run: ModelRun, recording: Recording, options: CompareOptions) {
    this.options = options;
    this.run = run;
    this.recording = recording;
  }

  compare(): Comparison {
    const { run, recording } = this;
    for (const expected of recording.operations) {
      const got = run.operations[expected.index];
      const at = { index: expected.index, operation: expected.text };
      if (got === undefined) {
        this.compared.results++;
        this.differences.push({
          kind: "results",
          ...at,
          expected: told(expected.answer),
          got: "the model did not get so far",
        });
        break;
      }
      this.results(at, expected.answer, got.answer);
      this.memory(at, expected.answer, got.answer);
      if (expected.trace !== undefined) {
        this.compared.calls++;
        const difference = compareCalls(got.operation, expected.trace, got.calls);
        if (difference !== undefined) this.differences.push({ kind: "calls", ...at, ...difference });
      }
    }
    const whole = { index: -1, operation: "" };
    for (const failure of run.failures) {
      this.differences.push({ kind: "results", ...whole, expected: "no invariant broken", got: failure });
    }
    if (recording.broken !== undefined) {
      this.differences.push({ kind: "results", ...whole, expected: recording.broken, got: "no crash" });
    }
    return { differences: this.differences, compared: this.compared };
  }

  private results(at: { index: number; operation: string }, expected: Answer, got: Answer): void {
    this.compared.results++;
    const [a, b] = [told(expected), told(got)];
    if (a !== b) this.differences.push({ kind: "results", ...at, expected: a, got: b });
  }

  private memory(at: { index: number; operation: string }, expected: Answer, got: Answer): void {
    if (expected.pages === undefined && expected.smaps === undefined && expected.core === undefined) return;
    this.compared.pages++;
    const wrong: { expected: string; got: string }[] = [];
    if (expected.pages !== undefined) wrong.push(...this.pages(expected.pages, got.pages ?? []));
    if (expected.core !== got.core) wrong.push({ expected: `core ${expected.core}`, got: `core ${got.core}` });
    const [a, b] = [expected.smaps, got.smaps].map((vmas) => this.smapsText(vmas ?? []));
    if (a !== b) wrong.push({ expected: `smaps ${a}`, got: `smaps ${b}` });
    for (const difference of wrong) this.differences.push({ kind: "pages", ...at, ...difference });
  }

  private smapsText(vmas: readonly SmapsAnswer[]): string {
    if (this.options.sharedBoot !== true) return vmas.map((vma) => smapsText(vma, true)).join("; ");
    const sum: Record<string, number> = {};
    for (const vma of vmas) for (const [name, kib] of Object.entries(vma)) sum[name] = (sum[name] ?? 0) + kib;
    return smapsText(sum, false);
  }
  private pages(expected: readonly PageAnswer[], got: readonly PageAnswer[]): { expected: string; got: string }[] {
    const wrong: { expected: string; got: string }[] = [];
    // Within one look, labels and frames stand for each other one to one.
    const labels = new Map<string, string>();
    expected.forEach((page, i) => {
      const other = got[i];
      const [a, b] = [pageText(page), other === undefined ? "nothing" : pageText(other)];
      const problem = a === b && other !== undefined ? this.frameProblem(page, other, labels) : "";
      if (a !== b) wrong.push({ expected: `page ${i}: ${a} (${page.frame ?? "-"})`, got: b });
      else if (problem !== "") wrong.push({ expected: `page ${i}: ${page.frame}`, got: problem });
    });
    return wrong;
  }
  /** Why the frame is not the one that the label stood for so far; "" if it may be. */
  private frameProblem(
    { frame: label, where }: PageAnswer,
    { frame }: PageAnswer,
    labels: Map<string, string>,
  ): string {
    if (label === undefined || frame === undefined || where === "zero") return "";
    const other = labels.get(frame);
    labels.set(frame, label);
    if (other !== undefined && other !== label) return `the same frame as ${other}`;
    // A system page keeps its label until it is freed; a device's pages have theirs for good, whatever they are used for.
    if (where !== "system") return "";
    const before = this.frames.get(label);
    this.frames.set(label, frame);
    return before !== undefined && before !== frame ? "another frame than before" : "";
  }
}

/** What an operation returned, in one line. */
function told(answer: Answer): string {
  const { ret, errno, signal, cpages, faults, values, prot, error } = answer;
  if (error !== undefined) return error;
  const parts = [`ret ${ret}`];
  if (errno !== undefined) parts.push(errno);
  if (signal !== undefined) parts.push(signal);
  if (cpages !== undefined) parts.push(`cpages ${cpages}`);
  if (faults !== undefined) parts.push(`faults ${faults}`);
  // What a failed transfer through the kernel leaves in the buffer is left from before.
  if (values !== undefined && errno === undefined) parts.push(`values [${values.join(", ")}]`);
  if (prot !== undefined) parts.push(`[${prot.join(", ")}]`);
  return parts.join(", ");
}

/** What is compared of a page apart from its frame. */
function pageText(page: PageAnswer): string {
  const where = page.where === undefined ? "" : ` ${page.where}`;
  if (page.kind !== "page") return `${page.kind}${where}`;
  // The kernel tells neither count nor kind of pages that are no ordinary memory.
  const ordinary = page.where === "system";
  const flags = [
    page.only ? "only" : "",
    ordinary ? `map=${page.mapcount}` : "",
    ordinary && page.anon ? "anon" : "",
    ordinary && page.huge ? "thp" : "",
    ordinary && page.swapcache ? "swapcache" : "",
    page.file ? "file" : "",
  ].filter((flag) => flag !== "");
  return `${page.kind}${where} ${flags.join(" ")}`;
}

function smapsText(vma: SmapsAnswer, withDirty: boolean): string {
  return Object.entries(vma)
    .filter(([name]) => withDirty || !name.endsWith("_Dirty"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, kib]) => `${name} ${kib}`)
    .join(" ");
}
