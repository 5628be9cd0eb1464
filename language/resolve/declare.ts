/** Finds the files that a scenario consists of and every name that is declared for the whole of it, each once. */

import { Diagnostics } from "../diagnostic.ts";
import { parse } from "../syntax/parser.ts";
import type { ImportDecl, Item, KernelDecl, Member, Name, ScenarioStatement, StringLiteral } from "../syntax/tree.ts";
import { isMember } from "../syntax/tree.ts";
import { languageWords, modelStatementWords } from "../words.ts";
import type { Context, ResolveOptions } from "./context.ts";
import type { DeclaredAt, DeclaredProfile } from "./model.ts";
import { declaredMember } from "./model.ts";
import { joinPath } from "./paths.ts";
import { forEachAction, isStatement } from "./walk-statements.ts";

/** An `import` line, and the file that it brought. */
export interface ImportLine {
  readonly file: number;
  readonly declaration: ImportDecl;
  readonly imported: number;
}

const statementWords: ReadonlySet<string> = new Set(modelStatementWords);

/** Reads imports and collects names. `ctx.files` holds the main file already. */
export class Declarations {
  readonly imports: ImportLine[] = [];
  private readonly ctx: Context;
  private readonly options: ResolveOptions;
  private readonly taken = new Map<string, DeclaredAt>();
  private readonly regionNames = new Map<string, DeclaredAt>();
  private readonly fileByPath = new Map<string, number>();

  constructor(ctx: Context, options: ResolveOptions) {
    this.ctx = ctx;
    this.options = options;
    this.fileByPath.set(options.path, 0);
  }

  /** Goes through a file, and through what it imports where it does. What statements declare comes last. */
  collect(file: number): void {
    const items = this.ctx.files[file]?.parsed.file.items ?? [];
    for (const item of items) this.collectItem(file, item);
    if (file === 0) this.collectStatements(items.filter(isStatement));
  }

  private collectItem(file: number, item: Item): void {
    switch (item.kind) {
      case "import":
        if (item.path !== undefined) this.collectImport(file, item, item.path);
        return;
      case "node":
        this.take(file, item.name);
        return;
      case "cpu":
        for (const name of item.names) this.takeFree(file, name, "CPU");
        return;
      case "device":
        this.takeFree(file, item.name, "device");
        for (const attribute of item.attributes) if (attribute.kind === "coherent") this.take(file, attribute.node);
        return;
      case "process":
        this.take(file, item.name);
        for (const region of item.regions) this.takeRegion(file, region.name);
        return;
      case "thread":
        this.takeFree(file, item.name, "thread");
        return;
      case "driver":
        this.take(file, item.name);
        this.collectBody(file, item.members);
        return;
      case "kernel":
        if (isDefinition(item)) {
          this.collectBody(file, item.members);
          if (item.profile !== undefined) {
            this.addProfile({ name: item.profile.value, file, declaration: item });
          }
        }
        return;
      default:
        if (!isMember(item)) return;
        this.take(file, item.name);
        this.checkModelName(file, item.name);
    }
  }

  private collectStatements(statements: readonly ScenarioStatement[]): void {
    forEachAction(statements, (action) => {
      const { declares } = action.operands;
      if (declares !== undefined) {
        if (action.verb.text === "fork") this.take(0, declares);
        else this.takeRegion(0, declares);
      }
      if (action.as !== undefined) this.take(0, action.as);
    });
  }

  private addProfile(profile: DeclaredProfile): void {
    const { profiles, profileByName, profileMembers } = this.ctx;
    profiles.push(profile);
    if (!profileByName.has(profile.name)) profileByName.set(profile.name, profile);
    for (const member of profile.declaration.members) {
      if (profileMembers.has(member.name.text)) continue;
      profileMembers.set(member.name.text, declaredMember(profile.file, member, profile.declaration));
    }
  }

  private collectImport(file: number, declaration: ImportDecl, path: StringLiteral): void {
    const { ctx } = this;
    const joined = joinPath(ctx.files[file]?.path ?? "", path.value);
    let imported = this.fileByPath.get(joined);
    if (imported === undefined) {
      const text = this.options.readImport(joined);
      if (text === undefined) {
        ctx.error(file, "no-file", `There is no file \`${path.value}\` to import.`, path, {
          hint: "The path is relative to this file.",
        });
        return;
      }
      imported = ctx.files.length;
      ctx.files.push({ path: joined, parsed: parse(text), diagnostics: new Diagnostics() });
      this.fileByPath.set(joined, imported);
      this.collect(imported);
    }
    if (imported !== 0) this.imports.push({ file, declaration, imported });
  }

  /** Members of one driver or profile: each name once among them. */
  private collectBody(file: number, members: readonly Member[]): void {
    const own = new Map<string, Name>();
    for (const { name } of members) {
      if (name.text === "") continue;
      const before = own.get(name.text);
      if (before === undefined) own.set(name.text, name);
      else this.reportTwice(file, name, { file, name: before });
      this.checkModelName(file, name);
    }
  }

  /** A name of model code may not be a word that begins one of its statements. */
  private checkModelName(file: number, name: Name): void {
    if (!statementWords.has(name.text)) return;
    this.ctx.error(file, "word-of-language", `\`${name.text}\` begins a statement; it may not be declared.`, name);
  }

  private takeFree(file: number, name: Name, what: string): void {
    if (languageWords.has(name.text)) {
      this.ctx.error(
        file,
        "word-of-language",
        `\`${name.text}\` is a word of the language; a ${what} may not be called so.`,
        name,
      );
    }
    this.take(file, name);
  }

  private take(file: number, name: Name): void {
    if (name.text === "") return;
    const before = this.taken.get(name.text) ?? this.regionNames.get(name.text);
    if (before === undefined) this.taken.set(name.text, { file, name });
    else this.reportTwice(file, name, before);
  }

  /** Regions of different processes may share a name; whether two of one process do is found when they are made. */
  private takeRegion(file: number, name: Name): void {
    if (name.text === "") return;
    const before = this.taken.get(name.text);
    if (before !== undefined) this.reportTwice(file, name, before);
    else if (!this.regionNames.has(name.text)) this.regionNames.set(name.text, { file, name });
  }

  private reportTwice(file: number, name: Name, before: DeclaredAt): void {
    this.ctx.redeclared.add(name);
    this.ctx.error(
      file,
      "declared-twice",
      `\`${name.text}\` is declared already, in ${this.ctx.where(before, file)}.`,
      name,
    );
  }
}

/** True for a `kernel` line that defines a profile, and does not only choose one and set its switches. */
export function isDefinition(kernel: KernelDecl): boolean {
  return kernel.extends !== undefined || kernel.members.length > 0;
}
