/**
 * What the panel knows of the bundle with the what-if editor: it is loaded by its address when it is needed, and leaves its
 * one function where the panel finds it.
 */

import type { Completions, WhatIfResult } from "../messages.ts";

/** What the editor needs of the panel. */
export interface EditorOptions {
  readonly container: HTMLElement;
  readonly text: string;
  /** Address of the worker's script. */
  readonly workerUrl: string;
  /** What may be typed at an offset of the text. */
  readonly complete: (text: string, offset: number) => Promise<Completions>;
  readonly onChange: (text: string) => void;
  /** Escape, where it means nothing to the editor. */
  readonly onLeave: () => void;
}

/** The editor in the panel. */
export interface Editor {
  readonly text: string;
  focus(): void;
  /** Underlines what is wrong with the text. */
  showProblems(problems: WhatIfResult["problems"]): void;
  /** The theme of VS Code has changed. */
  updateTheme(): void;
}

/** Where the bundle leaves its function. */
export const globalName = "hmmCreateEditor";
export type CreateEditor = (options: EditorOptions) => Editor;

/** The function that the bundle left, if it has been loaded. */
export function loadedEditor(): CreateEditor | undefined {
  const found: unknown = Reflect.get(globalThis, globalName);
  return typeof found === "function" ? (options) => found(options) : undefined;
}
