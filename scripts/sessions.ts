// `npm run sessions [-- COUNT] [--seed N]`: debug sessions of random requests, malformed ones among them; 10,000 if no number is
// given. What fails is printed with the requests, shortened, and the seed to find it again. Exit status 1 then.

import { parseArgs } from "node:util";
import { shippedLibrary } from "../language/testing/run.ts";
import { runRandomSessions } from "../test/property/debug-sessions.ts";

/** Sessions between two lines about how far it is. */
const PART = 500;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: "string" } } });
const count = Number(positionals[0] ?? 10_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  process.stderr.write("usage: npm run sessions [-- COUNT] [--seed N]\n");
  process.exitCode = 2;
} else {
  try {
    for (let done = 0; done < count; done += PART) {
      const part = Math.min(PART, count - done);
      await runRandomSessions(shippedLibrary(), part, seed + done);
      process.stdout.write(`${done + part} sessions\n`);
    }
    process.stdout.write(`${count} sessions from seed ${seed}: nothing failed\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
