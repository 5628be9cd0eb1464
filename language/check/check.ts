/** All static checks of a resolved file. */

import type { Diagnostic } from "../diagnostic.ts";
import type { LibrarySignature } from "../library-signature.ts";
import type { Resolved } from "../resolve/model.ts";
import { ExpressionChecker } from "./expressions.ts";
import { checkMachine } from "./machine.ts";
import { ModelChecker, ModelWorld } from "./model.ts";
import { Reporter } from "./reporter.ts";
import { StatementChecker } from "./statements.ts";

/** Checks a resolved file and what it imports: one list of diagnostics for each of `resolved.files`. */
export function check(resolved: Resolved, library: LibrarySignature): Diagnostic[][] {
  const reporter = new Reporter(resolved);
  checkMachine(reporter, library);
  const expressions = new ExpressionChecker(reporter, library, 0);
  new StatementChecker(reporter, expressions).topLevel(resolved.statements);
  for (const { file, declaration } of resolved.properties) {
    new ExpressionChecker(reporter, library, file).check(declaration.condition);
  }
  checkModelCode(reporter, library);
  return reporter.finish();
}

function checkModelCode(reporter: Reporter, library: LibrarySignature): void {
  const { resolved } = reporter;
  const world = new ModelWorld(resolved, library);
  resolved.files.forEach(({ parsed }, file) => {
    const checker = new ModelChecker(reporter, world, file);
    for (const item of parsed.file.items) {
      switch (item.kind) {
        case "driver":
          for (const member of item.members) checker.member(member, item);
          for (const callback of item.callbacks) checker.function(callback, item);
          break;
        case "kernel":
          for (const member of item.members) checker.member(member, item);
          break;
        case "fn":
        case "struct":
        case "var":
        case "const":
          checker.member(item, undefined);
          break;
        default:
      }
    }
  });
}
