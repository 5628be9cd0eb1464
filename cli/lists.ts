/** `hmm profiles`, `hmm drivers`, `hmm invariants`: what ships, a line each. */
import { INVARIANTS } from "../sim-core/checks/index.ts";
import type { ExitStatus, Words } from "./arguments.ts";
import { Exit, UsageError } from "./arguments.ts";
import type { Terminal } from "./commands.ts";
import { library } from "./files.ts";

function print(words: Words, terminal: Terminal, rows: readonly (readonly [string, string])[]): ExitStatus {
  const [surplus] = words.files;
  if (surplus !== undefined) throw new UsageError(`this command takes no file ('${surplus}')`);
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, doc] of rows) terminal.out(`${name.padEnd(width)}  ${firstSentence(doc)}\n`);
  return Exit.held;
}
function firstSentence(doc: string): string {
  const line = doc.replace(/\s+/g, " ").trim();
  return /^.*?[.!?](?= [A-Z]|$)/.exec(line)?.[0] ?? line;
}

export function profiles(words: Words, terminal: Terminal): ExitStatus {
  return print(
    words,
    terminal,
    library().profiles.map((p) => [p.name, p.doc ?? ""]),
  );
}
export function drivers(words: Words, terminal: Terminal): ExitStatus {
  return print(
    words,
    terminal,
    library().drivers.map((d) => [d.name, d.doc ?? ""]),
  );
}
export function invariants(words: Words, terminal: Terminal): ExitStatus {
  return print(
    words,
    terminal,
    INVARIANTS.map((i) => [i.id, i.offBecause === undefined ? i.statement : `(off by default) ${i.statement}`]),
  );
}
