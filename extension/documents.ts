/** The analysis of open documents: made when first asked for after an edit, kept until the next. */

import type * as vscode from "vscode";
import type { Analysis } from "../language/analyse.ts";
import { pathOf, readFile } from "./paths.ts";
import type { Loaded, Services } from "./services.ts";

/** An analysed document, with what it was analysed with. */
export interface Analysed extends Loaded {
  readonly analysis: Analysis;
  readonly version: number;
}

export class Documents {
  private readonly services: Services;
  private readonly known = new Map<string, { readonly version: number; readonly result: Promise<Analysed> }>();

  constructor(services: Services) {
    this.services = services;
  }

  /** The analysis of a document as it is now. */
  analyse(document: vscode.TextDocument): Promise<Analysed> {
    const key = document.uri.toString();
    const known = this.known.get(key);
    if (known?.version === document.version) return known.result;
    const { version } = document;
    const result = this.make(document.getText(), pathOf(document.uri), version);
    this.known.set(key, { version, result });
    // One that could not be made is tried again the next time.
    result.catch(() => this.known.delete(key));
    return result;
  }

  /** Forgets a document that was closed. */
  forget(uri: vscode.Uri): void {
    this.known.delete(uri.toString());
  }

  /** Forgets what may depend on a file that has changed on disk or in another editor. */
  forgetOthers(changed: vscode.Uri): void {
    for (const key of [...this.known.keys()]) if (key !== changed.toString()) this.known.delete(key);
  }

  private async make(text: string, path: string, version: number): Promise<Analysed> {
    const loaded = await this.services.load();
    const { engine, signature } = loaded;
    const readImport = text.includes("import") ? await engine.readImports(text, path, readFile) : () => undefined;
    return { ...loaded, version, analysis: engine.analyse(text, { path, readImport, library: signature }) };
  }
}
