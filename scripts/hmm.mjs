// `npm run -s hmm -- ARGUMENTS`: the `hmm` command from a checkout. Builds what is stale of it first, and prints nothing of
// that unless it fails. Plain JavaScript for Node 18 or newer; nothing is loaded here that a fresh build does not need.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { become, ensureInstalled, findNode, giveUp, root, SetupError } from "./bootstrap.mjs";
import { isFresh } from "./build/freshness.mjs";

try {
  ensureInstalled(root);
  const node = findNode();
  const stale = ["library", "cli"].filter((part) => !isFresh(root, part));
  if (stale.length > 0) {
    const build = spawnSync(
      node,
      ["--disable-warning=ExperimentalWarning", join(root, "scripts", "build.ts"), "--quiet", "--strict", ...stale],
      {
        encoding: "utf8",
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    if (build.status !== 0) throw new SetupError(`${build.error?.message ?? ""}${build.stderr}`.trim());
  }
  become(node, [join(root, "dist", "cli", "hmm.mjs"), ...process.argv.slice(2)]);
} catch (error) {
  giveUp(error);
}
