import { readFileSync } from "node:fs";
import { compileLibrary } from "../../language/compile/library.ts";
import { readLibraryFiles } from "../../language/build/read-library.ts";
import { signatureOf } from "../../language/compile/signature.ts";
import { compileScenario } from "../../language/compile/scenario.ts";
import { parse } from "../../language/syntax/parser.ts";
import { resolve } from "../../language/resolve/resolve.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import { EVENTS } from "../../sim-core/machine/events.ts";
const [mode, path, seed] = process.argv.slice(2);
const { library, problems } = compileLibrary(readLibraryFiles());
for (const p of problems) console.error(p);
if (!library) process.exit(2);
const text = readFileSync(path!, "utf8").replace(/linux-6.15/, "linux-6.12");
const resolved = resolve(parse(text), { path: path!, readImport: () => undefined, library: signatureOf(library) });
for (const f of resolved.files) for (const d of f.diagnostics) console.error(f.path, d.start, d.message);
const { compiled, problems: cp } = compileScenario(resolved, library);
for (const p of cp) console.error(p);
if (!compiled) process.exit(2);
const show = (f: any) => { console.log(`FAIL ${f.kind} ${f.id} ${f.spot.line}:${f.spot.column} [${compiled.program.sources[f.spot.source]!.path}] ${f.message}`); for (const b of f.because) console.log(`   because ${b.spot.line} [${compiled.program.sources[b.spot.source]!.path}] ${b.message}`); };
if (mode === "check") {
  const t = performance.now();
  const ex = new Explorer(compiled.program, { maxStates: Number(seed ?? 3e6) });
  const r = ex.run();
  console.log({ ...r, failures: r.failures.length, ms: performance.now() - t });
  for (const f of r.failures) { show(f.failure); console.log(f.moves.length, "moves"); }
} else {
  const sim = new Simulation(compiled.program);
  const s = new Scheduler(sim, Number(seed ?? 0));
  let n = 0; const t = performance.now();
  for (;;) { const p = s.step(); if (p.kind !== "moved") { if (p.kind === "stuck") sim.deadlock(); break; } if (++n > 2_000_000) { console.log("limit"); break; } }
  if (sim.finished) sim.checkEnd();
  console.log("steps", n, (performance.now() - t).toFixed(1), "ms", "history bytes/step", (sim.store.historyBytes / n).toFixed(1));
  if (mode === "trace") for (let i = 0; i < sim.vm.log.length; i++) { const r = sim.vm.log.at(i)!; if (r.kind === "event") console.log(r.step, sim.threadName(r.thread), EVENTS[r.event]!.name, r.fields.map((v) => sim.describe(v)).join(" "), r.process >= 0 ? `${r.start.toString(16)}..${r.end.toString(16)}` : "", compiled.program.functions[r.function]?.name); else console.log("   ==", compiled.program.statements[r.statement]!.text.slice(0, 50), "->", sim.describe(r.outcome), r.report ?? "", r.ok); }
  for (const f of sim.failures) show(f);
}
