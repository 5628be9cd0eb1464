/** A driver with the bug that is told most often, for tests. */

/**
 * `hasty`: it maps what it has found without asking read_retry whether that still stands. Its 11 lines end with one that is no more than
 * a brace, and line 7 is the one to blame.
 */
export const hastyDriver = `driver hasty extends dmirror {
  on device_fault(addr, access) {
    let seq = read_begin(self.notifier)
    let page = range_fault(self.process, addr, 1 page, access)
    if page is error { return page }
    lock self.mutex
    map(self, addr, page)
    unlock self.mutex
    return ok
  }
}
`;
