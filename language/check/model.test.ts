import { test } from "node:test";
import { checkDiagnostics } from "../testing/analyse.ts";
import { driverSample, kernelSample } from "../testing/samples.ts";

/** What is wrong with the statements of a driver's callback; line 1 is the first statement. */
function check(body: string, expected: string): void {
  const open =
    "driver d extends dmirror { lock m const N = 4 var n = 0 struct s { a, b } fn g(x) { return x } on device_fault(addr, access) {";
  checkDiagnostics(`${open}\n${body}\n} }`, shift(expected));
}

/** Expectations count lines from the first statement. */
function shift(expected: string): string {
  return expected.replaceAll(/^(\d+):/gm, (_, line: string) => `${Number(line) + 1}:`);
}

test("the samples of the reference are right", () => {
  checkDiagnostics(driverSample, "");
  checkDiagnostics(kernelSample, "");
});

test("names and functions", () => {
  check(
    "let r = rang_fault(self.process, addr, 1 page, access)",
    "1:9-19 unknown-function: There is no function `rang_fault`. (Did you mean `range_fault`?)",
  );
  check("n = adr", "1:5-8 unknown-name: There is nothing called `adr`. (Did you mean `addr`?)");
  check("x = 1", "1:1-2 unknown-name: There is nothing called `x`.");
  check("n = g", "1:5-6 not-a-value: `g` is a function; a call needs parentheses.");
  check("n(1)", "1:1-2 not-a-function: `n` is not a function.");
  check("let m = 1", "1:5-6 declared-twice: `m` is declared already, in line 1.");
  check(
    "match access { read { } wirte { } }",
    "1:25-30 unknown-name: There is no word `wirte`. (Did you mean `write`?)",
  );
  check("lock self.mutex unlock mutex lock m n = PAGE_SIZE self.n = N", "");
});

test("arities", () => {
  check("let r = read_begin()", "1:9-19 arity: Too few arguments, without `sub`: `read_begin(sub)`.");
  check("g(1, 2)", "1:6-7 arity: Too many arguments: `g(x)`.");
  check(
    "let e = entry(present, none, wriable: true)",
    "1:30-37 arity: There is no argument `wriable`: `entry(kind, folio, writable: …, dirty: …, young: …, exclusive: …)`. (Did you mean `writable`?)",
  );
  check("let e = entry(present, none, writable: true, dirty: false)", "");
  check("let x = s(1, b: 2) let y = s(1, c: 2)", "1:33-34 arity: There is no argument `c`: `s(a, b)`.");
  check("let e = choose(1)", "1:9-18 arity: The argument does not fit: `choose(a..b)`.");
  check(
    "let c = self.context.invalidate(1)",
    "1:9-32 arity: Too few arguments, without `range`, `seq`: `invalidate(sub, range, seq)`.",
  );
  check(
    "super(addr, access) super(addr)",
    "1:21-26 arity: Too few arguments, without `access`: `super(addr, access)`.",
  );
  check("emit fault(1, 2, read, 4)", "1:24-25 too-many-arguments: Too many arguments: `fault(thread, place, access)`.");
});

test("fields", () => {
  check(
    "n = self.proces",
    "1:10-16 unknown-field: No struct or handle has a field `proces`. (Did you mean `process`?)",
  );
  check("let x = s(1) x.a = 2 x.b += self.n", "");
});

test("a function's call is a whole statement, or all that stands right of = or return", () => {
  const message =
    "`g` is called inside an expression; a function's call is a whole statement, or all that stands right of `=` or `return`. (First `let result = …`: the function may be interrupted, an expression may not.)";
  check("g(1) n = g(1) let x = g(1) spawn g(1) return g(1)", "");
  check("if g(1) { }", `1:4-5 call-placement: ${message}`);
  check("n = g(1) + 1", `1:5-6 call-placement: ${message}`);
  check("g(g(1))", `1:3-4 call-placement: ${message}`);
  check("n += g(1)", `1:6-7 call-placement: ${message}`);
  check("if trylock(m) and min(1, 2) == 1 { }", "");
});

test("atomic, loops, assignments", () => {
  check("atomic { lock m n = 1 } atomic { wait until n == 1 }", "");
  check(
    "atomic { n = 1 lock m }",
    "1:16-20 blocks-in-atomic: `lock` can block, and inside `atomic` only its first statement may. (The block begins when its first statement may go on.)",
  );
  check(
    "atomic { if n == 1 { wait until n == 2 } }",
    "1:22-26 blocks-in-atomic: `wait` can block, and inside `atomic` only its first statement may. (The block begins when its first statement may go on.)",
  );
  check("break loop { break while n == 1 { continue } }", "1:1-6 no-loop: `break` stands in no loop.");
  check("N = 3", "1:1-2 not-assignable: `N` is a constant; it cannot be assigned.");
  check("m = 3", "1:1-2 not-assignable: `m` is a lock; it cannot be assigned.");
  check("present = 3", "1:1-8 not-assignable: `present` is a word; it cannot be assigned.");
  check("lock N", "1:6-7 not-a-lock: `N` is no lock.");
  check("match n { 1 { } 1, 2 { } }", "1:17-18 declared-twice: There is an arm for `1` already.");
  check("let x = [1]", "1:9-12 misplaced-list: A list stands only right of `in`. (`array(n)` makes a new list.)");
});

test("super needs something to override", () => {
  checkDiagnostics(
    "driver d { on open() { super() } }",
    "1:24-29 no-super: `super` calls what a function overrides; this one overrides nothing.",
  );
  checkDiagnostics('kernel "k" extends "linux-6.12" { fn folio_put(folio) { super(folio) } }', "");
});

test("model code cannot name the scenario's things", () => {
  checkDiagnostics(
    "process app { buf: anon 1 page }\nfn f() { return buf }",
    "2:17-20 not-a-value: `buf` is of the scenario; model code cannot name it.",
  );
});
