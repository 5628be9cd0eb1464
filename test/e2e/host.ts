// One VS Code and one browser for one test file: both fresh, both gone afterwards.

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { chromium } from "playwright-core";
import { root } from "../../scripts/bootstrap.mjs";
import type { EntryKind } from "../../scripts/package/shipped.ts";
import type { Settings } from "../host/code-server.ts";
import { freePort, installHost, newcomerSettings, startHost } from "../host/code-server.ts";
import type { IsolatingProxy } from "../host/isolating-proxy.ts";
import { startIsolatingProxy } from "../host/isolating-proxy.ts";
import { ensureChromium } from "./chromium.ts";
import { resultsFolder } from "./results.ts";
import { Workbench } from "./workbench.ts";

export interface WorkbenchOptions {
  /** The beginning of the names of its log and last picture in test-results/. */
  readonly name: string;
  /** Files of the workspace: their text by name, or the path in the project of a file or folder to copy there. */
  readonly files: Readonly<Record<string, string | { readonly copyOf: string }>>;
  /** User settings besides the usual ones. */
  readonly settings?: Settings;
  /** Which entry of the extension runs; Node's if not given. */
  readonly entry?: EntryKind;
  /** Whether the page is cross-origin isolated. */
  readonly isolated?: boolean;
}

/**
 * Starts VS Code with the built extension on a folder with the given files, and opens it in a browser.
 *
 * @returns the workbench when it is visible; whoever asked for it must {@link Workbench.close} it
 */
export async function openWorkbench({
  name,
  files,
  settings = {},
  entry,
  isolated = false,
}: WorkbenchOptions): Promise<Workbench> {
  const executablePath = ensureChromium();
  installHost();
  const scratch = mkdtempSync(join(tmpdir(), "hmm-e2e-"));
  const workspace = join(scratch, "workspace");
  mkdirSync(workspace);
  for (const [file, content] of Object.entries(files)) {
    if (typeof content === "string") writeFileSync(join(workspace, file), content);
    else cpSync(join(root, content.copyOf), join(workspace, file), { recursive: true });
  }
  const port = await freePort();
  const host = await startHost({
    port,
    folder: join(scratch, "host"),
    workspace,
    settings: { ...newcomerSettings, "git.enabled": false, ...settings },
    ...(entry === undefined ? {} : { entry }),
  });
  let browser: BrowserContext | undefined;
  let proxy: IsolatingProxy | undefined;
  const close = async () => {
    mkdirSync(resultsFolder, { recursive: true });
    await browser?.pages()[0]?.screenshot({ path: join(resultsFolder, `${name}.last.png`) });
    await browser?.close();
    proxy?.close();
    await host.stop();
    cpSync(host.logFile, join(resultsFolder, `${name}.host.log`));
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    browser = await chromium.launchPersistentContext(join(scratch, "browser"), {
      executablePath,
      headless: true,
      viewport: { width: 1400, height: 900 },
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    const page = browser.pages()[0] ?? (await browser.newPage());
    // A machine that is busy with other tests takes long to load a workbench.
    page.setDefaultTimeout(60_000);
    if (isolated) proxy = await startIsolatingProxy(port);
    const url = proxy === undefined ? host.url : host.url.replace(`:${port}/`, `:${proxy.port}/`);
    await page.goto(url, { timeout: 180_000 });
    const workbench = new Workbench(page, close);
    await workbench.waitUntilLoaded();
    return workbench;
  } catch (error) {
    await close();
    throw error;
  }
}
