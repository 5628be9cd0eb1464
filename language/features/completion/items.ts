/** What completion offers, and how lists of it are made. */

/** What sort of thing an item is; editors choose icons by it. */
export type CompletionKind =
  | "keyword"
  | "verb"
  | "function"
  | "field"
  | "event"
  | "region"
  | "process"
  | "thread"
  | "machine"
  | "variable"
  | "word"
  | "error"
  | "profile"
  | "driver"
  | "option"
  | "snippet";

/** One thing that may be typed at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Shown beside the label, short. */
  readonly detail: string;
  /** Markdown. */
  readonly doc: string;
  /** What is inserted; with `${1:…}` and `$0` if `isSnippet`. */
  readonly insert: string;
  readonly isSnippet: boolean;
}

/** Items to offer; [start, end) is what they replace. */
export interface Completions {
  readonly items: readonly Completion[];
  readonly start: number;
  readonly end: number;
}

/** Collects items, each label once: the first that is added wins. */
export class CompletionList {
  private readonly byLabel = new Map<string, Completion>();

  get items(): Completion[] {
    return [...this.byLabel.values()];
  }

  add(kind: CompletionKind, label: string, detail = "", doc = ""): void {
    this.put({ label, kind, detail, doc, insert: label, isSnippet: false });
  }

  addAll(kind: CompletionKind, labels: Iterable<string>, detail = ""): void {
    for (const label of labels) this.add(kind, label, detail);
  }

  /** Adds a text with places to fill in. */
  snippet(kind: CompletionKind, label: string, insert: string, detail = "", doc = ""): void {
    this.put({ label, kind, detail, doc, insert, isSnippet: true });
  }

  private put(item: Completion): void {
    if (!this.byLabel.has(item.label)) this.byLabel.set(item.label, item);
  }
}
