/**
 * The instructions. `r` is a register operand (see `program.ts`), `d` the register that gets the result; `#` is a plain number.
 * A run of arguments stands in consecutive scratch registers; its operand is the first one's scratch index.
 *
 * The VM's switch uses these numbers literally, so that it compiles to a jump table; a test holds the two together.
 */
export const Op = {
  /** #spot #flags #dead: a statement begins; see StatementFlag. */
  statement: 1,
  /** d r */
  move: 2,
  /** #target */
  jump: 3,
  /** r #target: jumps if r counts as false */
  jumpIfFalse: 4,
  /** r #target */
  jumpIfTrue: 5,
  /** #primitive d #args */
  primitive: 6,
  /** d r #field */
  getField: 7,
  /** r #field r */
  setField: 8,
  /** #function #args #count d #dead: calls that very function */
  call: 9,
  /** #slot #args #count d #dead: calls what the profile has in that slot of the function table */
  callSlot: 10,
  /** #name r #args #count d #dead: calls a callback (name: field id) of a context or device */
  callBack: 11,
  /** r: ends the function with r */
  return: 12,
  /** d r r */
  equal: 13,
  notEqual: 14,
  less: 15,
  lessEqual: 16,
  greater: 17,
  greaterEqual: 18,
  add: 19,
  subtract: 20,
  multiply: 21,
  divide: 22,
  remainder: 23,
  /** d r */
  negate: 24,
  /** d r */
  not: 25,
  /** r #read: takes a lock, or waits */
  lock: 26,
  /** r */
  unlock: 27,
  /** r: goes on if r counts as true and nothing made it impossible to say, or waits */
  wait: 28,
  /** d r r: element of a list, value of a table */
  getIndex: 29,
  /** r r r: list[index] = value */
  setIndex: 30,
  /** d #slot: variable of `self` */
  getVariable: 31,
  /** #slot r */
  setVariable: 32,
  /** d #slot: variable of the kernel model */
  getGlobal: 33,
  /** #slot r */
  setGlobal: 34,
  /** d #type #args: a struct with all its fields */
  newStruct: 35,
  /** d r: a copy of a list, as `for x in LIST` walks it */
  copyList: 36,
  /** #event #args #count: emits */
  emit: 37,
  /** #function-or-slot #bySlot #args #count: starts a worker */
  spawn: 38,
  /** d r #kind: `is` (see IsKind) */
  is: 39,
  /** d: the running function's self */
  self: 40,
  /** #thread #function #spot: starts a scenario thread on a function; the spot is to blame if its process does not exist */
  start: 41,
  /** #thread: waits until that thread is idle */
  join: 42,
  /** #statement: a statement of the scenario begins */
  begin: 43,
  /** #statement r r: it ends with (outcome, expected) */
  end: 44,
  /** d #slot: scenario variable */
  getScenario: 45,
  /** #slot r */
  setScenario: 46,
  /** d #fact #field #device r r r: observes (process, address, pages); #field and #device -1 for none */
  observe: 47,
  /** r #spot: a check; r must count as true */
  expect: 48,
  /** d #counter */
  count: 49,
  /** #matcher: starts looking for its events anew */
  watch: 50,
  /** #counter: counts anew */
  resetCounter: 51,
  /** #matcher #spot: all events must have been seen */
  expectEvents: 52,
  /** #counter #spot: none must have been seen */
  expectNone: 53,
  /** d r r: a number of the range, half-open */
  choose: 54,
  /** r: an expression's value; ends `evaluate` */
  done: 55,
  /** r r #spot: index r must be below r, else the place is outside its region */
  checkIndex: 56,
  /** #thread #function #slot: starts a statement of the kernel itself as a thread of its own, remembered in scenario variable #slot */
  startKernel: 57,
  /** #slot: waits until the kernel thread in that scenario variable is finished */
  joinKernel: 58,
  /** d r: free pages of a device or node */
  free: 59,
  /** #injection: arms an injected fault */
  inject: 60,
  /** d #thread: the context of a device thread */
  contextOf: 61,
  /** #check #target: if something was impossible in the expressions before, the check has failed; goes on at target */
  sound: 62,
  /** r #check #target: the same if r is no number */
  number: 63,
  /** r r #target: jumps if they are equal */
  jumpIfEqual: 64,
  /** r r #target: jumps if they are not */
  jumpIfNotEqual: 65,
} as const;

/** Flags of `Op.statement`. */
export const StatementFlag = {
  /** It reads or writes what other threads can see: a point of interleaving. */
  shared: 1,
  /** It stands in `atomic` and is no step of its own. */
  inAtomic: 2,
} as const;

/** Operand of `Op.is`. */
export const IsKind = {
  error: 0,
  none: 1,
  process: 2,
  vma: 3,
  folio: 4,
  map: 5,
  thread: 6,
  device: 7,
  context: 8,
  subscription: 9,
  lock: 10,
  entry: 11,
  list: 12,
  number: 13,
  node: 14,
  word: 15,
  signal: 16,
} as const;
