/**
 * Operation lists to scenarios. What the runner does is in test/oracle/scenario.c; each operation's statements and the reading of
 * its answer stand together in one function, in the translate-….ts files. Where a place of the list lies in a region of its process,
 * the statement is a verb of the language; what reaches beyond is a call of the same function with addresses.
 */
import type { OperationList } from "./list.ts";
import type { Translated } from "./list-state.ts";
import { FIRST_COHERENT, FIRST_PROCESS, ListState } from "./list-state.ts";
import { access, gup, longpin, longunpin, pin, unpin } from "./translate-accesses.ts";
import { closeDevice, ioctl, openDevice } from "./translate-devices.ts";
import { FIRST_NUMBER, madvise, mapRegion, mlock, mprotect, mremap, munmap } from "./translate-mappings.ts";
import { exitChild, forkChild, look } from "./translate-processes.ts";
import type { TranslatedOperation, Translation } from "./translation.ts";

/** Translates a list; `switches` are set in the profile, as a scenario writes them. @throws CannotTranslate */
export function translate(list: OperationList, kernel: string, switches = ""): Translation {
  const t = new ListState();
  const parts = list.operations.map((operation) => {
    t.operation = operation;
    return { operation, ...translateOperation(t) };
  });
  const operations: TranslatedOperation[] = [];
  const lines = head(t, list.name, kernel, switches);
  for (const { operation, lines: own, answer } of parts) {
    // The scenario's top level stops at each `let`: there the operation before has ended, whatever it consists of.
    lines.push("", `let op${operation.index} = ${operation.index}  // ${operation.text}`);
    operations.push({ operation, line: lines.length, answer });
    lines.push(...own);
  }
  return { text: `${lines.join("\n")}\n`, operations, regions: t.regions };
}

/** The pool of huge pages that the guest has (test/oracle/init.sh). */
const NR_HUGEPAGES = 20;

/** The profile, set as the guest is where that shows, and as `switches` say. */
function kernelLine(t: ListState, kernel: string, switches: string): string {
  // Fault-around shows only where pages of files are there before they are mapped.
  const settings = [
    ...(t.hasFiles ? ["fault_around on"] : []),
    ...(t.hasHugePages ? [`nr_hugepages ${NR_HUGEPAGES}`] : []),
    ...(switches === "" ? [] : [switches]),
  ];
  return settings.length === 0
    ? `kernel "${kernel}"`
    : `kernel "as recorded" extends "${kernel}" { ${settings.join(" ")} }`;
}

/** Everything that a scenario declares in front of its statements. */
function head(t: ListState, name: string, kernel: string, switches: string): string[] {
  const lines = [
    `/// Made from the operation list ${name}.`,
    `scenario "${name}"`,
    kernelLine(t, kernel, switches),
    "node N0 { memory 1 GiB }",
    "cpu cpu0 on N0",
  ];
  for (const device of [...t.devices].sort()) {
    const coherent = device < FIRST_COHERENT ? "" : ` coherent as N${device}`;
    lines.push(`device d${device} uses dmirror { memory 256 MiB${coherent} autoopen off }`);
  }
  lines.push(`process ${FIRST_PROCESS} { }`);
  for (const [thread, on] of t.threads) lines.push(`thread ${thread}: ${on}`);
  if (t.writesFiles) {
    lines.push(
      "/// memfd_create, and pwrite of a number to each page.",
      "fn write_file(start, pages) {",
      "  let vma = find_vma(current_process(), start)",
      `  for i in 0..pages { vfs_write(vma.file, i, ${FIRST_NUMBER} + i) }`,
      "  return ok",
      "}",
    );
  }
  if (t.releases) {
    lines.push(
      "/// What holds pages for a process, which may be gone, lets go of them.",
      "fn drop_pages(process, start, end, pinned) {",
      "  for addr in start..end step PAGE_SIZE {",
      "    let folio = gup_release(process, addr, pinned)",
      "    if folio != none { folio_put(folio) }",
      "  }",
      "  return ok",
      "}",
    );
  }
  for (const advice of t.advisers) {
    lines.push(`fn advise_${advice}(start, end) {`, `  let r = sys_madvise(start, end, ${advice})`, "  return r", "}");
  }
  return lines;
}

/** Translates the operation that `t` stands at. */
function translateOperation(t: ListState): Translated {
  switch (t.words[0]) {
    case "open":
      return openDevice(t);
    case "close":
      return closeDevice(t);
    case "map":
      return mapRegion(t);
    case "cpu_read":
    case "cpu_write":
      return access(t);
    case "dev_read":
    case "dev_write":
    case "to_dev":
    case "to_sys":
    case "snapshot":
    case "exclusive":
    case "check_exclusive":
    case "release":
      return ioctl(t);
    case "munmap":
      return munmap(t);
    case "mprotect":
      return mprotect(t);
    case "mremap":
      return mremap(t);
    case "mlock":
      return mlock(t);
    case "madvise":
      return madvise(t);
    case "pin":
      return pin(t);
    case "unpin":
      return unpin(t);
    case "longpin":
      return longpin(t);
    case "longunpin":
      return longunpin(t);
    case "gup_read":
    case "gup_write":
      return gup(t);
    case "pagemap":
    case "smaps":
    case "mincore":
      return look(t);
    case "fork":
      return forkChild(t);
    case "exit":
      return exitChild(t);
    default:
      return t.cannot(`the language of operation lists has no '${t.words[0]}'`);
  }
}
