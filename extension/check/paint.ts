/** Colours for the lines of a report, as terminals take them. */

const red = 31;
const green = 32;
const yellow = 33;
const dim = 2;

/** A line with its verdict, failure or heading in colour. Control characters of the line itself do not reach the terminal. */
export function paint(line: string): string {
  // A scenario's title may hold anything.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const plain = line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
  return plain
    .replace(/^PASS\b/, coloured(green))
    .replace(/^FAIL\b/, coloured(red))
    .replace(/^LIMIT\b/, coloured(yellow))
    .replace(/(?<=:\d+:\d+: )[a-z][a-z -]*(?=: )/, coloured(red))
    .replace(/^ {4}because\b/, coloured(dim));
}

function coloured(code: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}
