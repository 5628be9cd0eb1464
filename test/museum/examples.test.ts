/** scenarios/examples.json names what **HMM: Open Example** offers: `UPDATE_DOCS=1 npm test -- --only unit museum` writes it anew. */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { shippedFiles } from "../../scripts/package/shipped.ts";

const root = join(import.meta.dirname, "..", "..");
const path = join(root, "scenarios", "examples.json");

/** The museum's files, those of the arguments and of the contract, with their titles. */
function examples(): { folder: string; name: string; title: string }[] {
  return ["bugs", "discussions", "contract"].flatMap((folder) =>
    globSync(`scenarios/${folder}/*.hmm`, { cwd: root })
      .sort()
      .map((file) => {
        const title = /^scenario "([^"]*)"/m.exec(readFileSync(join(root, file), "utf8"))?.[1] ?? "";
        const name = file.replace(/^.*[\\/]/, "").replace(/\.hmm$/, "");
        return { folder, name, title: title.startsWith(`${name}: `) ? title.slice(name.length + 2) : title };
      }),
  );
}

test("the list has them all, with their titles", () => {
  const list = `${JSON.stringify(examples(), undefined, 2)}\n`;
  if (process.env.UPDATE_DOCS === "1") writeFileSync(path, list);
  assert.equal(readFileSync(path, "utf8"), list);
  for (const { name, title } of examples()) assert.notEqual(title, "", name);
});

test("and all of them ship", () => {
  const shipped = new Set(shippedFiles(root));
  assert.ok(shipped.has("scenarios/examples.json"));
  for (const { folder, name } of examples()) assert.ok(shipped.has(`scenarios/${folder}/${name}.hmm`), name);
});
