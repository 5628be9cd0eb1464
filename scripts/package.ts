// `npm run package`: builds, then makes dist/PUBLISHER.NAME-VERSION.vsix.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { giveUp, root } from "./bootstrap.mjs";
import { packageVsix } from "./package/vsix.ts";

try {
  const build = spawnSync(process.execPath, [join(root, "scripts", "build.ts"), "--strict"], { stdio: "inherit" });
  if (build.status !== 0) process.exit(build.status ?? 1);
  process.stdout.write(`${packageVsix()}\n`);
} catch (error) {
  giveUp(error);
}
