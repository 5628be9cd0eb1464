import assert from "node:assert/strict";
import { test } from "node:test";
import { analyseText, checkDiagnostics } from "../testing/analyse.ts";
import { dedent } from "../testing/show.ts";
import type { Resolved, ResolvedPlace } from "./model.ts";
import { regionOf } from "./model.ts";
import { joinPath } from "./paths.ts";

function resolveText(text: string, files: Readonly<Record<string, string>> = {}): Resolved {
  const { resolved, diagnostics } = analyseText(dedent(text), files);
  assert.deepEqual(
    diagnostics.map((diagnostic) => diagnostic.message),
    [],
  );
  return resolved;
}

/** The machine as lines of text. */
function showMachine({ nodes, cpus, devices, processes, threads, regions }: Resolved): string {
  const hex = (address: number) => `0x${address.toString(16)}`;
  return [
    ...nodes.map(
      (n) => `node ${n.name} ${n.pages}${n.movable ? " movable" : ""}${n.device ? ` of ${n.device.name}` : ""}`,
    ),
    ...cpus.map((cpu) => `cpu ${cpu.name} on ${cpu.node.name}`),
    ...devices.map((device) => `device ${device.name} ${device.driver} ${device.pages}`),
    ...processes.map((process) => `process ${process.name}${process.parent ? ` of ${process.parent.name}` : ""}`),
    ...threads.map((thread) => `thread ${thread.name}: ${thread.process.name} on ${thread.on.name}`),
    ...regions.map((r) => {
      const words = [r.backing, r.readable ? (r.writable ? "rw" : "ro") : "none", r.shared ? "shared" : "private"];
      if (r.thp !== undefined) words.push(r.thp ? "thp" : "nothp");
      if (r.node !== undefined) words.push(`on ${r.node.name}`);
      if (!r.initial) words.push("later");
      return `region ${r.process.name}.${r.name} ${hex(r.start)} ${r.pages} ${words.join(" ")}`;
    }),
  ].join("\n");
}

function checkMachine(text: string, expected: string): void {
  assert.equal(showMachine(resolveText(text)), dedent(expected).trim());
}

test("an empty file is the default machine", () => {
  checkMachine(
    "",
    `
    node N0 262144
    cpu cpu0 on N0
    cpu cpu1 on N0
    `,
  );
});

test("with one process each CPU and device is also a thread of it", () => {
  checkMachine(
    `
    device gpu0 uses dmirror { memory 4 MiB }
    process app { buf: anon 4 pages }
    thread t0: app on cpu1
    `,
    `
    node N0 262144
    cpu cpu0 on N0
    cpu cpu1 on N0
    device gpu0 dmirror 1024
    process app
    thread cpu0: app on cpu0
    thread cpu1: app on cpu1
    thread gpu0: app on gpu0
    thread t0: app on cpu1
    region app.buf 0x10000000 4 anon rw private
    `,
  );
});

test("a declared machine, coherent memory as a node, other page sizes", () => {
  checkMachine(
    `
    page_size 64 KiB
    node A { memory 64 MiB }
    node B { memory 32 MiB movable }
    device g uses cdm { memory 1 MiB coherent as C }
    cpu c on B
    process app {
      a: shmem 64 KiB on C
      b: file "f" 2 pages ro thp at 0x7f00_0000_0000
      c0: hugetlb 2 MiB none shared nothp
    }
    `,
    `
    node A 1024
    node B 512 movable
    node C 16 of g
    cpu c on B
    device g cdm 16
    process app
    thread c: app on c
    thread g: app on g
    region app.a 0x10000000 1 shmem rw shared on C
    region app.b 0x7f0000000000 2 file ro private thp
    region app.c0 0x10200000 32 hugetlb none shared nothp
    `,
  );
});

test("regions without an address lie apart from each other and from those with one", () => {
  const { regions } = resolveText(`
    process app {
      a: anon 1 page
      b: anon 2 MiB
      fixed: anon 1 page at 0x1060_0000
      c: anon 4 MiB
    }
  `);
  assert.deepEqual(
    regions.map((region) => region.start.toString(16)),
    ["10000000", "10200000", "10600000", "10800000"],
  );
});

test("fork, mmap and mremap declare for the whole file", () => {
  checkMachine(
    `
    process app { buf: anon 8 pages }
    thread c0: child on cpu1
    c0 mmap late: anon 2 pages ro
    c0 write buf[7] = 1
    cpu0 mremap buf[2..4] to moved
    cpu0 fork as child
    c0 read late
    cpu0 read moved[1]
    `,
    `
    node N0 262144
    cpu cpu0 on N0
    cpu cpu1 on N0
    process app
    process child of app
    thread cpu0: app on cpu0
    thread cpu1: app on cpu1
    thread c0: child on cpu1
    region app.buf 0x10000000 8 anon rw private
    region child.late 0x10200000 2 anon ro private later
    region app.moved 0x10400000 2 anon rw private later
    `,
  );
});

