/**
 * What runs and checks have found, as diagnostics: each scenario has what its last run showed and what its last check did. A failure
 * that has an interleaving can be debugged from its quick fix.
 */

import * as vscode from "vscode";
import { languageId, uriOf } from "../paths.ts";
import { baseName, launchConfiguration } from "../scenarios.ts";
import type { FoundFailure } from "../worker/protocol.ts";
import { failureSource, toDiagnostic } from "./failures.ts";
import { keepSchedule } from "./schedules.ts";

/** What found it: one run, or a look at all interleavings. */
export type FoundBy = "run" | "check";

const afterwards: Readonly<Record<FoundBy, string>> = { run: "", check: " (found by exploring the interleavings)" };

interface Scenario {
  readonly uri: vscode.Uri;
  run: readonly FoundFailure[];
  check: readonly FoundFailure[];
}

/** A diagnostic that is shown. */
interface Shown {
  readonly file: string;
  readonly diagnostic: vscode.Diagnostic;
  readonly scenario: vscode.Uri;
  readonly failure: FoundFailure;
}

export class Findings implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("hmm-check");
  private readonly scenarios = new Map<string, Scenario>();
  /** The diagnostics that are shown, with their files and the failures behind them. */
  private shown: readonly Shown[] = [];
  private readonly subscriptions: vscode.Disposable[];

  constructor() {
    this.subscriptions = [
      this.collection,
      vscode.languages.registerCodeActionsProvider(
        languageId,
        { provideCodeActions: (document, _, context) => this.actions(document, context.diagnostics) },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
      vscode.commands.registerCommand("hmm.debugInterleaving", (scenario: unknown, failure: unknown) =>
        scenario instanceof vscode.Uri ? debugFailure(scenario, failure as FoundFailure) : undefined,
      ),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Replaces what was found of a scenario by runs or by checks. */
  set(uri: vscode.Uri, by: FoundBy, failures: readonly FoundFailure[]): void {
    const key = uri.toString();
    const scenario = this.scenarios.get(key) ?? { uri, run: [], check: [] };
    scenario[by] = failures;
    if (scenario.run.length + scenario.check.length > 0) this.scenarios.set(key, scenario);
    else this.scenarios.delete(key);
    this.show();
  }
  /** Forgets a scenario. */
  clear(uri: vscode.Uri): void {
    if (this.scenarios.delete(uri.toString())) this.show();
  }

  private show(): void {
    const files = new Map<string, vscode.Diagnostic[]>();
    const shown: Shown[] = [];
    for (const { uri, run, check } of this.scenarios.values()) {
      const others = check.filter((failure) => !run.some((known) => isSame(known, failure)));
      for (const [by, failures] of [["run", run] as const, ["check", others] as const]) {
        for (const failure of failures) {
          const diagnostic = toDiagnostic(failure, afterwards[by]);
          const file = uriOf(failure.range.path).toString();
          shown.push({ file, diagnostic, scenario: uri, failure });
          files.set(file, [...(files.get(file) ?? []), diagnostic]);
        }
      }
    }
    this.shown = shown;
    const gone: vscode.Uri[] = [];
    this.collection.forEach((uri) => {
      if (!files.has(uri.toString())) gone.push(uri);
    });
    for (const uri of gone) this.collection.delete(uri);
    for (const [file, diagnostics] of files) this.collection.set(vscode.Uri.parse(file), diagnostics);
  }

  private actions(document: vscode.TextDocument, diagnostics: readonly vscode.Diagnostic[]): vscode.CodeAction[] {
    const file = document.uri.toString();
    const own = this.shown.filter((shown) => shown.file === file);
    return own.flatMap(({ diagnostic, scenario, failure }) => {
      const asked = diagnostics.filter(
        ({ source, message }) => source === failureSource && message === diagnostic.message,
      );
      if (asked.length === 0) return [];
      const title = failure.schedule === undefined ? "Debug this run" : "Debug this interleaving";
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = asked;
      action.command = { title, command: "hmm.debugInterleaving", arguments: [scenario, failure] };
      return [action];
    });
  }
}

function isSame(a: FoundFailure, b: FoundFailure): boolean {
  return a.id === b.id && a.range.path === b.range.path && a.range.line === b.range.line;
}

/** Starts a session that stops just before a failure shows, with the way there behind it. */
export async function debugFailure(scenario: vscode.Uri, { schedule }: FoundFailure): Promise<void> {
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(scenario), {
    ...launchConfiguration(scenario),
    ...(schedule === undefined ? {} : { name: `Interleaving of ${baseName(scenario)}` }),
    // The filters that stop where a failure shows are on by default.
    stopOnEntry: false,
    stopBefore: "failure",
    ...(schedule === undefined ? {} : { schedule: keepSchedule(schedule) }),
  });
}
