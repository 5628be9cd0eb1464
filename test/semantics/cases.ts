/** Reads a file of small scenarios: see README.md beside this. */

/** One scenario of a file, under one kernel profile. */
export interface Case {
  readonly title: string;
  /** undefined: as the text says. */
  readonly kernel: string | undefined;
  /** What an interleaving must break: `always`, `deadlock`, an invariant …; undefined: none may break anything. */
  readonly breaks: string | undefined;
  /** The rows that it is about, `TABLE/ROW` (rows.ts). */
  readonly rows: readonly string[];
  /** The text, with empty lines in place of the file's other scenarios, so that its lines are the file's. */
  readonly text: string;
}

/** The scenarios of a file, each once for each profile that it names. */
export function casesOf(file: string): Case[] {
  const lines = file.split("\n");
  const starts: number[] = [];
  lines.forEach((line, at) => {
    if (line.startsWith("scenario ")) starts.push(startOf(lines, at));
  });
  const preamble = lines.slice(0, starts[0] ?? lines.length);
  return starts.flatMap((start, i) => {
    const own = lines.slice(start, starts[i + 1] ?? lines.length);
    const between = Array.from({ length: start - preamble.length }, () => "");
    const text = [...preamble, ...between, ...own].join("\n");
    const said = (what: RegExp): string | undefined => what.exec(own.join("\n"))?.[1]?.trim();
    const title = said(/^scenario "(.*)"/m) ?? "";
    const breaks = said(/^\/\/ breaks: (.*)$/m);
    const rows = own.flatMap((line) =>
      line.startsWith("// rows: ") ? line.slice("// rows: ".length).split(/\s+/) : [],
    );
    const names = /^\/\/ kernels: (.*)$/m;
    const kernels = (said(names) ?? names.exec(preamble.join("\n"))?.[1])?.trim().split(/\s+/) ?? [undefined];
    return kernels.map((kernel) => ({ title, kernel, breaks, rows, text }));
  });
}

/** A scenario's documentation, in the lines right above it, belongs to it. */
function startOf(lines: readonly string[], scenario: number): number {
  let at = scenario;
  while (lines[at - 1]?.startsWith("///") === true) at--;
  return at;
}
