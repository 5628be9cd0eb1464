/** The groups, in the order of the table. */
import type { Group } from "./group.ts";
import { adapter } from "./groups/adapter.ts";
import { debug } from "./groups/debug.ts";
import { explore } from "./groups/explore.ts";
import { history } from "./groups/history.ts";
import { memory } from "./groups/memory.ts";
import { steps } from "./groups/steps.ts";
import { workers } from "./groups/workers.ts";
import { wrongDrivers } from "./groups/wrong-drivers.ts";

export const GROUPS: readonly Group[] = [steps, memory, history, adapter, debug, explore, workers, wrongDrivers];
