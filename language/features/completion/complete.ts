/** What may be typed at the cursor. */

import type { Analysis } from "../../analyse.ts";
import { callbacks } from "../../callbacks.ts";
import { driverOptions, profileOptions } from "../../check/machine.ts";
import { factByName, facts } from "../../facts.ts";
import { modelKeywords, scenarioKeywords } from "../../keyword-docs.ts";
import type { LibrarySignature } from "../../library-signature.ts";
import { policies } from "../../policies.ts";
import type { Resolved } from "../../resolve/model.ts";
import type { TokenList } from "../../syntax/tokens.ts";
import { Token } from "../../syntax/tokens.ts";
import type { VerbUser } from "../../verbs.ts";
import { verbByName, verbs } from "../../verbs.ts";
import { backingWords, mappingWords, modelStatementWords, reportQualifiers, reportWords } from "../../words.ts";
import type { Completions } from "./items.ts";
import { CompletionList } from "./items.ts";
import { Names } from "./names.ts";
import type { Expected } from "./operands.ts";
import { expectedAt } from "./operands.ts";
import type { Surroundings } from "./surroundings.ts";
import { openCallAt, statementStart, surroundingsAt } from "./surroundings.ts";

export type { Completion, CompletionKind, Completions } from "./items.ts";

/** What may be typed at `offset` of a file. */
export function complete(analysis: Analysis, library: LibrarySignature, offset: number): Completions {
  return completeTokens(analysis.parsed.tokens, analysis.resolved, library, offset, { kind: "top" });
}

/**
 * What may be typed at `offset` of a piece of text that is not part of the file (debug console, what-if editor), whose
 * tokens are given; names are those of the file.
 */
export function completeFragment(
  tokens: TokenList,
  resolved: Resolved,
  library: LibrarySignature,
  offset: number,
): Completions {
  return completeTokens(tokens, resolved, library, offset, { kind: "scenario" });
}

const nothing: readonly never[] = [];

function completeTokens(
  tokens: TokenList,
  resolved: Resolved,
  library: LibrarySignature,
  offset: number,
  outermost: Surroundings,
): Completions {
  const comment = tokens.commentAt(offset - 1);
  const commentStart = tokens.comments.starts[comment] ?? 0;
  if (comment < tokens.comments.count && commentStart < offset) return { items: nothing, start: offset, end: offset };
  let index = tokens.indexAt(offset);
  // The word right before the cursor is what is being typed.
  if (index > 0 && tokens.start(index) >= offset && tokens.end(index - 1) === offset && isTyped(tokens, index - 1))
    index--;
  else if (index > 0 && tokens.end(index - 1) === offset && isOpenString(tokens, index - 1)) index--;
  const isWord = isTyped(tokens, index) && tokens.start(index) <= offset;
  const isString = tokens.kind(index) === Token.string && tokens.start(index) < offset;
  const start = isWord ? tokens.start(index) : isString ? tokens.start(index) + 1 : offset;
  const list = new CompletionList();
  const names = new Names(resolved, library, list);
  const gap = tokens.text.slice(index === 0 ? 0 : tokens.end(index - 1), start);
  const completer = new Completer(tokens, index, gap.includes("\n"), names, outermost);
  if (isString) completer.string();
  else completer.word();
  const end = isWord ? tokens.end(index) : isString ? stringEnd(tokens, index) : offset;
  return { items: list.items, start, end: Math.max(end, start) };
}

function isTyped(tokens: TokenList, index: number): boolean {
  return tokens.kind(index) === Token.name;
}

function isOpenString(tokens: TokenList, index: number): boolean {
  return tokens.kind(index) === Token.string && stringEnd(tokens, index) === tokens.end(index);
}

function stringEnd(tokens: TokenList, index: number): number {
  const text = tokens.textOf(index);
  return text.length > 1 && text.endsWith('"') ? tokens.end(index) - 1 : tokens.end(index);
}

class Completer {
  private readonly tokens: TokenList;
  /** The token that is being typed, or the one behind the cursor. */
  private readonly index: number;
  /** What is being typed is the first on its line. */
  private readonly startsLine: boolean;
  private readonly names: Names;
  private readonly list: CompletionList;
  private readonly outermost: Surroundings;

  constructor(tokens: TokenList, index: number, startsLine: boolean, names: Names, outermost: Surroundings) {
    this.startsLine = startsLine;
    this.tokens = tokens;
    this.index = index;
    this.names = names;
    this.list = names.list;
    this.outermost = outermost;
  }

