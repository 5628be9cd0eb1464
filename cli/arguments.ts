/** The command line's words: options of each command, and errors that say what was wrong. */
import { parseArgs } from "node:util";

/** The command line is wrong: message for standard error, exit status 2. */
export class UsageError extends Error {}

/** Exit statuses of every command. */
export const Exit = { held: 0, failed: 1, invalid: 2, limit: 3 } as const;
export type ExitStatus = (typeof Exit)[keyof typeof Exit];

/** An option: a switch, or one with a value. */
export interface OptionInfo {
  readonly name: string;
  /** What its value is called in the help; undefined for a switch. */
  readonly value?: string;
  /** Whether it may be given more than once. */
  readonly many?: true;
  readonly doc: string;
  /** One letter that it may be called by, too: `-o`. */
  readonly short?: string;
}

/** A command's words, parsed. */
export interface Words {
  readonly files: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** The values of an option that may be given more than once, in order. */
  texts(name: string): readonly string[];
  /** A whole number of at least `least`. @throws UsageError */
  number(name: string, least?: number): number | undefined;
}

/** Parses `args` for a command with `options`. @throws UsageError */
export function parseWords(command: string, options: readonly OptionInfo[], args: readonly string[]): Words {
  const config = Object.fromEntries(
    options.map((o) => [
      o.name,
      {
        ...(o.value === undefined
          ? ({ type: "boolean" } as const)
          : ({ type: "string", multiple: o.many === true } as const)),
        ...(o.short === undefined ? {} : { short: o.short }),
      },
    ]),
  );
  let parsed: { values: Readonly<Record<string, unknown>>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options: config, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/\. To specify.*$/s, "") : String(error);
    throw new UsageError(`hmm ${command}: ${message} (hmm ${command} --help lists the options)`);
  }
  const { values, positionals } = parsed;
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    files: positionals,
    flag: (name) => values[name] === true,
    text,
    texts(name) {
      const given = values[name];
      return Array.isArray(given) ? given.filter((value) => typeof value === "string") : [];
    },
    number(name, least = 0) {
      const given = text(name);
      if (given === undefined) return undefined;
      const value = Number(given.replaceAll("_", ""));
      if (!Number.isInteger(value) || value < least || given.trim() === "") {
        throw new UsageError(`hmm ${command}: --${name} takes a whole number of at least ${least}, not '${given}'`);
      }
      return value;
    },
  };
}
