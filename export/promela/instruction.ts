/** One instruction of the bytecode as C. */

import { INJECTION_SITES } from "../../sim-core/machine/injection.ts";
import { Op } from "../../sim-core/vm/op.ts";
import { primitives } from "../../sim-core/vm/primitives.ts";
import type { CheckInfo, Program, StatementInfo } from "../../sim-core/vm/program.ts";
import { SCRATCH } from "../../sim-core/vm/program.ts";
import { cString, cValue } from "./c-value.ts";
import { callbacksOf } from "./reach.ts";

/** Callbacks that a driver may leave out: calling one then does nothing. */
const OPTIONAL = new Set(["open", "close", "invalidate_start", "invalidate_end", "page_free", "page_split"]);
const EXPECTED = ["success", "any", "value", "report", "allMoved"] as const;
const MODES = ["fail", "maybe", "delay"] as const;
const COMPARISONS: Readonly<Record<number, number>> = {
  [Op.less]: 0,
  [Op.lessEqual]: 1,
  [Op.greater]: 2,
  [Op.greaterEqual]: 3,
};
const OPERATORS: Readonly<Record<number, number>> = {
  [Op.add]: 0,
  [Op.subtract]: 1,
  [Op.multiply]: 2,
  [Op.divide]: 3,
  [Op.remainder]: 4,
};

/** What the runtime has of a primitive; undefined: it is left out. */
export type HasPrimitive = (name: string) => boolean;

/** How a report of hmm_range_fault is written as a number: see `h_report_of`. */
function reportBits(report: string | undefined): number {
  if (report === "error") return -2;
  if (report === undefined || report === "none") return -1;
  const bits: Readonly<Record<string, number>> = { zero: 1, huge: 2, local: 4, remote: 8, write: 16, read: 32 };
  return report.split(" ").reduce((sum, word) => sum | (bits[word] ?? 0), 0);
}

/** Where something of the scenario stands, as messages name it. */
export function placeOf(program: Program, spot: { readonly source: number; readonly line: number }): string {
  return `${program.sources[spot.source]?.path ?? "?"}:${spot.line}`;
}

export class Instructions {
  private readonly program: Program;
  private readonly hasPrimitive: HasPrimitive;

  constructor(program: Program, hasPrimitive: HasPrimitive) {
    this.program = program;
    this.hasPrimitive = hasPrimitive;
  }

  /** A register as a C expression that can be read or, unless it is a constant, assigned. */
  register(operand: number): string {
    if (operand >= 0) return `F[${operand}]`;
    const low = ~operand;
    return low < SCRATCH ? `L[${low}]` : cValue(this.program.constants[low - SCRATCH] as number);
  }

  /** Assignments that clear the slots of a run of dead ones. */
  clear(run: number): string {
    let text = "";
    for (let i = run; (this.program.dead[i] as number) >= 0; i++) text += `F[${this.program.dead[i]}] = `;
    return text === "" ? "" : `${text}0;`;
  }

  private checkPlace(check: number): string {
    const info = this.program.checks[check] as CheckInfo;
    return cString(`${placeOf(this.program, info.spot)}: ${info.text.replace(/\s+/g, " ").slice(0, 80)}`);
  }

