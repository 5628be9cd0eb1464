/** Checks what stands in the braces of devices, drivers and profiles against what drivers and profiles have. */

import { callbackByName } from "../callbacks.ts";
import type { LibrarySignature } from "../library-signature.ts";
import { indexLibrary } from "../resolve/library-index.ts";
import type { Resolved } from "../resolve/model.ts";
import { extendsLimit } from "../resolve/model.ts";
import { didYouMean, oneOf } from "../suggest.ts";
import type { DriverDecl, KernelDecl, Member, Setting, SettingValue } from "../syntax/tree.ts";
import type { Reporter } from "./reporter.ts";

/** Options by name, each with its default as written. */
export type Options = ReadonlyMap<string, string>;

/** The options that devices of a driver have: its own, and those of what it extends. */
export function driverOptions(resolved: Resolved, library: LibrarySignature, driver: string): Options {
  const options = new Map<string, string>();
  const seen = new Set<string>();
  let name: string | undefined = driver;
  while (name !== undefined && !seen.has(name) && seen.size <= extendsLimit) {
    seen.add(name);
    const declared: DriverDecl | undefined = resolved.drivers.get(name)?.declaration;
    if (declared === undefined) {
      for (const option of indexLibrary(library).drivers.get(name)?.options ?? [])
        add(options, option.name, option.default);
      break;
    }
    addMembers(options, declared.members);
    name = declared.extends?.text;
  }
  return options;
}

/** The switches that a profile has: its own, and those of what it extends. */
export function profileOptions(resolved: Resolved, library: LibrarySignature, profile: string): Options {
  const options = new Map<string, string>();
  const seen = new Set<string>();
  let name: string | undefined = profile;
  while (name !== undefined && !seen.has(name) && seen.size <= extendsLimit) {
    seen.add(name);
    const declared: KernelDecl | undefined = resolved.profileByName.get(name)?.declaration;
    if (declared === undefined) {
      for (const option of indexLibrary(library).profiles.get(name)?.options ?? []) {
        add(options, option.name, option.default);
      }
      break;
    }
    addMembers(options, declared.members);
    name = declared.extends?.kind === "string" ? declared.extends.value : undefined;
  }
  return options;
}

function add(options: Map<string, string>, name: string, value: string): void {
  if (!options.has(name)) options.set(name, value);
}

function addMembers(options: Map<string, string>, members: readonly Member[]): void {
  for (const member of members) if (member.kind === "option") add(options, member.name.text, written(member.value));
}

function written(value: SettingValue | undefined): string {
  if (value === undefined) return "";
  if (value.kind === "name") return value.text;
  return value.kind === "size" ? String(value.value) : `"${value.value}"`;
}

/** Checks devices, drivers and `kernel` lines of all files. */
export function checkMachine(reporter: Reporter, library: LibrarySignature): void {
  const { resolved } = reporter;
  const drivers = new Set([...resolved.drivers.keys(), ...library.drivers.map((driver) => driver.name)]);
  for (const device of resolved.devices) {
    const file = device.at?.file ?? 0;
    const { driver } = device.declaration;
    if (driver.text === "") continue;
    if (!drivers.has(driver.text)) {
      reporter.error(
        file,
        "unknown-driver",
        `There is no driver \`${driver.text}\`: ${oneOf([...drivers])}.`,
        driver,
        () => didYouMean(driver.text, drivers, driver.start, driver.end),
      );
      continue;
    }
    const options = driverOptions(resolved, library, driver.text);
    checkSettings(reporter, file, device.settings, options, (name) => {
      const has = options.size === 0 ? "has none" : `has ${oneOf([...options.keys()]).replace(" or ", " and ")}`;
      return `\`${name}\` is no attribute of a device (\`memory\`, \`coherent as NODE\`) and no option of driver \`${driver.text}\`, which ${has}.`;
    });
  }
  for (const { at, declaration } of resolved.drivers.values()) {
    checkDriver(reporter, library, at.file, declaration, drivers);
  }
  resolved.files.forEach(({ parsed }, file) => {
    for (const item of parsed.file.items) if (item.kind === "kernel") checkKernel(reporter, library, file, item);
  });
}

