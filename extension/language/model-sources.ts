/** The model's own sources as read-only files: `hmm-model:/kernel/memory.hmm`, with highlighting, hover and breakpoints. */

import * as vscode from "vscode";
import { modelScheme } from "../paths.ts";
import type { Services } from "../services.ts";

/** Makes the sources of the library files that VS Code opens. */
export function registerModelSources(services: Services): vscode.Disposable {
  const provider = new ModelSources(services);
  return vscode.workspace.registerFileSystemProvider(modelScheme, provider, {
    isCaseSensitive: true,
    isReadonly: true,
  });
}

class ModelSources implements vscode.FileSystemProvider {
  private readonly services: Services;
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;

  constructor(services: Services) {
    this.services = services;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const path = inLibrary(uri);
    const paths = await this.paths();
    const text = paths.get(path);
    if (text !== undefined) {
      return {
        type: vscode.FileType.File,
        ctime: 0,
        mtime: 0,
        size: text.length,
        permissions: vscode.FilePermission.Readonly,
      };
    }
    if (path === "" || [...paths.keys()].some((file) => file.startsWith(`${path}/`))) {
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    }
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const text = (await this.paths()).get(inLibrary(uri));
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return new TextEncoder().encode(text);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const folder = inLibrary(uri);
    const prefix = folder === "" ? "" : `${folder}/`;
    const entries = new Map<string, vscode.FileType>();
    for (const path of (await this.paths()).keys()) {
      if (!path.startsWith(prefix)) continue;
      const [name = "", ...rest] = path.slice(prefix.length).split("/");
      entries.set(name, rest.length === 0 ? vscode.FileType.File : vscode.FileType.Directory);
    }
    return [...entries];
  }

  watch(): vscode.Disposable {
    // They do not change while the extension runs.
    return { dispose: () => {} };
  }
  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  writeFile(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  private async paths(): Promise<ReadonlyMap<string, string>> {
    const { library } = await this.services.load();
    return new Map(library.sources.map(({ path, text }) => [path, text]));
  }
}

function inLibrary(uri: vscode.Uri): string {
  return uri.path.replace(/^\/+|\/+$/g, "");
}
