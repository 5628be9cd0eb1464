/** Finds nodes of a tree by offset. */

import type { Name, Node, SourceFile } from "./tree.ts";

/** Anything of a tree that has a kind and a range. */
export type AnyNode = Node;

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "kind" in value && "start" in value && "end" in value;
}

/** Calls `visit` for each node directly inside a node, in the order of its fields. */
export function forEachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) {
      visit(value);
    } else if (typeof value === "object" && value !== null) {
      // The operands of an action are a record without a range of its own.
      for (const inner of Object.values(value)) if (isNode(inner)) visit(inner);
    }
  }
}

/**
 * The nodes around an offset, outermost first. An offset right behind a node's last character counts as inside, so that
 * the word before the cursor is found; of two nodes that meet at the offset, the one that begins there wins.
 */
export function nodesAt(file: SourceFile, offset: number): AnyNode[] {
  const path: AnyNode[] = [];
  let at: AnyNode | undefined = file;
  while (at !== undefined) {
    path.push(at);
    let best: AnyNode | undefined;
    forEachChild(at, (child) => {
      if (child.start > offset || child.end < offset || child.start === child.end) return;
      if (best === undefined || (best.end === offset && child.start === offset) || isTighter(child, best)) best = child;
    });
    at = best;
  }
  return path;
}

function isTighter(a: AnyNode, b: AnyNode): boolean {
  return a.start >= b.start && a.end <= b.end && a.end - a.start < b.end - b.start;
}

/** The name at an offset, and the nodes around it, outermost first; undefined if there is no name. */
export function nameAt(file: SourceFile, offset: number): { name: Name; path: readonly AnyNode[] } | undefined {
  const path = nodesAt(file, offset);
  const last = path.pop();
  return last?.kind === "name" ? { name: last, path } : undefined;
}

/** Calls `visit` for every name of a tree, in no particular order. Does not recurse. */
export function forEachName(root: AnyNode, visit: (name: Name) => void): void {
  const pending: AnyNode[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "name") visit(next);
    else forEachChild(next, (child) => pending.push(child));
  }
}
