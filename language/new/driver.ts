/** New drivers from templates: with a scenario below them, so that they can be run and checked at once. */
import type { NewScenario } from "./scenario.ts";
import { newScenario } from "./scenario.ts";

/** The callbacks that a new driver can have of its own, when it extends another: their parameters, and when they are called. */
export const CALLBACKS = [
  { name: "invalidate", params: "sub, range, seq", about: "entries of the process are about to change" },
  { name: "device_fault", params: "addr, access", about: "the device does not find a page" },
  { name: "migrate", params: "range, to", about: "pages are to move to the device or back" },
  { name: "migrate_to_ram", params: "vmf", about: "a CPU touches a page in the device's memory" },
  { name: "exclusive", params: "range", about: "pages are to be the device's alone" },
] as const;
export type CallbackName = (typeof CALLBACKS)[number]["name"];

/** The templates that a driver built on no other knows. */
export const TEMPLATES_FROM_NOTHING: readonly string[] = ["touch", "race"];

/** The answers to the questions. */
export interface NewDriver {
  /** A name of the language. */
  readonly name: string;
  /** The callbacks that it changes; undefined for a driver that builds on no other. */
  readonly overrides: readonly CallbackName[] | undefined;
  /** The scenario below it, whose driver it extends. */
  readonly scenario: NewScenario;
}

/** The text of a new driver. */
export function newDriver({ name, overrides, scenario }: NewDriver): string {
  const base = scenario.driver.name;
  const driver = overrides === undefined ? fromNothing(name) : extending(name, base, overrides);
  const below = { ...scenario.driver, name, ...(overrides === undefined ? { braces: "" } : {}) };
  const text = newScenario({ ...scenario, driver: below });
  const device = text.indexOf("\ndevice ") + 1;
  return `${text.slice(0, device)}\n${driver}\n${text.slice(device)}`;
}

function extending(name: string, base: string, overrides: readonly CallbackName[]): string {
  const callbacks = CALLBACKS.filter((callback) => overrides.includes(callback.name)).map(
    ({ name: callback, params, about }) => `  /// Called when ${about}.
  on ${callback}(${params}) {
    let result = super(${params})                  // what ${base} does
    return result
  }
`,
  );
  return `/// As ${base}, but …
driver ${name} extends ${base} {
${callbacks.join("\n")}}
`;
}

function fromNothing(name: string): string {
  return `/// A device that uses a process's memory where it is.
driver ${name} {
  /// Protects the device's page table.
  lock table_lock

  /// The process opens the device: from here on every change of its memory calls \`invalidate\`.
  on open() {
    self.notifier = mmu_interval_notifier_insert(self, 0, TASK_SIZE)
  }

  on close() {
    mmu_interval_notifier_remove(self.notifier)
    self.notifier = none
    unmap(self, 0, TASK_SIZE)
    flush_tlb(self, 0, TASK_SIZE)
  }

  /// Entries are about to change: forget them.
  on invalidate(sub, range, seq) {
    if range.blockable { lock table_lock } else if not trylock(table_lock) { return false }
    set_seq(sub, seq)
    unmap(self, range.start, range.end)
    flush_tlb(self, range.start, range.end)
    unlock table_lock
    return true
  }

  /// The device does not find a page: look it up, and enter it if nothing has come between.
  on device_fault(addr, access) {
    if access == atomic { return EOPNOTSUPP }
    loop {
      let seq = read_begin(self.notifier)
      let page = range_fault(self.process, addr, 1 page, access)
      if page == EBUSY { continue }
      if page is error { return page }
      lock table_lock
      let again = read_retry(self.notifier, seq)
      if not again { map(self, addr, page) }
      unlock table_lock
      if not again { return ok }
    }
  }
}
`;
}
