/** What is wrong with a file, and where. Diagnostics are values: no part of `language/` throws for what a user wrote. */

/** A replacement of text: [start, end) becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change that would mend what a diagnostic is about. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** One message about one range of one file. Offsets are UTF-16, half-open. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Stable, for tests, quick fixes and documentation: `unknown-name`, `bad-number` … */
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** What to do about it, where that is more than the message says. */
  readonly hint?: string;
  readonly fix?: Fix;
}

/** How many diagnostics one file gets; where there are more, a last one says so. */
export const diagnosticLimit = 100;

/** Collects the diagnostics of one file, at most `diagnosticLimit` of them. */
export class Diagnostics {
  private readonly list: Diagnostic[] = [];
  private hasMore = false;

  /** True if nothing more is kept: then there is no need to work out more than that something is wrong. */
  get isFull(): boolean {
    return this.list.length >= diagnosticLimit;
  }

  /** Notes that there is a diagnostic that is not kept. */
  omit(): void {
    this.hasMore = true;
  }

  add(diagnostic: Diagnostic): void {
    if (this.isFull || diagnostic.code === "too-many") this.hasMore = true;
    else this.list.push(diagnostic);
  }

  /** Adds an error. */
  error(code: string, message: string, start: number, end: number, extra: Pick<Diagnostic, "hint" | "fix"> = {}): void {
    this.add({ severity: "error", code, message, start, end, ...extra });
  }

  /** All that was added, in the order of the text, and whether there is more. */
  finish(): Diagnostic[] {
    const sorted = this.list.toSorted((a, b) => a.start - b.start || a.end - b.end);
    const last = sorted.at(-1);
    if (this.hasMore && last !== undefined) {
      const message = `There are more errors; these are the first ${sorted.length}.`;
      sorted.push({ severity: "error", code: "too-many", message, start: last.start, end: last.end });
    }
    return sorted;
  }
}
