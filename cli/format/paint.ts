/** Colour for people's terminals. */
import type { Terminal } from "../commands.ts";

const codes = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;

/** `text` in a colour, where the terminal shows colour. */
export function paint(terminal: Terminal, color: keyof typeof codes, text: string): string {
  return terminal.color ? `\u001b[${codes[color]}m${text}\u001b[0m` : text;
}
