/** The table of primitives that the machine has. Those on plain data and on the running thread belong to the VM. */
import type { Primitive } from "./primitive.ts";
import { cachePrimitives } from "./primitives/caches.ts";
import { devicePrimitives } from "./primitives/devices.ts";
import { entryPrimitives } from "./primitives/entries.ts";
import { fencePrimitives } from "./primitives/fences.ts";
import { folioPrimitives } from "./primitives/folios.ts";
import { hardwarePrimitives } from "./primitives/hardware.ts";
import { memoryPrimitives } from "./primitives/memory.ts";
import { notifierPrimitives } from "./primitives/notifiers.ts";
import { rmapPrimitives, vmaPrimitives } from "./primitives/rmap.ts";

/** All of them, in the order of the reference; compiled code refers to them by index. */
export const primitives: readonly Primitive[] = [
  ...entryPrimitives,
  ...folioPrimitives,
  ...rmapPrimitives,
  ...vmaPrimitives,
  ...notifierPrimitives,
  ...memoryPrimitives,
  ...cachePrimitives,
  ...fencePrimitives,
  ...devicePrimitives,
  ...hardwarePrimitives,
];
