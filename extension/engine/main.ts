/**
 * The heavy half of the extension: what the language, the compiler and the debugger give to it. One bundle without
 * `vscode` and without Node, the same for both hosts, loaded when a `.hmm` file is first looked at or debugged.
 */

import { HmmDebugAdapter } from "../../debug/adapter.ts";
import type { FileAccess } from "../../debug/launch.ts";
import type { Library } from "../../language/compile/builder.ts";
import { Diagnostics } from "../../language/diagnostic.ts";
import type { Completions } from "../../language/features/completion/complete.ts";
import { completeFragment } from "../../language/features/completion/complete.ts";
import type { LibrarySignature } from "../../language/library-signature.ts";
import type { Resolved } from "../../language/resolve/model.ts";
import { tokenize } from "../../language/syntax/tokens.ts";

export { modelFunctions } from "../../debug/functions.ts";
export { analyse } from "../../language/analyse.ts";
export { readImports } from "../../language/compile/front-door.ts";
export { librarySignature, readLibrary } from "../../language/compile/library-file.ts";
export { complete } from "../../language/features/completion/complete.ts";
export { definition } from "../../language/features/definition.ts";
export { evaluatableExpression } from "../../language/features/expression-at.ts";
export { hover } from "../../language/features/hover.ts";
export { outline } from "../../language/features/outline.ts";
export { parse } from "../../language/syntax/parser.ts";

/** What may be typed at an offset of a text that is not part of a file, but names what the file declares. */
export function completeText(text: string, resolved: Resolved, library: LibrarySignature, offset: number): Completions {
  return completeFragment(tokenize(text, new Diagnostics()), resolved, library, offset);
}

/** A debug adapter for one session. It lets the extension host do other things during a long run. */
export function createAdapter(library: Library, files: FileAccess): HmmDebugAdapter {
  return new HmmDebugAdapter({ library, files, yieldToHost: () => new Promise((resolve) => setTimeout(resolve, 0)) });
}
