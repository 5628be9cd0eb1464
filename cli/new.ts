/** `hmm new scenario|driver`: a file from a template, by a few questions. */
import { existsSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { CallbackName, NewDriver } from "../language/new/driver.ts";
import { CALLBACKS, newDriver, TEMPLATES_FROM_NOTHING } from "../language/new/driver.ts";
import type { NewScenario, TemplateDriver } from "../language/new/scenario.ts";
import { newScenario, TEMPLATE_DRIVERS, TEMPLATES } from "../language/new/scenario.ts";
import type { ExitStatus, Words } from "./arguments.ts";
import { Exit, UsageError } from "./arguments.ts";
import type { Terminal } from "./commands.ts";
import { library, writeText } from "./files.ts";

/** One of several things, with what it is. */
interface Choice {
  readonly id: string;
  readonly about: string;
}

/** Gets an answer: from the options, else from whoever sits at the terminal, else the usual one, which is the first. */
type Ask = (option: string, question: string, choices: readonly Choice[]) => Promise<string>;

/** Makes a file, or prints the text if none is named. */
export async function newFile(words: Words, terminal: Terminal): Promise<ExitStatus> {
  const [kind, path, surplus] = words.files;
  if ((kind !== "scenario" && kind !== "driver") || surplus !== undefined) {
    throw new UsageError(
      "hmm new: say what is to be made, and where: hmm new scenario FILE.hmm, hmm new driver FILE.hmm",
    );
  }
  if (path !== undefined && existsSync(path)) throw new UsageError(`${path}: there is such a file; name another`);
  const isAsked = path !== undefined && terminal.interactive && process.stdin.isTTY === true;
  const reader = isAsked ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  try {
    const ask = asker(words, terminal, reader && ((question) => reader.question(question)));
    const text = kind === "scenario" ? newScenario(await scenario(words, ask)) : newDriver(await driver(words, ask));
    if (path === undefined) terminal.out(text);
    else {
      writeText(path, text);
      terminal.err(`${path} is made. It holds as it is: hmm check ${path}\n`);
    }
  } finally {
    reader?.close();
  }
  return Exit.held;
}

function asker(words: Words, terminal: Terminal, question: ((text: string) => Promise<string>) | undefined): Ask {
  return async (option, text, choices) => {
    const known = (id: string) => choices.some((choice) => choice.id === id);
    const given = words.text(option);
    if (given !== undefined) {
      if (known(given)) return given;
      throw new UsageError(`hmm new: --${option} is one of ${choices.map(({ id }) => id).join(", ")}, not '${given}'`);
    }
    const usual = choices[0]?.id ?? "";
    if (question === undefined) return usual;
    for (const [i, { id, about }] of choices.entries()) terminal.err(`  ${i + 1}  ${id}: ${about}\n`);
    for (;;) {
      const answer = (await question(`${text} [1] `)).trim();
      if (answer === "") return usual;
      const chosen = choices[Number(answer) - 1]?.id ?? answer;
      if (known(chosen)) return chosen;
      terminal.err(`Type a number from 1 to ${choices.length}, or a name.\n`);
    }
  };
}

/** The answers for a scenario; of its templates those in `allowed`. */
async function scenario(words: Words, ask: Ask, allowed?: readonly string[]): Promise<NewScenario> {
  const drivers = TEMPLATE_DRIVERS.map(({ name, about }) => ({ id: name, about }));
  const name = await ask("driver", "Which device?", drivers);
  const driver = TEMPLATE_DRIVERS.find((known) => known.name === name);
  if (driver === undefined) throw new UsageError(`hmm new: there is no template for the driver '${name}'`);
  const templates = TEMPLATES.filter(({ id }) => (allowed ?? driver.templates).includes(id));
  const id = await ask("template", "What happens?", templates);
  const template = TEMPLATES.find((known) => known.id === id);
  if (template === undefined) throw new UsageError(`hmm new: there is no template '${id}'`);
  const kernel = await ask("kernel", "Which kernel?", kernels(driver));
  return { title: words.text("title") ?? template.title, kernel, driver, template };
}

/** The kernels to choose from, the newest first. */
function kernels(driver: TemplateDriver): Choice[] {
  const { profiles } = library();
  const shipped = profiles.filter(({ name }) => name.startsWith("linux-") && (driver.kernels?.includes(name) ?? true));
  return shipped.map(({ name, doc }) => ({ id: name, about: (doc ?? "").split(/[,;.:]/)[0] ?? "" })).reverse();
}

async function driver(words: Words, ask: Ask): Promise<NewDriver> {
  const name = words.text("name") ?? "mine";
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new UsageError(`hmm new: --name is a name of letters, digits and _, not '${name}'`);
  }
  const from = await ask("from", "Built on what?", [
    { id: "another", about: "a driver that ships, with callbacks of your own" },
    { id: "nothing", about: "one lock, one subscription, two callbacks" },
  ]);
  if (from === "nothing") {
    return { name, overrides: undefined, scenario: await scenario(words, ask, TEMPLATES_FROM_NOTHING) };
  }
  const made = await scenario(words, ask);
  const override = await ask("override", "Which callback of your own?", [
    ...CALLBACKS.map(({ name: id, about }) => ({ id, about: `called when ${about}` })),
    { id: "none", about: "only the name, for now" },
  ]);
  const overrides = CALLBACKS.map(({ name: id }) => id).filter((id): id is CallbackName => id === override);
  return { name, overrides, scenario: made };
}
