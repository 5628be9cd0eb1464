/** Resolves a parsed file: its imports, the machine it declares, and what every name in it stands for. */

import { Diagnostics } from "../diagnostic.ts";
import type { LibrarySignature } from "../library-signature.ts";
import { didYouMean, nearest, oneOf } from "../suggest.ts";
import type { Parsed } from "../syntax/parser.ts";
import type { Declaration, Expr, FindsDecl, Item, ScenarioDecl, ScenarioStatement, Setting } from "../syntax/tree.ts";
import { ExprBinder } from "./bind-expr.ts";
import { ModelBinder } from "./bind-model.ts";
import { bindStatements } from "./bind-statements.ts";
import type { ResolveOptions } from "./context.ts";
import { Context } from "./context.ts";
import type { ImportLine } from "./declare.ts";
import { Declarations, isDefinition } from "./declare.ts";
import type { Placed } from "./machine.ts";
import { resolveCpus, resolveDevices, resolveNodes, resolvePageSize } from "./machine.ts";
import type { Resolved, SelectedKernel } from "./model.ts";
import { declaredMember, extendsLimit } from "./model.ts";
import { resolveProcesses, resolveThreads } from "./processes.ts";
import { layOut } from "./regions.ts";
import { Scopes } from "./scopes.ts";
import { forEachAction, isStatement } from "./walk-statements.ts";

export type { ResolveOptions } from "./context.ts";

/** Resolves a file. The result is complete for any input; what is wrong is in the files' diagnostics. */
export function resolve(parsed: Parsed, options: ResolveOptions): Resolved {
  return resolveWithContext(parsed, options).resolved;
}

/** The same, with the context that further expressions can be bound in (debug console, breakpoint conditions). */
export function resolveWithContext(parsed: Parsed, options: ResolveOptions): { resolved: Resolved; ctx: Context } {
  const ctx = new Context(options.library);
  ctx.files.push({ path: options.path, parsed, diagnostics: new Diagnostics() });
  const declarations = new Declarations(ctx, options);
  declarations.collect(0);

  const items = collectItems(ctx);
  const statements = parsed.file.items.filter(isStatement);
  resolvePageSize(ctx, items.of("pageSize"));
  resolveNodes(ctx, items.of("node"));
  resolveDevices(ctx, items.of("device"));
  resolveCpus(ctx, items.of("cpu"));
  declareModelCode(ctx, items);
  resolveProcesses(ctx, items.of("process"));
  declareResults(ctx, statements);
  resolveThreads(ctx, items.of("thread"), statements);
  layOut(ctx);

  bindScenario(ctx, parsed.file.items);
  for (const { file, item } of items.of("property")) ctx.properties.push({ file, declaration: item });
  bindImportedProperties(ctx);
  bindModelCode(ctx, items);

  const kernel = selectKernel(ctx, items);
  const { title, doc, finds } = collectHeader(ctx, items);
  reportImports(ctx, declarations.imports);
  const resolved: Resolved = {
    files: ctx.files.map(({ path, parsed: tree, diagnostics }) => ({
      path,
      parsed: tree,
      diagnostics: [...tree.diagnostics, ...diagnostics.finish()],
    })),
    title,
    doc,
    kernel,
    pageSize: ctx.pageSize,
    nodes: ctx.nodes,
    cpus: ctx.cpus,
    devices: ctx.devices,
    processes: ctx.processes,
    threads: ctx.threads,
    regions: ctx.regions,
    drivers: ctx.drivers,
    profiles: ctx.profiles,
    profileByName: ctx.profileByName,
    members: ctx.members,
    properties: ctx.properties,
    finds,
    invariants: ctx.invariants,
    results: ctx.results,
    statements,
    bindings: ctx.bindings,
    places: ctx.places,
    threadOf: ctx.threadOf,
    globals: ctx.globals,
  };
  return { resolved, ctx };
}

type Kind = Declaration["kind"];
type DeclarationOf<K extends Kind> = Extract<Declaration, { readonly kind: K }>;

/** The declarations of all files by kind: the main file's first, then those of imported ones. */
class Items {
  private readonly byKind = new Map<Kind, Placed<Declaration>[]>();

  add(file: number, item: Declaration): void {
    const rows = this.byKind.get(item.kind);
    if (rows === undefined) this.byKind.set(item.kind, [{ file, item }]);
    else rows.push({ file, item });
  }

  of<K extends Kind>(kind: K): Placed<DeclarationOf<K>>[] {
    const rows: Placed<DeclarationOf<K>>[] = [];
    for (const { file, item } of this.byKind.get(kind) ?? []) {
      if (isOfKind(item, kind)) rows.push({ file, item });
    }
    return rows;
  }
}

