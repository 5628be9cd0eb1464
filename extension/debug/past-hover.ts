/** In a hover over a place, while a session stands: what happened to its page last, each with its line and moment, and ways to go there. */

import * as vscode from "vscode";
import type { Reason, ReasonStep } from "../../debug/protocol.ts";
import { SessionLink } from "../panel/session-link.ts";
import { languageId, pathOf, uriOf } from "../paths.ts";
import { baseName } from "../scenarios.ts";
import type { Services } from "../services.ts";

/** Links of the chain that a hover has room for: the last ones. */
const shownLinks = 5;
/** Commands that the hover's links may run, and no others. */
const goToMoment = "hmm.goToMoment";
const commands = ["hmm.why", "hmm.track", "hmm.toFirstChange", "hmm.toLastChange", goToMoment];

/** Registers the hover and what its links do. */
export function registerPastHover(services: Services): vscode.Disposable[] {
  return [
    vscode.languages.registerHoverProvider(languageId, {
      provideHover: async (document, position, cancelled) => {
        const session = vscode.debug.activeDebugSession;
        if (session?.type !== "hmm") return undefined;
        // Another scenario's places may have the same names.
        const past = new SessionLink(session);
        if (pathOf(document.uri) !== past.program) return undefined;
        const { engine } = await services.load();
        const found = engine.evaluatableExpression(document.getText(), document.offsetAt(position));
        if (found === undefined || cancelled.isCancellationRequested) return undefined;
        const reason = await past.request("hmm/why", { place: found.text }).catch(() => undefined);
        if (reason === undefined || cancelled.isCancellationRequested) return undefined;
        const start = document.positionAt(found.start);
        return new vscode.Hover(markdownOf(reason), new vscode.Range(start, document.positionAt(found.end)));
      },
    }),
    vscode.commands.registerCommand(goToMoment, (step?: unknown) =>
      services.guard("This moment cannot be gone to", async () => {
        const session = vscode.debug.activeDebugSession;
        if (session?.type !== "hmm" || typeof step !== "number") return;
        await new SessionLink(session).request("hmm/goTo", { step });
      }),
    ),
  ];
}

/** The hover's text. */
function markdownOf({ place, present, complete, chain }: Reason): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: commands };
  const shown = chain.slice(-shownLinks).reverse();
  const isAll = complete && shown.length === chain.length;
  const ways = [
    link("All of it", "hmm.why", place),
    link("First change", "hmm.toFirstChange", `pte(${place})`),
    link("Last change", "hmm.toLastChange", `pte(${place})`),
    link("Follow it", "hmm.track", `pte(${place})`),
  ];
  const head = `${escaped(`${place} is ${present}`)}${isAll ? "" : "; the last of what led to it:"}`;
  text.appendMarkdown(`**Why is this page here?** ${head}\n\n`);
  if (shown.length === 0) text.appendMarkdown("Nothing has happened to it.");
  // The ways come first: a long chain is scrolled.
  else text.appendMarkdown(`${ways.join(" · ")}\n\n`);
  for (const step of shown) appendLink(text, step);
  return text;
}
function appendLink(text: vscode.MarkdownString, { step, what, thread, place }: ReasonStep): void {
  const where = `${thread}, ${baseName(uriOf(place.path))}:${place.line}: ${what.join("; ")}`;
  text.appendMarkdown(`- ${link(`Step ${step}`, goToMoment, step)}, ${escaped(where)}\n`);
}
function link(title: string, command: string, given: unknown): string {
  return `[${escaped(title)}](command:${command}?${encodeURIComponent(JSON.stringify([given]))})`;
}
/** A text as it stands in Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~]/g, "\\$&");
}