  private wordAt(index: number): string {
    return index >= 0 && this.tokens.kind(index) === Token.name ? this.tokens.textOf(index) : "";
  }

  /** Inside a string: what the word in front of it takes. */
  string(): void {
    const before = this.wordAt(this.index - 1);
    if (before === "kernel" || before === "extends") this.names.profiles(false);
    else if (before === "finds" || before === "invariant") this.names.invariants(false, before === "finds");
  }

  word(): void {
    const { tokens, index } = this;
    const found = surroundingsAt(tokens, index);
    const around = found.kind === "top" ? this.outermost : found;
    if (index > 0 && tokens.kind(index - 1) === Token.dot) {
      this.members(around);
      return;
    }
    const from = statementStart(tokens, index, this.startsLine);
    switch (around.kind) {
      case "top":
        this.topLevel(from);
        return;
      case "scenario":
      case "parallel":
      case "thread":
        this.statement(from, around);
        return;
      case "events":
        this.event(from);
        return;
      case "regions":
        this.region(from);
        return;
      case "node":
        this.list.addAll("keyword", ["memory", "movable"]);
        return;
      case "device":
        this.deviceAttribute(around.driver);
        return;
      case "profile":
        this.profileEntry(around.profile, from);
        return;
      case "driver":
        this.driverEntry(around.driver, from);
        return;
      case "model":
        this.model(around, from);
        return;
      case "arms":
        for (const { name, doc } of this.names.library.words) this.list.add("word", name, "", doc);
        this.list.add("keyword", "else");
        return;
      case "struct":
        return;
    }
  }

  // ------------------------------------------------------------------------------------------------- declarations

  private topLevel(from: number): void {
    const { index } = this;
    const head = this.wordAt(from);
    if (from >= index) {
      for (const [word, { usage, doc }] of scenarioKeywords) this.list.add("keyword", word, usage, doc);
      for (const word of ["fn", "struct", "var", "const", "table", "list", "lock", "option"]) {
        this.list.add("keyword", word, modelKeywords.get(word)?.usage, modelKeywords.get(word)?.doc);
      }
      this.snippets();
      this.statement(from, { kind: "scenario" });
      return;
    }
    const before = this.wordAt(index - 1);
    switch (head) {
      case "kernel":
        if (before === "extends") this.list.add("word", "none");
        if (before === "kernel" || before === "extends") this.names.profiles(true);
        else this.list.add("keyword", "extends");
        return;
      case "finds":
      case "invariant":
        if (before === head) this.names.invariants(true, head === "finds");
        else this.list.addAll("word", ["on", "off"]);
        return;
      case "device":
        if (before === "uses") this.names.drivers();
        else if (index > from + 1) this.list.add("keyword", "uses");
        return;
      case "driver":
        if (before === "extends") this.names.drivers();
        else if (index > from + 1) this.list.add("keyword", "extends");
        return;
      case "cpu":
        if (before === "on") this.names.nodes();
        else if (index > from + 1) this.list.add("keyword", "on");
        return;
      case "thread":
        this.threadDeclaration(from, before);
        return;
      case "always":
      case "never":
      case "finally":
      case "exists":
        this.expression(from + 1);
        return;
      case "scenario":
      case "import":
      case "page_size":
      case "node":
      case "process":
      case "fn":
      case "struct":
      case "table":
      case "list":
      case "lock":
        return;
      default:
        this.statement(from, { kind: "scenario" });
    }
  }

  private threadDeclaration(from: number, before: string): void {
    if (this.tokens.kind(this.index - 1) === Token.colon) this.names.processes();
    else if (before === "on") {
      this.names.cpus();
      this.names.devices();
    } else if (this.index > from + 2) this.list.add("keyword", "on");
  }

  private snippets(): void {
    this.list.snippet(
      "snippet",
      "process …",
      `process \${1:app} {\n  \${2:buf}: anon \${3:4} pages\n}`,
      "an address space",
    );
    this.list.snippet("snippet", "device …", `device \${1:gpu0} uses \${2:dmirror} { memory \${3:4} MiB }`, "a device");
    this.list.snippet(
      "snippet",
      "parallel …",
      `parallel {\n  \${1:cpu0} { $2 }\n  \${3:gpu0} { $4 }\n}`,
      "blocks side by side",
    );
  }

  private region(from: number): void {
    const { tokens, index } = this;
    const before = this.wordAt(index - 1);
    if (tokens.kind(index - 1) === Token.colon) this.list.addAll("keyword", backingWords, "what backs the region");
    else this.mappingPart(before, index > from + 2);
  }

