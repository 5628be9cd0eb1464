/** Walks the statements of a scenario, saying of each in which thread's block it stands. */

import type { Action, Item, Name, ScenarioStatement } from "../syntax/tree.ts";

/** Calls `visit` for every action, in the order of the text, with the name of the thread that it belongs to. */
export function forEachAction(
  statements: readonly ScenarioStatement[],
  visit: (action: Action, thread: Name | undefined) => void,
  thread?: Name,
): void {
  for (const statement of statements) {
    switch (statement.kind) {
      case "action":
        visit(statement, statement.thread ?? thread);
        break;
      case "threadBlock":
        forEachAction(statement.body.statements, visit, statement.thread);
        break;
      case "parallel":
      case "for":
      case "repeat":
        forEachAction(statement.body.statements, visit, thread);
        break;
      case "if":
        forEachAction(statement.then.statements, visit, thread);
        if (statement.else?.kind === "if") forEachAction([statement.else], visit, thread);
        else if (statement.else !== undefined) forEachAction(statement.else.statements, visit, thread);
        break;
      default:
    }
  }
}

const statementKinds: ReadonlySet<Item["kind"]> = new Set<ScenarioStatement["kind"]>([
  "action",
  "threadBlock",
  "parallel",
  "let",
  "if",
  "for",
  "repeat",
  "waitUntil",
  "barrier",
  "expect",
  "expectEvents",
  "expectNo",
]);

/** True for an item that is a statement and not a declaration. */
export function isStatement(item: Item): item is ScenarioStatement {
  return statementKinds.has(item.kind);
}
