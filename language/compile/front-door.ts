/**
 * The front door: a scenario's text to a program that can be run, or all that is wrong with it, with places. Every host (command
 * line, debugger, editor, worker) comes in here.
 */
import { analyse } from "../analyse.ts";
import type { Context } from "../resolve/context.ts";
import { joinPath } from "../resolve/paths.ts";
import { oneOf } from "../suggest.ts";
import { LineIndex } from "../syntax/lines.ts";
import { parse } from "../syntax/parser.ts";
import type { Library } from "./builder.ts";
import { librarySignature } from "./library-file.ts";
import type { CompiledScenario } from "./scenario.ts";
import { compileScenario } from "./scenario.ts";

/** What loading asks for besides the text. */
export interface LoadOptions {
  readonly library: Library;
  /** The text of an imported file (the path is joined to that of the importing file); undefined if there is none. */
  readonly readImport?: (path: string) => string | undefined;
  /** Runs the scenario under this profile, whatever the file says. */
  readonly kernel?: string;
}

/** Something wrong with a file, placed: lines and columns count from 1, columns in UTF-16 units; offsets are half-open. */
export interface PlacedDiagnostic {
  readonly path: string;
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A scenario that can be run, or why it cannot. */
export interface LoadedScenario {
  /** undefined if a diagnostic is an error */
  readonly compiled: CompiledScenario | undefined;
  /** What the names of its expressions are bound in: see `fragment.ts`. */
  readonly context: Context;
  /** Of the file itself and of those that it imports, in the order of the text. */
  readonly diagnostics: readonly PlacedDiagnostic[];
}

interface Problem {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
}

/** Parses, resolves, checks and compiles a scenario. Never throws for what the text says. */
export function loadScenario(text: string, path: string, options: LoadOptions): LoadedScenario {
  const { library, kernel } = options;
  const readImport = options.readImport ?? (() => undefined);
  const { resolved, byFile, context } = analyse(text, { path, readImport, library: librarySignature(library) });
  const problems: Problem[][] = byFile.map((list) => [...list]);
  const own = problems[0] ?? [];
  if (kernel !== undefined) forgetOwnProfile(own, resolved);
  if (resolved.statements.length === 0 && !own.some(isError)) own.push(nothingToRun(text));
  if (kernel !== undefined) own.push(...unknownProfile(kernel, library, resolved));
  let compiled: CompiledScenario | undefined;
  if (!problems.some((list) => list.some(isError))) {
    const result = compileScenario(resolved, library, kernel === undefined ? {} : { kernel });
    compiled = result.compiled;
    for (const { file, message, start, end } of result.problems) {
      problems[file]?.push({ severity: "error", code: "compile", message, start, end });
    }
  }
  const diagnostics = problems.flatMap((list, file) => {
    const { path: at, parsed } = resolved.files[file] ?? { path, parsed: undefined };
    const lines = new LineIndex(parsed?.text ?? "");
    return list.map((problem) => placed(at, lines, problem));
  });
  return { compiled, context, diagnostics };
}

function isError(problem: Problem): boolean {
  return problem.severity === "error";
}

function nothingToRun(text: string): Problem {
  const message =
    text.trim() === ""
      ? "The file is empty: there is nothing to run."
      : "There is no statement: there is nothing to run.";
  const hint = "A scenario says what its CPUs and devices do, one statement after another: `cpu0 write counter = 1`.";
  return { severity: "error", code: "nothing-to-run", message, hint, start: 0, end: 0 };
}

/** What the file says of its profile does not count where another one is asked for. */
function forgetOwnProfile(problems: Problem[], resolved: CompiledScenario["resolved"]): void {
  const line = resolved.kernel.declaration?.profile;
  const at = problems.findIndex((p) => p.code === "unknown-profile" && p.start === line?.start);
  if (at >= 0) problems.splice(at, 1);
}

function unknownProfile(kernel: string, library: Library, resolved: CompiledScenario["resolved"]): Problem[] {
  const known = [...library.profiles.map((p) => p.name), ...resolved.profiles.map((p) => p.name)];
  if (known.includes(kernel)) return [];
  const message = `There is no kernel profile \`${kernel}\`, which was asked for in place of the file's own.`;
  return [{ severity: "error", code: "unknown-profile", message, hint: `There is ${oneOf(known)}.`, start: 0, end: 0 }];
}

function placed(path: string, lines: LineIndex, problem: Problem): PlacedDiagnostic {
  const { severity, code, start, end } = problem;
  // A message that quotes the text is as long as what it quotes.
  const message = problem.message.length > 1000 ? `${problem.message.slice(0, 1000)}…` : problem.message;
  const from = lines.at(start);
  const to = lines.at(end);
  return {
    path,
    severity,
    code,
    message,
    hint: problem.hint,
    start,
    end,
    line: from.line,
    column: from.column,
    endLine: to.line,
    endColumn: to.column,
  };
}

/**
 * Reads what a text imports, and what that imports, for hosts whose files are read asynchronously. What cannot be read is left
 * out: resolving says so at the import. The result serves as `LoadOptions.readImport`.
 */
export async function readImports(
  text: string,
  path: string,
  read: (path: string) => Promise<string>,
): Promise<(path: string) => string | undefined> {
  const texts = new Map<string, string>();
  const visit = async (from: string, content: string): Promise<void> => {
    for (const item of parse(content).file.items) {
      if (item.kind !== "import" || item.path === undefined) continue;
      const target = joinPath(from, item.path.value);
      if (target === path || texts.has(target)) continue;
      const imported = await read(target).catch(() => undefined);
      if (imported === undefined) continue;
      texts.set(target, imported);
      await visit(target, imported);
    }
  };
  await visit(path, text);
  return (wanted) => texts.get(wanted);
}
