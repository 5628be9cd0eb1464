/** A story as people read it, by thread: lines of the user's text, what happened, and which entries changed. */
import type { StoryPart } from "../../debug/story.ts";
import type { Terminal } from "../commands.ts";
import { paint } from "./paint.ts";

/** Prints a story. */
export function printStory(parts: readonly StoryPart[], terminal: Terminal): void {
  terminal.out("    the interleaving:\n");
  for (const part of parts) {
    switch (part.kind) {
      case "statement": {
        const { thread, path, line, text } = part;
        const place = path === undefined ? `${line}` : `${path}:${line}`;
        terminal.out(`      ${paint(terminal, "bold", thread.padEnd(8))} ${place}: ${text}\n`);
        break;
      }
      case "place":
      case "event":
        terminal.out(`                 ${paint(terminal, "dim", part.text)}\n`);
        break;
      case "change":
        terminal.out(`                 ${part.text}\n`);
        break;
      case "round":
        terminal.out(`      ${paint(terminal, "bold", part.text)}\n`);
    }
  }
}
