/**
 * What differs between the two places where the extension runs: Node, and a web worker of the browser. Everything else is
 * the same code. The heavy parts are loaded at first use: compiler and debug adapter, a bundle of their own, and the model library, a file.
 */

import type * as EngineModule from "./engine/main.ts";

/** The heavy parts. */
export type Engine = typeof EngineModule;

/** A worker that is talked to with messages. */
export interface WorkerPort {
  post(message: unknown): void;
  /** Sets who gets the worker's messages. */
  onMessage(receive: (message: unknown) => void): void;
  /** Sets who is told that the worker ended by an error. */
  onError(receive: (reason: string) => void): void;
  terminate(): void;
}

/** The place where the extension runs. */
export interface Host {
  /** Loads the engine's bundle. Called once. */
  loadEngine(): Promise<Engine>;
  /** Reads the text of the model library, `dist/library.json`. Called once. */
  readLibrary(): Promise<string>;
  /** Starts a worker that runs and explores scenarios. */
  startWorker(): WorkerPort;
}
