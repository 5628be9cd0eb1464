/** The operands of each instruction, for the passes that look at code: which are registers read, which written. */
import { Op } from "./op.ts";

/** d: register written; r: register read; T: jump target; #: a plain number; D: start of a run of dead slots. */
const layouts: Readonly<Record<keyof typeof Op, string>> = {
  statement: "##D",
  move: "dr",
  jump: "T",
  jumpIfFalse: "rT",
  jumpIfTrue: "rT",
  primitive: "#d#",
  getField: "dr#",
  setField: "r#r",
  call: "###dD",
  callSlot: "###dD",
  callBack: "#r##dD",
  return: "r",
  equal: "drr",
  notEqual: "drr",
  less: "drr",
  lessEqual: "drr",
  greater: "drr",
  greaterEqual: "drr",
  add: "drr",
  subtract: "drr",
  multiply: "drr",
  divide: "drr",
  remainder: "drr",
  negate: "dr",
  not: "dr",
  lock: "r#",
  unlock: "r",
  wait: "r",
  getIndex: "drr",
  setIndex: "rrr",
  getVariable: "d#",
  setVariable: "#r",
  getGlobal: "d#",
  setGlobal: "#r",
  newStruct: "d##",
  copyList: "dr",
  emit: "###",
  spawn: "####",
  is: "dr#",
  self: "d",
  start: "###",
  join: "#",
  begin: "#",
  end: "#rr",
  getScenario: "d#",
  setScenario: "#r",
  observe: "d###rrr",
  expect: "r#",
  count: "d#",
  watch: "#",
  resetCounter: "#",
  expectEvents: "##",
  expectNone: "##",
  choose: "drr",
  done: "r",
  checkIndex: "rr#",
  startKernel: "###",
  joinKernel: "#",
  free: "dr",
  inject: "#",
  contextOf: "d#",
  sound: "#T",
  number: "r#T",
  jumpIfEqual: "rrT",
  jumpIfNotEqual: "rrT",
};

const byOpcode: string[] = [];
for (const [name, layout] of Object.entries(layouts)) byOpcode[Op[name as keyof typeof Op]] = layout;

/** The operand letters of the instruction with `opcode`. @throws RangeError for a word that is no opcode */
export function layoutOf(opcode: number): string {
  const layout = byOpcode[opcode];
  if (layout === undefined) throw new RangeError(`no instruction ${opcode}`);
  return layout;
}

/** Number of words of an instruction, its opcode included. */
export function sizeOf(opcode: number): number {
  return layoutOf(opcode).length + 1;
}

/** The places of the operands with `letter` in a layout. */
export function addressed(layout: string, letter: string): number[] {
  return [...layout].flatMap((l, i) => (l === letter ? [i] : []));
}

/** Whether the instruction behind one with `opcode` may be the next of its function. */
export function goesOn(opcode: number): boolean {
  return opcode !== Op.jump && opcode !== Op.return && opcode !== Op.done;
}