function isOfKind<K extends Kind>(item: Declaration, kind: K): item is DeclarationOf<K> {
  return item.kind === kind;
}

function collectItems(ctx: Context): Items {
  const items = new Items();
  ctx.files.forEach((file, index) => {
    for (const item of file.parsed.file.items) if (!isStatement(item)) items.add(index, item);
  });
  return items;
}

const memberKinds = ["fn", "struct", "var", "const", "table", "listDecl", "lockDecl", "option"] as const;

function declareModelCode(ctx: Context, items: Items): void {
  for (const kind of memberKinds) {
    for (const { file, item } of items.of(kind)) {
      if (item.name.text === "" || ctx.redeclared.has(item.name)) continue;
      const member = declaredMember(file, item, undefined);
      ctx.members.set(member.name, member);
      ctx.globals.set(member.name, member);
    }
  }
  for (const { file, item } of items.of("driver")) {
    if (item.name.text === "" || ctx.redeclared.has(item.name)) continue;
    const at = { file, name: item.name };
    const driver = { kind: "driver", name: item.name.text, at, doc: item.doc, declaration: item } as const;
    ctx.drivers.set(driver.name, driver);
    ctx.globals.set(driver.name, driver);
  }
}

function declareResults(ctx: Context, statements: readonly ScenarioStatement[]): void {
  forEachAction(statements, (action) => {
    const name = action.as;
    if (name === undefined || name.text === "" || ctx.redeclared.has(name)) return;
    ctx.results.set(name.text, { kind: "result", name: name.text, at: { file: 0, name }, doc: undefined, action });
  });
}

/** Statements and properties of the main file, in the order of the text: a `let` is known from there on. */
function bindScenario(ctx: Context, items: readonly Item[]): void {
  const scopes = new Scopes(ctx, 0);
  const binder = new ExprBinder(ctx, 0, scopes);
  scopes.push();
  for (const item of items) {
    if (item.kind === "property") binder.value(item.condition);
    else if (isStatement(item)) bindStatements(binder, [item], undefined);
  }
}

function bindImportedProperties(ctx: Context): void {
  for (const { file, declaration } of ctx.properties) {
    if (file === 0) continue;
    const scopes = new Scopes(ctx, file);
    scopes.push();
    new ExprBinder(ctx, file, scopes).value(declaration.condition);
  }
}

function bindModelCode(ctx: Context, items: Items): void {
  const topLevel = new Map<number, ModelBinder>();
  for (const kind of memberKinds) {
    for (const { file, item } of items.of(kind)) {
      let binder = topLevel.get(file);
      if (binder === undefined) {
        binder = new ModelBinder(ctx, file, undefined);
        topLevel.set(file, binder);
      }
      binder.member(item);
    }
  }
  for (const { file, item } of items.of("driver")) {
    const binder = new ModelBinder(ctx, file, item);
    for (const member of item.members) binder.member(member);
    for (const callback of item.callbacks) binder.function(callback);
  }
  for (const { file, item } of items.of("kernel")) {
    if (item.members.length === 0) continue;
    const binder = new ModelBinder(ctx, file, item);
    for (const member of item.members) binder.member(member);
  }
}

/** The profile that the main file chooses: by a plain `kernel` line, or else by defining one. */
function selectKernel(ctx: Context, items: Items): SelectedKernel {
  const lines = items.of("kernel").filter(({ file }) => file === 0);
  const plain = lines.filter(({ item }) => !isDefinition(item));
  const candidates = plain.length > 0 ? plain : lines;
  const chosen = candidates[0];
  for (const { item } of candidates.slice(1)) {
    ctx.error(
      0,
      "kernel-twice",
      plain.length > 0
        ? "The profile is chosen already."
        : 'Several profiles are defined: choose one with `kernel "NAME"`.',
      item.profile ?? item,
    );
  }
  const profile = chosen?.item.profile?.value ?? ctx.library.defaultProfile;
  const settings: Setting[] = [...(chosen?.item.settings ?? [])];
  if (plain.length > 0) {
    const definition = lines.find(({ item }) => isDefinition(item) && item.profile?.value === profile);
    settings.unshift(...(definition?.item.settings ?? []));
  }
  checkProfiles(ctx, items, profile, chosen);
  return { profile, declaration: chosen?.item, settings };
}

