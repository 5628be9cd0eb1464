/** The properties of a scenario, and what it says that it finds, as C. */
import type { Program, PropertyInfo } from "../../sim-core/vm/program.ts";
import { cString } from "./c-value.ts";
import { placeOf } from "./instruction.ts";

/** The entries of the expressions that properties are made of. */
export function propertyEntries(program: Program): readonly number[] {
  return [...new Set(program.properties.map((p) => p.entry))];
}

function placed(program: Program, property: PropertyInfo): string {
  return cString(`${placeOf(program, property.spot)}: ${property.text.replace(/\s+/g, " ").slice(0, 80)}`);
}

/** What is asked after each step and at the end, and what is told when all is done. */
export function properties(program: Program): string {
  const of = (...kinds: PropertyInfo["kind"][]) => program.properties.filter((p) => kinds.includes(p.kind));
  const always = of("always", "never").map(
    (p) =>
      `  if (h_holds_now(x${p.entry}) != ${p.kind === "always" ? 1 : 0}) h_report("${p.kind}", ${placed(program, p)});`,
  );
  const finals = of("finally").map(
    (p) => `  if (!h_holds_now(x${p.entry})) h_report("finally", ${placed(program, p)});`,
  );
  const exists = of("exists");
  const witnessed = exists.map((p, i) => `  if (h_holds_now(x${p.entry})) h_witnessed[${i}] = 1;`);
  const missing = exists.map(
    (p, i) => `  if (!h_witnessed[${i}]) printf("hmm: no execution ends so: %s\\n", ${placed(program, p)});`,
  );
  const finds = program.finds.map((id) => `  if (strcmp(id, ${cString(id)}) == 0) return 1;`);
  return `
static int h_witnessed[${exists.length + 1}];
/* 1 if an expression is true, 0 if not; -1 if it has no value. */
static int h_holds_now(V (*expression)(void)) {
  V v;
  int problem;
  h_cur = -1;
  h_fp = 0;
  h_xself = H_NONE;
  h_problem = 0;
  v = expression();
  problem = h_problem;
  h_problem = 0;
  return problem ? -1 : h_truthy(v);
}
static void h_properties(void) {
${always.join("\n")}
}
static void h_finally(void) {
${[...finals.map((line) => line.replace("!h_holds_now(", "1 != h_holds_now(")), ...witnessed.map((line) => line.replace("if (h_holds_now(", "if (1 == h_holds_now("))].join("\n")}
}
static void h_unwitnessed(void) {
${missing.join("\n")}
}
static int h_finds(const char *id) {
${finds.join("\n")}
  return 0;
}
enum { H_LOOKS_FOR = ${program.finds.length > 0 ? 1 : 0} };
`;
}
