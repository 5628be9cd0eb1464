/** Scenarios that hold: SPIN finds no error in their exported models, and the same number of states and of ends. */
import { test } from "node:test";
import { agreeThatItHolds } from "./agreement.ts";
import { whyNoSpin } from "./spin.ts";

const options = { skip: whyNoSpin() ?? false };

// A file has few models: compiling one takes its time.
for (const scenario of ["00-hello", "02-gpu-atomics"]) {
  test(`SPIN agrees that ${scenario} holds`, options, () => {
    agreeThatItHolds(`scenarios/${scenario}.hmm`);
  });
}