function checkProfiles(
  ctx: Context,
  items: Items,
  profile: string,
  chosen: Placed<DeclarationOf<"kernel">> | undefined,
): void {
  const shipped = ctx.library.profiles.map((row) => row.name);
  const known = new Set([...shipped, ...ctx.profiles.map((row) => row.name)]);
  const report = (file: number, where: Expr & { readonly kind: "string" }) => {
    ctx.error(
      file,
      "unknown-profile",
      `There is no kernel profile \`${where.value}\`: ${there(shipped)}.`,
      where,
      () => {
        const near = nearest(where.value, known);
        // Another version is near, and rarely what was meant.
        if (near === undefined || withoutDigits(near) === withoutDigits(where.value)) return {};
        const edits = [{ start: where.start, end: where.end, text: `"${near}"` }];
        return { hint: `Did you mean \`${near}\`?`, fix: { title: `Change to "${near}"`, edits } };
      },
    );
  };
  const name = chosen?.item.profile;
  if (name !== undefined && !known.has(profile)) report(0, name);
  for (const { file, item } of items.of("kernel")) {
    const base = item.extends;
    if (base === undefined && item.members.length > 0 && item.profile !== undefined) {
      ctx.error(file, "no-extends", "A profile that declares something says what it builds on.", item.profile, {
        hint: `For example \`kernel "mine" extends "${ctx.library.defaultProfile}" { … }\`; or \`extends none\`.`,
      });
    }
    if (base?.kind !== "string") continue;
    if (!known.has(base.value)) report(file, base);
    else if (extendsItself(ctx, item)) {
      ctx.error(file, "extends-itself", `Profile \`${base.value}\` extends itself.`, base);
    }
  }
}

function withoutDigits(text: string): string {
  return text.replaceAll(/[\d.]+/g, "#");
}

function there(profiles: readonly string[]): string {
  if (profiles.length === 0) return "none ships";
  return `there ${profiles.length === 1 ? "is" : "are"} ${oneOf(profiles).replace(" or ", " and ")}`;
}

function extendsItself(ctx: Context, start: DeclarationOf<"kernel">): boolean {
  const seen = new Set<string>();
  let at: DeclarationOf<"kernel"> | undefined = start;
  while (at !== undefined) {
    const name: string = at.profile?.value ?? "";
    if (seen.has(name)) return true;
    if (seen.size >= extendsLimit) return false;
    seen.add(name);
    const base: DeclarationOf<"kernel">["extends"] = at.extends;
    at = base?.kind === "string" ? ctx.profileByName.get(base.value)?.declaration : undefined;
  }
  return false;
}

interface Header {
  readonly title: string | undefined;
  readonly doc: string | undefined;
  readonly finds: readonly FindsDecl[];
}

function collectHeader(ctx: Context, items: Items): Header {
  const titles = items.of("scenario").filter(({ file }) => file === 0);
  for (const { item } of titles.slice(1)) ctx.error(0, "declared-twice", "`scenario` is given already.", item);
  const scenario: ScenarioDecl | undefined = titles[0]?.item;
  const ids = ctx.library.invariants.map((row) => row.id);
  const finds: FindsDecl[] = [];
  for (const { file, item } of items.of("finds")) {
    finds.push(item);
    checkInvariant(ctx, file, item.id, [...new Set([...ids, "deadlock", "livelock", "expectation"])]);
  }
  for (const { file, item } of items.of("invariant")) {
    checkInvariant(ctx, file, item.id, ids);
    if (item.id !== undefined) ctx.invariants.set(item.id.value, item.on);
  }
  return { title: scenario?.title?.value, doc: scenario?.doc, finds };
}

function checkInvariant(
  ctx: Context,
  file: number,
  id: (Expr & { readonly kind: "string" }) | undefined,
  ids: readonly string[],
): void {
  if (id === undefined || ids.includes(id.value)) return;
  ctx.error(file, "unknown-invariant", `There is no invariant \`${id.value}\`.`, id, () =>
    didYouMean(id.value, ids, id.start + 1, id.end - 1),
  );
}

/** An imported file's own mistakes are said in the importing file too. Later files first: imports may be chained. */
function reportImports(ctx: Context, imports: readonly ImportLine[]): void {
  for (const { file, declaration, imported } of imports.toReversed()) {
    const state = ctx.files[imported];
    const path = declaration.path;
    if (state === undefined || path === undefined) continue;
    const all = [...state.parsed.diagnostics, ...state.diagnostics.finish()];
    const first = all.toSorted((a, b) => a.start - b.start)[0];
    if (first === undefined) continue;
    const count = all.length === 1 ? "an error" : `${all.length} errors`;
    const line = ctx.line(imported, first.start);
    ctx.error(file, "import-errors", `\`${path.value}\` has ${count}; in line ${line}: ${first.message}`, path);
  }
}

/** A signature without anything in it, for files that are looked at without a library. */
export const emptyLibrary: LibrarySignature = {
  profiles: [],
  defaultProfile: "",
  drivers: [],
  functions: [],
  members: [],
  primitives: [],
  words: [],
  errors: [],
  fields: [],
  invariants: [],
  valueKinds: [],
};
