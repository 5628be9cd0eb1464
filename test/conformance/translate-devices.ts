/** Opening and closing device files, and what the device is asked for: the driver's ioctls. */
import type { Answer } from "./answer.ts";
import type { OpenFile } from "./holders.ts";
import type { DeviceFile, ListState, Translated } from "./list-state.ts";
import { FIRST_COHERENT, FIRST_PROCESS, failed, hex, hmmProcess, known, plain, printed } from "./list-state.ts";
import type { OperationEnd } from "./outcome.ts";

const DEVICES = 4;
const MOST_PROTECTIONS = 32;

/** Opens a device: it mirrors the process that does. */
export function openDevice(t: ListState): Translated {
  const [, name = "", number] = t.words;
  const device = t.number(number);
  if (device >= DEVICES || device < 0) return t.cannot(`there is no device ${number}`);
  const twice = t.deviceFiles.all().some(({ of }) => of.device === device && of.process === t.who);
  if (twice) return t.cannot(`${t.who} has device ${device} open already; the model has one file a device and process`);
  t.devices.add(device);
  const { process } = t;
  const thread = t.who === FIRST_PROCESS ? `d${device}` : `${process.hmmName}_d${device}`;
  if (t.who !== FIRST_PROCESS) t.threads.set(thread, `${process.hmmName} on d${device}`);
  const file = t.deviceFiles.open({ device, process: t.who, thread }, t.who);
  process.handles.set(name, file);
  return { lines: [`${thread} call dmirror_fops_open() -> any`], answer: plain };
}
/** Closes a device file; the last holder's close is what the driver hears of. */
export function closeDevice(t: ListState): Translated {
  const file = t.handle;
  if (file === undefined) return t.cannot(`${t.who} has no device file ${t.words[1]}`);
  t.process.handles.delete(t.words[1] ?? "");
  if (!t.deviceFiles.close(file, t.who)) return known(0);
  return { lines: [closeFile(file)], answer: plain };
}
/** The last holder of a device file has closed it. */
export function closeFile(file: OpenFile<DeviceFile>): string {
  return `${file.of.thread} call dmirror_fops_release() -> any`;
}

/** What a device is asked for. */
export function ioctl(t: ListState): Translated {
  const file = t.handle;
  if (file === undefined) return t.cannot(`${t.who} has no device file ${t.words[1]}`);
  const owner = t.processes.get(file.of.process);
  if (owner === undefined) return t.cannot(`process ${file.of.process}, which opened the device file, is gone`);
  const { range } = t;
  // The driver refuses a range that is empty, whatever is asked for.
  if (range.count < 1) return known(-1, "EINVAL");
  const { thread, device } = file.of;
  const addresses = `${hex(range.start)}, ${hex(range.end)}`;
  const place = t.place(range, owner);
  const by = (verb: string, fn: string): string =>
    place === undefined ? `${thread} call ${fn}(${addresses})` : `${thread} ${verb}`;
  const readBack = (asked: string): string[] => [
    `${asked} -> any as r${t.operation.index}`,
    `if not (r${t.operation.index} is error) { ${thread} call dmirror_read_back(${addresses}) -> any }`,
  ];
  const answer = (end: OperationEnd) => ioctlAnswer(t, end, file.of, range.count);
  const verb = t.words[0] ?? "";
  const read = (end: OperationEnd): Answer => answer(end)(["cpages", "faults", "values"]);
  const counted = (end: OperationEnd): Answer => answer(end)(["cpages", "faults"]);
  switch (verb) {
    case "dev_read":
      return { lines: [`${thread} call dmirror_read(${addresses}) -> any`], answer: read };
    case "dev_write": {
      const value = t.number(t.argument);
      return { lines: [`${thread} call dmirror_write(${addresses}, ${value}) -> any`], answer: counted };
    }
    case "to_dev":
      return { lines: readBack(by(`migrate ${place} to d${device}`, "dmirror_ioctl_to_dev")), answer: read };
    case "exclusive":
      return { lines: readBack(by(`exclusive ${place}`, "dmirror_ioctl_exclusive")), answer: counted };
    case "to_sys":
      return {
        lines: [`${by(`migrate ${place} to system`, "dmirror_ioctl_to_sys")} -> any`],
        answer: ({ last }) =>
          last.error === undefined ? { ret: 0, cpages: Number(last.value), faults: 0 } : failed(last.error),
      };
    case "snapshot":
      return {
        lines: [`${by(`snapshot ${place}`, "dmirror_ioctl_snapshot")} -> any`],
        answer: ({ last }) => {
          if (last.error !== undefined) return failed(last.error);
          const report = last.report ?? [];
          const prot = report.slice(0, MOST_PROTECTIONS).map((page) => protection(page, device >= FIRST_COHERENT));
          return { ret: 0, cpages: report.length, faults: 0, prot };
        },
      };
    case "check_exclusive":
      return { lines: [`${thread} call dmirror_check_atomic(${addresses}) -> any`], answer: plain };
    default:
      return { lines: [`${thread} call dmirror_device_remove_chunks() -> any`], answer: plain };
  }
}
/** The answer of an ioctl that filled the driver's bounce buffer, with those of its results that the runner prints. */
function ioctlAnswer(t: ListState, end: OperationEnd, file: DeviceFile, count: number) {
  return (which: readonly ("cpages" | "faults" | "values")[]): Answer => {
    const { error } = end.last;
    if (error !== undefined) return failed(error);
    const owner = t.processes.get(file.process)?.hmmName ?? hmmProcess(file.process);
    const read = (name: string) => end.driverVariable(`d${file.device}`, owner, name);
    return {
      ret: 0,
      cpages: which.includes("cpages") ? Number(read("cpages")[0]) : undefined,
      faults: which.includes("faults") ? Number(read("faults")[0]) : undefined,
      values: which.includes("values") ? printed(read("bounce"), count) : undefined,
    };
  };
}

/** What a snapshot says of one page, in the words that the runner has for it. */
function protection(report: string, isCoherent: boolean): string {
  if (report === "error") return "ERROR";
  const words = report.split(" ");
  const right = words.includes("write") ? "W" : words.includes("read") ? "R" : "none";
  // The runner knows the zero page; the huge one is another to it.
  const zero = words.includes("zero") && !words.includes("huge") ? "zero " : "";
  // Another device's private memory is never reported, so what is remote is coherent.
  const where = words.includes("remote")
    ? "coh_remote "
    : words.includes("local")
      ? isCoherent
        ? "coh_local "
        : "local "
      : "";
  return `${zero}${where}${right}${words.includes("huge") ? " PMD" : ""}`;
}
