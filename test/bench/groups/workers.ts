/** All interleavings by one thread and by two (`hmm check --workers`), of the ownership protocol and of the kernel model. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endless } from "../../../language/testing/many-states.ts";
import { root } from "../../../scripts/bootstrap.mjs";
import { buildPart } from "../../../scripts/build/part.ts";
import type { Figures, Group } from "../group.ts";
import { ownership } from "../ownership.ts";

/** Pages of the protocol; with fewer, most of the time is that of starting. */
const PAGES = 3;

export const workers: Group = {
  name: "workers",
  title: `Exploration by several threads: the ownership protocol of ${PAGES} pages without reductions, a scenario of the kernel model`,
  runs: 5,
  rows: [
    { name: "protocol_one_s", unit: "s" },
    { name: "protocol_two_s", unit: "s" },
    { name: "protocol_ratio", unit: "" },
    { name: "kernel_states", unit: "states" },
    { name: "kernel_one_s", unit: "s" },
    { name: "kernel_two_s", unit: "s" },
    { name: "kernel_ratio", unit: "" },
  ],
  async measure() {
    for (const part of ["library", "cli"]) await buildPart(part, { force: false });
    const protocol = both(ownership(PAGES), ["--no-reduce", "symmetry,threads,locks"]);
    const kernel = both(endless, []);
    return {
      protocol_one_s: protocol.one,
      protocol_two_s: protocol.two,
      protocol_ratio: protocol.two / protocol.one,
      kernel_states: kernel.states,
      kernel_one_s: kernel.one,
      kernel_two_s: kernel.two,
      kernel_ratio: kernel.two / kernel.one,
    };
  },
};

/** The states of a scenario, and the seconds that one thread and two take for them. */
function both(text: string, options: readonly string[]): Figures & Record<"states" | "one" | "two", number> {
  const one = check(text, options);
  const two = check(text, [...options, "--workers", "2"]);
  if (one.states !== two.states) throw new Error(`one thread finds ${one.states} states, two ${two.states}`);
  return { states: one.states, one: one.ms / 1000, two: two.ms / 1000 };
}
function check(text: string, options: readonly string[]): { readonly states: number; readonly ms: number } {
  const folder = mkdtempSync(join(tmpdir(), "hmm-bench-"));
  try {
    const file = join(folder, "a.hmm");
    writeFileSync(file, text);
    const hmm = join(root, "dist", "cli", "hmm.mjs");
    const { status, stdout } = spawnSync(process.execPath, [hmm, "check", "--json", ...options, file], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`hmm check ended with status ${status}: ${stdout}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