function checkSettings(
  reporter: Reporter,
  file: number,
  settings: readonly Setting[],
  options: Options,
  unknown: (name: string) => string,
): void {
  const seen = new Set<string>();
  for (const { name, value } of settings) {
    const fallback = options.get(name.text);
    if (fallback === undefined) {
      const candidates = [...options.keys(), "memory", "coherent"];
      reporter.error(file, "unknown-attribute", unknown(name.text), name, () =>
        didYouMean(name.text, candidates, name.start, name.end),
      );
      continue;
    }
    if (seen.has(name.text)) reporter.error(file, "declared-twice", `\`${name.text}\` is given already.`, name);
    seen.add(name.text);
    if (value === undefined) continue;
    const isSwitch = fallback === "on" || fallback === "off";
    if (isSwitch && !(value.kind === "name" && (value.text === "on" || value.text === "off"))) {
      reporter.error(file, "wrong-value", `\`${name.text}\` is \`on\` or \`off\`.`, value);
    } else if (/^\d/.test(fallback) && value.kind !== "size") {
      reporter.error(file, "wrong-value", `\`${name.text}\` is a number.`, value);
    }
  }
}

function checkDriver(
  reporter: Reporter,
  library: LibrarySignature,
  file: number,
  driver: DriverDecl,
  drivers: ReadonlySet<string>,
): void {
  const { resolved } = reporter;
  const base = driver.extends;
  if (base !== undefined && base.text !== "") {
    if (!drivers.has(base.text)) {
      reporter.error(file, "unknown-driver", `There is no driver \`${base.text}\`: ${oneOf([...drivers])}.`, base, () =>
        didYouMean(base.text, drivers, base.start, base.end),
      );
    } else {
      const why = badChain(resolved, driver);
      if (why !== undefined) reporter.error(file, "extends-itself", why, base);
    }
  }
  const options = driverOptions(resolved, library, driver.name.text);
  checkSettings(
    reporter,
    file,
    driver.settings,
    options,
    (name) => `Driver \`${driver.name.text}\` has no option \`${name}\`.`,
  );
  const seen = new Set<string>();
  for (const { name, params } of driver.callbacks) {
    if (name.text === "") continue;
    if (seen.has(name.text)) {
      reporter.error(file, "declared-twice", `\`on ${name.text}\` is declared already.`, name);
    }
    seen.add(name.text);
    const callback = callbackByName.get(name.text);
    if (callback === undefined) {
      reporter.error(file, "unknown-callback", `There is no callback \`${name.text}\`.`, name, () =>
        didYouMean(name.text, callbackByName.keys(), name.start, name.end),
      );
    } else if (params.length > callback.params.length || params.length < callback.params.length - callback.optional) {
      reporter.error(
        file,
        "arity",
        `The parameters do not fit: \`on ${name.text}(${callback.params.join(", ")})\`.`,
        span(name, params.at(-1) ?? name),
      );
    }
  }
}

function span(from: { readonly start: number }, to: { readonly end: number }): { start: number; end: number } {
  return { start: from.start, end: to.end };
}

/** What is wrong with the chain of drivers that this one extends; undefined if nothing is. */
function badChain(resolved: Resolved, driver: DriverDecl): string | undefined {
  const seen = new Set<DriverDecl>();
  let at: DriverDecl | undefined = driver;
  while (at !== undefined) {
    if (seen.has(at)) return `Driver \`${driver.name.text}\` extends itself.`;
    if (seen.size > extendsLimit) return `More than ${extendsLimit} drivers extend one another.`;
    seen.add(at);
    at = resolved.drivers.get(at.extends?.text ?? "")?.declaration;
  }
  return undefined;
}

function checkKernel(reporter: Reporter, library: LibrarySignature, file: number, kernel: KernelDecl): void {
  const { resolved } = reporter;
  const name = kernel.profile?.value ?? "";
  const isKnown = indexLibrary(library).profiles.has(name) || resolved.profileByName.has(name);
  if (isKnown) {
    const options = profileOptions(resolved, library, name);
    checkSettings(reporter, file, kernel.settings, options, (setting) =>
      options.size === 0
        ? `Profile \`${name}\` has no switches.`
        : `Profile \`${name}\` has no switch \`${setting}\`: ${oneOf([...options.keys()])}.`,
    );
  }
  for (const member of kernel.members) {
    if (member.kind !== "fn") continue;
    const overridden = indexLibrary(library).functions.get(member.name.text);
    if (overridden === undefined || overridden.params.length === member.params.length) continue;
    reporter.error(
      file,
      "arity",
      `This overrides \`${overridden.name}(${overridden.params.join(", ")})\`; the parameters do not fit.`,
      member.name,
    );
  }
}
