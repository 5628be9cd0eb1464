/** The changes that a what-if tells of, those of one thing together. */

import type { WhatIfResult } from "../messages.ts";

/** What changed of one thing: `pte(buf[2])` and its fields, or a plain value. */
export interface ChangeGroup {
  readonly subject: string;
  /** `field` begins with its dot; empty where the thing itself changed. */
  readonly fields: readonly { readonly field: string; readonly before: string; readonly after: string }[];
}

/** Groups changes that stand one after another and are of the same thing. */
export function groupChanges(changes: WhatIfResult["changes"]): ChangeGroup[] {
  const groups: { subject: string; fields: { field: string; before: string; after: string }[] }[] = [];
  for (const { what, before, after } of changes) {
    const [, subject = what, field = ""] = /^(.*\))(\.\w+)$/.exec(what) ?? [];
    const last = groups.at(-1);
    if (last?.subject === subject && field !== "" && last.fields.every((other) => other.field !== "")) {
      last.fields.push({ field, before, after });
    } else {
      groups.push({ subject, fields: [{ field, before, after }] });
    }
  }
  return groups;
}
