/** The debugger's own commands: why a page is where it is, an expression over time, other orders of steps. */

import * as vscode from "vscode";
import type { StepFilter, TextPlace } from "../../debug/protocol.ts";
import { isCellContext } from "../../webview/messages.ts";
import { SessionLink } from "../panel/session-link.ts";
import { uriOf } from "../paths.ts";
import { baseName } from "../scenarios.ts";
import type { Services } from "../services.ts";

/** An item of a list of moments. */
interface Moment extends vscode.QuickPickItem {
  readonly step: number;
}

/** The session that is looked at. */
function link(): SessionLink | undefined {
  const session = vscode.debug.activeDebugSession;
  if (session?.type === "hmm") return new SessionLink(session);
  void vscode.window.showInformationMessage("Debug a scenario first (F5), then try again.");
  return undefined;
}

/** An item of the list of functions. */
interface FunctionItem extends vscode.QuickPickItem {
  readonly name: string;
}
/** Lets the user choose a function, of what is debugged or else of what ships, and sets a breakpoint at it. */
async function breakAtFunction(services: Services): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  const { engine, library } = await services.load();
  const functions =
    session?.type === "hmm"
      ? (await new SessionLink(session).request("hmm/functions", {})).functions
      : engine.modelFunctions(library);
  const items = functions.map(
    ({ name, parameters, place, doc }): FunctionItem => ({
      name,
      label: `${name}(${parameters.join(", ")})`,
      description: placeText(place),
      detail: doc.split("\n")[0] ?? "",
    }),
  );
  const options = { title: "Stop where this function is entered", matchOnDescription: true, matchOnDetail: true };
  const chosen = await vscode.window.showQuickPick(items, options);
  if (chosen !== undefined) vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint(chosen.name)]);
}

/** Registers the commands. */
export function registerDebugCommands(services: Services): vscode.Disposable[] {
  const register = (name: string, what: string, work: (link: SessionLink, given: unknown) => Promise<void>) =>
    vscode.commands.registerCommand(name, (given?: unknown) =>
      services.guard(what, async () => {
        const session = link();
        if (session !== undefined) await work(session, given);
      }),
    );
  return [
    vscode.commands.registerCommand("hmm.breakAtFunction", () =>
      services.guard("The functions cannot be listed", () => breakAtFunction(services)),
    ),
    register("hmm.why", "The page's past cannot be told", why),
    register("hmm.track", "The expression cannot be followed", track),
    register("hmm.toFirstChange", "The first change was not found", (session, given) =>
      toChange(session, given, "first"),
    ),
    register("hmm.toLastChange", "The last change was not found", (session, given) => toChange(session, given, "last")),
    register("hmm.runThread", "The thread cannot run alone", runThread),
    register("hmm.saveSchedule", "The order of steps cannot be saved", saveSchedule),
    register("hmm.exploreFromHere", "What follows cannot be explored", exploreFromHere),
    register("hmm.reload", "The scenario cannot be reloaded", reload),
    register("hmm.stepFilter", "The step filter cannot be changed", stepFilter),
  ];
}

async function why(session: SessionLink, given: unknown): Promise<void> {
  const place = await expressionFor(given, "Why is this page here? A place, such as buf[1]", true);
  if (place === undefined) return;
  const reason = await session.request("hmm/why", { place });
  const items = reason.chain.map(
    ({ step, thread, what, place: at, within, statement }): Moment => ({
      step,
      label: what.join("; "),
      // Moment and line come first of what may be cut off.
      detail: [`step ${step.toLocaleString("en")}, ${thread}, ${placeText(at)}`, statement, within.join(" › ")]
        .filter((part) => part !== "")
        .join(" — "),
    }),
  );
  const title = `${reason.place} is ${reason.present}${reason.complete ? "" : " (its beginning is forgotten)"}`;
  await goToOneOf(session, title, items, "Nothing has happened to this page.");
}

async function track(session: SessionLink, given: unknown): Promise<void> {
  const expression = await expressionFor(given, "An expression to follow over the whole history");
  if (expression === undefined) return;
  const { points, complete } = await session.request("hmm/track", { expression });
  const items = points.map(
    ({ step, value, thread, place }): Moment => ({
      step,
      label: value,
      description: [`step ${step.toLocaleString("en")}`, thread, placeText(place)]
        .filter((part) => part !== "")
        .join(", "),
    }),
  );
  await goToOneOf(session, `${expression}${complete ? "" : " (the last changes)"}`, items, "It was never anything.");
}

