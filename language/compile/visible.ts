/** Which locals of a model function can be named at a place in it, and the slots they have: for the debugger. */
import type { FunctionInfo } from "../../sim-core/vm/program.ts";
import { parse } from "../syntax/parser.ts";
import type { Block, CallbackDecl, FunctionDecl, Item, Member, ModelStatement, SourceFile } from "../syntax/tree.ts";

/** Parsed sources by their text: the model's do not change, and a scenario's seldom. */
const LIMIT = 100;
const trees = new Map<string, SourceFile>();

function treeOf(text: string): SourceFile {
  let tree = trees.get(text);
  if (tree === undefined) {
    if (trees.size >= LIMIT) trees.clear();
    tree = parse(text).file;
    trees.set(text, tree);
  }
  return tree;
}

/**
 * The locals that can be named at `offset` of function `info`, whose source is `text`: name to slot, parameters first. What is
 * declared by the statement at `offset` itself does not count yet.
 */
export function visibleLocals(text: string, info: FunctionInfo, offset: number): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (let slot = 0; slot < info.params; slot++) names.set(info.slots[slot] ?? "", slot);
  const declaration = findFunction(treeOf(text).items, info.spot.start);
  if (declaration === undefined) return names;
  let next = info.params;
  // Slots were given out in the order of the text: the next one of that name is the declaration's.
  const slotOf = (name: string): number => {
    const slot = info.slots.indexOf(name, next);
    if (slot >= 0) next = slot + 1;
    return slot;
  };
  const visit = (block: Block<ModelStatement>): void => {
    const isInside = block.start <= offset && offset < block.end;
    for (const statement of block.statements) visitStatement(statement, isInside);
  };
  const visitStatement = (s: ModelStatement, isInside: boolean): void => {
    switch (s.kind) {
      case "let": {
        const slot = slotOf(s.name.text);
        if (isInside && s.end <= offset && slot >= 0) names.set(s.name.text, slot);
        return;
      }
      case "for": {
        const slot = slotOf(s.variable.text);
        if (isInside && s.body.start <= offset && offset < s.body.end && slot >= 0) names.set(s.variable.text, slot);
        visit(s.body);
        return;
      }
      case "if":
        visit(s.then);
        if (s.else?.kind === "if") visitStatement(s.else, isInside);
        else if (s.else !== undefined) visit(s.else);
        return;
      case "match":
        for (const arm of s.arms) visit(arm.body);
        return;
      case "loop":
      case "while":
      case "atomic":
        visit(s.body);
        return;
      default:
    }
  };
  visit(declaration.body);
  return names;
}

/** The function whose name stands at `nameStart`. */
function findFunction(items: readonly Item[], nameStart: number): FunctionDecl | CallbackDecl | undefined {
  const inMembers = (members: readonly Member[]): FunctionDecl | undefined => {
    for (const member of members) if (member.kind === "fn" && member.name.start === nameStart) return member;
    return undefined;
  };
  for (const item of items) {
    if (item.kind === "fn" && item.name.start === nameStart) return item;
    if (item.kind !== "driver" && item.kind !== "kernel") continue;
    if (nameStart < item.start || nameStart >= item.end) continue;
    if (item.kind === "driver") {
      const callback = item.callbacks.find((c) => c.name.start === nameStart);
      if (callback !== undefined) return callback;
    }
    return inMembers(item.members);
  }
  return undefined;
}