test("a bare region is the thread's own process's, and in a check that of the process that declares it", () => {
  const resolved = resolveText(`
    process a { x: anon 4 pages y: anon 1 page }
    process b { x: anon 2 pages }
    thread ta: a on cpu0
    thread tb: b on cpu1
    ta read x[1..3] + 16
    tb read x
    expect value(a.x) == 0 and value(y) == 0
    tb vm_read a.y
    reclaim y
  `);
  const show = ({ process, region, firstPage, endPage, offsetBytes }: ResolvedPlace) =>
    `${process.name}.${region.name}[${firstPage}..${endPage}]+${offsetBytes}`;
  assert.deepEqual([...resolved.places.values()].map(show), [
    "a.x[1..3]+16",
    "b.x[0..2]+0",
    "a.x[0..4]+0",
    "a.y[0..1]+0",
    "a.y[0..1]+0",
    "a.y[0..1]+0",
  ]);
});

test("a child of fork has its parent's regions", () => {
  const { processes } = resolveText(
    "process app { buf: anon 1 page }\ncpu0 fork as child\nexpect value(child.buf) == 0",
  );
  const child = processes.find((process) => process.name === "child");
  assert.ok(child);
  assert.equal(regionOf(child, "buf")?.process.name, "app");
});

test("the plain kernel line selects; a defined profile selects itself where there is none", () => {
  const selected = (text: string) => resolveText(text).kernel.profile;
  assert.equal(selected(""), "linux-6.12");
  assert.equal(selected('kernel "linux-6.15" { notify_exclusive off }'), "linux-6.15");
  assert.equal(selected('kernel "mine" extends "linux-6.12" { fn folio_put(f) { } }'), "mine");
  assert.equal(selected('kernel "mine" extends "linux-6.12" { fn g(f) { } } kernel "linux-7.0"'), "linux-7.0");
});

test("names mean what is declared, words first where a field has words of its own", () => {
  const { bindings } = resolveText(`
    device gpu0 uses dmirror
    process app { buf: anon 1 page }
    node N0 { memory 1 MiB }
    let present = 3
    expect pte(buf).kind == present and present == 3 and folio(buf).where == N0
    cpu0 read buf -> EFAULT as r
    finally r == EFAULT and count(notifier, MIGRATE, owner: gpu0) == 0
  `);
  const kinds = [...bindings].map(([name, binding]) => `${name.text}: ${binding.kind}`);
  for (const kind of ["present: word", "present: local", "N0: node", "EFAULT: error", "r: result", "MIGRATE: word"]) {
    assert.ok(kinds.includes(kind), `${kind} in ${kinds.join(", ")}`);
  }
});

test("imports bring declarations, not statements or the choice of profile", () => {
  const files = {
    "/home/user/lib/machine.hmm": 'kernel "linux-7.0"\nimport "./more.hmm"\ndevice gpu0 uses mine\ncpu0 read nothing',
    "/home/user/lib/more.hmm": "driver mine extends dmirror { }\nprocess app { buf: anon 1 page }",
  };
  const resolved = resolveText('import "./lib/machine.hmm"\ngpu0 read buf', files);
  assert.deepEqual(
    [resolved.kernel.profile, resolved.statements.length, resolved.files.map((file) => file.path)],
    ["linux-6.12", 1, ["/home/user/main.hmm", "/home/user/lib/machine.hmm", "/home/user/lib/more.hmm"]],
  );
});

test("files that import each other are read once; what is wrong in them is said where they are imported", () => {
  resolveText('import "./a.hmm"', {
    "/home/user/a.hmm": 'import "./main.hmm"\nimport "./b.hmm"',
    "/home/user/b.hmm": 'import "./a.hmm"',
  });
  checkDiagnostics(
    'import "./a.hmm"\nimport "./c.hmm"',
    "1:8-17 import-errors: `./a.hmm` has an error; in line 2: Expected the node's name.\n2:8-17 no-file: There is no file `./c.hmm` to import. (The path is relative to this file.)",
    {
      "/home/user/a.hmm": "\nnode",
    },
  );
});

test("paths of imports", () => {
  assert.equal(joinPath("/a/b/c.hmm", "./d.hmm"), "/a/b/d.hmm");
  assert.equal(joinPath("/a/b/c.hmm", "../../../d.hmm"), "/d.hmm");
  assert.equal(joinPath("a/c.hmm", "../../d.hmm"), "../d.hmm");
  assert.equal(joinPath("c.hmm", "x/./d.hmm"), "x/d.hmm");
  assert.equal(joinPath("vscode-vfs://host/a/c.hmm", "../d.hmm"), "vscode-vfs://host/d.hmm");
  assert.equal(joinPath("file:///a/c.hmm", "./d.hmm"), "file:///a/d.hmm");
  assert.equal(joinPath("C:\\a\\c.hmm", "..\\d.hmm"), "C:\\d.hmm");
  assert.equal(joinPath("/a/c.hmm", "/x/d.hmm"), "/x/d.hmm");
});
