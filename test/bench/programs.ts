/** Scenarios to programs, for measuring. */
import { readLibraryFiles } from "../../language/build/read-library.ts";
import { loadScenario } from "../../language/compile/front-door.ts";
import { compileLibrary } from "../../language/compile/library.ts";
import type { Program } from "../../sim-core/vm/program.ts";

/** The program of a scenario's text. @throws Error if the text is wrong */
export function programOf(text: string): Program {
  const { library, problems } = compileLibrary(readLibraryFiles());
  if (library === undefined) throw new Error(`the model does not compile: ${problems.map(String).join("; ")}`);
  const { compiled, diagnostics } = loadScenario(text, "bench.hmm", { library });
  if (compiled === undefined) throw new Error(diagnostics.map((d) => `${d.line}:${d.column} ${d.message}`).join("\n"));
  return compiled.program;
}

/**
 * A CPU and a GPU take turns with 16 pages, `rounds` times: first writes, migrations there and back, range faults, exclusive
 * access and its end, unmapping. About 31,000 steps of kernel and driver code a round.
 */
export function kernelMix(rounds: number): string {
  return `scenario "Kernel mix"
device gpu0 uses dmirror { memory 4 MiB }
process app { buf: anon 16 pages }
repeat ${rounds} {
  cpu0 write buf = 1
  gpu0 read buf
  gpu0 migrate buf to gpu0
  cpu1 read buf
  gpu0 exclusive buf
  cpu0 write buf = 2
  gpu0 write buf = 3
  cpu1 madvise buf dontneed
}
`;
}