  private mappingPart(before: string, isBehind: boolean): void {
    if (before === "on") this.names.nodes();
    else if (before === "driver") this.names.devices();
    else if (this.tokens.kind(this.index - 1) === Token.number) {
      this.list.addAll("keyword", ["pages", "page", "KiB", "MiB", "GiB"], "unit");
    } else if (isBehind && before !== "at" && before !== "file" && !isBacking(before)) {
      this.list.addAll("keyword", mappingWords);
    }
  }

  private deviceAttribute(driver: string): void {
    const before = this.wordAt(this.index - 1);
    const options = driverOptions(this.names.resolved, this.names.library, driver);
    const fallback = options.get(before);
    if (fallback === "on" || fallback === "off") {
      this.list.addAll("word", ["on", "off"]);
      return;
    }
    if (before === "coherent") {
      this.list.add("keyword", "as");
      return;
    }
    this.list.add("keyword", "memory", "memory SIZE", "The device's own memory.");
    this.list.add("keyword", "coherent", "coherent as NODE", "Its memory is CPU-addressable, and a NUMA node.");
    for (const [name, value] of options) this.list.add("option", name, value, `Option of driver ${driver}.`);
  }

  private profileEntry(profile: string, from: number): void {
    const options = profileOptions(this.names.resolved, this.names.library, profile);
    if (this.index > from && options.has(this.wordAt(this.index - 1))) {
      this.list.addAll("word", ["on", "off"]);
      return;
    }
    for (const [name, value] of options) this.list.add("option", name, value, `Switch of profile ${profile}.`);
    for (const word of ["fn", "option", "struct", "var", "const", "table", "list", "lock"]) {
      this.list.add("keyword", word, modelKeywords.get(word)?.usage, modelKeywords.get(word)?.doc);
    }
  }

  private driverEntry(driver: string, from: number): void {
    const before = this.wordAt(this.index - 1);
    if (before === "on" && this.index > from) {
      for (const { name, params, doc } of callbacks) {
        this.list.snippet("function", name, `${name}(${params.join(", ")}) {\n  $0\n}`, params.join(", "), doc);
      }
      return;
    }
    const words = ["on", "fn", "device", "option", "struct", "var", "const", "table", "list", "lock"];
    if (this.index > from && words.includes(before) && before !== "device") return;
    for (const word of words) {
      this.list.add("keyword", word, modelKeywords.get(word)?.usage, modelKeywords.get(word)?.doc);
    }
    const options = driverOptions(this.names.resolved, this.names.library, driver);
    for (const [name, value] of options) this.list.add("option", name, value);
  }

  // --------------------------------------------------------------------------------------------------- statements

  private statement(from: number, around: Surroundings): void {
    const { index } = this;
    const thread = around.kind === "thread" ? this.names.thread(around.thread) : undefined;
    if (from >= index) {
      this.statementBeginnings(around);
      return;
    }
    const head = this.wordAt(from);
    switch (head) {
      case "let":
        if (index > from + 2) this.expression(from + 3);
        return;
      case "if":
      case "repeat":
        this.expression(from + 1);
        return;
      case "for":
        if (index === from + 2) this.list.add("keyword", "in");
        else if (index > from + 2) this.expression(from + 3);
        return;
      case "wait":
        if (index === from + 1) this.list.add("keyword", "until");
        else this.expression(from + 2);
        return;
      case "expect":
        this.expect(from);
        return;
      case "barrier":
        return;
      default:
    }
    const last = this.lastVerb(from);
    if (last === undefined) {
      const own = this.names.thread(head);
      if (own !== undefined && index === from + 1) this.verbsFor([own.on.kind]);
      else this.expression(from);
      return;
    }
    const writer = last > from ? this.wordAt(last - 1) : "";
    this.action(last, this.names.thread(writer) ?? thread, around);
  }

  /** Index of the verb of the statement that the cursor stands in: several may stand on one line. */
  private lastVerb(from: number): number | undefined {
    for (let at = this.index - 1; at >= from; at--) {
      if (!verbByName.has(this.wordAt(at))) continue;
      // `-> read`, `madvise P free`, `atomic`'s operand: a verb's name that stands there as another word.
      const before = at > from ? this.wordAt(at - 1) : "";
      const isArrow = at > from && this.tokens.kind(at - 1) === Token.arrow;
      const begins = at === from || this.names.thread(before) !== undefined || !isArrow;
      if (begins && before !== "to" && before !== "on" && before !== "as") return at;
    }
    return undefined;
  }

