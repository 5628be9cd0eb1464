/** The parts of the C runtime of an exported model, in the order in which C needs them. */
import { events } from "./events.ts";
import { fields } from "./fields.ts";
import { heap } from "./heap.ts";
import { hooks } from "./hooks.ts";
import { locks } from "./locks.ts";
import { machine } from "./machine.ts";
import { notifiers } from "./notifiers.ts";
import { observe } from "./observe.ts";
import { pack, packed } from "./pack.ts";
import { pages } from "./pages.ts";
import { primitivesMemory } from "./primitives-memory.ts";
import { primitivesRest } from "./primitives-rest.ts";
import { rulesDevices } from "./rules-devices.ts";
import { rulesPages } from "./rules-pages.ts";
import { state } from "./state.ts";
import { values } from "./values.ts";
import { verdict } from "./verdict.ts";
import { vmas } from "./vmas.ts";

export { packed, state, verdict };

/** What stands in front of the translated functions. */
export const runtime: readonly string[] = [
  values,
  pack,
  heap,
  pages,
  vmas,
  events,
  locks,
  notifiers,
  rulesPages,
  rulesDevices,
  fields,
  observe,
  hooks,
  primitivesMemory,
  primitivesRest,
  machine,
];
