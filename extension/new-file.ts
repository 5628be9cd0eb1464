/** The command that makes a scenario or a driver from a template, by a few questions. */

import * as vscode from "vscode";
import { CALLBACKS, newDriver, TEMPLATES_FROM_NOTHING } from "../language/new/driver.ts";
import type { NewScenario } from "../language/new/scenario.ts";
import { newScenario, TEMPLATE_DRIVERS, TEMPLATES } from "../language/new/scenario.ts";
import { languageId } from "./paths.ts";
import type { Services } from "./services.ts";

/** One of several answers. */
interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Registers "HMM: New". The file is not saved: where it belongs the user knows. */
export function registerNewFile(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand("hmm.new", () =>
    services.guard("The file cannot be made", async () => {
      const content = await ask(services);
      if (content === undefined) return;
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: languageId, content }));
    }),
  );
}

/** The text that the answers make; undefined if a question was dismissed. */
async function ask(services: Services): Promise<string | undefined> {
  const kind = await choose("What do you want to make?", [
    { label: "Scenario", description: "what CPUs and devices do, and what must hold", value: "scenario" as const },
    { label: "Driver", description: "one that ships, with callbacks of your own", value: "another" as const },
    {
      label: "Driver from nothing",
      description: "one lock, one subscription, two callbacks",
      value: "nothing" as const,
    },
  ]);
  if (kind === undefined) return undefined;
  if (kind === "scenario") {
    const scenario = await askScenario(services);
    return scenario && newScenario(scenario);
  }
  const name = await vscode.window.showInputBox({
    title: "HMM: New",
    prompt: "What is the driver called?",
    value: "mine",
    validateInput: (text) => (/^[A-Za-z_]\w*$/.test(text) ? undefined : "A name has letters, digits and _ only."),
  });
  if (name === undefined) return undefined;
  if (kind === "nothing") {
    const scenario = await askScenario(services, TEMPLATES_FROM_NOTHING);
    return scenario && newDriver({ name, overrides: undefined, scenario });
  }
  const scenario = await askScenario(services);
  if (scenario === undefined) return undefined;
  const items = CALLBACKS.map(({ name: label, about }) => ({
    label,
    description: `called when ${about}`,
    value: label,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: "HMM: New",
    placeHolder: "Which callbacks of your own?",
  });
  return chosen && newDriver({ name, overrides: chosen.map(({ value }) => value), scenario });
}

async function askScenario(services: Services, allowed?: readonly string[]): Promise<NewScenario | undefined> {
  const drivers = TEMPLATE_DRIVERS.map((value) => ({ label: value.name, description: value.about, value }));
  const driver = await choose("Which device?", drivers);
  if (driver === undefined) return undefined;
  const templates = TEMPLATES.filter(({ id }) => (allowed ?? driver.templates).includes(id));
  const template = await choose(
    "What happens?",
    templates.map((value) => ({ label: value.about, value })),
  );
  if (template === undefined) return undefined;
  const { library } = await services.load();
  const profiles = library.profiles
    .filter(({ name }) => name.startsWith("linux-") && (driver.kernels?.includes(name) ?? true))
    .toReversed();
  const kernel = await choose(
    "Which kernel?",
    profiles.map(({ name }) => ({ label: name, value: name })),
  );
  return kernel === undefined ? undefined : { title: template.title, kernel, driver, template };
}

async function choose<T>(question: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
  const chosen = await vscode.window.showQuickPick(choices, { title: "HMM: New", placeHolder: question });
  return chosen?.value;
}
