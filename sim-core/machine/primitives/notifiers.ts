/** Primitives on notifier subscriptions (mm/mmu_notifier.c). Waiting and dispatch are model code. */
import type { Value } from "../../store/value.ts";
import { bool, box, NONE, Tag, tagOf } from "../../store/value.ts";
import type { Caller } from "../caller.ts";
import { Event } from "../events.ts";
import type { Primitive } from "../primitive.ts";
import { StructId } from "../structs.ts";
import {
  addressArgument,
  argument,
  contextArgument,
  flagArgument,
  processArgument,
  subscriptionArgument,
} from "./arguments.ts";

function sequenceArgument(call: Caller, primitive: string, value: Value): number {
  const seq = call.machine.numbers.numberOf(value);
  return seq ?? call.fail(`${primitive}: expected a sequence number, got ${call.describe(value)}`);
}

export const notifierPrimitives: readonly Primitive[] = [
  {
    name: "notifiers",
    params: ["process", "start", "end"],
    effect: "read",
    doc: "The interval subscriptions of the process that overlap [start, end), in order of address: a list (the walk of mn_itree_invalidate). Reads the subscriptions.",
    run(call, args, at) {
      const process = processArgument(call, "notifiers", argument(args, at));
      const start = addressArgument(call, "notifiers", argument(args, at + 1));
      const end = addressArgument(call, "notifiers", argument(args, at + 2));
      const list = call.newList();
      for (const sub of call.machine.notifiers.overlapping(process, start, end)) {
        call.machine.heap.push(list, box(Tag.subscription, sub));
      }
      return list;
    },
  },
  {
    name: "mm_notifiers",
    params: ["process"],
    effect: "read",
    doc: "The mm-wide subscriptions of the process, the one registered last first: a list (the walk of mn_hlist_invalidate_range_start). Reads the subscriptions.",
    run(call, args, at) {
      const process = processArgument(call, "mm_notifiers", argument(args, at));
      const list = call.newList();
      for (const sub of call.machine.notifiers.wideOf(process)) {
        call.machine.heap.push(list, box(Tag.subscription, sub));
      }
      return list;
    },
  },
  {
    name: "contexts",
    params: ["process"],
    effect: "read",
    doc: "The contexts of the devices that work for the process, in the order of the devices: a list. Reads the contexts.",
    run(call, args, at) {
      const process = processArgument(call, "contexts", argument(args, at));
      const { devices, heap } = call.machine;
      const list = call.newList();
      for (let device = 0; device < devices.length; device++) {
        const context = devices.contextId(device, process);
        if (devices.hasContext(context)) heap.push(list, box(Tag.context, context));
      }
      return list;
    },
  },
  {
    name: "range",
    params: ["process", "start", "end"],
    effect: "pure",
    doc: "The addresses [start, end) of a process, as an event's place or a driver's verb has them: .process .start .end.",
    run(call, args, at) {
      processArgument(call, "range", argument(args, at));
      const start = addressArgument(call, "range", argument(args, at + 1));
      const end = addressArgument(call, "range", argument(args, at + 2));
      return call.newStruct(StructId.range, argument(args, at), start, end, NONE, NONE, bool(true));
    },
  },
  {
    name: "notifier_range",
    params: ["process", "start", "end", "reason", "owner?", "blockable?"],
    effect: "pure",
    doc: "A range that notifiers are told of: .process .start .end .reason .owner .blockable (mmu_notifier_range_init_owner). blockable is true unless said otherwise.",
    run(call, args, at) {
      processArgument(call, "notifier_range", argument(args, at));
      const start = addressArgument(call, "notifier_range", argument(args, at + 1));
      const end = addressArgument(call, "notifier_range", argument(args, at + 2));
      const reason = argument(args, at + 3);
      if (tagOf(reason) !== Tag.symbol) {
        return call.fail(`notifier_range: expected a reason (CLEAR, MIGRATE …), got ${call.describe(reason)}`);
      }
      const blockable = bool(flagArgument(argument(args, at + 5), true));
      return call.newStruct(StructId.range, argument(args, at), start, end, reason, argument(args, at + 4), blockable);
    },
  },
  {
    name: "notifier_insert",
    params: ["self", "start", "end"],
    effect: "write",
    doc: "Subscribes this context to [start, end) and returns the subscription (mmu_interval_notifier_insert): while an invalidation is under way it counts as affected, and goes into the tree when that ends. Writes the subscriptions and the process's sequence. Emits subscribe.",
    run(call, args, at) {
      const context = contextArgument(call, "notifier_insert", argument(args, at));
      const start = addressArgument(call, "notifier_insert", argument(args, at + 1));
      const end = addressArgument(call, "notifier_insert", argument(args, at + 2));
      if (start >= end) return call.fail("notifier_insert: the range is empty");
      const { devices, notifiers } = call.machine;
      const sub = notifiers.insert(context, start, end);
      const process = devices.processOfContext(context);
      call.emit(Event.subscribe, box(Tag.device, devices.deviceOfContext(context)), { process, start, end });
      return box(Tag.subscription, sub);
    },
  },
  {
    name: "notifier_register",
    params: ["self"],
    effect: "write",
    doc: "Subscribes this context to its process's whole address space, with callbacks invalidate_start and invalidate_end (mmu_notifier_register). Returns the subscription. Writes the subscriptions. Emits subscribe.",
    run(call, args, at) {
      const context = contextArgument(call, "notifier_register", argument(args, at));
      const { devices, notifiers } = call.machine;
      const sub = notifiers.register(context);
      const process = devices.processOfContext(context);
      const end = notifiers.end.get(sub);
      call.emit(Event.subscribe, box(Tag.device, devices.deviceOfContext(context)), { process, start: 0, end });
      return box(Tag.subscription, sub);
    },
  },
  {
    name: "notifier_remove",
    params: ["sub"],
    effect: "write",
    doc: "Ends a subscription, or marks it to end with the invalidation that is under way; returns the process's invalidate_seq that the caller must then wait to see change, 0 if it need not wait (the first half of mmu_interval_notifier_remove). Writes the subscriptions. Emits unsubscribe.",
    run(call, args, at) {
      const sub = subscriptionArgument(call, "notifier_remove", argument(args, at));
      const { devices, notifiers } = call.machine;
      const device = devices.deviceOfContext(notifiers.context.get(sub));
      const place = {
        process: notifiers.processOf(sub),
        start: notifiers.start.get(sub),
        end: notifiers.end.get(sub),
      };
      const seq = notifiers.remove(sub);
      call.machine.threads.forgetSamples(sub);
      call.emit(Event.unsubscribe, box(Tag.device, device), place);
      return call.machine.numbers.value(place.process, seq);
    },
  },
  {
    name: "notifier_apply_deferred",
    params: ["process"],
    effect: "write",
    doc: "Does the insertions and removals that waited for the invalidation to end (the second half of mn_itree_inv_end). Writes the subscriptions.",
    run(call, args, at) {
      const process = processArgument(call, "notifier_apply_deferred", argument(args, at));
      call.machine.notifiers.applyDeferred(process);
      return NONE;
    },
  },
  {
    name: "set_seq",
    params: ["sub", "seq"],
    effect: "write",
    doc: "Notes in the subscription that an invalidation reached it (mmu_interval_set_seq); under the driver's lock, in its invalidate callback. Writes sub.seq.",
    run(call, args, at) {
      const sub = subscriptionArgument(call, "set_seq", argument(args, at));
      call.machine.notifiers.seq.set(sub, sequenceArgument(call, "set_seq", argument(args, at + 1)));
      return NONE;
    },
  },
  {
    name: "seq_sample",
    params: ["sub"],
    effect: "write",
    doc: "The subscription's sequence number, as mmu_interval_read_begin samples it; the running thread is known to have it. Reads sub.seq.",
    run(call, args, at) {
      const sub = subscriptionArgument(call, "seq_sample", argument(args, at));
      const { notifiers, numbers, threads } = call.machine;
      const seq = notifiers.seq.get(sub);
      threads.sampledSubscription.set(call.thread, sub + 1);
      threads.sampledSeq.set(call.thread, seq);
      return numbers.value(notifiers.processOf(sub), seq);
    },
  },
  {
    name: "sampled_seq",
    params: ["sub"],
    effect: "read",
    doc: "What the running thread's last seq_sample gave, if it was of this subscription, else none: the number that a range fault on its behalf is checked against. Reads the thread.",
    run(call, args, at) {
      const sub = subscriptionArgument(call, "sampled_seq", argument(args, at));
      const { notifiers, numbers, threads } = call.machine;
      if (threads.sampledSubscription.get(call.thread) !== sub + 1) return NONE;
      return numbers.value(notifiers.processOf(sub), threads.sampledSeq.get(call.thread));
    },
  },
  {
    name: "seq_next",
    params: ["self", "seq"],
    effect: "write",
    doc: "The number after seq, of a count that the driver keeps in a variable and compares for equality only: `n = seq_next(self, n)`. In a run seq + 1; while interleavings are explored the lowest that tells it from those still kept, so that rounds of a fault that is tried again can be the same state.",
    run(call, args, at) {
      const context = contextArgument(call, "seq_next", argument(args, at));
      const seq = sequenceArgument(call, "seq_next", argument(args, at + 1));
      return call.machine.numbers.next(context, seq);
    },
  },
  {
    name: "read_retry",
    params: ["sub", "seq"],
    effect: "read",
    doc: "Whether an invalidation reached the subscription since seq was sampled; asked under the driver's lock (mmu_interval_read_retry). Reads sub.seq. Emits retry if so.",
    run(call, args, at) {
      const sub = subscriptionArgument(call, "read_retry", argument(args, at));
      const seq = sequenceArgument(call, "read_retry", argument(args, at + 1));
      const { devices, notifiers } = call.machine;
      if (notifiers.seq.get(sub) === seq) return bool(false);
      call.emit(Event.retry, box(Tag.device, devices.deviceOfContext(notifiers.context.get(sub))));
      return bool(true);
    },
  },
];
