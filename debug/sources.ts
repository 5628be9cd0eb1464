/** Sources as the client knows them: the scenario's own files by their paths, the model's as `hmm-model:/kernel/memory.hmm`. */
import type { Program, Source, Spot } from "../sim-core/vm/program.ts";
import type { TextPlace } from "./protocol.ts";
import { MODEL_SCHEME } from "./protocol.ts";

/** The path of a source as the client knows it. */
export function clientPath(source: Source): string {
  return source.library ? `${MODEL_SCHEME}:/${source.path}` : source.path;
}

/** The place of a spot as the client knows it. */
export function textPlace(program: Program, spot: Spot): TextPlace {
  const source = program.sources[spot.source];
  return { path: source === undefined ? "" : clientPath(source), line: spot.line, column: spot.column };
}

/** Index of the program's source that a client's path names; -1 if it is none of them. */
export function findSource(program: Program, path: string): number {
  const model = modelPath(path);
  if (model !== undefined) return program.sources.findIndex((s) => s.library && s.path === model);
  const wanted = comparable(path);
  return program.sources.findIndex((s) => !s.library && s.path !== "" && comparable(s.path) === wanted);
}

/** What a path of the model's scheme names: `kernel/memory.hmm`; undefined for another path. */
export function modelPath(path: string): string | undefined {
  const prefix = `${MODEL_SCHEME}:`;
  if (!path.startsWith(prefix)) return undefined;
  return path.slice(prefix.length).replace(/^\/+/, "");
}

/** The last part of a path or URI. */
export function baseName(path: string): string {
  return /[^\\/]*$/.exec(path)?.[0] ?? path;
}

/** Two spellings of one path are made equal: drive letters, slashes, `file:` URIs. */
function comparable(path: string): string {
  let text = path;
  if (/^file:\/\//i.test(text)) {
    text = text.slice("file://".length);
    try {
      text = decodeURIComponent(text);
    } catch {
      // A stray % stands for itself.
    }
    if (/^\/[A-Za-z]:/.test(text)) text = text.slice(1);
  }
  text = text.replaceAll("\\", "/");
  return /^[A-Za-z]:/.test(text) ? (text[0] ?? "").toLowerCase() + text.slice(1) : text;
}
