/**
 * docs/command-line.md has every command and option, and the keys of all JSON that the commands print, and nothing else. Needs the build
 * (`npm test` builds first).
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { commands } from "../../cli/commands.ts";
import { eventByName } from "../../language/events.ts";
import { hastyDriver } from "../../language/testing/hasty-driver.ts";
import { codeIn, readDocument, root } from "./document.ts";

const { text: document, blocks, rows } = readDocument("command-line.md");
const program = join(root, "dist", "cli", "hmm.mjs");

// -------------------------------------------------------------------------------------------------- commands, options

test("each command has a section with its usage, and each section is of a command", () => {
  const headings = [...document.matchAll(/^### (hmm \w+(?:, hmm \w+)*)$/gm)].flatMap(([, names]) => names?.split(", "));
  assert.deepEqual(
    headings,
    commands.map(({ name }) => `hmm ${name}`),
  );
  for (const { usage } of commands) assert.ok(document.includes(`\`${usage}\``), usage);
});

for (const { name, options } of commands.filter((command) => command.options.length > 0)) {
  test(`hmm ${name}: each of its options, and no other`, () => {
    const documented = (rows.get(`hmm ${name}`) ?? []).flatMap(([cell]) => codeIn(cell ?? ""));
    const known = options.flatMap(({ name: long, short, value }) => {
      const words = [`--${long}`, ...(short === undefined ? [] : [`-${short}`])];
      return words.map((word) => (value === undefined ? word : `${word} ${value}`));
    });
    assert.deepEqual(documented, known);
  });
}

// --------------------------------------------------------------------------------------------------------------- JSON

type Json = Record<string, unknown>;

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "hmm-reference-"));
});
after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}
function printed(...args: string[]): string {
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8", cwd: folder }).stdout;
}
/** The objects that a command prints, a line each. */
function objects(...args: string[]): Json[] {
  return printed(...args)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Json);
}
function inside(object: Json | undefined, key: string): Json[] {
  const value = object?.[key];
  return (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]) as Json[];
}

/** That all of `samples` have the keys that the row of `object` below `heading` has, those in italics some of them. */
function hasKeys(heading: string, object: string, samples: readonly Json[]): void {
  const row = rows.get(heading)?.find(([cell]) => cell?.replaceAll("`", "") === object);
  assert.ok(row !== undefined && samples.length > 0, `${heading}: ${object}`);
  const keys = codeIn((row[1] ?? "").split(", and the")[0] ?? "");
  const optional = [...(row[1] ?? "").matchAll(/\*`(\w+)`\*/g)].map(([, key]) => key ?? "");
  const all = new Set(samples.flatMap((sample) => Object.keys(sample)));
  const always = [...all].filter((key) => samples.every((sample) => key in sample));
  assert.deepEqual([...all].sort(), [...keys].sort(), `keys of ${object}`);
  assert.deepEqual(always.sort(), keys.filter((key) => !optional.includes(key)).sort(), `what each ${object} has`);
}

const machine = "device gpu0 uses dmirror { memory 1 MiB }\nprocess app { a: anon 1 page }\n";
/** A driver whose faults of devices are not checked, and whose callback drops nothing: what is blamed is in the driver's file. */
const deaf = `${hastyDriver}driver deaf extends hasty {
  on invalidate(sub, range, seq) {
    lock mutex
    set_seq(sub, seq)
    unlock mutex
    return true
  }
}
`;
const broken = `import "./deaf.hmm"
invariant "seq-checked-insert" off
${machine.replace("dmirror", "deaf")}cpu0 write a = 1
gpu0 read a -> 1
cpu0 madvise a dontneed
`;

test("the example of hmm run --json is what it prints", () => {
  const [scenario, output] = ["hmm", "json"].map((language) => blocks.find((block) => block.language === language));
  assert.equal(printed("run", "--json", file("first.hmm", scenario?.text ?? "")), output?.text);
});

test("hmm run --json --state: keys of each object", () => {
  const heading = "Lines of hmm run --json";
  file("deaf.hmm", deaf);
  const moved = file(
    "moved.hmm",
    `kernel "linux-6.12"\n${machine}cpu0 write a = 1\ngpu0 migrate a to gpu0\nfinally value(a) == 2\n`,
  );
  const lines = [moved, file("broken.hmm", broken)].flatMap((path) => objects("run", "--json", "--state", path));
  const of = (type: string) => lines.filter((line) => line.type === type);
  for (const type of ["scenario", "statement", "state", "result"]) hasKeys(heading, type, of(type));
  const own = (event: Json) => eventByName.get(String(event.event))?.fields.map(({ name }) => name) ?? [];
  const bare = of("event").map((event) =>
    Object.fromEntries(
      Object.entries(event).filter(([key]) => !own(event).includes(key) || key === "thread" || key === "pages"),
    ),
  );
  hasKeys(heading, "event", bare);

  const pages = of("state").flatMap((state) => inside(state, "pages"));
  hasKeys(heading, "page", pages);
  for (const part of ["pte", "folio"])
    hasKeys(
      heading,
      part,
      pages.flatMap((page) => inside(page, part)),
    );
  hasKeys(
    heading,
    "each of mirrors, by device",
    pages.flatMap((page) => Object.values(page.mirrors as Json) as Json[]),
  );
});

