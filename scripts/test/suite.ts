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

/** What became of one file. */
export interface FileTally extends Tally {
  /** Its absolute path. */
  readonly file: string;
}

interface FileReport {
  passed: number;
  skipped: number;
  failures: string[];
  /** What the file and the runner said besides the results; shown when something failed. */
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
export async function runTestFiles({ files, concurrency, timeout }: SuiteOptions): Promise<readonly FileTally[]> {
  const reports = new Map(files.map((file) => [file, emptyReport()]));
  const unprinted = new Set(files);
  const finish = (file: string, report: FileReport) => {
    if (unprinted.delete(file)) printFile(file, report, unprinted.size);
  };
  const events = run({ files: [...files], concurrency: concurrency ?? availableParallelism(), timeout });
  for await (const { type, data } of events) {
    // A test's own place may be a module that the file imports.
    const file = "entryFile" in data && typeof data.entryFile === "string" ? data.entryFile : (data.file ?? "");
    const report = reports.get(file);
    if (report === undefined) continue;
    switch (type) {
      case "test:pass":
      case "test:fail":
        if (data.name === file) {
          // The runner's verdict on the file as a whole comes only if no test in it gives one.
          if (type === "test:pass") report.failures.push("It holds no tests.");
          else if (report.failures.length === 0) noteFailure(report, "outside of its tests", data.details.error);
          finish(file, report);
          break;
        }
        if (data.nesting === 0) report.milliseconds += data.details.duration_ms;
        if (data.skip !== undefined || data.todo !== undefined) report.skipped += 1;
        else if (type === "test:fail") noteFailure(report, data.name, data.details.error);
        else if (data.details.type !== "suite") report.passed += 1;
        break;
      case "test:stdout":
      case "test:stderr":
        report.output += data.message;
        break;
      case "test:diagnostic":
        report.output += `${data.message}\n`;
        break;
      case "test:summary":
        // Without a failed test the verdict on the file is yet to come.
        if (data.success || report.failures.length > 0) finish(file, report);
        break;
    }
  }
  for (const [file, report] of reports) finish(file, report);
  return [...reports].map(([file, { passed, failures }]) => ({ file, passed, failed: failures.length }));
}

function emptyReport(): FileReport {
  return { passed: 0, skipped: 0, failures: [], output: "", milliseconds: 0 };
}

function noteFailure(report: FileReport, name: string, error: Error & { failureType?: string }): void {
  // A test that fails only because one inside it did is not a failure more.
  if (error.failureType === "subtestsFailed") return;
  report.failures.push(`${name}\n${indent(inspect(error.cause ?? error))}`);
}

function printFile(file: string, report: FileReport, remaining: number): void {
  const { passed, skipped, failures, milliseconds } = report;
  const counts = [`${passed} passed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  if (failures.length > 0) counts.push(`${failures.length} failed`);
  const verdict = failures.length === 0 ? "ok  " : "FAIL";
  const time = `${(milliseconds / 1000).toFixed(1)} s`;
  process.stdout.write(`${verdict} ${relative(root, file)}: ${counts.join(", ")}, ${time}, ${remaining} to go\n`);
  for (const failure of failures) process.stdout.write(`  - ${failure}\n`);
  if (failures.length > 0 && report.output !== "") process.stdout.write(`  It printed:\n${indent(report.output)}\n`);
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}
