/** A scenario with its imports as texts, for the worker. */

import type { Analysis } from "../../language/analyse.ts";
import type { ScenarioText } from "../worker/protocol.ts";

/** The files of an analysed scenario. */
export function scenarioText(analysis: Analysis): ScenarioText {
  const [own, ...imported] = analysis.resolved.files;
  return {
    path: own?.path ?? "",
    text: analysis.parsed.text,
    imports: Object.fromEntries(imported.map(({ path, parsed }) => [path, parsed.text])),
  };
}
