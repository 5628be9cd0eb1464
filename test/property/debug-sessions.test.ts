/** A short share of the random sessions; `npm run sessions` runs ten thousand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readLibraryFiles } from "../../language/build/read-library.ts";
import { compileLibrary } from "../../language/compile/library.ts";
import { runRandomSessions } from "./debug-sessions.ts";

const { library } = compileLibrary(readLibraryFiles());
assert.ok(library);

test("random sessions: each request is answered, nothing falls over, and the state is consistent", async () => {
  await runRandomSessions(library, 40);
});
