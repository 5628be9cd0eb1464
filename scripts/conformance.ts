// `npm run conformance [-- --lists DIR --results DIR]`: the model against recordings of a real kernel. See test/conformance/.

import { main } from "../test/conformance/main.ts";
import { giveUp } from "./bootstrap.mjs";

try {
  process.exit(main(process.argv.slice(2)));
} catch (error) {
  giveUp(error);
}