test("failures, schedules", () => {
  file("deaf.hmm", deaf);
  const path = file("broken.hmm", broken);
  const bug = join(root, "scenarios", "bugs", "alloc-fail-unchecked.hmm");
  const livelock = join(root, "test", "invariants", "livelock.hmm");
  const printedBy = [objects("run", "--json", path).at(-1), objects("run", "--json", bug).at(-1)];
  const checks = [path, livelock].map((name) => objects("check", "--json", name)[0]);
  const failures = [...printedBy, ...checks].flatMap((result) => inside(result, "failures"));
  hasKeys("Lines of hmm run --json", "failure", failures);
  const because = failures.flatMap((failure) => inside(failure, "because"));
  hasKeys("Lines of hmm run --json", "each of because", because);

  const schedules = checks.flatMap((result) => inside(result, "failures")).flatMap((one) => inside(one, "schedule"));
  hasKeys("Schedules", "schedule", schedules);
  hasKeys(
    "Schedules",
    "closes",
    schedules.flatMap((schedule) => inside(schedule, "closes")),
  );
  printed("check", "--save", ".", path);
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "broken.schedule.json"), "utf8")), schedules[0]);
});

test("hmm check --json, in parts and put together", () => {
  const heading = "The object of hmm check --json";
  const path = file(
    "noted.hmm",
    `kernel "linux-6.12"
${machine}cpu0 write a = 1
gpu0 migrate a to gpu0
parallel { cpu0 { read a -> 1 }  cpu1 { read a -> 1 } }
`,
  );
  const whole = objects("check", "--json", path);
  const bounded = objects("check", "--json", "--max-states", "9", path);
  const parts = ["1/2", "2/2"].map((part) => printed("check", "--json", "--shard", part, path));
  const other = objects("check", "--json", "--shard", "1/2", "--driver", "nouveau", path);
  const results = [...whole, ...bounded, ...other, ...parts.map((part) => JSON.parse(part) as Json)];
  hasKeys(heading, "check", results);
  hasKeys(
    heading,
    "part",
    results.flatMap((result) => inside(result, "part")),
  );
  assert.deepEqual(
    bounded.map(({ stopped }) => stopped),
    ["states"],
  );
  file("parts.json", parts.join(""));
  const merged = objects("check", "--merge", "--json", "parts.json");
  hasKeys(
    heading,
    "merged",
    merged.flatMap((result) => inside(result, "merged")),
  );
  for (const key of ["part", "notes", "missProbability", "stopped"]) assert.ok(!(key in (merged[0] ?? {})), key);
});

test("hmm compare --json, hmm museum --json", () => {
  const heading = "The object of hmm compare --json";
  const path = file("compared.hmm", `${machine}cpu0 write a = 1\ncpu0 read a -> 2\n`);
  const results = objects("compare", "--json", "--kernel", "linux-6.12", "--kernel", "linux-7.0", path);
  const designs = results.flatMap((result) => inside(result, "designs"));
  hasKeys(heading, "compare", results);
  hasKeys(heading, "each of designs", designs);
  for (const part of ["costs", "outcomes", "failures"]) {
    const object = part === "costs" ? part : `each of ${part}`;
    hasKeys(
      heading,
      object,
      designs.flatMap((design) => inside(design, part)),
    );
  }
  const bug = join(root, "scenarios", "bugs", "missing-notifier.hmm");
  hasKeys("The object of hmm museum --json", "exhibit", objects("museum", "--json", bug));
});

test("hmm dap --port", async () => {
  const adapter = spawn(process.execPath, [program, "dap", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    for await (const line of createInterface({ input: adapter.stdout })) {
      hasKeys("The line of hmm dap --port", "dap", [JSON.parse(line) as Json]);
      break;
    }
  } finally {
    adapter.kill();
  }
});

test("exit statuses are the four that there are", () => {
  assert.deepEqual(
    rows.get("Exit status")?.map(([status]) => status),
    ["0", "1", "2", "3"],
  );
  const statusOf = (text: string, ...words: string[]) =>
    spawnSync(process.execPath, [program, "check", ...words, file("status.hmm", text)], { cwd: folder }).status;
  const write = `${machine}cpu0 write a = 1\n`;
  assert.equal(statusOf(write), 0);
  assert.equal(statusOf(`${write}cpu0 read a -> 2\n`), 1);
  assert.equal(statusOf(`${write}cpu0 raed a\n`), 2);
  assert.equal(statusOf(write, "--max-states", "2"), 3);
});
