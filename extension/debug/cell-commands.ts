/** The commands of the context menu of the panel's cells that no other view has. */

import * as vscode from "vscode";
import type { CellContext } from "../../webview/messages.ts";
import { isCellContext } from "../../webview/messages.ts";
import type { Services } from "../services.ts";
import type { DataBreakpoints } from "./data-breakpoints.ts";

/** Registers the commands; VS Code calls them with what the cell says of itself. */
export function registerCellCommands(services: Services, breakpoints: DataBreakpoints): vscode.Disposable[] {
  const register = (name: string, work: (cell: CellContext) => Promise<void>) =>
    vscode.commands.registerCommand(name, (given?: unknown) =>
      services.guard("The breakpoint cannot be set", async () => {
        if (isCellContext(given)) await work(given);
      }),
    );
  return [
    register("hmm.cell.breakOnChange", ({ expression }) => breakpoints.add(expression, "change")),
    register("hmm.cell.breakOnRead", ({ expression }) => breakpoints.add(expression, "read")),
    register("hmm.cell.breakOnWrite", ({ expression }) => breakpoints.add(expression, "write")),
    register("hmm.cell.removeBreakpoint", ({ expression }) => breakpoints.remove(expression)),
    register("hmm.cell.copyValue", async ({ value }) => vscode.env.clipboard.writeText(value)),
  ];
}
