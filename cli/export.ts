/** `hmm export --as promela FILE`: a scenario as a model for another tool. */
import { exportPromela } from "../export/promela/index.ts";
import type { ExitStatus, Words } from "./arguments.ts";
import { Exit, UsageError } from "./arguments.ts";
import type { Terminal } from "./commands.ts";
import { writeText } from "./files.ts";
import { pathOf } from "./format/failure.ts";
import { paint } from "./format/paint.ts";
import { loadOrReport } from "./run.ts";

/** The formats that there are. */
const FORMATS = ["promela"];

export function exportFile(words: Words, terminal: Terminal): ExitStatus {
  const format = words.text("as");
  if (format === undefined || !FORMATS.includes(format)) {
    const given = format === undefined ? "" : `, not '${format}'`;
    throw new UsageError(`hmm export: --as takes ${FORMATS.join(", ")}${given}`);
  }
  const [path, another] = words.files;
  if (path === undefined || another !== undefined) {
    throw new UsageError("hmm export: name one scenario: hmm export --as promela FILE.hmm -o FILE.pml");
  }
  const program = loadOrReport(path, words.text("kernel"), terminal)?.loaded.compiled?.program;
  if (program === undefined) return Exit.invalid;
  const room = words.number("room", 1);
  const { text, refusals } = exportPromela(program, room === undefined ? {} : { room });
  if (text === undefined) {
    for (const { message, spot } of refusals) {
      const place = spot === undefined ? path : `${pathOf(program, spot)}:${spot.line}:${spot.column}`;
      terminal.err(`${place}: ${paint(terminal, "red", "not exported")}: ${message}\n`);
    }
    return Exit.invalid;
  }
  const output = words.text("output");
  if (output === undefined) {
    terminal.out(text);
    return Exit.held;
  }
  writeText(output, text);
  terminal.err(
    `${output}: a model for SPIN. To search it: spin -a ${output} && gcc -O2 -DVECTORSZ=65536 -o pan pan.c && ./pan -m1000000\n`,
  );
  return Exit.held;
}
