/** Injected faults as variables: for each operation that can be made to fail, what is to happen to it. */
import type { InjectedFault, InjectionMode, InjectionSite } from "../sim-core/machine/injection.ts";
import { INJECTION_SITES } from "../sim-core/machine/injection.ts";
import type { Machine } from "../sim-core/machine/machine.ts";
import { RequestError } from "./request.ts";

const modes: readonly InjectionMode[] = ["fail", "maybe", "delay"];

/** The operation of this name; undefined if there is none. */
export function siteNamed(name: string): InjectionSite | undefined {
  return INJECTION_SITES.find((site) => site === name);
}
/** What is to happen to an operation, as numbers: four for each fault. */
export function injectedNumbers(machine: Machine, site: InjectionSite): number[] {
  return machine.injection
    .pending(site)
    .flatMap(({ mode, device, times, after }) => [modes.indexOf(mode), device, times ?? -1, after]);
}
/** The same as text, as a statement of the language says it: `fail on gpu0 times 1`; `none`. */
export function injectedText(machine: Machine, numbers: readonly number[]): string {
  const faults: string[] = [];
  for (let i = 0; i < numbers.length; i += 4) {
    const [mode = 0, device = -1, times = -1, after = 0] = numbers.slice(i, i + 4);
    const on = device < 0 ? "" : ` on ${machine.description.devices[device]?.name ?? ""}`;
    faults.push(`${modes[mode]}${on}${times < 0 ? "" : ` times ${times}`}${after === 0 ? "" : ` after ${after}`}`);
  }
  return faults.length === 0 ? "none" : faults.join(", ");
}
/** Reads such a text: what an operation is to be set to; undefined for `none`. @throws RequestError */
export function injectedFault(machine: Machine, text: string): InjectedFault | undefined {
  if (/^\s*none\s*$/.test(text)) return undefined;
  const match = /^\s*(fail|maybe|delay)(?:\s+on\s+(\w+))?(?:\s+times\s+(\d{1,9}))?(?:\s+after\s+(\d{1,9}))?\s*$/.exec(
    text,
  );
  const mode = modes.find((name) => name === match?.[1]);
  const device = match?.[2] === undefined ? -1 : machine.description.devices.findIndex(({ name }) => name === match[2]);
  if (mode === undefined || (match?.[2] !== undefined && device < 0)) {
    throw new RequestError(
      `'${text}' is no fault: write none, fail, maybe or delay, and behind it 'on DEVICE', 'times N', 'after N'.`,
    );
  }
  return {
    mode,
    device,
    times: match?.[3] === undefined ? undefined : Number(match[3]),
    after: Number(match?.[4] ?? 0),
  };
}
