/** A function of model code as a C function: entered where a step begins or a call returns, left where a step ends or it calls. */
import { layoutOf, sizeOf } from "../../sim-core/vm/instructions.ts";
import { Op } from "../../sim-core/vm/op.ts";
import type { FunctionInfo, Program } from "../../sim-core/vm/program.ts";
import type { Instructions } from "./instruction.ts";
import { placeOf } from "./instruction.ts";
import { eachInstruction } from "./reach.ts";

const CALLS: readonly number[] = [Op.call, Op.callSlot, Op.callBack];
const RESUMED: readonly number[] = [Op.statement, Op.join, Op.joinKernel];

/** Where jumps of [from, to) go. */
function jumpTargets(program: Program, from: number, to: number): Set<number> {
  const targets = new Set<number>();
  eachInstruction(program, from, to, (op, pc) => {
    [...layoutOf(op)].forEach((letter, i) => {
      if (letter === "T") targets.add(program.code[pc + 1 + i] as number);
    });
    if (op === Op.callBack) targets.add(pc + sizeOf(op));
  });
  return targets;
}

/** The C function `fNUMBER` of a function of model code. */
export function translateFunction(program: Program, instructions: Instructions, fn: number): string {
  const info = program.functions[fn] as FunctionInfo;
  const targets = jumpTargets(program, info.entry, info.end);
  const entries: string[] = [];
  const lines: string[] = [];
  let returnsTo = -1;
  eachInstruction(program, info.entry, info.end, (op, pc) => {
    if (returnsTo === pc) {
      const target = program.code[pc - 2] as number;
      // A call comes back with the place negated: a step may begin at the same one.
      entries.push(`case -${pc}: goto R${pc};`);
      lines.push(`R${pc}: ${instructions.register(target)} = h_rv;`);
    }
    if (RESUMED.includes(op) || pc === info.entry) {
      entries.push(`case ${pc}: goto P${pc};`);
      targets.add(pc);
    }
    const label = targets.has(pc) ? `P${pc}:` : "";
    lines.push(`${label} ${translate(program, instructions, op, pc)}`);
    returnsTo = CALLS.includes(op) ? pc + sizeOf(op) : -1;
  });
  const title = `${info.owner === undefined ? "" : `${info.owner}.`}${info.name}, ${placeOf(program, info.spot)}`;
  return [
    `/* ${title.replaceAll("*/", "")} */`,
    `static int f${fn}(int pc) {`,
    `  switch (pc) {`,
    ...entries.map((entry) => `  ${entry}`),
    `  default: h_fail("the function is entered where it cannot be"); return FAILED;`,
    `  }`,
    ...lines,
    `  return FAILED;`,
    `}`,
    "",
  ].join("\n");
}

function translate(program: Program, instructions: Instructions, op: number, pc: number): string {
  const { code } = program;
  if (op === Op.statement) {
    const dead = instructions.clear(code[pc + 3] as number);
    return `if (h_stmt(${code[pc + 1]}, ${code[pc + 2]})) { ${dead} return h_yield(${pc}); }`;
  }
  if (op === Op.done) return "return FAILED;";
  if (op === Op.return) return `return h_return(${instructions.register(code[pc + 1] as number)});`;
  return instructions.translate(op, pc);
}

/** Where the code of the expression at `entry` ends: behind its `done`. */
function endOfExpression(program: Program, entry: number): number {
  for (let pc = entry; ; pc += sizeOf(program.code[pc] as number)) {
    if (program.code[pc] === Op.done) return pc + sizeOf(Op.done);
  }
}

/** The C function `name` of an expression: `xENTRY` gives its value. */
export function translateExpression(program: Program, instructions: Instructions, entry: number): string {
  const end = endOfExpression(program, entry);
  const targets = jumpTargets(program, entry, end);
  const lines: string[] = [];
  eachInstruction(program, entry, end, (op, pc) => {
    const label = targets.has(pc) ? `P${pc}:` : "";
    const text =
      op === Op.done
        ? `return ${instructions.register(program.code[pc + 1] as number)};`
        : op === Op.statement
          ? ";"
          : instructions.translate(op, pc);
    lines.push(`${label} ${text}`);
  });
  return `static V x${entry}(void) {\n${lines.join("\n")}\n  return H_NONE;\n}\n`;
}
