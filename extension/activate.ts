/**
 * What the extension registers. Nothing heavy happens here: the engine (compiler, model, debug adapter) is loaded when the
 * first document is looked at or the first session starts, workers when there is something to run.
 */

import type * as vscode from "vscode";
import { BackgroundRun } from "./check/background-run.ts";
import { CheckCommands } from "./check/commands.ts";
import { CompareCommand } from "./check/compare-command.ts";
import { Findings } from "./check/findings.ts";
import { Reports } from "./check/reports.ts";
import { CheckStatus } from "./check/status.ts";
import { DataBreakpoints } from "./debug/data-breakpoints.ts";
import { registerDebugger } from "./debug/factory.ts";
import { Documents } from "./documents.ts";
import { registerExamples } from "./examples.ts";
import { StateGraphPanel } from "./graph/panel.ts";
import type { Host } from "./host.ts";
import { registerCodeLens } from "./language/code-lens.ts";
import { LiveDiagnostics } from "./language/diagnostics.ts";
import { registerModelSources } from "./language/model-sources.ts";
import { registerProviders } from "./language/providers.ts";
import { registerLessons } from "./lessons.ts";
import { registerNewFile } from "./new-file.ts";
import { PageTables } from "./panel/panel.ts";
import { watchScenarios } from "./scenarios.ts";
import { Services } from "./services.ts";

/** Activates the extension; both entries call it with the host that they run in. */
export function activateExtension(context: vscode.ExtensionContext, host: Host): void {
  const services = new Services(host, context);
  const documents = new Documents(services);
  const findings = new Findings();
  const status = new CheckStatus();
  const reports = new Reports();
  const dataBreakpoints = new DataBreakpoints(services);
  const backgroundRun = new BackgroundRun(services, findings, status, reports);
  context.subscriptions.push(
    findings,
    status,
    reports,
    backgroundRun,
    new LiveDiagnostics(services, documents, (document, analysed, sound) =>
      backgroundRun.lookedAt(document, analysed, sound),
    ),
    ...registerProviders(services, documents),
    watchScenarios(),
    registerModelSources(services),
    registerCodeLens(),
    registerLessons(services),
    registerExamples(services),
    registerNewFile(services),
    dataBreakpoints,
    ...registerDebugger(services, dataBreakpoints),
    new CheckCommands(services, documents, findings, status, reports),
    new CompareCommand(services, documents),
    new PageTables(services, documents, dataBreakpoints),
    new StateGraphPanel(services, documents),
  );
}
