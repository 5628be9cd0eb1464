/** The Promela of an exported model: a process for each thread of the scenario, some for workers, and one for the end. */
import type { Program } from "../../sim-core/vm/program.ts";
import { cString } from "./c-value.ts";

/** Words that no Promela process may be called by, and those of the C that surrounds it. */
function processName(name: string, taken: ReadonlySet<string>): string {
  const base = `T_${name.replace(/\W/g, "_")}`;
  return taken.has(base) ? processName(`${name}_`, taken) : base;
}

/**
 * A process that makes thread `t`'s steps; `moves` is how many ways a step may go. */
function processOf(name: string, t: number, moves: number): string {
  const options = Array.from(
    { length: moves },
    (_, move) => `  :: d_step { c_expr { (h_try)(${t}, ${move}) } -> c_code { h_commit(${t}); } }`,
  );
  return `proctype ${name}() {\nend:\n  do\n${options.join("\n")}\n  od\n}\n`;
}

/** The names of the threads in messages: those of the scenario, then its workers. */
export function threadNames(program: Program, threads: number): string {
  const names = Array.from({ length: threads }, (_, t) =>
    t === 0 ? "scenario" : (program.machine.threads[t - 1]?.name ?? `worker ${t}`),
  );
  return `static const char *const thread_names[] = { ${names.map(cString).join(", ")} };\nstatic const char *thread_name(int t) { return thread_names[t]; }\n`;
}

/** All processes. `threads`: how many there may be at once, the director included. */
export function processes(program: Program, threads: number, moves: number): string {
  const taken = new Set<string>();
  const names = Array.from({ length: threads }, (_, t) => {
    const known = t === 0 ? "scenario" : (program.machine.threads[t - 1]?.name ?? `worker_${t}`);
    const name = processName(known, taken);
    taken.add(name);
    return name;
  });
  return [
    ...names.map((name, t) => processOf(name, t, moves)),
    "/* Nothing can move any more: the execution has ended, or is stuck. */",
    "proctype The_end() {\nend:\n  timeout -> c_code { h_end(); }\n}\n",
    `init {\n  atomic {\n    c_code { h_init(); };\n${names.map((name) => `    run ${name}();`).join("\n")}\n    run The_end()\n  }\n}`,
    "",
  ].join("\n");
}
