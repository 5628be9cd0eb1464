/** What the word under the mouse is: markdown with its declaration or usage, and its documentation. */

import type { Analysis } from "../analyse.ts";
import { callbackByName } from "../callbacks.ts";
import type { EventInfo } from "../events.ts";
import { eventByName } from "../events.ts";
import type { Fact } from "../facts.ts";
import { factByName, facts } from "../facts.ts";
import { modelKeywords, scenarioKeywords } from "../keyword-docs.ts";
import type { FunctionSignature, LibrarySignature, MemberSignature } from "../library-signature.ts";
import { policies } from "../policies.ts";
import { indexLibrary } from "../resolve/library-index.ts";
import type { Binding, ResolvedRegion } from "../resolve/model.ts";
import type { AnyNode } from "../syntax/find.ts";
import { nameAt, nodesAt } from "../syntax/find.ts";
import { Token } from "../syntax/tokens.ts";
import type { Name, Size } from "../syntax/tree.ts";
import { isInPages, sizeInBytes } from "../syntax/tree.ts";
import { advice, injectModes, injectPoints, verbByName } from "../verbs.ts";

/** A hover: markdown about the text in [start, end). */
export interface Hover {
  readonly markdown: string;
  readonly start: number;
  readonly end: number;
}

/** What is under `offset`; undefined where there is nothing to say. */
export function hover(analysis: Analysis, library: LibrarySignature, offset: number): Hover | undefined {
  const found = nameAt(analysis.parsed.file, offset);
  if (found !== undefined) {
    const markdown = aboutName(analysis, library, found.name, found.path);
    return markdown === undefined ? undefined : { markdown, start: found.name.start, end: found.name.end };
  }
  const path = nodesAt(analysis.parsed.file, offset);
  const last = path.pop();
  const parent = path.pop();
  if (last?.kind === "size") {
    const markdown = aboutSize(last, analysis.resolved.pageSize);
    if (markdown !== undefined) return { markdown, start: last.start, end: last.end };
  }
  if (last?.kind === "string" && parent !== undefined) {
    const markdown = aboutString(library, last.value, parent);
    if (markdown !== undefined) return { markdown, start: last.start, end: last.end };
  }
  return aboutKeyword(analysis, offset, last);
}

function code(text: string, doc: string | undefined): string {
  return doc === undefined || doc === "" ? `\`\`\`hmm\n${text}\n\`\`\`` : `\`\`\`hmm\n${text}\n\`\`\`\n\n${doc}`;
}

function aboutName(
  analysis: Analysis,
  library: LibrarySignature,
  name: Name,
  path: readonly AnyNode[],
): string | undefined {
  const parent = path.at(-1);
  const special = parent === undefined ? undefined : aboutRole(analysis, library, name, parent, path.at(-2));
  if (special !== undefined) return special;
  const binding = analysis.resolved.bindings.get(name) ?? declaredHere(analysis, name);
  return binding === undefined ? undefined : aboutBinding(analysis, library, binding);
}

/** Names that are something by where they stand: verbs, words of verbs, fields, callbacks, drivers, options. */
function aboutRole(
  analysis: Analysis,
  library: LibrarySignature,
  name: Name,
  parent: AnyNode,
  outer: AnyNode | undefined,
): string | undefined {
  switch (parent.kind) {
    case "action": {
      if (parent.verb === name) {
        const verb = verbByName.get(name.text);
        return verb === undefined ? undefined : code(verb.usage, verb.doc);
      }
      if (parent.operands.word === name) return aboutOperandWord(parent.verb.text, name.text);
      if (parent.operands.point === name) return code(name.text, injectPoints.get(name.text));
      return undefined;
    }
    case "member":
      return parent.member === name ? aboutField(library, name.text, parent.object) : undefined;
    case "callback": {
      if (parent.name !== name) return undefined;
      const callback = callbackByName.get(name.text);
      const usage = `on ${name.text}(${parent.params.map((param) => param.text).join(", ")})`;
      return code(usage, join(callback?.doc, parent.doc));
    }
    case "device":
      return parent.driver === name ? aboutDriver(analysis, library, name.text) : undefined;
    case "driver":
      return parent.extends === name ? aboutDriver(analysis, library, name.text) : undefined;
    case "setting":
      return parent.name === name ? aboutOption(library, name.text, outer) : undefined;
    default:
      return undefined;
  }
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n");
}

function aboutOperandWord(verb: string, word: string): string | undefined {
  const doc =
    verb === "madvise"
      ? advice.get(word)
      : verb === "hint"
        ? policies.get(word)?.doc
        : verb === "inject"
          ? injectModes.get(word)
          : verbByName.get(verb)?.doc;
  return doc === undefined ? undefined : code(`${verb} … ${word}`, doc);
}

