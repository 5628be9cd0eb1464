/** A story as lines of text. */

import type { StoryPart } from "../../debug/story.ts";

/** Most lines; of a longer story the end is told. */
const longest = 2000;

/** The lines of a story: statements with their threads, and under them what happened and which entries changed. */
export function storyLines(parts: readonly StoryPart[]): string[] {
  const lines = parts.map((part) => {
    if (part.kind === "round") return part.text;
    if (part.kind !== "statement") return `         ${part.text}`;
    const { thread, path, line, text } = part;
    return `${thread.padEnd(8)} ${path === undefined ? "line " : `${path}:`}${line}: ${text}`;
  });
  if (lines.length <= longest) return lines;
  return [`… ${lines.length - longest} lines before`, ...lines.slice(-longest)];
}
