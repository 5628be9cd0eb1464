/** Has the members of a set that the rest of an execution treats alike (see `alike.ts`) stand for each other in the state's hash. */
import { isObject } from "../machine/heap.ts";
import { declaredBy, LockKind, lockClassOf } from "../machine/locks.ts";
import { Members } from "../store/members.ts";
import type { Value } from "../store/value.ts";
import { isPlainInteger, Tag, tagOf } from "../store/value.ts";
import { Op } from "../vm/op.ts";
import type { Alike } from "./alike.ts";
import { findAlike } from "./alike.ts";
import type { Entry } from "./reachable.ts";
import type { Simulation } from "./simulation.ts";

/**
 * Looks at what is still to run, and if a set is treated alike there, makes its members so from the present state on: as part of the
 * present step. Returns how many members there are, 0 if there is no such set.
 */
export function treatAlike(simulation: Simulation): number {
  const { machine, program, store, vm } = simulation;
  if (program.injections.length > 0) return 0;
  const entries: Entry[] = simulation
    .running()
    .flatMap((thread) => vm.framesOf(thread).map(({ function: fn, pc }) => ({ function: fn, pc })));
  const alike = findAlike(program, entries);
  if (alike === undefined || alike.size > 0x7000) return 0;
  const lists = alike.lists.map((variable) => vm.variables.kernel.get(variable));
  const locks = alike.lockLists.map((variable) => elementsOf(simulation, vm.variables.kernel.get(variable)));
  if (!lists.every((list) => hasOneFor(simulation, list, alike.size))) return 0;
  if (!locks.every((of) => areOwnLocks(simulation, of, alike)) || holdsMember(simulation, alike)) return 0;
  const members = new Members(store, alike.size);
  store.members = members;
  members.begin();
  alike.lists.forEach((variable, i) => {
    if (!alike.lockLists.includes(variable)) machine.heap.placeUnderMembers(lists[i] as Value);
  });
  for (const of of locks) {
    of.forEach((lock, member) => {
      machine.locks.placeUnderMember(member, lock, of[0] as Value);
    });
  }
  vm.memberChoices = alike.choices;
  return alike.size;
}

function elementsOf({ machine }: Simulation, list: Value): Value[] {
  return Array.from({ length: machine.heap.length(list) }, (_, i) => machine.heap.get(list, i));
}

/** Whether a list has an element for each member, none of which is a list or struct itself. */
function hasOneFor(simulation: Simulation, list: Value, size: number): boolean {
  const elements = elementsOf(simulation, list);
  return elements.length === size && !elements.some(isObject);
}

/** Whether the locks of a list are free, different ones of the kernel model that nothing else reads, and not taken for reading. */
function areOwnLocks({ machine, program }: Simulation, locks: readonly Value[], alike: Alike): boolean {
  if (new Set(locks).size < locks.length) return false;
  return locks.every((lock) => {
    const declared = tagOf(lock) === Tag.lock ? declaredBy(lock) : undefined;
    if (declared?.scope !== "kernel" || machine.locks.isHeld(lock)) return false;
    return (
      (lockClassOf(lock) & 3) !== LockKind.rw &&
      program.variables[declared.slot] !== undefined &&
      !alike.read.has(declared.slot)
    );
  });
}

/** Whether a variable or slot already has a number for a member, as a number. */
function holdsMember({ machine, program, vm }: Simulation, alike: Alike): boolean {
  const isOne = (value: Value): boolean => isPlainInteger(value) && value >= 0 && value < alike.size;
  if (alike.variables.some((variable) => isOne(vm.variables.kernel.get(variable)))) return true;
  for (let thread = 0; thread < machine.threads.length; thread++) {
    for (const [i, frame] of vm.framesOf(thread).entries()) {
      const { code } = program;
      // What is dead in a frame is 0: at the statement where a thread stands, or in the call that it is in.
      const isStatement = i === 0 && code[frame.pc] === Op.statement;
      const dead = deadSlots(
        program.dead,
        isStatement ? (code[frame.pc + 3] as number) : (code[frame.pc - 1] as number),
      );
      const slots = alike.slots.get(frame.function) ?? [];
      if (slots.some((slot) => !dead.has(slot) && isOne(vm.slotOf(frame, slot)))) return true;
    }
  }
  return false;
}

function deadSlots(dead: Int32Array, run: number): ReadonlySet<number> {
  const slots = new Set<number>();
  for (let i = run; (dead[i] ?? -1) >= 0; i++) slots.add(dead[i] as number);
  return slots;
}
