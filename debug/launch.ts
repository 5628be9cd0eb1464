/** What starts a debug session, and how the adapter reaches files: both come from the host. */

import type { DataStop, StepFilter } from "./protocol.ts";

/** Where the first run stops: just before what shows the first failure, or where the saved interleaving ends. */
export type StopBefore = "failure" | "scheduleEnd";

/** Arguments of the `launch` request. */
export interface LaunchArguments {
  /** The scenario: a path or URI, as `FileAccess` understands it. */
  readonly program: string;
  /** Runs it under this kernel profile, whatever the file says. */
  readonly kernel?: string;
  /** Picks an interleaving; 0 (the default) lets a thread run until it waits or ends. */
  readonly seed?: number;
  /** A saved interleaving to follow: the path or URI of a file that `hmm check --save` wrote. */
  readonly schedule?: string;
  /** Stops before the first statement. Off if not given: who starts a session without breakpoints sets it. */
  readonly stopOnEntry?: boolean;
  /** Where the first run stops, besides where breakpoints and filters say. */
  readonly stopBefore?: StopBefore;
  /** Where steps stop: `all` (if not given), `drivers` (a driver's or the user's own code), `scenario`. */
  readonly stepFilter?: StepFilter;
  /** Stops once more when the scenario has ended, so that one can go back from there. Off if not given. */
  readonly stopAtEnd?: boolean;
  /** Events that stop, besides what `setExceptionBreakpoints` asks for, as `hmm/stopAtEvents`. */
  readonly stopAtEvents?: readonly string[];
  /** Data that stop, besides what `setDataBreakpoints` asks for, as `hmm/stopAtData`. */
  readonly stopAtData?: readonly DataStop[];
  /** The most steps that can be undone; some millions if not given. */
  readonly historyLimit?: number;
  /** Runs to the end without stopping anywhere. */
  readonly noDebug?: boolean;
}

/** Arguments of the `launch` request of a trace, which needs no scenario. */
export interface TraceArguments {
  /** The trace: the path or URI of what `hmm run --json` wrote. */
  readonly trace: string;
}

/** Files as the host reaches them. */
export interface FileAccess {
  /** The text of a file. @throws Error that says why it cannot be read */
  read(path: string): Promise<string>;
  /** The path by which the client knows a file that it named: an absolute one for a relative one. As it is if not given. */
  resolve?(path: string): string;
}
