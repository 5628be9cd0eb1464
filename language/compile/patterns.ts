/** Event patterns of `count(…)`, `expect events` and `expect no`. */
import { EVENTS } from "../../sim-core/machine/events.ts";
import type { EventPatternInfo, FieldPattern, Spot } from "../../sim-core/vm/program.ts";
import type { Arg, Span } from "../syntax/tree.ts";
import type { ScenarioContext } from "./scenario-context.ts";

/** The pattern for event `name` whose fields `args` match. `span` is where it is written. */
export function eventPattern(
  context: ScenarioContext,
  name: string,
  args: readonly Arg[],
  span: Span,
): EventPatternInfo {
  const { builder } = context;
  const event = EVENTS.findIndex((e) => e.name === name);
  const description = EVENTS[event];
  if (description === undefined) return context.fail(`there is no event '${name}'`, span);
  const fields: FieldPattern[] = [];
  let position = 0;
  for (const arg of args) {
    const index = arg.name === undefined ? position++ : description.fields.indexOf(arg.name.text);
    if (index < 0 || index >= description.fields.length) {
      return context.fail(`event '${name}' has the fields ${description.fields.join(", ")}`, arg);
    }
    while (fields.length <= index) fields.push({ kind: "any" });
    const isLock = (name === "lock" || name === "unlock") && description.fields[index] === "name";
    fields[index] = isLock ? lockPattern(context, arg) : fieldPattern(context, arg);
  }
  return {
    event,
    fields,
    text: builder.text(context.source, span),
    spot: builder.spots[builder.spot(context.source, span)] as Spot,
  };
}

/** A lock is known by the name that it is shown by: `"mmap_lock of app"`, `"gpu0.mutex"`; one of the file's top level by its own. */
function lockPattern(context: ScenarioContext, { value }: Arg): FieldPattern {
  if (value.kind === "name" && value.text === "_") return { kind: "any" };
  if (value.kind === "name") return { kind: "shown", text: value.text };
  if (value.kind === "string") return { kind: "shown", text: value.value };
  return context.fail("a lock is given by the name that it is shown by, in quotes", value);
}

function fieldPattern(context: ScenarioContext, arg: Arg): FieldPattern {
  const { value } = arg;
  if (value.kind === "name" && value.text === "_") return { kind: "any" };
  const place = context.resolved.places.get(value);
  if (place !== undefined) {
    const { process, region, firstPage, endPage } = place;
    if (firstPage === undefined || endPage === undefined) {
      return context.fail("a place in an event must be written with numbers", value);
    }
    const { pageSize } = context.resolved;
    const start = region.start + firstPage * pageSize;
    return { kind: "place", process: process.index, start, end: region.start + endPage * pageSize };
  }
  const known = context.constant(value);
  if (known === undefined) return context.fail("what an event's field must be has to be known before the run", value);
  return { kind: "value", value: known };
}
