/** Lists and recordings that are kept as files, and how each list compares. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CompareOptions, Comparison } from "./compare.ts";
import { compare } from "./compare.ts";
import type { OperationList } from "./list.ts";
import { parseList } from "./list.ts";
import { runInModel } from "./model-run.ts";
import { parseRecording } from "./recording.ts";

/** A list and the file of its recording. */
export interface KeptList {
  readonly list: OperationList;
  readonly recording: string;
}

/** A list that was compared. */
export interface ComparedList {
  readonly name: string;
  /** The scenario that it was translated to; undefined if it could not be. */
  readonly text: string | undefined;
  readonly comparison: Comparison;
}

/** The lists of a folder with their recordings, that of the repaired driver first. Lists without one are left out. */
export function findLists(lists: string, results: string): KeptList[] {
  return globSync(join(lists, "*.txt"))
    .sort()
    .flatMap((path) => {
      const list = parseList(path, readFileSync(path, "utf8"));
      const endings = list.options.map((option) => option.replaceAll(/ *--/g, "."));
      const ordered = [...endings].sort((a, b) => Number(b.includes(".fixed")) - Number(a.includes(".fixed")));
      const candidates = [...ordered, ".fixed", ".coherent", ""].map((ending) =>
        join(results, `${list.name}${ending}.txt`),
      );
      const recording = candidates.find((file) => existsSync(file));
      return recording === undefined ? [] : [{ list, recording }];
    });
}

/** Runs a list in the model and compares it. What cannot be translated or does not load is a difference. */
export function compareList(
  kept: { readonly list: OperationList },
  recorded: string,
  kernel: string,
  options: CompareOptions = {},
): ComparedList {
  const { list } = kept;
  try {
    const run = runInModel(list, kernel);
    return { name: list.name, text: run.translation.text, comparison: compare(run, parseRecording(recorded), options) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const difference = {
      kind: "results" as const,
      index: -1,
      operation: "",
      expected: "a list that runs in the model",
      got: error.message,
    };
    return {
      name: list.name,
      text: undefined,
      comparison: { differences: [difference], compared: { results: 1, pages: 0, calls: 0 } },
    };
  }
}
