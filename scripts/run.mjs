// `node scripts/run.mjs TASK ARGUMENTS`: the entry of every npm script. Installs what is missing, then runs
// scripts/TASK.ts on a Node that understands TypeScript. Plain JavaScript for Node 18 or newer.
//
//   start      a real VS Code in the browser with the extension        test       everything that is checked
//   build      bundles for the editor, the web and the command line     typecheck  strict TypeScript, folder by folder
//   lint       formatter and linter (--write mends)                     bench      the budgets, measured
//   package    the VSIX                                                 (hmm.mjs)  the command line, for `npm run hmm`

import { existsSync } from "node:fs";
import { join } from "node:path";
import { become, ensureInstalled, findNode, followParent, giveUp, root } from "./bootstrap.mjs";

const [task = "", ...args] = process.argv.slice(2);
const script = join(root, "scripts", `${task}.ts`);
try {
  if (!/^[a-z]+$/.test(task) || !existsSync(script)) throw new Error(`There is no task '${task}'.`);
  ensureInstalled(root, { onInstall: () => process.stderr.write("Installing dependencies …\n") });
  become(findNode(), [...followParent, script, ...args]);
} catch (error) {
  giveUp(error);
}
