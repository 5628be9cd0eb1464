/** `hmm dap`: the debug adapter on standard input and output. Written when the adapter is there. */

import type { ExitStatus } from "./arguments.ts";
import { UsageError } from "./arguments.ts";

export function dap(): Promise<ExitStatus> {
  throw new UsageError("hmm dap: the debug adapter is not built in");
}
