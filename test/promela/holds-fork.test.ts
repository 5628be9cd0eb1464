/** A fork of device pages, and two devices that want one page, as SPIN sees them. */
import { test } from "node:test";
import { agreeThatItHolds } from "./agreement.ts";
import { whyNoSpin } from "./spin.ts";

const options = { skip: whyNoSpin() ?? false };

// A file has few models: compiling one takes its time.
for (const scenario of ["11-fork-of-device-pages", "16-two-devices"]) {
  test(`SPIN agrees that ${scenario} holds`, options, () => {
    agreeThatItHolds(`scenarios/${scenario}.hmm`);
  });
}
