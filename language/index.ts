/**
 * The language: `.hmm` text to tree, to what its names mean, to all that is wrong with it, and the editor features. Pure
 * functions; nothing here reads files, knows an editor, or throws for what a user wrote. The compiler is `compile/`.
 *
 * syntax/    tokens, tree, parser            resolve/   imports, the machine, names, places, fragments
 * check/     the static checks               features/  one editor feature a file
 * verbs.ts, events.ts, facts.ts, policies.ts, callbacks.ts, words.ts: the tables that everything is made from
 */

export { type Analysis, analyse, analyseParsed } from "./analyse.ts";
export type { Diagnostic, Edit, Fix } from "./diagnostic.ts";
export { complete, completeFragment } from "./features/completion/complete.ts";
export type { Completion, CompletionKind, Completions } from "./features/completion/items.ts";
export { definition, type Location, occurrences } from "./features/definition.ts";
export { diagnose, fixesAt, type QuickFix, underlined } from "./features/diagnostics.ts";
export { evaluatableExpression, type StatementSpan, statementAt, statements } from "./features/expression-at.ts";
export { type Hover, hover } from "./features/hover.ts";
export { type OutlineItem, type OutlineKind, outline } from "./features/outline.ts";
export { addDeclarations, type LibrarySource } from "./library-declarations.ts";
export type { LibrarySignature } from "./library-signature.ts";
export { languageConfiguration, languageId, monarchLanguage } from "./monarch.ts";
export { bindExpression, bindFragmentStatement, type FragmentOptions } from "./resolve/fragment.ts";
export type { Resolved } from "./resolve/model.ts";
export { resolvePlace } from "./resolve/places.ts";
export { type ResolveOptions, resolve } from "./resolve/resolve.ts";
export { type LineColumn, LineIndex } from "./syntax/lines.ts";
export { type Parsed, parse, parseExpression, parseStatement } from "./syntax/parser.ts";
