/**
 * Operation lists: what the oracle's runner does to memory, one operation a line. test/oracle/README.md has the language.
 */
import { basename } from "node:path";

/** One operation of a list. */
export interface Operation {
  /** Its number in the list, from 0. */
  readonly index: number;
  /** As written, without comment. */
  readonly text: string;
  /** The child that does it; undefined for the process that the list begins with. */
  readonly child: string | undefined;
  /** The operation's words, without the child's name. */
  readonly words: readonly string[];
}

/** A list of operations. */
export interface OperationList {
  /** The file's name without its ending. */
  readonly name: string;
  /** The options of each `# options:` line: one for each recording. Without such a line there is one, without options. */
  readonly options: readonly string[];
  readonly operations: readonly Operation[];
}

/** Reads a list. `C>` in front is a child's name only after the `fork C` that makes it, as for the runner. */
export function parseList(path: string, text: string): OperationList {
  const options: string[] = [];
  const operations: Operation[] = [];
  const children = new Set<string>();
  for (const raw of text.split("\n")) {
    const option = /^# options:(.*)$/.exec(raw);
    if (option !== null) options.push(option[1]?.trim() ?? "");
    const line = raw.replace(/#.*$/, "").trim();
    if (line === "") continue;
    const ofChild = /^(\S+?)>\s*(.*)$/.exec(line);
    const child = ofChild !== null && children.has(ofChild[1] ?? "") ? ofChild[1] : undefined;
    const words = (child === undefined ? line : (ofChild?.[2] ?? "")).split(/\s+/).filter((word) => word !== "");
    operations.push({ index: operations.length, text: line, child, words });
    if (words[0] === "fork" && words[1] !== undefined) children.add(words[1]);
  }
  return { name: basename(path).replace(/\.txt$/, ""), options: options.length === 0 ? [""] : options, operations };
}

/** A list as text, as `parseList` reads it. */
export function listText(lines: readonly string[], options: string): string {
  const head = options === "" ? [] : [`# options: ${options}`];
  return `${[...head, ...lines].join("\n")}\n`;
}
