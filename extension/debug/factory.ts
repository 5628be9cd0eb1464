/** Debug sessions: the adapter runs in the extension host itself, so that there is no process to start anywhere. */

import * as vscode from "vscode";
import type { FileAccess } from "../../debug/launch.ts";
import { readSchedule, scheduleScheme } from "../check/schedules.ts";
import { pathOf, readFile } from "../paths.ts";
import { baseName, launchConfiguration, scenarioDocument } from "../scenarios.ts";
import type { Services } from "../services.ts";
import { registerCellCommands } from "./cell-commands.ts";
import { registerDebugCommands } from "./commands.ts";
import { registerConfigurations } from "./configuration.ts";
import type { DataBreakpoints } from "./data-breakpoints.ts";
import { EventsView } from "./events-view.ts";
import { registerInlineValues } from "./inline-values.ts";
import { registerPastHover } from "./past-hover.ts";
import { ProfileComparison } from "./profile-comparison.ts";

/** The user's files as the adapter reads them: unsaved changes count, and interleavings that no file holds. */
const files: FileAccess = {
  read: async (path) => (path.startsWith(`${scheduleScheme}:`) ? readSchedule(path) : await readFile(path)),
};

/** Registers what starts sessions. */
export function registerDebugger(services: Services, dataBreakpoints: DataBreakpoints): vscode.Disposable[] {
  const events = new EventsView(services);
  const factory: vscode.DebugAdapterDescriptorFactory = {
    createDebugAdapterDescriptor: async () => {
      const { engine, library } = await services.load();
      return new vscode.DebugAdapterInlineImplementation(engine.createAdapter(library, files));
    },
  };
  return [
    ...registerConfigurations((program) => ({
      stopAtEvents: events.stops(),
      stopAtData: dataBreakpoints.stopsOf(program),
    })),
    ...registerDebugCommands(services),
    ...registerCellCommands(services, dataBreakpoints),
    registerInlineValues(),
    events,
    ...registerPastHover(services),
    new ProfileComparison(services),
    vscode.debug.registerDebugAdapterDescriptorFactory("hmm", factory),
    vscode.commands.registerCommand("hmm.debugTrace", async (given?: unknown) => {
      const uri = given instanceof vscode.Uri ? given : await askForTrace();
      if (uri === undefined) return;
      const configuration = { type: "hmm", request: "launch", name: `Trace ${baseName(uri)}`, trace: pathOf(uri) };
      await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), configuration);
    }),
    vscode.commands.registerCommand("hmm.debug", async (uri?: unknown) => {
      const document = await scenarioDocument(uri);
      if (document === undefined) return;
      await vscode.debug.startDebugging(
        vscode.workspace.getWorkspaceFolder(document.uri),
        launchConfiguration(document.uri),
      );
    }),
  ];
}

async function askForTrace(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: "A trace that 'hmm run --json' wrote",
    filters: { Traces: ["jsonl", "json"] },
  });
  return chosen?.[0];
}
