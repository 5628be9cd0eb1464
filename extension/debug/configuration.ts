/** Launch configurations: what F5 does without a launch.json, and what is filled in where one leaves something out. */

import * as vscode from "vscode";
import type { DataStop } from "../../debug/protocol.ts";
import { pathOf } from "../paths.ts";
import { currentScenario, launchConfiguration } from "../scenarios.ts";
import { keepOwnStops } from "./own-stops.ts";

function activeConfiguration(): vscode.DebugConfiguration | undefined {
  const uri = currentScenario();
  return uri === undefined ? undefined : launchConfiguration(uri);
}

/** What stops besides breakpoints, from views of our own; `program` is the scenario's path or URI. */
type Stops = (program: string) => {
  readonly stopAtEvents: readonly string[];
  readonly stopAtData: readonly DataStop[];
};

class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  private readonly stops: Stops;

  constructor(stops: Stops) {
    this.stops = stops;
  }

  /** Offered in the list of configurations that F5 and the Run view show. */
  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    const active = activeConfiguration();
    return active === undefined ? [] : [active];
  }

  /** Before variables are replaced: ${file} and ${workspaceFolder} mean nothing useful where files are not on a disk. */
  resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    let configuration = given;
    // F5 without a launch.json gives an empty configuration.
    if (!configuration.type && !configuration.request) {
      const active = activeConfiguration();
      if (active === undefined) {
        void vscode.window.showErrorMessage("Open the .hmm scenario that you want to debug, then press F5 again.");
        return undefined;
      }
      configuration = { ...active, ...(given.noDebug === true ? { noDebug: true } : {}) };
    }
    const made = { ...configuration };
    for (const name of ["program", "schedule", "trace"]) {
      const value: unknown = made[name];
      if (typeof value === "string") made[name] = withoutVariables(value, folder);
    }
    return made;
  }

  /** After variables are replaced. */
  resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    const trace: unknown = configuration.trace;
    if (typeof trace === "string" && trace.trim() !== "") return { ...configuration, trace: absolute(trace, folder) };
    const program: unknown = configuration.program ?? activeConfiguration()?.program;
    if (typeof program !== "string" || program.trim() === "") {
      void vscode.window.showErrorMessage(
        "The launch configuration does not say what to debug: give it `program`, the path of a .hmm file.",
      );
      return undefined;
    }
    const made = { ...configuration, program: absolute(program, folder) };
    const stops = this.stops(made.program);
    Object.assign(made, {
      stopAtEvents: [...listOf(configuration.stopAtEvents), ...stops.stopAtEvents],
      stopAtData: [...listOf(configuration.stopAtData), ...stops.stopAtData],
      ...keepOwnStops(configuration),
    });
    const schedule: unknown = configuration.schedule;
    if (typeof schedule === "string") Object.assign(made, { schedule: absolute(schedule, folder) });
    // What fails is shown at its line and in the panel; the console would take a third of the room that they share.
    if (configuration.internalConsoleOptions === undefined)
      Object.assign(made, { internalConsoleOptions: "neverOpen" });
    // Somebody who set no breakpoint wants to see something before the scenario is over.
    const breakpoints = vscode.debug.breakpoints.some((breakpoint) => breakpoint.enabled);
    const stopsSomewhere = breakpoints || stops.stopAtEvents.length > 0 || stops.stopAtData.length > 0;
    if (configuration.stopOnEntry === undefined) Object.assign(made, { stopOnEntry: !stopsSomewhere });
    return made;
  }
}

/** Replaces those variables that VS Code replaces by paths which are none in a virtual workspace. */
function withoutVariables(value: string, folder: vscode.WorkspaceFolder | undefined): string {
  const active = vscode.window.activeTextEditor?.document;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: so VS Code writes variables
  if (value === "${file}" && active !== undefined) return pathOf(active.uri);
  const inFolder = /^\$\{workspaceFolder\}[/\\]?(.*)$/.exec(value);
  if (inFolder === null || folder === undefined || folder.uri.scheme === "file") return value;
  return pathOf(vscode.Uri.joinPath(folder.uri, inFolder[1] ?? ""));
}

/** What a configuration has under a name that is to be a list. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A path is of the workspace's folder unless it says otherwise. */
function absolute(path: string, folder: vscode.WorkspaceFolder | undefined): string {
  if (/^([a-zA-Z][a-zA-Z0-9+.-]*:|[/\\])/.test(path) || folder === undefined) return path;
  return pathOf(vscode.Uri.joinPath(folder.uri, path));
}

/** Registers what fills in launch configurations, and what offers one for the active file. */
export function registerConfigurations(stops: Stops): vscode.Disposable[] {
  const provider = new ConfigurationProvider(stops);
  return [
    vscode.debug.registerDebugConfigurationProvider("hmm", provider),
    vscode.debug.registerDebugConfigurationProvider(
      "hmm",
      { provideDebugConfigurations: () => provider.provideDebugConfigurations() },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
  ];
}
