/** Blocks and the local names in them. */

import type { Name } from "../syntax/tree.ts";
import type { Context } from "./context.ts";
import type { Local } from "./model.ts";

/** A stack of blocks. Names of inner blocks hide those of outer ones. */
export class Scopes {
  private readonly ctx: Context;
  private readonly file: number;
  private readonly stack: Map<string, Local>[] = [];

  constructor(ctx: Context, file: number) {
    this.ctx = ctx;
    this.file = file;
  }

  push(): void {
    this.stack.push(new Map());
  }

  pop(): void {
    this.stack.pop();
  }

  find(name: string): Local | undefined {
    for (let at = this.stack.length - 1; at >= 0; at--) {
      const found = this.stack[at]?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Makes a local that is declared elsewhere visible in the innermost block. */
  show(local: Local): void {
    this.stack.at(-1)?.set(local.name, local);
  }

  /** All names that can be seen here, inner ones first. */
  names(): string[] {
    return this.stack.toReversed().flatMap((block) => [...block.keys()]);
  }

  /** Declares a name in the innermost block; a second one of that name there is reported. */
  add(name: Name, role: Local["role"]): void {
    const block = this.stack.at(-1);
    if (block === undefined || name.text === "") return;
    const before = block.get(name.text);
    if (before !== undefined) {
      this.ctx.error(
        this.file,
        "declared-twice",
        `\`${name.text}\` is declared already in this block, in ${this.ctx.where(before.at, this.file)}.`,
        name,
      );
      return;
    }
    const local: Local = { kind: "local", name: name.text, at: { file: this.file, name }, doc: undefined, role };
    block.set(name.text, local);
    this.ctx.bindings.set(name, local);
  }
}
