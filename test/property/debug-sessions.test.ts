/** A short share of the random sessions; `npm run sessions` runs ten thousand. */
import { test } from "node:test";
import { shippedLibrary } from "../../language/testing/run.ts";
import { runRandomSessions } from "./debug-sessions.ts";

test("random sessions: each request is answered, nothing falls over, and the state is consistent", async () => {
  await runRandomSessions(shippedLibrary(), 40);
});