/** Shows moments; the one that is chosen is gone to. */
async function goToOneOf(session: SessionLink, title: string, items: readonly Moment[], empty: string): Promise<void> {
  if (items.length === 0) {
    void vscode.window.showInformationMessage(`${title}. ${empty}`);
    return;
  }
  const options = { title, placeHolder: "Choose a moment to go there", matchOnDescription: true, matchOnDetail: true };
  const chosen = await vscode.window.showQuickPick(items, options);
  if (chosen !== undefined) await session.request("hmm/goTo", { step: chosen.step });
}

async function toChange(session: SessionLink, given: unknown, which: "first" | "last"): Promise<void> {
  const expression = await expressionFor(given, `Go to the ${which} change of this expression`);
  if (expression !== undefined) await session.request("hmm/toChange", { expression, which });
}

async function runThread(session: SessionLink, given: unknown): Promise<void> {
  const stack = vscode.debug.activeStackItem;
  const threadId = property(given, "threadId") ?? stack?.threadId;
  if (typeof threadId === "number") await session.request("hmm/runThread", { threadId });
}

async function saveSchedule(session: SessionLink): Promise<void> {
  const { schedule, complete, changes } = await session.request("hmm/schedule", {});
  if (!complete) throw new Error("the beginning of the history was forgotten; raise historyLimit and run again");
  const uri = await vscode.window.showSaveDialog({ filters: { Schedule: ["json"] }, title: "Save the Order of Steps" });
  if (uri === undefined) return;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(`${JSON.stringify(schedule)}\n`));
  const warning = changes.length === 0 ? "" : ` It does not hold what was changed by hand: ${changes.join("; ")}.`;
  void vscode.window.showInformationMessage(
    `The order of steps was saved: a launch configuration's "schedule".${warning}`,
  );
}

async function exploreFromHere(session: SessionLink): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const found = await vscode.window.withProgress({ location, title: "Exploring all that can follow" }, () =>
    session.request("hmm/explore", {}),
  );
  if (found.failures.length === 0) {
    void vscode.window.showInformationMessage(found.message);
    return;
  }
  const choice = await vscode.window.showWarningMessage(found.message, "Go There");
  if (choice === undefined) return;
  await session.request("hmm/follow", { failure: 0 });
  await vscode.commands.executeCommand("workbench.action.debug.continue");
}

async function reload(session: SessionLink): Promise<void> {
  const { same, because } = await session.request("hmm/reload", {});
  if (!same) void vscode.window.showInformationMessage(`Reloaded, at another place than before: ${because}.`);
}

async function stepFilter(session: SessionLink): Promise<void> {
  const items: (vscode.QuickPickItem & { readonly filter: StepFilter })[] = [
    { filter: "all", label: "Everywhere", description: "steps go into the kernel model, too" },
    { filter: "drivers", label: "Drivers and scenario", description: "steps pass over the kernel's functions" },
    { filter: "scenario", label: "Scenario", description: "steps go from statement to statement of the scenario" },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: "Where steps stop" });
  if (chosen !== undefined) await session.request("hmm/stepFilter", { filter: chosen.filter });
}

/** The expression that a command is about: of a cell, a link or a variable; else it is asked for, beginning with the selection. */
async function expressionFor(given: unknown, title: string, placeOnly = false): Promise<string | undefined> {
  if (isCellContext(given)) return placeOnly ? given.place : given.expression;
  if (typeof given === "string") return given;
  const named = property(property(given, "variable"), "evaluateName");
  if (typeof named === "string" && named !== "") return named;
  const editor = vscode.window.activeTextEditor;
  const selected = editor?.document.getText(editor.selection) ?? "";
  const value = selected === "" ? placeAt(editor) : selected;
  const typed = await vscode.window.showInputBox({ title, value });
  return typed === undefined || typed.trim() === "" ? undefined : typed.trim();
}

/** The place that stands at the cursor, such as `buf[1]`. */
function placeAt(editor: vscode.TextEditor | undefined): string {
  const range = editor?.document.getWordRangeAtPosition(editor.selection.active, /\w+(?:\.\w+)?(?:\[[^\]]*\])?/);
  return range === undefined ? "" : (editor?.document.getText(range) ?? "");
}

function placeText(place: TextPlace | undefined): string {
  if (place === undefined) return "";
  return `${baseName(uriOf(place.path))}:${place.line}`;
}

function property(of: unknown, name: string): unknown {
  if (typeof of !== "object" || of === null) return undefined;
  const held: Readonly<Record<string, unknown>> = { ...of };
  return held[name];
}
