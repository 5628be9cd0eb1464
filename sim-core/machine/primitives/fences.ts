/** Primitives on fences: a copy that a device does in its own time. */
import type { Value } from "../../store/value.ts";
import { box, NONE, payloadOf, Tag, tagOf } from "../../store/value.ts";
import type { Caller } from "../caller.ts";
import type { Primitive } from "../primitive.ts";
import { argument } from "./arguments.ts";

function fenceArgument(call: Caller, primitive: string, value: Value): number {
  const fence =
    tagOf(value) === Tag.fence
      ? payloadOf(value)
      : call.fail(`${primitive}: expected a fence, got ${call.describe(value)}`);
  return call.machine.fences.exists(fence) ? fence : call.fail(`${primitive}: this fence is gone (fence_put)`);
}

export const fencePrimitives: readonly Primitive[] = [
  {
    name: "fence",
    params: [],
    effect: "write",
    doc: "A new fence, not signaled (dma_fence_init). Whoever made it puts it (fence_put) when it is signaled. Writes the fences.",
    run(call) {
      return box(Tag.fence, call.machine.fences.create());
    },
  },
  {
    name: "fence_signal",
    params: ["fence"],
    effect: "write",
    doc: "What the fence stands for is done: whoever waits until .done goes on (dma_fence_signal). Writes the fence.",
    run(call, args, at) {
      call.machine.fences.signal(fenceArgument(call, "fence_signal", argument(args, at)));
      return NONE;
    },
  },
  {
    name: "fence_put",
    params: ["fence"],
    effect: "write",
    doc: "Nobody needs the fence any more (dma_fence_put). It must be signaled. Writes the fences.",
    run(call, args, at) {
      const fence = fenceArgument(call, "fence_put", argument(args, at));
      if (!call.machine.fences.isSignaled(fence))
        return call.fail("fence_put: what the fence stands for is not done yet");
      call.machine.fences.remove(fence);
      return NONE;
    },
  },
];
