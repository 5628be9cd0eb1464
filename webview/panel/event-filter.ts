/** Which events the list shows: those that have every word of the filter in their thread, name, text or file. */

import type { TextPlace } from "../../debug/protocol.ts";
import type { EventRow } from "../messages.ts";

/** The words of a filter, in lower case. A word that begins with `-` must not occur. */
export function filterWords(filter: string): string[] {
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "" && word !== "-");
}

/** A place as the list shows it: `memory.hmm:120`; empty where there is none. */
export function placeText(place: TextPlace | undefined): string {
  return place === undefined ? "" : `${place.path.replace(/^.*[\\/]/, "")}:${place.line}`;
}

/** Whether an event passes. */
export function passes(event: EventRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${event.threadName} ${event.event} ${event.text} ${placeText(event.place)}`.toLowerCase();
  return words.every((word) => (word.startsWith("-") ? !text.includes(word.slice(1)) : text.includes(word)));
}
