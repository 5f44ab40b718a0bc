import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { ROOT, TEST_RESULTS, VSIX } from '../../scripts/paths.ts';
import { ensureNpmHost } from '../host/npm-host.ts';
import { makeRunFolders, removeRunFolders, type RunFolders } from '../host/run-folders.ts';
import { installExtension, openBrowser, startServer, type VsCodeServer, workbenchUrl } from '../host/vscode-server.ts';
import { Workbench } from './workbench.ts';

/** What a session starts with. */
export interface SessionOptions {
  /** Added to the environment of the server, so also of the extension host. */
  env?: NodeJS.ProcessEnv;
  /** Changes the workspace's copy before it is opened. */
  prepare?(workspace: string): void;
  /** The person's settings. */
  settings?: Readonly<Record<string, unknown>>;
  /** The folder below test/fixtures/workspaces/ whose copy is opened. */
  workspace: string;
  /** Workspace Trust as in a fresh VS Code: the workspace is untrusted. Without it every workspace is trusted. */
  workspaceTrust?: boolean;
}

const open = new Set<Session>();

/** The sessions that were started and not stopped. */
export function openSessions(): Iterable<Session> {
  return open;
}

/** A VS Code with the packed extension installed and a workspace open, as a person has it before them. */
export class Session {
  readonly folders: RunFolders;
  readonly #options: SessionOptions;
  #browser: BrowserContext | undefined;
  #port = 0;
  #server: VsCodeServer | undefined;
  #workbench: Workbench | undefined;

  private constructor(options: SessionOptions, folders: RunFolders) {
    this.#options = options;
    this.folders = folders;
  }

  /** Starts VS Code; resolves when the workbench is there. To be ended by `stop`. */
  static async start(options: SessionOptions): Promise<Session> {
    if (!existsSync(VSIX)) throw new Error(`${VSIX} is missing: run \`npm run package\` first.`);
    const trust = options.workspaceTrust && { 'security.workspace.trust.enabled': true };
    const session = new Session(options, makeRunFolders({ ...options.settings, ...trust }));
    open.add(session);
    try {
      await session.#start();
    } catch (error) {
      await session.stop();
      throw error;
    }
    return session;
  }

  /** The window. Another object after `restart`. */
  get workbench(): Workbench {
    if (this.#workbench === undefined) throw new Error('the session has no window');
    return this.#workbench;
  }

  /** The path of the folder that is open. */
  get workspace(): string {
    return this.folders.workspace;
  }

  /** Loads the window again, as the command *Reload Window* does. */
  async reload(): Promise<void> {
    await this.workbench.page.reload();
    await this.workbench.ready({ isTrusted: this.#options.workspaceTrust !== true });
  }

  /** Ends VS Code and starts it again with the same folders: a new process, the same person. */
  async restart(): Promise<void> {
    await this.#close();
    await this.#open();
  }

  /** Ends VS Code and everything it started, and removes its folders. */
  async stop(): Promise<void> {
    open.delete(this);
    await this.#close();
    removeRunFolders(this.folders);
  }

  async #start(): Promise<void> {
    cpSync(join(ROOT, 'test', 'fixtures', 'workspaces', this.#options.workspace), this.workspace, { recursive: true });
    this.#options.prepare?.(this.workspace);
    installExtension(await ensureNpmHost(), this.folders, VSIX);
    await this.#open();
  }

  async #open(): Promise<void> {
    const { env = {}, workspaceTrust = false } = this.#options;
    const host = await ensureNpmHost();
    this.#server = await startServer({ env, folders: this.folders, host, port: this.#port, workspaceTrust });
    this.#port = this.#server.port;
    this.#browser = await openBrowser(this.folders);
    const page: Page = this.#browser.pages()[0] ?? (await this.#browser.newPage());
    await page.goto(workbenchUrl(this.#server, this.workspace));
    this.#workbench = new Workbench(page, TEST_RESULTS);
    await this.#workbench.ready({ isTrusted: !workspaceTrust });
  }

  async #close(): Promise<void> {
    // leaving the page ends the extension host in good order, as closing the window does
    await this.#workbench?.page.goto('about:blank');
    this.#workbench = undefined;
    await this.#browser?.close();
    this.#browser = undefined;
    await this.#server?.stop();
    this.#server = undefined;
  }
}
