/**
 * `npm run equivalence -- N [--seed S] [--from I]`: N random programs, each explored without any reduction and with them: the same
 * failures must be found, and the same ways to end (test/property/equivalence.ts). Shows the first program for which they differ.
 * Program number i of a seed is always the same one; `--from` leaves out those before. `--twins`: programs in which threads do the
 * same; `--locks`: such with locks of every kind. `--scenarios` does it for those that ship.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { programOf } from "../language/testing/run.ts";
import { findsNoMoreWithoutReduction, sameWithoutReduction, shippedScenarios } from "../test/property/equivalence.ts";
import { lockText, MEMBERS, memberText, modelText, scenarioText, twinText } from "../test/property/programs.ts";

/** Programs with more states than this without reduction are not compared. */
const MAX_STATES = 8_000;
/** States without reduction of a scenario that ships. */
const SCENARIO_STATES = 20_000;
/** Programs between two lines of progress. */
const TELL_EVERY = 500;

const kinds = [
  { text: modelText, comparison: { maxStates: MAX_STATES } },
  { text: memberText, comparison: { maxStates: MAX_STATES, members: MEMBERS } },
  { text: scenarioText, comparison: { maxStates: MAX_STATES } },
] as const;
const locks = [{ text: lockText, comparison: { maxStates: MAX_STATES } }] as const;
const twins = [{ text: twinText, comparison: { maxStates: MAX_STATES, twins: true } }] as const;

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: "string" },
      from: { type: "string" },
      scenarios: { type: "boolean" },
      twins: { type: "boolean" },
      locks: { type: "boolean" },
    },
  });
  if (values.scenarios === true) return shipped();
  const [count, seed, from] = [Number(positionals[0]), Number(values.seed ?? 1), Number(values.from ?? 0)];
  if (![count, seed, from].every(Number.isInteger) || count <= 0) {
    throw new Error("usage: npm run equivalence -- (N [--seed S] [--from I] [--twins | --locks] | --scenarios)");
  }
  const all = values.twins === true ? twins : values.locks === true ? locks : kinds;
  let [compared, reduced, without, least] = [0, 0, 0, 0];
  const told = (done: number): string =>
    `${done} programs: ${compared} compared, the others have more than ${MAX_STATES} states without reduction; ` +
    `${without} states without, ${least} with; symmetry and locks made ${reduced} of them smaller`;
  for (let i = from; i < from + count; i++) {
    const kind = all[i % all.length] ?? all[0];
    const [text = ""] = fc.sample(kind.text, { seed: seed * 1_000_003 + i, numRuns: 1 });
    try {
      const states = sameWithoutReduction(programOf(text), kind.comparison);
      if (states !== undefined) {
        compared++;
        without += states[0] ?? 0;
        least += states.at(-1) ?? 0;
        if ((states.at(-1) ?? 0) < (states[1] ?? 0)) reduced++;
      }
    } catch (problem) {
      process.stderr.write(`program ${i} of seed ${seed} is not the same:\n${text}\n${String(problem)}\n`);
      return 1;
    }
    const done = i + 1 - from;
    if (done % TELL_EVERY === 0 && done < count) process.stderr.write(`${told(done)}\n`);
  }
  process.stdout.write(`seed ${seed}, from ${from}: ${told(count)}\n`);
  return 0;
}

/** The scenarios that ship, as far as an exploration without reduction gets. */
function shipped(): number {
  const all = shippedScenarios();
  let [whole, differ] = [0, 0];
  for (const { name, program } of all) {
    try {
      if (findsNoMoreWithoutReduction(program, SCENARIO_STATES)) whole++;
    } catch (problem) {
      process.stderr.write(`${name} is not the same:\n${String(problem)}\n`);
      differ++;
    }
  }
  process.stdout.write(
    `${all.length} scenarios: in ${whole} the same is found; ${differ} differ; in the others no more is found by ${SCENARIO_STATES} states without reduction\n`,
  );
  return differ === 0 ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`equivalence: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
