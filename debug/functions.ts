/** The functions that breakpoints can be at, by the names that they are set by. */
import { nearest } from "../language/suggest.ts";
import type { DriverInfo, FunctionInfo, Source } from "../sim-core/vm/program.ts";
import type { ModelFunction } from "./protocol.ts";
import { clientPath } from "./sources.ts";

/** What has functions: a program, or the library. */
export interface FunctionHolder {
  readonly functions: readonly FunctionInfo[];
  readonly drivers: readonly DriverInfo[];
  readonly sources: readonly Source[];
}

/** All functions, sorted by name. What profiles have in place of one another is one, as a breakpoint is at each of them. */
export function modelFunctions({ functions, drivers, sources }: FunctionHolder): ModelFunction[] {
  const found = new Map<string, ModelFunction>();
  const add = (name: string, info: FunctionInfo): void => {
    const source = sources[info.spot.source];
    if (found.has(name) || source === undefined) return;
    const place = { path: clientPath(source), line: info.spot.line, column: info.spot.column };
    found.set(name, { name, parameters: info.slots.slice(0, info.params), place, doc: info.doc ?? "" });
  };
  const driverNames = new Set(drivers.map(({ name }) => name));
  for (const info of functions) {
    if (!isNamed(info)) continue;
    add(info.owner !== undefined && driverNames.has(info.owner) ? `${info.owner}.${info.name}` : info.name, info);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The indexes of the functions that a name means: `do_swap_page`, `nouveau.invalidate`, also with its parameters behind it. */
export function functionsNamed({ functions, drivers }: FunctionHolder, given: string): number[] {
  const name = given.trim().replace(/\s*\([^()]*\)$/, "");
  const found = functions.flatMap((info, fn) =>
    isNamed(info) && (info.name === name || `${info.owner}.${info.name}` === name) ? [fn] : [],
  );
  if (found.length > 0) return found;
  // A driver that extends another one has its callbacks.
  const [, owner, callback = ""] = /^(\w+)\.(\w+)$/.exec(name) ?? [];
  const inherited = drivers.find((driver) => driver.name === owner)?.callbacks ?? {};
  return Object.hasOwn(inherited, callback) ? [inherited[callback] as number] : [];
}
/** Why a name means none. */
export function noFunction(holder: FunctionHolder, name: string): string {
  const near = nearest(
    name,
    modelFunctions(holder).map((info) => info.name),
  );
  return `The model has no function '${name}'.${near === undefined ? "" : ` Did you mean '${near}'?`}`;
}

function isNamed({ role }: FunctionInfo): boolean {
  return role === "fn" || role === "callback";
}
