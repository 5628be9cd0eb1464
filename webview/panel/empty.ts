/** What the panel shows before there is anything to show: what it is for and how to get there. */

import { element } from "./dom.ts";

/** @param onDebug starts debugging */
export function emptyState(onDebug: () => void): HTMLElement {
  const button = element("button", { class: "button", type: "button" }, "Start debugging (F5)");
  button.addEventListener("click", onDebug);
  return element(
    "div",
    { class: "empty" },
    element("h1", {}, "No scenario is being debugged"),
    element(
      "p",
      {},
      "Open a ",
      element("code", {}, ".hmm"),
      " file and start debugging it. Here you then see, for each page of each region, what the CPU's page table, the memory and every device say of it, and how each step changes that.",
    ),
    element("p", {}, button),
    element(
      "ul",
      {},
      element("li", {}, "Step forward and back with the debugger's buttons, or drag the slider to any moment."),
      element("li", {}, "Click an event to go to the moment when it happened."),
      element("li", {}, "Type a statement to see what it would change, without changing anything."),
    ),
  );
}
