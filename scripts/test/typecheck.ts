// TypeScript, folder by folder: each folder's tsconfig.json says what world it may know.

import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";

/** The result of one tsconfig.json; `errors` is the compiler's text, absent when there are none. */
export interface TypecheckResult {
  readonly name: string;
  readonly errors?: string;
}

const projects = ["sim-core", "language", "debug", "export", "webview", ".", "test/e2e"];

/** Checks one folder after another. A folder without sources yet is left out. */
export function* typecheck(): Generator<TypecheckResult> {
  for (const project of projects) {
    const folder = join(root, project);
    const sources = existsSync(folder)
      ? globSync("**/*.ts", { cwd: folder, exclude: ["**/node_modules", "dist"] })
      : [];
    if (sources.length === 0) continue;
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const result = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], {
      cwd: root,
      encoding: "utf8",
    });
    const name = project === "." ? "extension, cli, scripts, test" : project;
    yield result.status === 0
      ? { name }
      : { name, errors: `${result.error?.message ?? ""}${result.stdout}${result.stderr}` };
  }
}
