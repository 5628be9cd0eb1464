// `npm run typecheck`: TypeScript over every folder in the world it may know (see the tsconfig.json of each).

import { typecheck } from "./test/typecheck.ts";

let failed = 0;
for (const { name, errors } of typecheck()) {
  process.stdout.write(`${errors === undefined ? "ok  " : "FAIL"} ${name}\n${errors ?? ""}`);
  if (errors !== undefined) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
