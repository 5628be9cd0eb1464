/** Modules: the scenario, each driver and each file of the kernel model. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Arguments } from "./request.ts";
import type { Session } from "./session.ts";
import { baseName, clientPath } from "./sources.ts";

/** The module that a source is: its path, which frames name. */
export function moduleId(session: Session, source: number): string | undefined {
  const found = session.program.sources[source];
  return found === undefined || found.path === "" ? undefined : clientPath(found);
}

/** The modules that sources are, by their indexes. */
export function modulesOf(session: Session, indexes: readonly number[]): DebugProtocol.Module[] {
  const { program, simulation } = session;
  return indexes.flatMap((index) => {
    const id = moduleId(session, index);
    const source = program.sources[index];
    if (id === undefined || source === undefined) return [];
    const kind = source.library ? (source.path.startsWith("drivers/") ? "driver" : "kernel") : "scenario";
    const statements = simulation.codeMap.inSource(index).length;
    const module: DebugProtocol.Module & { readonly statements: number; readonly kernel: string } = {
      id,
      name: source.library ? source.path : baseName(source.path),
      path: id,
      isUserCode: !source.library,
      symbolStatus: kind,
      version: program.kernel,
      statements,
      kernel: program.kernel,
    };
    return [module];
  });
}

/** The answer to `modules`: those from `startModule` on. */
export function modules(session: Session, args: Arguments): DebugProtocol.ModulesResponse["body"] {
  const all = modulesOf(session, [...session.program.sources.keys()]);
  const start = Math.max(0, args.optionalNumber("startModule") ?? 0);
  const count = args.optionalNumber("moduleCount") ?? 0;
  return { modules: all.slice(start, count > 0 ? start + count : undefined), totalModules: all.length };
}
