/** New scenarios from templates: each runs and holds as it is made, and is there to be changed. */

/** A driver that a template can use, and how its device is declared. */
export interface TemplateDriver {
  readonly name: string;
  readonly about: string;
  /** What stands behind `uses NAME`. */
  readonly braces: string;
  /** Ids of the templates whose statements it knows. */
  readonly templates: readonly string[];
  /** The profiles that have what it calls; undefined if all have. */
  readonly kernels?: readonly string[];
}

/** What happens in a new scenario. */
export interface Template {
  readonly id: string;
  readonly about: string;
  readonly title: string;
  /** What the file's comment says. */
  readonly doc: string;
  /** Regions of the process, properties and statements. */
  readonly body: (device: string) => string;
}

export const TEMPLATES: readonly Template[] = [
  {
    id: "touch",
    about: "A CPU writes, a device reads and writes: two page tables, one page",
    title: "A CPU and a device share a page",
    doc: "A device finds what a CPU has written, and a CPU what the device has. Step through it, or add what you want to know.",
    body: (device) => `process app {
  buf: anon 2 pages
}

cpu0 write buf = 1
${device} read buf -> 1
expect mirror(${device}, buf[0]).valid
${device} write buf[1] = 2
cpu0 read buf[1] -> 2
`,
  },
  {
    id: "migrate",
    about: "Pages move to the device's memory and back",
    title: "Pages move to a device and back",
    doc: "A CPU's pages go to the device; the one that a CPU touches then comes back.",
    body: (device) => `process app {
  buf: anon 2 pages
}

cpu0 write buf = 1
${device} migrate buf to ${device} -> 2 pages
expect folio(buf[0]).where == ${device}
cpu0 read buf[0] -> 1
expect events { migrate_to_ram(${device}, buf[0]) }
expect folio(buf[0]).where == N0 and folio(buf[1]).where == ${device}
`,
  },
  {
    id: "atomics",
    about: "A CPU and a device count in one word, at the same time",
    title: "A CPU and a device count together",
    doc: "Nobody may lose an increment, in whatever order the two go about it: `hmm check` tries them all.",
    body: (device) => `process app {
  counter: anon 1 page
}

finally value(counter) == 2

cpu0 write counter = 0
parallel {
  cpu0 { atomic add counter 1 }
  ${device} { atomic add counter 1 }
}
`,
  },
  {
    id: "race",
    about: "A device faults while the process gives the page back",
    title: "A fault races with an unmapping",
    doc: "Whatever the order, the device must not be left with a page that is gone: `hmm check` tries them all.",
    body: (device) => `process app {
  buf: anon 1 page
}

finally value(buf) == 2

cpu0 write buf = 1
parallel {
  cpu0 { madvise buf dontneed  write buf = 2 }
  ${device} { read buf -> any }
}
${device} read buf -> 2
`,
  },
];

const WITH_MEMORY = "{ memory 4 MiB }";

/** The drivers to choose from, the usual one first. */
export const TEMPLATE_DRIVERS: readonly TemplateDriver[] = [
  {
    name: "dmirror",
    about: "the kernel's own HMM test device",
    braces: WITH_MEMORY,
    templates: ["touch", "migrate", "race"],
  },
  {
    name: "nouveau",
    about: "NVIDIA GPUs: replayable faults, private memory, exclusive access for atomics",
    braces: WITH_MEMORY,
    templates: ["touch", "migrate", "atomics", "race"],
  },
  {
    name: "amdkfd",
    about: "AMD GPUs: ranges with attributes, migration on a fault",
    braces: WITH_MEMORY,
    templates: ["touch"],
  },
  {
    name: "xe_svm",
    about: "Intel GPUs: wide notifiers, ranges that migrate as a whole",
    braces: WITH_MEMORY,
    templates: ["touch", "migrate"],
    kernels: ["linux-6.15", "linux-6.19", "linux-7.0"],
  },
  {
    name: "kvm",
    about: "a virtual machine; no memory of its own",
    braces: "",
    templates: ["touch", "atomics", "race"],
  },
  {
    name: "mlx5_odp",
    about: "RDMA with on-demand paging; no memory of its own",
    braces: "",
    templates: ["touch", "race"],
  },
];

/** The answers to the questions. */
export interface NewScenario {
  readonly title: string;
  /** A profile's name. */
  readonly kernel: string;
  readonly driver: TemplateDriver;
  readonly template: Template;
}

/** The text of a new scenario. */
export function newScenario({ title, kernel, driver, template }: NewScenario): string {
  const device = driver.braces === "" ? "dev0" : "gpu0";
  return `/// ${template.doc}
scenario ${quoted(title)}

kernel ${quoted(kernel)}
device ${`${device} uses ${driver.name} ${driver.braces}`.trim()}

${template.body(device)}`;
}

/** A text as a string of the language. */
function quoted(text: string): string {
  return `"${text.replaceAll(/\s+/g, " ").replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
