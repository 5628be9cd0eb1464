/** Collects what the checks find, file by file. */

import type { Diagnostic } from "../diagnostic.ts";
import { Diagnostics } from "../diagnostic.ts";
import type { Resolved } from "../resolve/model.ts";
import type { LazyExtra } from "../syntax/cursor.ts";
import type { Span } from "../syntax/tree.ts";

/** Diagnostics of the files of one scenario. */
export class Reporter {
  readonly resolved: Resolved;
  private readonly byFile: Diagnostics[];

  constructor(resolved: Resolved) {
    this.resolved = resolved;
    this.byFile = resolved.files.map(() => new Diagnostics());
  }

  error(file: number, code: string, message: string, where: Span, extra: LazyExtra = {}): void {
    const diagnostics = this.byFile[file];
    if (diagnostics === undefined) return;
    if (diagnostics.isFull) diagnostics.omit();
    else diagnostics.error(code, message, where.start, where.end, typeof extra === "function" ? extra() : extra);
  }

  /** What was found, one list for each file. */
  finish(): Diagnostic[][] {
    return this.byFile.map((diagnostics) => diagnostics.finish());
  }
}
