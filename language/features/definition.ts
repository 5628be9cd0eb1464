/** Go to definition, and all places where a name of a file stands for the same thing. */

import type { Analysis } from "../analyse.ts";
import type { LibraryLocation, LibrarySignature } from "../library-signature.ts";
import { indexLibrary } from "../resolve/library-index.ts";
import type { Binding, DeclaredAt } from "../resolve/model.ts";
import { joinPath } from "../resolve/paths.ts";
import { forEachName, nameAt, nodesAt } from "../syntax/find.ts";
import type { Name, Span, StringLiteral } from "../syntax/tree.ts";

/** Where something is declared. A path of the library (`kernel/memory.hmm`) if `library`, else a file's as resolved. */
export interface Location {
  readonly file: string;
  readonly library: boolean;
  readonly start: number;
  readonly end: number;
}

/** Where what the name or string at `offset` stands for is declared; undefined if there is nothing to go to. */
export function definition(analysis: Analysis, library: LibrarySignature, offset: number): Location | undefined {
  const { resolved, parsed } = analysis;
  const found = nameAt(parsed.file, offset);
  if (found === undefined) return definitionOfString(analysis, library, offset);
  const { name, path } = found;
  const binding = resolved.bindings.get(name);
  if (binding !== undefined) return locationOf(analysis, binding);
  const parent = path.at(-1);
  if ((parent?.kind === "device" && parent.driver === name) || (parent?.kind === "driver" && parent.extends === name)) {
    return driverLocation(analysis, library, name.text);
  }
  if (parent?.kind === "member" && parent.member === name) return memberLocation(analysis, library, name.text);
  const declared = resolved.globals.get(name.text);
  return declared?.at === undefined ? undefined : fileLocation(analysis, declared.at);
}

function fileLocation(analysis: Analysis, at: DeclaredAt): Location {
  const { start, end } = at.name;
  return { file: analysis.resolved.files[at.file]?.path ?? "", library: false, start, end };
}

function libraryLocation(location: LibraryLocation | undefined): Location | undefined {
  return location === undefined ? undefined : { ...location, library: true };
}

function locationOf(analysis: Analysis, binding: Binding): Location | undefined {
  switch (binding.kind) {
    case "word":
    case "error":
    case "fact":
    case "event":
    case "field":
      return undefined;
    case "libraryFunction":
    case "libraryMember":
    case "primitive":
      return libraryLocation(binding.signature.location);
    default:
      return binding.at === undefined ? undefined : fileLocation(analysis, binding.at);
  }
}

function driverLocation(analysis: Analysis, library: LibrarySignature, name: string): Location | undefined {
  const declared = analysis.resolved.drivers.get(name);
  if (declared !== undefined) return fileLocation(analysis, declared.at);
  return libraryLocation(indexLibrary(library).drivers.get(name)?.location);
}

/** `self.mutex`, `context.invalidate`: a member or callback of a driver of the files, else of the library. */
function memberLocation(analysis: Analysis, library: LibrarySignature, name: string): Location | undefined {
  for (const { at, declaration } of analysis.resolved.drivers.values()) {
    const own =
      declaration.members.find((member) => member.name.text === name) ??
      declaration.callbacks.find((callback) => callback.name.text === name);
    if (own !== undefined) return fileLocation(analysis, { file: at.file, name: own.name });
  }
  for (const driver of library.drivers) {
    const own =
      driver.members.find((member) => member.name === name) ??
      driver.callbacks.find((callback) => callback.name === name);
    if (own?.location !== undefined) return libraryLocation(own.location);
  }
  return undefined;
}

function definitionOfString(analysis: Analysis, library: LibrarySignature, offset: number): Location | undefined {
  const path = nodesAt(analysis.parsed.file, offset);
  const literal = path.pop();
  const parent = path.pop();
  if (literal?.kind !== "string") return undefined;
  if (parent?.kind === "import") return importedFile(analysis, literal);
  if (parent?.kind !== "kernel") return undefined;
  const own = analysis.resolved.profiles.find(
    ({ name, declaration }) => name === literal.value && declaration !== parent,
  );
  const profile = own?.declaration.profile;
  if (own !== undefined && profile !== undefined) {
    const file = analysis.resolved.files[own.file]?.path ?? "";
    return { file, library: false, start: profile.start, end: profile.end };
  }
  return libraryLocation(indexLibrary(library).profiles.get(literal.value)?.location);
}

function importedFile(analysis: Analysis, literal: StringLiteral): Location | undefined {
  const { files } = analysis.resolved;
  const file = joinPath(files[0]?.path ?? "", literal.value);
  return files.some(({ path }) => path === file) ? { file, library: false, start: 0, end: 0 } : undefined;
}

/**
 * Every place in the file where the name at `offset` stands for the same thing, its declaration included, in the order of
 * the text; empty if there is no name that stands for something declared.
 */
export function occurrences(analysis: Analysis, offset: number): Span[] {
  const found = nameAt(analysis.parsed.file, offset);
  if (found === undefined) return [];
  const wanted = identityOf(analysis, found.name);
  if (wanted === undefined) return [];
  const spans: Span[] = [];
  forEachName(analysis.parsed.file, (name) => {
    if (name.text !== "" && identityOf(analysis, name) === wanted) spans.push({ start: name.start, end: name.end });
  });
  return spans.sort((a, b) => a.start - b.start);
}

/** What makes two names the same: the declaring name, or the text of a function, event or the like. */
function identityOf(analysis: Analysis, name: Name): Name | string | undefined {
  const binding = analysis.resolved.bindings.get(name);
  if (binding === undefined) return isDeclaring(analysis, name) ? name : undefined;
  switch (binding.kind) {
    case "word":
    case "error":
    case "fact":
    case "event":
    case "field":
    case "libraryFunction":
    case "libraryMember":
    case "primitive":
      return `${binding.kind} ${binding.name}`;
    default:
      return binding.at?.name ?? `${binding.kind} ${binding.name}`;
  }
}

function isDeclaring(analysis: Analysis, name: Name): boolean {
  const { globals, regions, results } = analysis.resolved;
  if (globals.get(name.text)?.at?.name === name || results.get(name.text)?.at.name === name) return true;
  return regions.some((region) => region.at?.name === name);
}
