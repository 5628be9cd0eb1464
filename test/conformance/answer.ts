/** What an operation answered: recorded from a real kernel, or worked out from the model. The same shape for both. */

/** One page of a `pagemap`. */
export interface PageAnswer {
  /** `none`, `page` (a frame that CPUs use), `swap`, `marker`, or the kind of special entry: `dev_write`, `excl_read` … */
  readonly kind: string;
  /** Name of the frame: `s1`, `d0.2`, `zero`; of the model its number. Undefined where there is none. */
  readonly frame: string | undefined;
  /** `system`, `zero`, or the device whose memory it is: `d0`. */
  readonly where: string | undefined;
  /** Of `page`: mapped exactly once. */
  readonly only: boolean;
  readonly mapcount: number;
  readonly anon: boolean;
  readonly huge: boolean;
  readonly swapcache: boolean;
  readonly file: boolean;
  /** On an LRU list. */
  readonly lru: boolean;
}

/** One vma's numbers in `smaps`, in KiB. */
export type SmapsAnswer = Readonly<Record<string, number>>;

/** An operation's answer; members that do not apply are undefined. */
export interface Answer {
  readonly ret: number | undefined;
  readonly errno?: string | undefined;
  readonly signal?: string | undefined;
  readonly cpages?: number | undefined;
  readonly faults?: number | undefined;
  readonly values?: readonly (number | string)[] | undefined;
  /** Of `snapshot`: what the device may do with each page. */
  readonly prot?: readonly string[] | undefined;
  readonly pages?: readonly PageAnswer[] | undefined;
  readonly smaps?: readonly SmapsAnswer[] | undefined;
  readonly core?: string | undefined;
  /** Major faults of the operation's process. */
  readonly majorFaults?: number | undefined;
  /** What the runner itself could not do. */
  readonly error?: string | undefined;
}