  /** The C of the instruction at `pc`, which is no `statement`, `return` or `done`. Control goes on behind it unless it says otherwise. */
  translate(op: number, pc: number): string {
    const { program } = this;
    const { code } = program;
    const n = (i: number): number => code[pc + i] as number;
    const r = (i: number): string => this.register(n(i));
    const to = (text: string): string => `${r(1)} = ${text};`;
    switch (op) {
      case Op.move:
        return to(r(2));
      case Op.jump:
        return `goto P${n(1)};`;
      case Op.jumpIfFalse:
        return `if (!h_truthy(${r(1)})) goto P${n(2)};`;
      case Op.jumpIfTrue:
        return `if (h_truthy(${r(1)})) goto P${n(2)};`;
      case Op.jumpIfEqual:
        return `if (${r(1)} == ${r(2)}) goto P${n(3)};`;
      case Op.jumpIfNotEqual:
        return `if (${r(1)} != ${r(2)}) goto P${n(3)};`;
      case Op.primitive:
        return this.primitive(n(1), r(2), n(3));
      case Op.getField:
        return to(`h_field(${r(2)}, ${n(3)})`);
      case Op.setField:
        return `h_setfield(${r(1)}, ${n(2)}, ${r(3)});`;
      case Op.call:
        return `${this.clear(n(5))} return h_call(${n(1)}, h_self(), ${n(2)}, ${n(3)}, ${pc + 6});`;
      case Op.callSlot:
        return `${this.clear(n(5))} return h_call(${program.functionTable[n(1)] ?? -1}, h_self(), ${n(2)}, ${n(3)}, ${pc + 6});`;
      case Op.callBack:
        return this.callBack(pc);
      case Op.equal:
        return to(`h_bool(${r(2)} == ${r(3)})`);
      case Op.notEqual:
        return to(`h_bool(${r(2)} != ${r(3)})`);
      case Op.less:
      case Op.lessEqual:
      case Op.greater:
      case Op.greaterEqual:
        return to(`h_compare(${COMPARISONS[op]}, ${r(2)}, ${r(3)})`);
      case Op.add:
      case Op.subtract:
      case Op.multiply:
      case Op.divide:
      case Op.remainder:
        return to(`h_arith(${OPERATORS[op]}, ${r(2)}, ${r(3)})`);
      case Op.negate:
        return to(`h_arith(1, 0, ${r(2)})`);
      case Op.not:
        return to(`h_bool(!h_truthy(${r(2)}))`);
      case Op.lock:
        return `if (h_lock(${r(1)}, ${n(2)})) return BLOCKED;`;
      case Op.unlock:
        return `h_unlock(${r(1)});`;
      case Op.wait:
        return `if (h_wait(${r(1)})) return BLOCKED;`;
      case Op.getIndex:
        return to(`h_index(${r(2)}, ${r(3)})`);
      case Op.setIndex:
        return `h_setindex(${r(1)}, ${r(2)}, ${r(3)});`;
      case Op.getVariable:
        return to(`h_variable(h_self(), ${n(2)})`);
      case Op.setVariable:
        return `h_setvariable(h_self(), ${n(1)}, ${r(2)});`;
      case Op.getGlobal:
        return to(`W.kvars[${n(2)}]`);
      case Op.setGlobal:
        return `h_setkernel(${n(1)}, ${r(2)});`;
      case Op.newStruct:
        return this.newStruct(n(2), n(3), r(1));
      case Op.copyList:
        return to(`h_copylist(${r(2)})`);
      case Op.emit:
        return `h_emit(${n(1)}, ${n(3)}, L + ${n(2)});`;
      case Op.spawn: {
        const fn = n(2) === 1 ? (program.functionTable[n(1)] ?? -1) : n(1);
        return `h_spawn(${fn}, ${n(3)}, ${n(4)}, h_self());`;
      }
      case Op.is:
        return to(`h_bool(h_is(${r(2)}, ${n(3)}))`);
      case Op.self:
        return to("h_self()");
      case Op.start:
        return `h_start_thread(${n(1)}, ${n(2)});`;
      case Op.join:
        return `if (W.status[${n(1)}] == S_RUNNING) { h_yield(${pc}); return h_first && !h_upto ? BLOCKED : RAN; }`;
      case Op.begin:
        return `W.statement[h_cur] = ${n(1) + 1};`;
      case Op.end: {
        const info = program.statements[n(1)] as StatementInfo;
        const at = cString(`${placeOf(program, info.spot)}: ${info.text.replace(/\s+/g, " ").slice(0, 80)}`);
        return `h_end_statement(${EXPECTED.indexOf(info.expected)}, ${reportBits(info.report)}, ${at}, ${r(2)}, ${r(3)});`;
      }
      case Op.getScenario:
        return to(`W.scen[${n(2)}]`);
      case Op.setScenario:
        return `h_setscenario(${n(1)}, ${r(2)});`;
      case Op.observe:
        return to(`h_observe(${n(2)}, ${n(3)}, ${n(4)}, ${r(5)}, ${r(6)}, ${r(7)})`);
      case Op.expect:
        return `h_expect(${r(1)}, ${this.checkPlace(n(2))});`;
      case Op.count:
        return to(`h_num(W.counts[${n(2)}])`);
      case Op.watch:
        return `W.progress[${n(1)}] = 0;`;
      case Op.resetCounter:
        return `W.counts[${n(1)}] = 0;`;
      case Op.expectEvents: {
        const length = program.matchers[n(1)]?.patterns.length ?? 0;
        return `if (W.progress[${n(1)}] < ${length}) h_report("expectation", ${this.checkPlace(n(2))});`;
      }
      case Op.expectNone:
        return `if (W.counts[${n(1)}] != 0) h_report("expectation", ${this.checkPlace(n(2))});`;
      case Op.choose:
        return to(`p_choose(${r(2)}, ${r(3)})`);
      case Op.checkIndex:
        return `h_check_index(${r(1)}, ${r(2)});`;
      case Op.startKernel:
        return `{ int t = h_spawn(${n(2)}, 0, 0, H_NONE); W.scen[${n(3)}] = h_box(T_THREAD, t); }`;
      case Op.joinKernel:
        return `if (W.status[h_pay(W.scen[${n(1)}])] == S_RUNNING) { h_yield(${pc}); return h_first && !h_upto ? BLOCKED : RAN; } W.status[h_pay(W.scen[${n(1)}])] = S_FINISHED;`;
      case Op.free:
        return to(`h_free_pages(${r(2)})`);
      case Op.inject: {
        const fault = program.injections[n(1)];
        if (fault === undefined) return ";";
        return `h_inject(${INJECTION_SITES.indexOf(fault.site)}, ${fault.device}, ${MODES.indexOf(fault.mode)}, ${fault.times ?? -1}, ${fault.after});`;
      }
      case Op.contextOf:
        return to(`h_box(T_CTX, (W.device[${n(2)}] - 1) * NPROC + W.process[${n(2)}] - 1)`);
      case Op.sound:
        return `if (h_unsound(${this.checkPlace(n(1))})) goto P${n(2)};`;
      case Op.number:
        return `if (h_no_number(${r(1)}, ${this.checkPlace(n(2))})) goto P${n(3)};`;
      default:
        throw new RangeError(`instruction ${op} at ${pc} has no translation`);
    }
  }

