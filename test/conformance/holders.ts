/**
 * Files that processes have open. A file is closed when the last process that holds it has closed it or is gone; a child holds
 * what its parent held when it forked.
 */

/** A file of some kind, with whom it belongs to. */
export class OpenFile<Of> {
  readonly of: Of;
  readonly holders: Set<string>;

  constructor(of: Of, holder: string) {
    this.of = of;
    this.holders = new Set([holder]);
  }
}

/** The open files of one kind. */
export class OpenFiles<Of> {
  private readonly files = new Set<OpenFile<Of>>();

  open(of: Of, holder: string): OpenFile<Of> {
    const file = new OpenFile(of, holder);
    this.files.add(file);
    return file;
  }
  fork(parent: string, child: string): void {
    for (const file of this.files) if (file.holders.has(parent)) file.holders.add(child);
  }
  /** Returns whether it was the last holder. */
  close(file: OpenFile<Of>, holder: string): boolean {
    file.holders.delete(holder);
    if (file.holders.size > 0) return false;
    return this.files.delete(file);
  }
  /** A process ends. Returns the files that nobody holds any more, in the order in which they were opened. */
  exit(holder: string): readonly OpenFile<Of>[] {
    return [...this.files].filter((file) => file.holders.has(holder) && this.close(file, holder));
  }
  all(): readonly OpenFile<Of>[] {
    return [...this.files];
  }
}
