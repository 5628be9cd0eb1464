/** The `hmm` command: finds the command and runs it. Exit status: see `Exit`. */
import { isMainThread } from "node:worker_threads";
import { Exit, parseWords, UsageError } from "./arguments.ts";
import type { Command, Terminal } from "./commands.ts";
import { commands } from "./commands.ts";

/** Replaced by the build; `package.json` has it too. */
const VERSION = "0.1.0";

const terminal: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  color: process.stderr.isTTY === true && (process.env.NO_COLOR ?? "") === "",
  interactive: process.stderr.isTTY === true,
};

function overview(): string {
  const width = Math.max(...commands.map((c) => c.usage.length));
  const lines = commands.map((c) => `  ${c.usage.padEnd(width)}  ${c.doc}`);
  return [
    "hmm: litmus tests and simulator for Linux heterogeneous memory management",
    "",
    ...lines,
    "",
    "hmm COMMAND --help lists a command's options.",
    "Exit status: 0 all held; 1 a check failed; 2 invalid input; 3 a limit was reached before the answer was known.",
    "",
  ].join("\n");
}

function help(command: Command): string {
  const options = command.options.map((o) => ({
    left: `${o.short === undefined ? "" : `-${o.short}, `}--${o.name}${o.value === undefined ? "" : ` ${o.value}`}`,
    doc: o.doc,
  }));
  const width = Math.max(0, ...options.map((o) => o.left.length));
  const lines = options.map((o) => `  ${o.left.padEnd(width)}  ${o.doc}`);
  return [command.usage, "", command.doc, ...(lines.length > 0 ? ["", ...lines] : []), ""].join("\n");
}

/** A mistake of this program: enough to report it, and no more of the bundle than that. */
function internalError(error: unknown): string {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `hmm: this is a mistake in hmm itself; please report it with the scenario.\n${told}\n`;
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    (name === undefined ? terminal.err : terminal.out)(overview());
    return name === undefined ? Exit.invalid : Exit.held;
  }
  if (name === "--version" || name === "-V") {
    terminal.out(`hmm ${VERSION}\n`);
    return Exit.held;
  }
  const command = commands.find((c) => c.name === name);
  if (command === undefined) {
    const known = commands.map((c) => c.name).join(", ");
    throw new UsageError(`hmm: there is no command '${name}'; there are ${known}`);
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.out(help(command));
    return Exit.held;
  }
  return command.run(parseWords(command.name, command.options, rest), terminal);
}

// A reader that closes the pipe early (`hmm … | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(Exit.held);
  throw error;
});

try {
  // This file is also what the threads of a search run.
  if (isMainThread) process.exitCode = await main(process.argv.slice(2));
  else (await import("./workers.ts")).searchAsWorker();
} catch (error) {
  terminal.err(error instanceof UsageError ? `${error.message}\n` : internalError(error));
  process.exitCode = Exit.invalid;
}
