/** What the parts of the extension share: the engine and the library, each loaded once, when first asked for. */

import * as vscode from "vscode";
import type { Library } from "../language/compile/builder.ts";
import type { LibrarySignature } from "../language/library-signature.ts";
import type { Engine, Host, WorkerPort } from "./host.ts";

/** The engine with the library. */
export interface Loaded {
  readonly engine: Engine;
  readonly library: Library;
  readonly signature: LibrarySignature;
}

export class Services {
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
  /** publisher.name */
  readonly extensionId: string;
  private readonly host: Host;
  private loading: Promise<Loaded> | undefined;

  constructor(host: Host, context: vscode.ExtensionContext) {
    this.host = host;
    this.extensionUri = context.extensionUri;
    this.extensionId = context.extension.id;
    this.log = vscode.window.createOutputChannel("HMM Debugger", { log: true });
    context.subscriptions.push(this.log);
  }

  /** The engine; the first call loads it. */
  load(): Promise<Loaded> {
    this.loading ??= this.doLoad().catch((error: unknown) => {
      this.loading = undefined;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `The HMM extension could not load its engine: ${reason}. Reload the window; if that does not help, install the extension again.`,
      );
    });
    return this.loading;
  }

  private async doLoad(): Promise<Loaded> {
    const startedAt = performance.now();
    const [engine, text] = await Promise.all([this.host.loadEngine(), this.host.readLibrary()]);
    const library = engine.readLibrary(text);
    const signature = engine.librarySignature(library);
    this.log.debug(`The engine was loaded in ${Math.round(performance.now() - startedAt)} ms.`);
    return { engine, library, signature };
  }

  startWorker(): WorkerPort {
    return this.host.startWorker();
  }

  /** Runs something whose failure is ours, not the user's: it is logged, and the user is told what to do. */
  async guard(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.error(`${what}: ${error instanceof Error ? (error.stack ?? reason) : reason}`);
      const choice = await vscode.window.showErrorMessage(`${what}: ${reason}`, "Show Log");
      if (choice !== undefined) this.log.show(true);
    }
  }
}
