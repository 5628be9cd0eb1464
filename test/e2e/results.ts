// Where the end-to-end tests leave pictures and logs.

import { join } from "node:path";
import { root } from "../../scripts/bootstrap.mjs";

/** A git-ignored folder; it may not exist yet. */
export const resultsFolder = join(root, "test-results");