  private primitive(id: number, target: string, at: number): string {
    const name = primitives[id]?.name ?? "";
    if (!this.hasPrimitive(name)) return `h_left_out(${cString(`the primitive ${name}`)});`;
    return `${target} = p_${name}(L + ${at});`;
  }

  private callBack(pc: number): string {
    const { code, fieldNames } = this.program;
    const n = (i: number): number => code[pc + i] as number;
    const name = fieldNames[n(1)] ?? "";
    const absent = OPTIONAL.has(name) ? "0" : "E_EOPNOTSUPP";
    const table = callbacksOf(this.program, name).join(", ");
    return [
      `{ static const int of[] = { ${table === "" ? "-1" : table} };`,
      `V self = ${this.register(n(2))}; int fn = h_callback(of, self);`,
      `if (fn < 0) { ${this.register(n(5))} = ${absent}; goto P${pc + 7}; }`,
      `${this.clear(n(6))} return h_call(fn, self, ${n(3)}, ${n(4)}, ${pc + 7}); }`,
    ].join(" ");
  }

  private newStruct(type: number, at: number, target: string): string {
    const count = this.program.structs[type]?.fields.length ?? 0;
    const fields = Array.from({ length: count }, (_, i) => `h_push(s, L[${at + i}]);`);
    return `{ V s = h_new(T_STRUCT, ${type}); ${fields.join(" ")} ${target} = s; }`;
  }
}