  private statementBeginnings(around: Surroundings): void {
    const thread = around.kind === "thread" ? this.names.thread(around.thread) : undefined;
    if (around.kind === "thread") {
      this.verbsFor(thread === undefined ? ["cpu", "device"] : [thread.on.kind]);
      if (thread?.on.kind === "cpu") this.verbsFor(["kernel"]);
    } else {
      this.names.threads();
      this.verbsFor(["kernel"]);
    }
    const words = around.kind === "parallel" ? [] : ["let", "if", "for", "repeat", "wait", "expect"];
    if (around.kind === "thread") words.push("barrier");
    if (around.kind === "scenario") words.push("parallel");
    for (const word of words) {
      const row = scenarioKeywords.get(word);
      this.list.add("keyword", word, row?.usage, row?.doc);
    }
  }

  private verbsFor(users: readonly VerbUser[]): void {
    for (const verb of verbs) {
      if (users.some((user) => verb.users.includes(user))) this.list.add("verb", verb.name, verb.usage, verb.doc);
    }
  }

  private action(verbAt: number, thread: ReturnType<Names["thread"]>, around: Surroundings): void {
    const verb = verbByName.get(this.wordAt(verbAt));
    if (verb === undefined) return;
    const expected = expectedAt(this.tokens, verb, verbAt, this.index);
    for (const what of expected) this.expected(what, verb.outcomes.includes("report"), thread, around, verbAt);
  }

  private expected(
    what: Expected,
    reports: boolean,
    thread: ReturnType<Names["thread"]>,
    around: Surroundings,
    verbAt: number,
  ): void {
    switch (what.kind) {
      case "place":
        this.names.places(thread);
        return;
      case "processPlace":
        this.names.processes();
        return;
      case "words":
        this.list.addAll("word", what.words);
        return;
      case "policy":
        for (const [name, { doc }] of policies) this.list.add("word", name, "policy", doc);
        return;
      case "target":
        this.names.targets(what.of);
        return;
      case "device":
        this.names.devices();
        return;
      case "function":
        this.names.functions();
        return;
      case "value":
        this.expression(verbAt + 1);
        return;
      case "mapping":
        if (this.tokens.kind(this.index - 1) === Token.colon) this.list.addAll("keyword", backingWords);
        else this.mappingPart(this.wordAt(this.index - 1), true);
        return;
      case "outcome":
        if (reports) this.list.addAll("word", [...reportQualifiers, ...reportWords]);
        this.list.add("word", "any", "whatever it ends with");
        this.names.errors();
        this.names.values();
        return;
      case "newName":
        return;
      case "end":
        this.list.add("keyword", "->", "what it must end with");
        this.list.add("keyword", "as", "keeps what it ends with");
        if (around.kind === "thread") this.statementBeginnings(around);
    }
  }

  private expect(from: number): void {
    const { index } = this;
    if (index === from + 1) {
      this.list.snippet("keyword", "events", "events {\n  $0\n}", "events of the statement before, in this order");
      this.list.add("keyword", "no", "no such event");
    }
    if (this.wordAt(from + 1) === "no" && index === from + 2) this.names.events();
    else if (this.wordAt(from + 1) === "no") this.event(from + 2);
    else this.expression(from + 1);
  }

  private event(from: number): void {
    const call = openCallAt(this.tokens, this.index, from);
    if (call === undefined) this.names.events();
    else if (call.atStart) this.names.eventField(call.callee, call.position, call.name);
    else this.expression(from);
  }

  // -------------------------------------------------------------------------------------------------- expressions

  private expression(from: number): void {
    const { tokens, index } = this;
    const call = openCallAt(tokens, index, from);
    const fact = call === undefined ? undefined : factByName.get(call.callee);
    if (call?.atStart && fact !== undefined) {
      this.factArgument(fact.name, fact.parameters[call.position], call.position, from);
      return;
    }
    const before = tokens.kind(index - 1);
    if (this.wordAt(index - 1) === "is" || (this.wordAt(index - 1) === "not" && this.wordAt(index - 2) === "is")) {
      this.list.addAll("word", this.names.library.valueKinds);
      return;
    }
    if (before === Token.equal || before === Token.notEqual) this.fieldWords();
    if (endsValue(tokens, index - 1)) {
      this.list.addAll("keyword", ["and", "or", "implies", "in", "is"]);
      return;
    }
    this.names.facts();
    this.list.addAll("keyword", ["not", "all", "any", "true", "false"]);
    this.names.values();
    this.names.nodes();
    this.names.devices();
    this.names.errors();
    this.list.add("word", "none", "nothing there");
  }

