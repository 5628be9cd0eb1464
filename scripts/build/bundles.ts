// What the build makes, a row a bundle. To add one, add a row; package contents are in scripts/package/shipped.ts.

import type { BuildOptions } from "esbuild";

/**
 * One bundle: an entry file and everything it imports, in one file under dist/. With the option `splitting`, what it import()s, and
 * what several of those share, are further files, alone in the same folder: each is loaded when it is needed.
 */
export interface Bundle {
  /** Its name on the command line (`npm run build -- cli`) and in the build's output. */
  readonly name: string;
  /** Path from the project's root. */
  readonly entry: string;
  /** Path from the project's root. A style sheet that the entry imports lands beside it with the ending `.css`. */
  readonly output: string;
  readonly options: BuildOptions;
  /** The most that the output may weigh. */
  readonly maxKiB?: number;
}

/** Node, as in VS Code's extension host and for the command line. */
const node: BuildOptions = { platform: "node", target: "node20", minifySyntax: true, minifyWhitespace: true };

/**
 * A browser. @vscode/debugadapter has browser stubs for the parts of it that open files and sockets; what remains of its
 * Node imports are three modules with a stand-in on npm.
 */
const browser: BuildOptions = {
  platform: "browser",
  target: "es2022",
  mainFields: ["browser", "module", "main"],
  define: { global: "globalThis" },
  alias: { path: "path-browserify" },
  minify: true,
};

/**
 * VS Code loads an extension's entry with require(), in Node as in the web worker; in a package of type "module" only when
 * its name ends in `.cjs`, in the web worker without saying so.
 */
const extension: BuildOptions = { format: "cjs", external: ["vscode"] };

export const bundles: readonly Bundle[] = [
  {
    name: "extension",
    entry: "extension/node/main.ts",
    output: "dist/extension.cjs",
    maxKiB: 300,
    options: { ...node, ...extension },
  },
  {
    name: "extension-web",
    entry: "extension/web/main.ts",
    output: "dist/web/extension.cjs",
    maxKiB: 300,
    options: { ...browser, ...extension },
  },
  {
    // Compiler and debug adapter: what the entries load at first use, with dist/library.json. One for both hosts, so without Node.
    name: "engine",
    entry: "extension/engine/main.ts",
    output: "dist/engine.cjs",
    options: { ...browser, format: "cjs" },
  },
  {
    name: "worker-node",
    entry: "extension/node/explore-worker.ts",
    output: "dist/worker/explore-node.mjs",
    options: { ...node, format: "esm" },
  },
  {
    name: "worker-web",
    entry: "extension/web/explore-worker.ts",
    output: "dist/worker/explore-web.js",
    // It is started from a blob: and cannot read the library's file, so its text is in the bundle.
    options: { ...browser, format: "iife", loader: { ".json": "text" } },
  },
  {
    name: "panel",
    entry: "webview/panel/main.ts",
    output: "dist/webview/panel.js",
    maxKiB: 100,
    options: { ...browser, format: "esm" },
  },
  {
    name: "graph",
    entry: "webview/graph/main.ts",
    output: "dist/webview/graph.js",
    maxKiB: 20,
    options: { ...browser, format: "esm" },
  },
  {
    name: "compare",
    entry: "webview/compare/main.ts",
    output: "dist/webview/compare.js",
    maxKiB: 20,
    options: { ...browser, format: "esm" },
  },
  {
    // On its own, so that a panel without the what-if editor never loads it: the panel import()s it by address.
    name: "monaco",
    entry: "webview/monaco/main.ts",
    output: "dist/webview/monaco.js",
    options: { ...browser, format: "esm", loader: { ".ttf": "file" }, assetNames: "[name]" },
  },
  {
    name: "monaco-worker",
    entry: "webview/monaco/worker.ts",
    output: "dist/webview/monaco-worker.js",
    options: { ...browser, format: "iife" },
  },
  {
    name: "cli",
    entry: "cli/main.ts",
    output: "dist/cli/hmm.mjs",
    options: {
      ...node,
      format: "esm",
      // A command loads only what it needs: half of all for `hmm run`, hardly anything for `hmm --help`.
      splitting: true,
      // CommonJS dependencies (the debug adapter's) ask for Node's modules with require().
      banner: {
        js: '#!/usr/bin/env node\nimport { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
      },
    },
  },
];
