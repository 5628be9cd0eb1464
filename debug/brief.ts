/** Why execution stopped, in as few words as a call stack has room for: it stands beside the thread's name, and must not hide it. */
import type { Stop } from "./stop.ts";

/** Most characters that fit beside a thread's name in a side bar of usual width. */
export const BRIEF_LENGTH = 24;

/** The reason of a stop, at most {@link BRIEF_LENGTH} characters; undefined if there is none besides what `reason` says. */
export function briefly(stop: Stop): string | undefined {
  const { description } = stop;
  if (description === undefined) return undefined;
  return description.length <= BRIEF_LENGTH ? description : cut(shortened(stop, description));
}

function shortened({ brief, failure, event, filter, reason }: Stop, description: string): string {
  if (brief !== undefined) return brief;
  if (failure !== undefined) return failure.id;
  if (event !== undefined && filter !== undefined) {
    const place = /\bplace: ([^,)]+)/.exec(description)?.[1];
    return place === undefined ? filter : `${filter} ${place}`;
  }
  if (reason !== "data breakpoint") return description;
  // `pte(buf[0]): present → none, by cpu0 at memory.hmm:120`, `value(buf[0]): read, it is 2, by …`
  const [, name = "", what = ""] = /^(.*?): (\S*)/s.exec(description) ?? [];
  return `${name} ${what === "read," ? "read" : what === "stored" ? "stored" : "changed"}`;
}

function cut(text: string): string {
  return text.length <= BRIEF_LENGTH ? text : `${text.slice(0, BRIEF_LENGTH - 1).trimEnd()}…`;
}
