/** The arguments of a request, which may be anything: what is wrong with them is told, and nothing is done. */

/** A request that cannot be done; the message is for the user. */
export class RequestError extends Error {}

export class Arguments {
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly what: string;

  /** `what` they belong to, for messages: the request's name. */
  constructor(values: unknown, what: string) {
    this.values = typeof values === "object" && values !== null ? { ...values } : {};
    this.what = what;
  }

  private wrong(name: string, expected: string): never {
    const value = JSON.stringify(this.values[name]) ?? "nothing";
    throw new RequestError(`${this.what}: '${name}' is to be ${expected}, not ${value.slice(0, 80)}.`);
  }
  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }
  string(name: string): string {
    const value = this.values[name];
    return typeof value === "string" ? value : this.wrong(name, "a text");
  }
  optionalString(name: string): string | undefined {
    return this.has(name) ? this.string(name) : undefined;
  }
  /** A whole number. */
  number(name: string): number {
    const value = this.values[name];
    return typeof value === "number" && Number.isSafeInteger(value) ? value : this.wrong(name, "a whole number");
  }
  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }
  /** A truth value; false where there is none. */
  flag(name: string): boolean {
    return this.optionalFlag(name) ?? false;
  }
  optionalFlag(name: string): boolean | undefined {
    if (!this.has(name)) return undefined;
    const value = this.values[name];
    return typeof value === "boolean" ? value : this.wrong(name, "true or false");
  }
  object(name: string): Arguments {
    const value = this.values[name];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.wrong(name, "an object");
    return new Arguments(value, this.what);
  }
  /** A list of objects; empty where there is none. */
  objects(name: string): Arguments[] {
    return this.list(name).map((value) =>
      typeof value === "object" && value !== null
        ? new Arguments(value, this.what)
        : this.wrong(name, "a list of objects"),
    );
  }
  /** A list of texts; empty where there is none. */
  strings(name: string): string[] {
    return this.list(name).map((value) => (typeof value === "string" ? value : this.wrong(name, "a list of texts")));
  }
  /** A list of whole numbers; empty where there is none. */
  numbers(name: string): number[] {
    return this.list(name).map((value) => (typeof value === "number" ? value : this.wrong(name, "a list of numbers")));
  }
  private list(name: string): readonly unknown[] {
    if (!this.has(name)) return [];
    const value = this.values[name];
    return Array.isArray(value) ? value : this.wrong(name, "a list");
  }
}

/** Puts work off until the request has been answered. */
export type After = (work: () => void) => void;
/** Answers a request. `request`: its number, by which its work can be cancelled. */
export type Handler = (args: Arguments, after: After, request: number) => unknown;

/** An error's message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
