/** The policies of `hint`: what a driver is to do when its device faults on a place. */

import type { TargetKind } from "./verbs.ts";

/** A row: what the policy names after it, and what it means. */
export interface Policy {
  /** What must follow the word; empty: nothing. */
  readonly target: readonly TargetKind[];
  readonly doc: string;
}

/** The policies by name. */
export const policies: ReadonlyMap<string, Policy> = new Map(
  Object.entries({
    migrate_on_fault: { target: [], doc: "Migrate the page to the device's memory." },
    read_duplicate: { target: [], doc: "Keep a second copy on the device for reading." },
    remote_map: { target: [], doc: "Map the page where it is." },
    preferred: { target: ["device", "node"], doc: "The memory where the page had best be." },
    accessed_by: { target: ["device"], doc: "Keep the page mapped on that device wherever it goes." },
    none: { target: [], doc: "Forget the hint." },
  }),
);