  private factArgument(name: string, parameter: string | undefined, position: number, from: number): void {
    if (name !== "count") {
      if (parameter === "place") this.names.places(undefined);
      if (parameter === "device" || parameter === "memory") this.names.devices();
      if (parameter === "memory") this.names.nodes();
      return;
    }
    if (position === 0) {
      this.names.events();
      return;
    }
    let open = this.index - 1;
    while (open > from && this.wordAt(open - 1) !== "count") open--;
    const call = openCallAt(this.tokens, this.index, from);
    this.names.eventField(this.wordAt(open + 1), position - 1, call?.name);
  }

  /** Behind `.kind ==`: the words of that field. */
  private fieldWords(): void {
    const field = this.wordAt(this.index - 2);
    const fact = this.factBefore(this.index - 3);
    const words = fact?.fields.find((row) => row.name === field)?.words;
    if (words !== undefined) this.list.addAll("word", words, field);
  }

  /** The observation function whose call ends right before the `.` at `dot`. */
  private factBefore(dot: number): ReturnType<typeof factByName.get> {
    const { tokens } = this;
    if (tokens.kind(dot) !== Token.dot || tokens.kind(dot - 1) !== Token.closeParen) return undefined;
    let depth = 0;
    for (let at = dot - 1; at > 0; at--) {
      const kind = tokens.kind(at);
      if (kind === Token.closeParen) depth++;
      if (kind === Token.openParen && --depth === 0) return factByName.get(this.wordAt(at - 1));
    }
    return undefined;
  }

  private members(around: Surroundings): void {
    const { index, tokens, names } = this;
    const fact = this.factBefore(index - 1);
    const object = this.wordAt(index - 2);
    const process = names.resolved.processes.find(({ name }) => name === object);
    const isModel = around.kind === "model" || around.kind === "arms";
    if (fact !== undefined) {
      for (const field of fact.fields) this.list.add("field", field.name, fact.usage, field.doc);
    } else if (isModel) {
      if (object === "self") names.driverMembers(around.driver);
      for (const { name, doc } of names.library.fields) this.list.add("field", name, "", doc);
    } else if (process !== undefined && tokens.kind(index - 3) !== Token.dot) {
      names.regionsOf(process);
    } else if (object !== "") {
      for (const field of facts.flatMap((row) => row.fields)) this.list.add("field", field.name, "", field.doc);
    }
  }

  // ---------------------------------------------------------------------------------------------------- model code

  private model(around: Surroundings & { readonly kind: "model" }, from: number): void {
    const { index, names, tokens } = this;
    const before = this.wordAt(index - 1);
    if (before === "emit" || (this.wordAt(from) === "emit" && index === from + 1)) {
      names.events();
      return;
    }
    if (this.wordAt(from) === "emit") {
      this.event(from + 1);
      return;
    }
    if (before === "let" || (before === "for" && index > from)) return;
    if (before === "is") {
      this.list.addAll("word", names.library.valueKinds);
      return;
    }
    if (from >= index) {
      for (const word of modelStatementWords) {
        const row = modelKeywords.get(word);
        this.list.add("keyword", word, row?.usage, row?.doc);
      }
    } else if (endsValue(tokens, index - 1)) {
      this.list.addAll("keyword", ["and", "or", "in", "is"]);
      return;
    }
    names.modelValues(tokens, around.from, index, around.driver);
    names.functions();
    names.primitives();
    if (from < index) this.list.addAll("keyword", ["not", "true", "false"]);
  }
}

function isBacking(word: string): boolean {
  return backingWords.some((backing) => backing === word);
}

const operatorWords: ReadonlySet<string> = new Set([
  ...["and", "or", "not", "in", "is", "implies", "expect", "let", "if", "while", "return", "until", "match", "lock"],
  ...["read", "unlock", "spawn", "always", "never", "finally", "exists", "repeat", "no", "all", "any", "else"],
]);

/** True if a value ends at the token, so that an operator may follow. */
function endsValue(tokens: TokenList, index: number): boolean {
  switch (tokens.kind(index)) {
    case Token.closeParen:
    case Token.closeBracket:
    case Token.number:
    case Token.string:
      return true;
    case Token.name:
      return !operatorWords.has(tokens.textOf(index));
    default:
      return false;
  }
}
