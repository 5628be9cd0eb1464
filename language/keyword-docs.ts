/** What the words that begin declarations and statements mean, in a sentence or two; for hover and completion. */

/** A row: how it is written, and what it does. */
export interface KeywordDoc {
  readonly usage: string;
  readonly doc: string;
}

/** Declarations and statements of scenarios. */
export const scenarioKeywords: ReadonlyMap<string, KeywordDoc> = new Map(
  Object.entries({
    scenario: { usage: 'scenario "TITLE"', doc: "What the file shows. Without it, the title is the file's name." },
    import: { usage: 'import "PATH"', doc: "Brings another file's declarations, not its statements." },
    page_size: { usage: "page_size 4 KiB", doc: "Bytes of a page." },
    kernel: {
      usage: 'kernel "PROFILE" { SWITCH on }',
      doc: "Chooses the kernel profile; with `extends` it defines one.",
    },
    node: { usage: "node NAME { memory SIZE movable }", doc: "A NUMA node. Without any: N0 with 1 GiB." },
    cpu: { usage: "cpu NAME, NAME on NODE", doc: "CPUs of a node. Without any: cpu0 and cpu1." },
    device: { usage: "device NAME uses DRIVER { memory SIZE coherent as NODE }", doc: "A device and its driver." },
    process: { usage: "process NAME { REGION: KIND SIZE … }", doc: "An address space and its regions." },
    thread: { usage: "thread NAME: PROCESS on CPU|DEVICE", doc: "A thread that statements can name." },
    driver: {
      usage: "driver NAME extends NAME { … }",
      doc: "A device driver: its state, and the callbacks that the kernel calls.",
    },
    always: { usage: "always EXPR", doc: "Must hold after every step of every execution." },
    never: { usage: "never EXPR", doc: "Must not hold after any step of any execution." },
    finally: { usage: "finally EXPR", doc: "Must hold where an execution ends, in every execution." },
    exists: { usage: "exists EXPR", doc: "At least one execution must end so (exploration only)." },
    finds: {
      usage: 'finds "INVARIANT"',
      doc: "Says that the file shows a known bug: `hmm check` passes if some execution breaks just that.",
    },
    invariant: {
      usage: 'invariant "ID" on|off',
      doc: "Switches one of the invariants that are checked after every step.",
    },
    parallel: {
      usage: "parallel { t0 { … } t1 { … } }",
      doc: "The blocks run concurrently, interleaved step by step.",
    },
    let: { usage: "let NAME = EXPR", doc: "Gives a value a name, to the end of the block." },
    if: { usage: "if EXPR { } else { }", doc: "Runs a block if the condition holds." },
    for: { usage: "for NAME in A..B { }", doc: "Runs a block for each number from A to B-1." },
    repeat: { usage: "repeat N { }", doc: "Runs a block N times." },
    wait: { usage: "wait until EXPR", doc: "Blocks the thread until the expression holds." },
    barrier: { usage: "barrier NAME", doc: "Waits for every block of the `parallel` that has it." },
    expect: { usage: "expect EXPR, expect events { … }, expect no EVENT", doc: "Must hold at this point." },
  }),
);

/** Declarations and statements of model code. */
export const modelKeywords: ReadonlyMap<string, KeywordDoc> = new Map(
  Object.entries({
    fn: { usage: "fn NAME(PARAMS) { … }", doc: "A function of model code." },
    on: { usage: "on CALLBACK(PARAMS) { … }", doc: "What the driver does when the kernel or its device calls it." },
    struct: { usage: "struct NAME { a, b = 0, words[] }", doc: "A kind of record." },
    var: {
      usage: "var NAME = EXPR",
      doc: "A variable: one for each process that the driver works for (with `device` in front, one in all).",
    },
    const: { usage: "const NAME = EXPR", doc: "A constant." },
    table: { usage: "table NAME", doc: "A table from integers to values." },
    list: { usage: "list NAME", doc: "A list of values." },
    lock: {
      usage: "lock LOCK, lock read LOCK",
      doc: "Takes a lock, waiting for it. As a declaration: a lock that sleeps, `spin` or `rw`.",
    },
    unlock: { usage: "unlock LOCK", doc: "Releases a lock." },
    option: { usage: "option NAME DEFAULT", doc: "A switch of a profile or an option of a driver's devices." },
    let: { usage: "let NAME = EXPR", doc: "A local variable, to the end of the block." },
    if: { usage: "if EXPR { } else { }", doc: "Runs a block if the condition holds." },
    match: { usage: "match EXPR { present, zero { } else { } }", doc: "Runs the arm that has the value." },
    loop: { usage: "loop { }", doc: "Runs a block until `break` or `return`." },
    while: { usage: "while EXPR { }", doc: "Runs a block as long as the condition holds." },
    for: {
      usage: "for NAME in A..B step N { }, for NAME in LIST { }",
      doc: "Runs a block for each number or element.",
    },
    break: { usage: "break", doc: "Leaves the loop." },
    continue: { usage: "continue", doc: "Goes on with the loop's next round." },
    return: { usage: "return EXPR", doc: "Ends the function." },
    wait: { usage: "wait until EXPR", doc: "Blocks the thread until the expression holds." },
    atomic: { usage: "atomic { }", doc: "One step: no other thread runs in between." },
    spawn: { usage: "spawn FN(…)", doc: "Runs a function in a worker, beside what follows." },
    emit: { usage: "emit EVENT(…)", doc: "Emits an event." },
    expect: { usage: "expect EXPR", doc: "Must hold at this point." },
  }),
);
