/** Exclusive access, as SPIN sees it. */
import { test } from "node:test";
import { agreeThatItHolds } from "./agreement.ts";
import { whyNoSpin } from "./spin.ts";

const options = { skip: whyNoSpin() ?? false };

// A file has few models: compiling one takes its time.
for (const scenario of ["20-exclusive-for-everybody"]) {
  test(`SPIN agrees that ${scenario} holds`, options, () => {
    agreeThatItHolds(`scenarios/${scenario}.hmm`);
  });
}