function aboutField(library: LibrarySignature, field: string, object: AnyNode): string | undefined {
  const fact = object.kind === "call" && object.callee.kind === "name" ? factByName.get(object.callee.text) : undefined;
  const own = fact?.fields.find((row) => row.name === field);
  if (fact !== undefined && own !== undefined) {
    const words = own.words.length === 0 ? "" : `One of ${own.words.map((word) => `\`${word}\``).join(", ")}.`;
    return code(`${fact.usage}.${field}`, join(own.doc, words));
  }
  const callback = callbackByName.get(field);
  const known = indexLibrary(library).fields.get(field);
  if (known !== undefined) return code(`.${field}`, known.doc);
  if (callback !== undefined) return code(`${field}(${callback.params.join(", ")})`, callback.doc);
  const shared = facts.flatMap((row) => row.fields).find((row) => row.name === field);
  return shared === undefined ? undefined : code(`.${field}`, shared.doc);
}

function aboutDriver(analysis: Analysis, library: LibrarySignature, name: string): string | undefined {
  const declared = analysis.resolved.drivers.get(name);
  if (declared !== undefined) return code(`driver ${name}`, declared.doc);
  const driver = indexLibrary(library).drivers.get(name);
  if (driver === undefined) return undefined;
  const options = driver.options.map((option) => `- \`${option.name}\`: ${option.doc}`).join("\n");
  return code(`driver ${name}`, join(driver.doc, options === "" ? "" : `Options:\n\n${options}`));
}

function aboutOption(library: LibrarySignature, name: string, outer: AnyNode | undefined): string | undefined {
  const owner =
    outer?.kind === "kernel"
      ? indexLibrary(library).profiles.get(outer.profile?.value ?? "")
      : outer?.kind === "device"
        ? indexLibrary(library).drivers.get(outer.driver.text)
        : undefined;
  const option = owner?.options.find((row) => row.name === name);
  return option === undefined ? undefined : code(`option ${option.name} ${option.default}`.trim(), option.doc);
}

/** The entity that a name declares, if it stands at its own declaration. */
function declaredHere(analysis: Analysis, name: Name): Binding | undefined {
  const { globals, regions, results } = analysis.resolved;
  const global = globals.get(name.text) ?? results.get(name.text);
  if (global?.at?.name === name) return global;
  return regions.find((region) => region.at?.name === name);
}

function aboutBinding(analysis: Analysis, library: LibrarySignature, binding: Binding): string | undefined {
  switch (binding.kind) {
    case "fact":
      return aboutFact(factByName.get(binding.name));
    case "event":
      return aboutEvent(eventByName.get(binding.name));
    case "word":
      return aboutWord(library, binding.name);
    case "error":
      return code(binding.name, indexLibrary(library).errors.get(binding.name)?.doc);
    case "field":
      return code(binding.name, binding.signature?.doc);
    case "libraryFunction":
      return code(`fn ${signatureText(binding.signature)}`, binding.signature.doc);
    case "primitive":
      return code(signatureText(binding.signature), join(binding.signature.doc, "*primitive*"));
    case "libraryMember":
      return code(memberText(binding.signature), binding.signature.doc);
    case "region":
      return code(regionText(analysis, binding), join(binding.doc, regionPlace(analysis, binding)));
    case "process": {
      const origin = binding.parent === undefined ? "" : `Forked from \`${binding.parent.name}\`.`;
      return code(`process ${binding.name}`, join(binding.doc, origin));
    }
    case "device": {
      const size =
        binding.pages === 0
          ? ""
          : ` { memory ${binding.pages} pages${binding.node ? ` coherent as ${binding.node.name}` : ""} }`;
      return code(`device ${binding.name} uses ${binding.driver}${size}`, binding.doc);
    }
    case "node": {
      const what = binding.device === undefined ? "" : `Memory of \`${binding.device.name}\`.`;
      const movable = binding.movable ? " movable" : "";
      return code(`node ${binding.name} { memory ${binding.pages} pages${movable} }`, join(binding.doc, what));
    }
    case "cpu":
      return code(`cpu ${binding.name} on ${binding.node.name}`, binding.doc);
    case "thread":
      return code(`thread ${binding.name}: ${binding.process.name} on ${binding.on.name}`, binding.doc);
    case "local":
      return code(
        binding.role === "param" ? `${binding.name} (parameter)` : declarationLine(analysis, binding),
        binding.doc,
      );
    case "result":
      return code(declarationLine(analysis, binding), "What that statement ended with; `none` before.");
    case "driver":
      return aboutDriver(analysis, library, binding.name);
    case "barrier":
      return code(`barrier ${binding.name}`, scenarioKeywords.get("barrier")?.doc);
    case "callback":
      return code(`on ${binding.name}`, callbackByName.get(binding.name)?.doc);
    case "member":
      return code(declarationLine(analysis, binding), binding.doc);
  }
}

