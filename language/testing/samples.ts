/** Files that show the whole language, for tests: a scenario, a driver, a piece of the kernel model. */

/** A scenario with every kind of declaration. */
export const scenarioSample = `/// A CPU and a GPU increment one counter; nobody may lose an increment.
scenario "GPU atomics on shared virtual memory"

kernel "linux-6.12"                          // model profile; default: the newest one that ships
page_size 4 KiB                              // the default
import "./my-driver.hmm"                     // more drivers, or declarations shared between scenarios

node N0 { memory 64 MiB }                    // NUMA nodes; default: one, N0, 1 GiB
node N1 { memory 32 MiB movable }            // ZONE_MOVABLE
cpu  cpu0, cpu1 on N0                        // default: cpu0 and cpu1 on N0
device gpu0 uses nouveau { memory 16 MiB }   // memory is private (MEMORY_DEVICE_PRIVATE) unless said otherwise
device gpu1 uses amdkfd  { memory 16 MiB coherent as N2 }   // CPU-addressable, and a NUMA node of its own
device nic0 uses mlx5_odp                    // a device without memory of its own

process app {
  counter: anon 1 page
  buf:     anon 64 pages rw thp at 0x7f00_0000_0000
  weights: file "weights.bin" 16 pages ro shared on N1
  ring:    shmem 4 pages
  huge:    hugetlb 2 MiB
  regs:    driver gpu0 1 page                // inserted by the driver into a mixed map
}

thread t0: app on cpu0                       // optional: with one \`process\`, each CPU and device is also a thread of it
thread q0: app on gpu0                       // a device queue working in that process's address space
thread c0: child on cpu1                     // of a process that \`fork as child\` makes later

always  mirror(gpu0, counter).valid implies not pte(counter).writable   // checked after every step
never   folio(counter).refcount > 8
finally value(counter) == 2                  // checked where an execution ends, in every execution
exists  count(fault, gpu0) == 2              // at least one execution ends so (exploration only)

parallel {                                   // the blocks run concurrently, interleaved step by step
  t0 { atomic add counter 1 }
  q0 { atomic add counter 1 }
}
expect value(counter) == 2
`;

/** A driver. */
export const driverSample = `/// The retry protocol of a mirroring driver. Delete the read_retry test, run \`hmm check\`, and watch it fail.
driver simple {
  lock gpu_lock

  on device_fault(addr, access) {
    loop {
      let seq = read_begin(self.notifier)                              // sleeps while an invalidation is under way
      let r = range_fault(self.process, addr, 1 page, access)          // hmm_range_fault, under mmap_lock
      if r == EBUSY { continue }
      if r is error { return r }
      lock gpu_lock
      if read_retry(self.notifier, seq) { unlock gpu_lock; continue }
      map(self, addr, r)
      unlock gpu_lock
      return ok
    }
  }
  on invalidate(sub, range, seq) {
    if range.reason == MIGRATE and range.owner == self.device { return true }
    if range.blockable { lock gpu_lock } else if not trylock(gpu_lock) { return false }
    set_seq(sub, seq)                                                  // without it read_retry sees nothing
    unmap(self, range.start, range.end); flush_tlb(self, range.start, range.end)
    unlock gpu_lock; return true
  }
  on migrate_to_ram(vmf) { return ok }  on page_free(page) { page.data = none }
}
`;

/** A function of the kernel model. */
export const kernelSample = `/// A CPU, or somebody's GUP, touched a page that a device holds exclusively: take it back. (mm/memory.c)
fn remove_device_exclusive_entry(vmf) {
  let folio = vmf.orig.folio
  if not folio_try_get(folio) { return ok }              // already gone: the access is tried again
  lock folio                                             // waits here while a driver is still programming its device
  let range = notifier_range(vmf.process, vmf.addr, vmf.addr + PAGE_SIZE, EXCLUSIVE, none)
  mmu_notifier_invalidate_range_start(range)             // no owner: every device drops it, the holder too
  lock ptl(vmf.process, vmf.addr)
  if pte_get(vmf.process, vmf.addr) == vmf.orig {
    rmap_add(folio, vmf.process, vmf.addr)
    let w = vmf.orig.writable and vmf.vma.writable
    pte_set(vmf.process, vmf.addr, entry(present, folio, writable: w, dirty: w))     // not young
    emit exclusive(break, vmf.addr)
  }
  unlock ptl(vmf.process, vmf.addr)
  unlock folio
  folio_put(folio)
  mmu_notifier_invalidate_range_end(range)
  return ok
}
`;
