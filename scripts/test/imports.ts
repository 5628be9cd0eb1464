// The import direction: extension, cli, webview -> debug, language -> sim-core; inside sim-core explore, checks -> vm ->
// machine -> store. And who may know Node and vscode. Type-only imports count: they are knowledge too.

import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** An import that must not be. Lines count from 1. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What the files of a folder may import. Paths are from the project's root. */
interface Layer {
  /** The files: a folder, or one file. The first row that fits a file holds for it. */
  readonly of: string;
  /** Folders and files of the project, besides itself. */
  readonly project: readonly string[];
  /** Packages, by name; `node:` stands for all of Node's modules. */
  readonly packages: readonly string[];
}

const core = ["sim-core"];
const engine = ["sim-core", "language", "debug"];

const layers: readonly Layer[] = [
  { of: "sim-core/store", project: [], packages: [] },
  { of: "sim-core/machine", project: ["sim-core/store"], packages: [] },
  { of: "sim-core/vm", project: ["sim-core/machine", "sim-core/store"], packages: [] },
  { of: "sim-core/checks", project: ["sim-core/vm", "sim-core/machine", "sim-core/store"], packages: [] },
  {
    of: "sim-core/explore",
    project: ["sim-core/checks", "sim-core/vm", "sim-core/machine", "sim-core/store"],
    packages: [],
  },
  { of: "sim-core", project: [], packages: [] },
  { of: "language/testing", project: ["language", ...core], packages: ["node:"] },
  { of: "language/build", project: ["language", ...core], packages: ["node:"] },
  { of: "language", project: core, packages: [] },
  {
    of: "debug",
    project: ["language", ...core],
    packages: ["@vscode/debugadapter", "@vscode/debugprotocol", "@dagrejs/dagre"],
  },
  { of: "webview", project: engine, packages: ["monaco-editor"] },
  { of: "export", project: core, packages: [] },
  { of: "cli", project: [...engine, "export"], packages: ["node:", "@vscode/debugadapter"] },
  { of: "extension/node", project: ["extension", ...engine], packages: ["vscode", "node:"] },
  // Of the webview's files only the messages that its pages exchange with their host.
  {
    of: "extension",
    project: ["webview/messages.ts", "webview/compare/messages.ts", ...engine],
    packages: ["vscode", "@vscode/debugprotocol"],
  },
];

/** Checks every source file of the product under `root`; tests and scripts may import what they like. */
export function checkImports(root: string): Violation[] {
  const folders = [...new Set(layers.map((layer) => layer.of.split("/")[0]))].join(",");
  const files = globSync(`{${folders}}/**/*.ts`, { cwd: root }).map((path) => path.replaceAll("\\", "/"));
  return files
    .filter((file) => !file.endsWith(".test.ts"))
    .sort()
    .flatMap((file) => checkFile(file, readFileSync(join(root, file), "utf8")));
}

/** Checks one file's text; `file` is its path from the root, with forward slashes. */
export function checkFile(file: string, text: string): Violation[] {
  const layer = layers.find(({ of }) => isWithin(file, of));
  if (layer === undefined) return [];
  return importsOf(text).flatMap(({ specifier, line }) => {
    const message = judge(layer, file, specifier);
    return message === undefined ? [] : [{ file, line, message }];
  });
}

function judge(layer: Layer, file: string, specifier: string): string | undefined {
  // What the build generates (`imports` in package.json) is data, not code of a layer.
  if (specifier === "#library" && layer.of !== "language" && !layer.of.startsWith("sim-core")) return undefined;
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(file), specifier);
    if ([layer.of, ...layer.project].some((allowed) => isWithin(target, allowed))) return undefined;
    return `${layer.of} must not import ${target}: it may import ${list(layer.project)}`;
  }
  const allowed = layer.packages.some((name) =>
    name.endsWith(":") ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`),
  );
  return allowed
    ? undefined
    : `${layer.of} must not import '${specifier}': of packages it may import ${list(layer.packages)}`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => (name === "node:" ? "Node's" : name)).join(", ");
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** The modules that a text imports, exports from, or import()s by a constant name, with their lines. */
function importsOf(text: string): { specifier: string; line: number }[] {
  const statement =
    /^[ \t]*(?:import|export)\b(?:[^;'"`()]*?\bfrom)?\s*(["'])(?<from>[^"'\n]+)\1|\bimport\s*\(\s*(["'])(?<call>[^"'\n]+)\3/gm;
  return [...text.matchAll(statement)].map((match) => ({
    specifier: match.groups?.from ?? match.groups?.call ?? "",
    line: text.slice(0, match.index).split("\n").length,
  }));
}
