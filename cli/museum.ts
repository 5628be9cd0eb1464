/** `hmm museum`: the bugs that ship as scenarios, in a table. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExitStatus, Words } from "./arguments.ts";
import { Exit, UsageError } from "./arguments.ts";
import type { Terminal } from "./commands.ts";
import type { Exhibit } from "./exhibit.ts";
import { exhibitOf } from "./exhibit.ts";
import { library, readText } from "./files.ts";
import { paint } from "./format/paint.ts";

const COLUMNS = ["pattern", "found", "states", "moves", "changes of thread", "twin's states"] as const;

/** Prints a line for each file, or for each of the museum's if none is named; status 1 if one does not show its bug or its twin fails. */
export function museum(words: Words, terminal: Terminal): ExitStatus {
  const paths = words.files.length > 0 ? words.files : shipped();
  const json = words.flag("json");
  const exhibits: Exhibit[] = [];
  let failed = 0;
  for (const path of paths) {
    const exhibit = exhibitOf(readText(path), path, library());
    if (typeof exhibit === "string") {
      failed++;
      terminal.err(`${path}: ${paint(terminal, "red", "no exhibit")}: ${exhibit}\n`);
      continue;
    }
    exhibits.push(exhibit);
    if (json) terminal.out(`${JSON.stringify({ type: "exhibit", file: path, ...exhibit })}\n`);
  }
  if (!json) printTable(exhibits, terminal);
  return failed === 0 ? Exit.held : Exit.failed;
}

function printTable(exhibits: readonly Exhibit[], terminal: Terminal): void {
  const rows = [COLUMNS, ...exhibits.map(cellsOf)];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    terminal.out(`${cells.join("  ")}\n`);
  }
}

function cellsOf({ pattern, finds, states, moves, changes, twinStates }: Exhibit): readonly string[] {
  return [pattern, finds, ...[states, moves, changes, twinStates].map(String)];
}

/** The museum's files: those of the checkout that the command was built in. @throws UsageError if it was moved out of it */
function shipped(): string[] {
  const folder = fileURLToPath(new URL("../../scenarios/bugs/", import.meta.url));
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".hmm"));
    return names.sort().map((name) => join(folder, name));
  } catch {
    throw new UsageError(`hmm museum: there is no folder ${folder}; name the files: hmm museum scenarios/bugs/*.hmm`);
  }
}
