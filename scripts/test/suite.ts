// Running test files with node:test, and telling what became of them: a line a file, failures in full.

import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { root } from "../bootstrap.mjs";

/** How many tests passed and failed; skipped ones are neither. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

interface FileReport {
  passed: number;
  skipped: number;
  failures: string[];
  output: string;
  milliseconds: number;
}

export interface SuiteOptions {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** How many files run at once; as many as there are cores if not given. */
  readonly concurrency?: number;
  /** After so long, in milliseconds, a file counts as failed. */
  readonly timeout: number;
}

/** Runs every file in a process of its own and prints the results to standard output. */
export async function runTestFiles({ files, concurrency, timeout }: SuiteOptions): Promise<Tally> {
  const reports = new Map<string, FileReport>();
  const reportOf = (file: string | undefined): FileReport => {
    const key = file ?? "(no file)";
    const known = reports.get(key);
    if (known !== undefined) return known;
    const created = { passed: 0, skipped: 0, failures: [], output: "", milliseconds: 0 };
    reports.set(key, created);
    return created;
  };
  let remaining = files.length;
  const events = run({ files: [...files], concurrency: concurrency ?? availableParallelism(), timeout });
  for await (const { type, data } of events) {
    switch (type) {
      case "test:pass": {
        const report = reportOf(data.file);
        if (data.nesting === 0) report.milliseconds += data.details.duration_ms;
        if (data.details.type === "suite") break;
        if (data.skip !== undefined || data.todo !== undefined) report.skipped += 1;
        else report.passed += 1;
        break;
      }
      case "test:fail": {
        const report = reportOf(data.file);
        if (data.nesting === 0) report.milliseconds += data.details.duration_ms;
        // A test that fails only because one inside it did is not a failure more.
        if (data.details.error.failureType === "subtestsFailed") break;
        if (data.todo !== undefined) report.skipped += 1;
        else report.failures.push(`${data.name}\n${indent(inspect(data.details.error.cause ?? data.details.error))}`);
        break;
      }
      case "test:stdout":
      case "test:stderr":
        reportOf(data.file).output += data.message;
        break;
      case "test:summary":
        if (data.file === undefined) break;
        remaining -= 1;
        printFile(data.file, reportOf(data.file), remaining);
        break;
    }
  }
  const all = [...reports.values()];
  return {
    passed: all.reduce((sum, report) => sum + report.passed, 0),
    failed: all.reduce((sum, report) => sum + report.failures.length, 0),
  };
}

function printFile(file: string, report: FileReport, remaining: number): void {
  const { passed, skipped, failures, milliseconds } = report;
  const counts = [`${passed} passed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  if (failures.length > 0) counts.push(`${failures.length} failed`);
  const verdict = failures.length === 0 ? "ok  " : "FAIL";
  const time = `${(milliseconds / 1000).toFixed(1)} s`;
  process.stdout.write(`${verdict} ${relative(root, file)}: ${counts.join(", ")}, ${time}, ${remaining} files to go\n`);
  for (const failure of failures) process.stdout.write(`  - ${failure}\n`);
  if (failures.length > 0 && report.output !== "") process.stdout.write(`  It printed:\n${indent(report.output)}\n`);
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}
