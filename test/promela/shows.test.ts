/** Scenarios that show a bug: SPIN finds just that. */
import { test } from "node:test";
import { agreeThatItShows } from "./agreement.ts";
import { whyNoSpin } from "./spin.ts";

const options = { skip: whyNoSpin() ?? false };

test("a driver without read_retry: seq-checked-insert", options, () => {
  agreeThatItShows("scenarios/10-driver-forgets-the-retry.hmm", "seq-checked-insert");
});

test("a driver that maps a page that did not move: mirror-subset", options, () => {
  agreeThatItShows("scenarios/18-a-page-that-did-not-move.hmm", "mirror-subset");
});
