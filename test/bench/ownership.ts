/**
 * The ownership protocol as a scenario: two CPU threads and a GPU share `pages` pages, each with a home for its bytes, a CPU
 * entry, a GPU entry and a lock. It is the model that SPIN, TLC and a hand-written checker were measured with, step by step,
 * so that the states are the same ones: 2,338 for one page, 114,769 for two, 2,179,382 for three, 27,540,665 for four; and
 * those of the setting up, four for each page.
 */

/** Distinct states of the protocol by number of pages, as SPIN and TLC count them. */
export const OWNERSHIP_STATES: readonly number[] = [0, 2_338, 114_769, 2_179_382, 27_540_665];

/** States before the threads run: the first, and one after each step of the setting up, the last of which starts them. */
export function statesBefore(pages: number): number {
  return 4 * pages;
}

/** Bugs that some interleaving shows: the GPU leaves out the retry check; a CPU's fault maps the page before the GPU is told. */
export interface OwnershipOptions {
  readonly retry?: boolean;
  readonly lateNotify?: boolean;
}

/** The scenario's text. */
export function ownership(pages: number, options: OwnershipOptions = {}): string {
  const all = Array.from({ length: pages }, (_, p) => p);
  const unlessStale = (options.retry ?? true) ? "if stale == 1 { again = 1 } else " : "if true ";
  return `scenario "Ownership of ${pages} pages"

const PAGES = ${pages}
const SYS = 0      const DEV = 1                                                       // home
const NONE = 0     const PRES = 1    const PRIV = 2   const EXCL = 3    const MIGR = 4 // cpu
const GNONE = 0    const GSYS = 1    const GDEV = 2   const GATOM = 3                  // gpu

list home    list cpu    list gpu    list guard
${all.map((p) => `lock page${p}`).join("    ")}
var watch = PAGES      // the page whose range fault is under way
var stale = 0          // whether it was invalidated since

device gpu0 uses dmirror { memory 1 MiB }
process app { }

fn set_up() {
${all.map((p) => `  push(home, SYS) push(cpu, NONE) push(gpu, GNONE) push(guard, page${p})`).join("\n")}
}

/// The GPU forgets page p; a range fault of it that is under way is told.
fn notify(p) {
  atomic {
    gpu[p] = GNONE
    if watch == p { stale = 1 }
    ${owned}
  }
}
/// The bytes of page p, which is locked, go back to system memory.
fn move_back(p) {
  cpu[p] = MIGR
  notify(p)
  home[p] = SYS
  atomic { cpu[p] = PRES ${owned} }
}

// What a CPU does. Each of these ends with the page locked.

fn anonymous_fault(p) {
  lock guard[p]
  if cpu[p] == NONE {
    atomic { home[p] = SYS  cpu[p] = PRES ${owned} }
  }
  return true
}
fn private_fault(p) {
  lock guard[p]
  if cpu[p] == PRIV {
    ${options.lateNotify === true ? `cpu[p] = MIGR  home[p] = SYS  atomic { cpu[p] = PRES ${owned} }  notify(p)` : "move_back(p)"}
  }
  return true
}
fn exclusive_fault(p) {
  lock guard[p]
  if cpu[p] == EXCL {
    notify(p)
    atomic { cpu[p] = PRES ${owned} }
  }
  return true
}
fn unmap_page(p) {
  lock guard[p]
  if cpu[p] != NONE {
    notify(p)
    atomic { cpu[p] = NONE  home[p] = SYS ${owned} }
  }
  return true
}
fn migration_wait(p) {
  wait until cpu[p] != MIGR
  return false
}

/// A CPU touches any page; the entry that it finds decides the fault. With \`unmaps\` it may also unmap the page.
fn cpu_thread(unmaps) {
  loop {
    let p = 0
    let entry = 0
    let unmap = 0
    atomic {
      p = choose(0..PAGES)
      entry = cpu[p]
      if unmaps { if entry != NONE { unmap = choose(0..2) } }
      if entry == PRES { ${owned} }
    }
    let held = 0
    if unmap == 1 { held = unmap_page(p) }
    else if entry == NONE { held = anonymous_fault(p) }
    else if entry == PRIV { held = private_fault(p) }
    else if entry == EXCL { held = exclusive_fault(p) }
    else if entry == MIGR { held = migration_wait(p) }
    if held { unlock guard[p] }
  }
}

// What a GPU does. Each of these says whether it ends with the page locked.

fn remote_fault(p) {
  let again = 1
  while again == 1 {
    again = 0
    atomic { wait until not is_locked(guard[p])  watch = p  stale = 0 }
    if cpu[p] == PRES {
      atomic { ${unlessStale}{ gpu[p] = GSYS ${owned} } }
    }
  }
  atomic { watch = PAGES  stale = 0 }
  return false
}
fn migrate_to_device(p) {
  lock guard[p]
  if cpu[p] == PRES {
    cpu[p] = MIGR
    notify(p)
    home[p] = DEV
    atomic { cpu[p] = PRIV  gpu[p] = GDEV ${owned} }
  }
  return true
}
fn take_exclusive(p) {
  lock guard[p]
  if cpu[p] == PRES {
    notify(p)
    cpu[p] = EXCL
    atomic { gpu[p] = GATOM ${owned} }
  }
  return true
}
fn evict_page(p) {
  lock guard[p]
  if cpu[p] == PRIV { move_back(p) }
  return true
}

/// The GPU does with any page whatever the page's entries allow.
fn gpu_thread() {
  loop {
    let p = 0
    let act = 0
    atomic {
      p = choose(0..PAGES)
      if cpu[p] == PRES {
        act = choose(0..3)
        if act == 0 { if gpu[p] == GNONE { act = 3 } }
      } else if cpu[p] == PRIV {
        act = 4
        if gpu[p] != GNONE { if choose(0..2) == 0 { act = 0 } }
      }
      if act == 0 { ${owned} }
    }
    let held = 0
    if act == 1 { held = migrate_to_device(p) }
    else if act == 2 { held = take_exclusive(p) }
    else if act == 3 { held = remote_fault(p) }
    else if act == 4 { held = evict_page(p) }
    if held { unlock guard[p] }
  }
}

call set_up()
parallel {
  cpu0 { call cpu_thread(false) }
  cpu1 { call cpu_thread(true) }
  gpu0 { call gpu_thread() }
}
`;
}

/** One owner at a time; nobody maps a place that the bytes have left. */
const owned = `expect not (cpu[p] == PRES and gpu[p] >= GDEV) and not (gpu[p] == GDEV and home[p] != DEV)
      and not (gpu[p] == GSYS and home[p] != SYS) and not (cpu[p] == PRES and home[p] != SYS)
      and not (cpu[p] == NONE and gpu[p] != GNONE)`;
