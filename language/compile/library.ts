/** Compiles the library: the kernel model, its profiles and the drivers that ship. */
import { Tag, tagOf, toBigInt } from "../../sim-core/store/value.ts";
import { parse } from "../syntax/parser.ts";
import type { SourceFile } from "../syntax/tree.ts";
import type { Library } from "./builder.ts";
import { Builder, CompileError } from "./builder.ts";
import { DeclarationCompiler } from "./declarations.ts";
import { markSharing } from "./sharing.ts";
import { markWatchedReturns } from "./watched-returns.ts";

/** A file of the library. */
export interface LibraryFile {
  /** Like `kernel/memory.hmm`. */
  readonly path: string;
  readonly text: string;
}

/** A mistake in a file of the library. */
export interface LibraryProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The library, or what is wrong with its files. Files may be given in any order. */
export function compileLibrary(files: readonly LibraryFile[]): {
  library: Library | undefined;
  problems: LibraryProblem[];
} {
  const builder = new Builder();
  const problems: LibraryProblem[] = [];
  const trees: { tree: SourceFile; source: number }[] = [];
  const report = (source: number, offset: number, message: string) => {
    problems.push({ path: builder.sources[source]?.path ?? "", ...builder.position(source, offset), message });
  };
  for (const { path, text } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const source = builder.addSource({ path, text, library: true });
    const parsed = parse(text);
    for (const d of parsed.diagnostics) report(source, d.start, d.message);
    trees.push({ tree: parsed.file, source });
  }
  const declarations = new DeclarationCompiler(builder, 4096n);
  const attempt = (source: number, work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      report(error.source < 0 ? source : error.source, error.span.start, error.message);
    }
  };
  // Constants and structs first: other declarations use them whatever the order of the files.
  for (const wanted of [["const"], ["struct"], ["fn", "var", "table", "listDecl", "lockDecl", "option"]]) {
    for (const { tree, source } of trees) {
      for (const item of tree.items) {
        if (wanted.includes(item.kind)) {
          attempt(source, () =>
            declarations.kernelMember(
              item as Parameters<typeof declarations.kernelMember>[0],
              source,
              undefined,
              new Map(),
            ),
          );
        }
      }
    }
  }
  inOrder(
    trees,
    "kernel",
    (item) => (item.extends?.kind === "string" ? item.extends.value : undefined),
    (item) => item.profile?.value ?? "",
    (item, source) => attempt(source, () => declarations.profile(item, source)),
  );
  inOrder(
    trees,
    "driver",
    (item) => item.extends?.text,
    (item) => item.name.text,
    (item, source) => attempt(source, () => declarations.driver(item, source)),
  );
  attempt(-1, () => declarations.finish());
  // As they are listed: kernels from old to new, then proposals.
  builder.profiles.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  markSharing(builder.code, builder);
  markWatchedReturns(builder.code, builder);
  // Such numbers are kept beside the values, in this process: a stored library would lose them.
  for (const constant of builder.constants) {
    if (tagOf(constant) === Tag.wide)
      report(0, 0, `the library has the number ${toBigInt(constant)}, of 54 bits or more`);
  }
  return { library: problems.length === 0 ? builder.library() : undefined, problems };
}

type ItemOf<K> = Extract<SourceFile["items"][number], { kind: K }>;

/** Visits the declarations of a kind so that each comes after what it extends. */
function inOrder<K extends "kernel" | "driver">(
  trees: readonly { tree: SourceFile; source: number }[],
  kind: K,
  baseOf: (item: ItemOf<K>) => string | undefined,
  nameOf: (item: ItemOf<K>) => string,
  visit: (item: ItemOf<K>, source: number) => void,
): void {
  const waiting: { item: ItemOf<K>; source: number }[] = [];
  for (const { tree, source } of trees) {
    for (const item of tree.items) if (item.kind === kind) waiting.push({ item: item as ItemOf<K>, source });
  }
  const done = new Set<string>();
  const names = new Set(waiting.map(({ item }) => nameOf(item)));
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ item }) => {
      const base = baseOf(item);
      return base === undefined || done.has(base) || !names.has(base);
    });
    // A cycle of `extends`: take the first; its missing base is reported there.
    const [next] = waiting.splice(Math.max(ready, 0), 1);
    if (next === undefined) return;
    visit(next.item, next.source);
    done.add(nameOf(next.item));
  }
}
