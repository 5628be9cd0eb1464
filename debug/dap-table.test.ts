/** docs/dap.md is held to the protocol's own typings, to what the adapter answers, and to the tests that it names. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { shippedLibrary } from "../language/testing/run.ts";
import { InlineClient } from "./testing/client.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const protocol = createRequire(import.meta.url).resolve("@vscode/debugprotocol");
const typings = readFileSync(join(dirname(protocol), "debugProtocol.d.ts"), "utf8");
const { version } = JSON.parse(readFileSync(join(dirname(protocol), "..", "package.json"), "utf8")) as {
  version: string;
};
const document = readFileSync(join(root, "docs", "dap.md"), "utf8");

type Status = "supported" | "not applicable" | "not yet";
interface Row {
  readonly name: string;
  readonly status: Status;
  /** The test that shows it, or the reason. */
  readonly why: string;
}

/** The rows of the table under a heading. */
function rows(heading: string): Row[] {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(section, `docs/dap.md has a section '${heading}'`);
  const found: Row[] = [];
  for (const line of section.split("\n")) {
    const match = /^\| `([^`]+)` \| (supported|not applicable|not yet) \| (.+) \|$/.exec(line);
    if (match !== null) found.push({ name: match[1] ?? "", status: match[2] as Status, why: match[3] ?? "" });
    else assert.ok(!line.startsWith("| `"), `this row is none of the table's: ${line}`);
  }
  return found;
}
/** What an interface of the typings has: the names of its properties. */
function properties(name: string): string[] {
  const body =
    new RegExp(`\\tinterface ${name} (?:extends \\w+ )?\\{\\n([\\s\\S]*?)\\n\\t\\}`).exec(typings)?.[1] ?? "";
  return [...body.matchAll(/^\t\t(\w+)\??:/gm)].map((match) => match[1] ?? "");
}
const first = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const requests = [...typings.matchAll(/interface (\w+)Request extends Request/g)].map((m) => first(m[1] ?? ""));
const events = [...typings.matchAll(/interface (\w+)Event extends Event/g)].map((m) => first(m[1] ?? ""));
/** Requests that an adapter sends. */
const reverse = ["runInTerminal", "startDebugging"];

function sameNames(table: readonly Row[], names: readonly string[]): void {
  assert.deepEqual(table.map((row) => row.name).sort(), [...names].sort());
}

test("the table is of the version of the protocol that is used", () => {
  assert.ok(document.includes(`version ${version}`), `docs/dap.md says that it is of version ${version}`);
});

test("the table has every request, capability and event of the protocol, and nothing else", () => {
  sameNames(rows("Requests"), requests);
  sameNames(rows("Capabilities"), properties("Capabilities"));
  sameNames(rows("Events"), events);
  sameNames(
    rows("What the client can do"),
    properties("InitializeRequestArguments").filter((name) => name.startsWith("supports")),
  );
});

test("what the table calls supported the adapter does, and the other way round", async () => {
  const client = new InlineClient(shippedLibrary(), {});
  const capabilities = await client.ask("initialize", { adapterID: "hmm" });
  for (const { name, status } of rows("Capabilities")) {
    const answer = capabilities[name];
    const has = Array.isArray(answer) ? answer.length > 0 : answer === true;
    assert.equal(has, status === "supported", `capability ${name}`);
  }
  for (const { name, status } of rows("Requests")) {
    if (reverse.includes(name) || name === "initialize") continue;
    const { message } = await client.request(name, {});
    const isKnown = !(message ?? "").includes("does not know the request");
    if (status === "supported") assert.ok(isKnown, `request ${name}`);
    if (status === "not yet") assert.ok(!isKnown, `request ${name}`);
  }
});

test("each test that the table names exists", () => {
  const texts = new Map(
    globSync(["debug/*.test.ts", "cli/*.test.ts", "extension/**/*.test.ts", "test/e2e/*.test.ts"], { cwd: root }).map(
      (path) => [path, readFileSync(join(root, path), "utf8")],
    ),
  );
  for (const heading of ["Requests", "Capabilities", "Events", "What the client can do"]) {
    for (const { name, status, why } of rows(heading)) {
      if (status !== "supported") {
        assert.ok(why.length > 20, `${name}: a reason`);
        continue;
      }
      const match = /^\[([^\]]+)\]\(\.\.\/([^)]+)\)$/.exec(why);
      assert.ok(match, `${name}: a link to a test, not ${why}`);
      const [, title = "", path = ""] = match;
      assert.ok(texts.get(path)?.includes(`test("${title}"`), `${name}: ${path} has no test "${title}"`);
    }
  }
});
