/** Scenarios of many states, for tests of searches by several workers. */

function scenario(gpu: string, cpu0: string, cpu1: string): string {
  return `scenario "Everybody at once"
device gpu0 uses dmirror { memory 4 pages }
process app { buf: anon 3 pages }
cpu0 write buf = 1
parallel {
  gpu0 { ${gpu} }
  cpu0 { ${cpu0} }
  cpu1 { ${cpu1} }
}
`;
}
/** So many states that other workers have begun before it is over. */
export const large = scenario(
  "read buf -> any  write buf[2] = 6",
  "write buf[0] = 2  madvise buf[1] dontneed",
  "write buf[1] = 3  read buf -> any  write buf[2] = 4",
);
/** More states than anybody will wait for. */
export const endless = scenario(
  "read buf -> any  write buf[2] = 6  read buf -> any  write buf[1] = 7",
  "write buf[0] = 2  madvise buf[1] dontneed  read buf -> any",
  "write buf[1] = 3  read buf -> any  write buf[2] = 4",
);
