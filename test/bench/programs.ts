/** Scenarios to programs, for measuring. */

/**
 * A CPU and a GPU take turns with 16 pages, `rounds` times: first writes, migrations there and back, range faults, exclusive
 * access and its end, unmapping. About 31,000 steps of kernel and driver code a round.
 */
export function kernelMix(rounds: number): string {
  return `scenario "Kernel mix"
device gpu0 uses dmirror { memory 4 MiB }
process app { buf: anon 16 pages }
repeat ${rounds} {
  cpu0 write buf = 1
  gpu0 read buf
  gpu0 migrate buf to gpu0
  cpu1 read buf
  gpu0 exclusive buf
  cpu0 write buf = 2
  gpu0 write buf = 3
  cpu1 madvise buf dontneed
}
`;
}
