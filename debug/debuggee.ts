/** What is debugged: from the arguments of `launch` to a session, with what is shown of it. */
import type { Library } from "../language/compile/builder.ts";
import type { LoadedScenario } from "../language/compile/front-door.ts";
import { loadScenario, readImports } from "../language/compile/front-door.ts";
import type { CompiledScenario } from "../language/compile/scenario.ts";
import { dataStops } from "./data-requests.ts";
import type { FileAccess, LaunchArguments } from "./launch.ts";
import { Panel } from "./panel.ts";
import type { StepFilter } from "./protocol.ts";
import type { Arguments } from "./request.ts";
import { messageOf, RequestError } from "./request.ts";
import { ScheduleError, Session } from "./session.ts";
import { baseName } from "./sources.ts";
import { Variables } from "./variables.ts";

/** A program that is being debugged. */
export interface Debuggee {
  readonly arguments: LaunchArguments;
  readonly compiled: CompiledScenario;
  readonly session: Session;
  readonly panel: Panel;
  readonly variables: Variables;
}

/** Loads a scenario and makes a session over it. @throws RequestError that says what is wrong, with places */
export async function load(launch: LaunchArguments, library: Library, files: FileAccess): Promise<Debuggee> {
  const path = files.resolve?.(withoutFileScheme(launch.program)) ?? withoutFileScheme(launch.program);
  const text = await files.read(launch.program).catch((error: unknown) => {
    throw new RequestError(`${launch.program}: ${messageOf(error)}`);
  });
  const readImport = await readImports(text, path, (imported) => files.read(imported));
  const { kernel, seed, stepFilter, historyLimit, stopBefore } = launch;
  const loaded = loadScenario(text, path, { library, readImport, ...(kernel === undefined ? {} : { kernel }) });
  const { compiled, context } = loaded;
  if (compiled === undefined) throw new RequestError(mistakes(loaded));
  const schedule = launch.schedule === undefined ? undefined : await readSchedule(launch.schedule, files);
  try {
    const session = new Session(
      { compiled, context },
      {
        ...(seed === undefined ? {} : { seed }),
        ...(stepFilter === undefined ? {} : { stepFilter }),
        ...(historyLimit === undefined ? {} : { historyLimit }),
        ...(schedule === undefined ? {} : { schedule }),
        ...(stopBefore === undefined ? {} : { stopBefore }),
      },
    );
    return {
      arguments: launch,
      compiled,
      session,
      panel: new Panel(session),
      variables: new Variables(session, compiled),
    };
  } catch (error) {
    if (error instanceof ScheduleError) throw new RequestError(`${launch.schedule}: ${error.message}`);
    throw error;
  }
}

async function readSchedule(path: string, files: FileAccess): Promise<unknown> {
  const text = await files.read(path).catch((error: unknown) => {
    throw new RequestError(`${path}: ${messageOf(error)}`);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RequestError(`${path}: this is not a schedule: it is no JSON.`);
  }
}

/** A step filter by name. @throws RequestError */
export function stepFilterOf(text: string): StepFilter {
  if (text === "all" || text === "drivers" || text === "scenario") return text;
  throw new RequestError(`'${text}' is no step filter: there are all, drivers and scenario.`);
}

/** The arguments of a `launch` request. @throws RequestError */
export function launchArguments(args: Arguments): LaunchArguments {
  const program = args.string("program");
  if (program.trim() === "") throw new RequestError("launch: 'program' names no scenario.");
  const kernel = args.optionalString("kernel");
  const seed = args.optionalNumber("seed");
  const schedule = args.optionalString("schedule");
  const stopOnEntry = args.optionalFlag("stopOnEntry");
  const stepIntoModel = args.optionalFlag("stepIntoModel");
  const stepFilter = stepFilterOf(args.optionalString("stepFilter") ?? (stepIntoModel === false ? "scenario" : "all"));
  const stopAtEnd = args.optionalFlag("stopAtEnd");
  const stopBefore = args.optionalString("stopBefore");
  if (stopBefore !== undefined && stopBefore !== "failure" && stopBefore !== "scheduleEnd") {
    throw new RequestError(`launch: 'stopBefore' is "failure" or "scheduleEnd", not '${stopBefore}'.`);
  }
  const historyLimit = args.optionalNumber("historyLimit");
  if (historyLimit !== undefined && historyLimit < 1000) {
    throw new RequestError("launch: 'historyLimit' is to be 1000 steps at least.");
  }
  return {
    program,
    ...(kernel === undefined || kernel === "" ? {} : { kernel }),
    ...(seed === undefined ? {} : { seed }),
    ...(schedule === undefined || schedule === "" ? {} : { schedule }),
    ...(stopOnEntry === undefined ? {} : { stopOnEntry }),
    stepFilter,
    ...(stopAtEnd === undefined ? {} : { stopAtEnd }),
    ...(stopBefore === undefined ? {} : { stopBefore }),
    ...(args.has("stopAtEvents") ? { stopAtEvents: args.strings("stopAtEvents") } : {}),
    ...(args.has("stopAtData") ? { stopAtData: dataStops(args.objects("stopAtData")) } : {}),
    ...(historyLimit === undefined ? {} : { historyLimit }),
    noDebug: args.flag("noDebug"),
  };
}

/** What is wrong with a scenario, one line a mistake, with places. */
function mistakes({ diagnostics }: LoadedScenario): string {
  const lines = diagnostics
    .filter((d) => d.severity === "error")
    .map((d) => `${baseName(d.path)}:${d.line}:${d.column}: ${d.message}${d.hint === undefined ? "" : ` ${d.hint}`}`);
  const shown = lines.slice(0, 10);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more`);
  const what = lines.length === 1 ? "a mistake" : `${lines.length} mistakes`;
  return `The scenario has ${what}:\n${shown.join("\n")}`;
}

function withoutFileScheme(path: string): string {
  if (!/^file:\/\//i.test(path)) return path;
  const rest = path.slice("file://".length);
  try {
    const decoded = decodeURIComponent(rest);
    return /^\/[A-Za-z]:/.test(decoded) ? decoded.slice(1) : decoded;
  } catch {
    return rest;
  }
}
