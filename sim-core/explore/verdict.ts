/** What a run or an exploration comes to, given what the file says that it finds. */
import type { Program, Spot } from "../vm/program.ts";
import type { Failure, FailureKind } from "./failure.ts";
import { isFoundAtEnd } from "./failure.ts";
import type { ExploreResult } from "./search.ts";

/** Whether all held, something did not, or a bound was reached before the answer was known. */
export type Verdict = "pass" | "fail" | "limit";

/** Whether `finds` names it; a thread that goes round in a circle is a livelock, too. */
function isFound({ finds }: Program, { id, kind }: Failure): boolean {
  return finds.includes(id) || (kind === "livelock" && finds.includes("livelock"));
}

/** Whether the file declares (`finds`) that it shows this. */
export function isExpected(program: Program, failure: Failure): boolean {
  return isFound(program, failure);
}

/** What a failure of a run is: not as it should be, what the file says that it shows, or what comes of that. */
export type Bearing = "wrong" | "expected" | "consequence";

/**
 * What each of a run's failures is, in the order in which they came. Once a run has shown just what the file says that it finds, it is
 * on the way of a bug: the rest comes of that. A check's executions end there.
 */
export function bearingsOf(program: Program, failures: readonly Failure[]): readonly Bearing[] {
  const [first] = failures;
  const isFirst = (failure: Failure) => failure.step === first?.step && isFoundAtEnd(failure) === isFoundAtEnd(first);
  const isShown = failures.filter(isFirst).every((failure) => isExpected(program, failure));
  return failures.map((failure) => {
    if (isExpected(program, failure)) return "expected";
    return isShown && !isFirst(failure) ? "consequence" : "wrong";
  });
}

/** The verdict of one run: what the file says it finds is no failure, and what comes of it is none. */
export function verdictOfRun(program: Program, failures: readonly Failure[]): Verdict {
  const bearings = bearingsOf(program, failures);
  const wrong = failures.filter((_, i) => bearings[i] === "wrong");
  if (wrong.some(({ kind }) => kind !== "limit")) return "fail";
  return wrong.length > 0 ? "limit" : "pass";
}

/** What an exploration as a whole shows, and no single execution. */
export interface Finding {
  readonly kind: FailureKind;
  readonly id: string;
  readonly message: string;
  /** Where; undefined for what the file as a whole says. */
  readonly spot: Spot | undefined;
}

/** The verdict of an exploration, and what is to be told of it besides its failures. */
export function verdictOfCheck(
  program: Program,
  result: ExploreResult,
): { readonly verdict: Verdict; readonly findings: readonly Finding[] } {
  const { cutShort, complete, failures, unwitnessed } = result;
  const findings: Finding[] = [];
  if (program.finds.length > 0) {
    const isShown = failures.some(({ failure, alone }) => alone && isExpected(program, failure));
    if (isShown) return { verdict: "pass", findings };
    if (!complete) return { verdict: "limit", findings: cutShort === undefined ? findings : [cutShort] };
    const message = `no execution shows just ${program.finds.join(" or ")}, which the file says it finds`;
    return { verdict: "fail", findings: [...findings, { kind: "property", id: "finds", message, spot: undefined }] };
  }
  if (failures.length > 0) return { verdict: "fail", findings };
  if (!complete) return { verdict: "limit", findings: cutShort === undefined ? [] : [cutShort] };
  for (const { text, spot } of unwitnessed) {
    findings.push({ kind: "property", id: "exists", message: `no execution ends so: ${text}`, spot });
  }
  return { verdict: findings.length > 0 ? "fail" : "pass", findings };
}
