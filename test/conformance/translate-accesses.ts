/** Access by the CPU and through GUP, references and pins. */
import type { Answer } from "./answer.ts";
import type { OpenFile } from "./holders.ts";
import type { ListState, Pipe, Translated } from "./list-state.ts";
import { failed, hex, known, PAGE, pageValue, plain, printed } from "./list-state.ts";
import type { OperationEnd } from "./outcome.ts";

/** Loads and stores of a CPU: the first word of each page, until one is a signal. */
export function access(t: ListState): Translated {
  const { range, process } = t;
  const isWrite = t.words[0] === "cpu_write";
  const first = t.number(t.argument);
  const isPlace = t.place(range, process) !== undefined;
  const lines = t.eachPage(range, (page, address) => {
    const value = pageValue(first, page, range.page);
    if (!isPlace)
      return `${process.cpu} call ${isWrite ? `user_write(${address}, ${value})` : `user_read(${address})`}`;
    const place = `${range.region?.hmmName}[${page}]`;
    return `${process.cpu} ${isWrite ? `write ${place} = ${value}` : `read ${place}`}`;
  });
  const answer = (end: OperationEnd): Answer => {
    const done = end.outcomes.filter(({ error }) => error === undefined);
    const error = end.outcomes.find((outcome) => outcome.error !== undefined)?.error;
    const values = isWrite
      ? undefined
      : printed(
          done.map(({ value }) => value ?? "?"),
          done.length,
        );
    if (error === undefined) return { ret: 0, values };
    const at = range.start + done.length * PAGE;
    const isMapped = end.simulation.machine.vmas.find(end.process(process.hmmName), at) >= 0;
    const code = error === "SIGSEGV" && !isMapped ? 1 : 2;
    return { ret: -1, signal: `${error} code ${code} at page ${range.page + done.length}`, values };
  };
  return { lines, answer };
}

/** The same through `/proc/self/mem`. */
export function gup(t: ListState): Translated {
  const { range, process } = t;
  const isWrite = t.words[0] === "gup_write";
  const first = t.number(t.argument);
  const isPlace = t.place(range, process) !== undefined;
  const lines = t.eachPage(range, (page, address) => {
    const value = pageValue(first, page, range.page);
    if (!isPlace) {
      const call = isWrite
        ? `vm_write(${process.hmmName}, ${address}, ${value})`
        : `vm_read(${process.hmmName}, ${address})`;
      return `${process.cpu} call ${call}`;
    }
    const place = `${process.hmmName}.${range.region?.hmmName}[${page}]`;
    return `${process.cpu} ${isWrite ? `vm_write ${place} = ${value}` : `vm_read ${place}`}`;
  });
  const answer = (end: OperationEnd): Answer => {
    // What access_remote_vm cannot transfer, /proc/PID/mem reports as EIO, whatever the reason.
    if (end.outcomes.some(({ error }) => error !== undefined)) return failed("EIO");
    const values = isWrite
      ? Array.from({ length: range.count }, (_, i) => first + i)
      : end.outcomes.map(({ value }) => value ?? "?");
    return { ret: range.count === 0 ? 0 : 8, values: printed(values, range.count) };
  };
  return { lines, answer };
}

/** Plain references, which a pipe holds until nobody has it open. */
export function pin(t: ListState): Translated {
  const { range, process } = t;
  process.pipe ??= t.pipes.open({ pages: [] }, t.who);
  const { pages } = process.pipe.of;
  const isPlace = t.place(range, process) !== undefined;
  for (let i = 0; i < range.count; i++) pages.push({ process: process.hmmName, address: range.start + i * PAGE });
  const lines = t.eachPage(range, (page, address) =>
    isPlace
      ? `${process.cpu} get ${range.region?.hmmName}[${page}]`
      : `${process.cpu} call gup_get(${address}, ${address} + ${PAGE}, false)`,
  );
  const answer = ({ outcomes }: OperationEnd): Answer => {
    const taken = outcomes.filter(({ error }) => error === undefined).length;
    const error = outcomes.find((outcome) => outcome.error !== undefined)?.error;
    return taken === 0 && error !== undefined ? failed(error) : { ret: taken * PAGE };
  };
  return { lines, answer };
}
/** Closes the pipe. */
export function unpin(t: ListState): Translated {
  const { pipe } = t.process;
  if (pipe === undefined) return known(0);
  t.process.pipe = undefined;
  if (!t.pipes.close(pipe, t.who)) return known(0);
  return { lines: emptyPipe(t, pipe), answer: () => ({ ret: 0 }) };
}
/** Nobody has the pipe open any more. Pages that could not be had are not in it: to put those fails, and says nothing. */
export function emptyPipe(t: ListState, pipe: OpenFile<Pipe>): string[] {
  return pipe.of.pages.map(({ process, address }) => drop(t, process, address, address + PAGE, false));
}
/** Drops what a process, which may be gone by now, got from GUP. */
function drop(t: ListState, process: string, start: number, end: number, isPin: boolean): string {
  t.releases = true;
  return `cpu0 call drop_pages(${process}, ${hex(start)}, ${hex(end)}, ${isPin}) -> any`;
}

/** A long-term pin by the kernel's test file, which has one set of pages for everybody. */
export function longpin(t: ListState): Translated {
  const { range, process } = t;
  process.pinFile = t.pinFiles.open("gup_test", t.who);
  if (range.count < 1) return known(-1, "EINVAL");
  const isWrite = t.argument?.startsWith("w") === true;
  const place = t.place(range, process);
  const text =
    place === undefined
      ? `call gup_pin(${hex(range.start)}, ${hex(range.end)}, true, ${isWrite})`
      : `pin ${place} longterm${isWrite ? " rw" : ""}`;
  // Only one set of pages can be pinned at a time.
  const before = t.longPinned.map((pin) => `${pin.result} is error`).join(" and ");
  const result = `r${t.operation.index}`;
  t.longPinned.push({ result, process: process.hmmName, start: range.start, end: range.end });
  const line = `${process.cpu} ${text} -> any as ${result}`;
  return {
    lines: [before === "" ? line : `if ${before} { ${line} }`],
    answer: (end) => (end.outcomes.length === 0 ? failed("EINVAL") : plain(end)),
  };
}
/** Closes the test file. */
export function longunpin(t: ListState): Translated {
  const { pinFile } = t.process;
  if (pinFile === undefined) return known(-1, "9");
  t.process.pinFile = undefined;
  if (!t.pinFiles.close(pinFile, t.who)) return known(0);
  return { lines: stopPinning(t), answer: () => ({ ret: 0 }) };
}
/** A file of the pinning test is gone: that ends the pin, whichever file asked for it. */
export function stopPinning(t: ListState): string[] {
  const pins = t.longPinned;
  t.longPinned = [];
  return pins.map(({ process, start, end }) => drop(t, process, start, end, true));
}
