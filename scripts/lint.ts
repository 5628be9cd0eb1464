// `npm run lint [-- --write]`: Biome, as formatter and linter.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./bootstrap.mjs";

const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
const result = spawnSync(process.execPath, [biome, "check", ...process.argv.slice(2), "."], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = result.status ?? 1;
