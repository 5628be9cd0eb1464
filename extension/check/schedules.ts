/** Interleavings that checks found, kept in memory under URIs of a scheme of their own so that a debug session can follow one. */

import type { ScheduleFile } from "../../sim-core/explore/schedule.ts";

/** Scheme of interleavings that are not saved in a file. */
export const scheduleScheme = "hmm-schedule";

const kept = new Map<string, string>();

/** Keeps an interleaving. @returns the URI that a launch configuration names */
export function keepSchedule(schedule: ScheduleFile): string {
  const uri = `${scheduleScheme}:/${kept.size + 1}.json`;
  kept.set(uri, JSON.stringify(schedule));
  return uri;
}

/** The text of a kept interleaving. @throws Error if there is none: it was found before the window was reloaded */
export function readSchedule(uri: string): string {
  const text = kept.get(uri);
  if (text === undefined) throw new Error("This interleaving is no longer known. Check the scenario again.");
  return text;
}
