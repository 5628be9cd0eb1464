/** A reference as data: its tables by heading, and its examples. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A block between fences. */
export interface Block {
  /** What follows the fence: `hmm`, `json`. */
  readonly language: string;
  readonly text: string;
  /** Line of its first line, from 1. */
  readonly line: number;
}

/** A document of `docs/`. */
export interface Document {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Rows of all tables below each heading, without their heads: cells as written. */
  readonly rows: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** Reads `docs/NAME`. */
export function readDocument(name: string): Document {
  const text = readFileSync(join(root, "docs", name), "utf8");
  const blocks: Block[] = [];
  const rows = new Map<string, string[][]>();
  const lines = text.split("\n");
  let heading = "";
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const language = /^```(\w+)/.exec(line)?.[1];
    if (language !== undefined) {
      const end = lines.indexOf("```", i + 1);
      blocks.push({ language, text: `${lines.slice(i + 1, end).join("\n")}\n`, line: i + 2 });
      i = end;
    } else if (line.startsWith("#")) {
      heading = line.replace(/^#+ /, "");
    } else if (line.startsWith("|") && lines[i - 1]?.startsWith("|") && !line.startsWith("|---")) {
      const cells = line.split(/(?<!\\)\|/).slice(1, -1);
      rows.set(heading, [...(rows.get(heading) ?? []), cells.map((cell) => cell.trim().replaceAll("\\|", "|"))]);
    }
  }
  return { text, blocks, rows };
}

/** What stands in backticks. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
}
