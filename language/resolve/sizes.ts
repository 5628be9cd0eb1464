/** Sizes in pages, with what can be wrong with them. */

import type { Size } from "../syntax/tree.ts";
import { sizeInBytes } from "../syntax/tree.ts";
import type { Context } from "./context.ts";

/** The end of a process's address space: 47 bits, as on x86-64 with four levels of page tables. */
export const addressSpaceEnd = 2 ** 47;

/** What fits in a number exactly and in 47 bits, of bytes. */
const maxBytes = 1n << 47n;

/** The size as a whole number of pages; 1, after a report, if it is none. `what` is "a region", "memory". */
export function wholePages(ctx: Context, file: number, size: Size, what: string): number {
  const pageSize = BigInt(ctx.pageSize);
  const bytes = sizeInBytes(size, pageSize);
  if (bytes === 0n) {
    ctx.error(file, "bad-size", `${what} has at least one page.`, size);
    return 1;
  }
  if (bytes > maxBytes) {
    ctx.error(
      file,
      "too-large",
      `${what} of ${describe(bytes, pageSize)} is too large for a 47-bit address space.`,
      size,
      {
        hint: `At most ${maxBytes / pageSize} pages (128 TiB) fit.`,
      },
    );
    return 1;
  }
  if (bytes % pageSize !== 0n) {
    const hasUnit = size.unit !== undefined;
    ctx.error(file, "bad-size", `${what} is a whole number of pages; a page has ${ctx.pageSize} bytes.`, size, {
      ...(hasUnit
        ? {}
        : {
            hint: "Without a unit a size is in bytes.",
            fix: {
              title: "Write `pages`",
              edits: [{ start: size.end, end: size.end, text: size.value === 1n ? " page" : " pages" }],
            },
          }),
    });
    return Number(bytes / pageSize) + 1;
  }
  return Number(bytes / pageSize);
}

function describe(bytes: bigint, pageSize: bigint): string {
  const pages = bytes / pageSize;
  return `${pages} page${pages === 1n ? "" : "s"}`;
}
