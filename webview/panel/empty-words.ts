/** What the panel says where it has no page tables: what it is for and how to get there, or why a saved trace has none. */

/** What is said where there are no page tables; what stands between backticks is code. */
export interface EmptyWords {
  readonly title: string;
  readonly text: string;
  readonly hints: readonly string[];
  /** Whether debugging can be started from here: not while a trace is looked at. */
  readonly canStart: boolean;
}

/** @param trace the name of the saved trace that is looked at, if one is */
export function emptyWords(trace: string | undefined): EmptyWords {
  if (trace === undefined) {
    return {
      title: "No scenario is being debugged",
      text: "Open a `.hmm` file and start debugging it. Here you then see, for each page of each region, what the CPU's page table, the memory and every device say of it, and how each step changes that.",
      hints: [
        "Step forward and back with the debugger's buttons, or drag the slider to any moment.",
        "Click an event to go to the moment when it happened.",
        "Type a statement to see what it would change, without changing anything.",
      ],
      canStart: true,
    };
  }
  return {
    title: `A saved trace is being debugged: ${trace}`,
    text: "A trace has what happened, one event or ended statement after the other, and no page tables of each step, so there are none to show here. If it was written with `--state`, it has the pages that were touched, as they were after each statement.",
    hints: [
      "Step forward and back with the debugger's buttons. Variables has the event under Moment, and the pages of a trace with `--state` under Pages.",
      "Such a page can be asked for in the debug console and under Watch: `pte(buf[0])`, `folio(buf[0]).refcount`.",
      "For the page tables at each step, debug the scenario itself.",
    ],
    canStart: false,
  };
}