/** The line of the text where something is declared. */
function declarationLine(
  analysis: Analysis,
  declared: { readonly at: { readonly file: number; readonly name: Name } },
): string {
  const text = analysis.resolved.files[declared.at.file]?.parsed.text ?? "";
  const { start, end } = declared.at.name;
  const from = text.lastIndexOf("\n", start) + 1;
  const newline = text.indexOf("\n", end);
  const line = text.slice(from, newline < 0 ? text.length : newline).trim();
  return line.replace(/\s*\/\/.*$/, "").replace(/\s*\{\s*$/, "");
}

function regionText(analysis: Analysis, region: ResolvedRegion): string {
  const { mapping, at } = region;
  if (mapping === undefined || at === undefined) return region.name;
  const text = analysis.resolved.files[at.file]?.parsed.text ?? "";
  return `${region.name}: ${text.slice(mapping.start, mapping.end)}`;
}

function regionPlace(analysis: Analysis, region: ResolvedRegion): string {
  const { pageSize } = analysis.resolved;
  const end = region.start + region.pages * pageSize;
  const later = region.initial ? "" : ", mapped by a later statement";
  return `${region.pages} page${region.pages === 1 ? "" : "s"} of process \`${region.process.name}\` at ${hex(region.start)}–${hex(end)}${later}.`;
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

/** `f(a, b, writable: …)` */
export function signatureText(signature: FunctionSignature): string {
  const { params, optional, named } = signature;
  const shown = params.map((param, position) => (position >= params.length - optional ? `${param}?` : param));
  return `${signature.name}(${[...shown, ...named.map((name) => `${name}: …`)].join(", ")})`;
}

function memberText(member: MemberSignature): string {
  if (member.kind === "fn") return `fn ${member.name}(${member.params.join(", ")})`;
  if (member.kind === "struct") return `struct ${member.name} { ${member.params.join(", ")} }`;
  return `${member.kind} ${member.name}`;
}

function aboutFact(fact: Fact | undefined): string | undefined {
  if (fact === undefined) return undefined;
  const fields = fact.fields.map((field) => `- \`.${field.name}\`: ${field.doc}`).join("\n");
  return code(fact.usage, join(fact.doc, fields));
}

/** `notifier(reason, phase: start|end, place, owner)` */
export function eventText(event: EventInfo): string {
  const fields = event.fields.map(({ name, words }) => (words.length === 0 ? name : `${name}: ${words.join("|")}`));
  return `${event.name}(${fields.join(", ")})`;
}

function aboutEvent(event: EventInfo | undefined): string | undefined {
  return event === undefined ? undefined : code(eventText(event), event.doc);
}

function aboutWord(library: LibrarySignature, word: string): string | undefined {
  const doc = indexLibrary(library).words.get(word)?.doc;
  if (doc !== undefined && doc !== "") return code(word, doc);
  if (word === "self") return code("self", "The context of the driver for one process, or the device.");
  const fields = facts.flatMap((fact) =>
    fact.fields.filter((row) => row.words.includes(word)).map((row) => `\`${fact.usage}.${row.name}\``),
  );
  return fields.length === 0 ? undefined : code(word, `A value of ${fields.join(", ")}.`);
}

function aboutSize(size: Size, pageSize: number): string | undefined {
  const bytes = sizeInBytes(size, BigInt(pageSize));
  if (size.unit === undefined) return undefined;
  const inPages = isInPages(size) ? "" : ` = ${Number(bytes) / pageSize} pages`;
  return `${bytes} bytes (0x${bytes.toString(16)})${inPages}`;
}

function aboutString(library: LibrarySignature, value: string, parent: AnyNode): string | undefined {
  if (parent.kind === "kernel") {
    const profile = indexLibrary(library).profiles.get(value);
    if (profile === undefined) return undefined;
    const options = profile.options.map((option) => `- \`${option.name}\`: ${option.doc}`).join("\n");
    return code(`kernel "${value}"`, join(profile.doc, options === "" ? "" : `Switches:\n\n${options}`));
  }
  if (parent.kind === "finds" || parent.kind === "invariant") {
    const invariant = library.invariants.find((row) => row.id === value);
    return invariant === undefined ? undefined : code(`invariant "${value}"`, invariant.doc);
  }
  return undefined;
}

/** Words that are no names in the tree: those that begin declarations and statements. */
function aboutKeyword(analysis: Analysis, offset: number, node: AnyNode | undefined): Hover | undefined {
  const { tokens } = analysis.parsed;
  const index = tokens.indexAt(offset);
  const start = tokens.start(index);
  if (tokens.kind(index) !== Token.name || start > offset) return undefined;
  const word = tokens.textOf(index);
  const isModel = nodesAt(analysis.parsed.file, offset).some(({ kind }) => kind === "fn" || kind === "callback");
  const [first, second] = isModel ? [modelKeywords, scenarioKeywords] : [scenarioKeywords, modelKeywords];
  const row = first.get(word) ?? second.get(word);
  // Of a word in the middle of something it is not known what it means there.
  const begins = node === undefined || node.start === start || node.kind === "file" || node.kind === "block";
  if (row === undefined || !begins) return undefined;
  return { markdown: code(row.usage, row.doc), start, end: tokens.end(index) };
}
