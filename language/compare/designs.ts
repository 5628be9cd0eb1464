/**
 * The designs that a scenario is compared under: kernel profiles, drivers, or each with each.
 *
 * A file can say itself which, in a comment: `// compare: --kernel linux-6.12 --kernel linux-6.15`. A driver takes the place of the
 * others that are compared; if no device uses one of those, of every device's.
 */

/** One design; what is undefined stays as the file has it. */
export interface Design {
  readonly kernel: string | undefined;
  readonly driver: string | undefined;
}

/** What is asked for: profiles and drivers by name. */
export interface Compared {
  readonly kernels: readonly string[];
  readonly drivers: readonly string[];
}

/** What the file's own `// compare:` line asks for; nothing if it has none. Names may stand in quotes. */
export function comparedBy(text: string): Compared {
  const line = /^\s*\/\/ *compare:(.*)$/m.exec(text)?.[1] ?? "";
  const named = (option: string): string[] =>
    [...line.matchAll(new RegExp(`--${option} +(?:"([^"]+)"|(\\S+))`, "g"))].map(
      ([, quoted, word]) => quoted ?? word ?? "",
    );
  return { kernels: named("kernel"), drivers: named("driver") };
}

/** The designs: each profile with each driver. */
export function designsOf({ kernels, drivers }: Compared): Design[] {
  const orOwn = (names: readonly string[]) => (names.length === 0 ? [undefined] : names);
  return orOwn(kernels).flatMap((kernel) => orOwn(drivers).map((driver) => ({ kernel, driver })));
}

/** What a design is called beside the others. */
export function nameOf({ kernel, driver }: Design): string {
  return [kernel, driver].filter((name) => name !== undefined).join(" ") || "as it is";
}
