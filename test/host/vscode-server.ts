/** Starts and stops the npm-shipped VS Code and opens its workbench in Chromium. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BrowserContext, chromium } from 'playwright-core';
import { removeFoldersLast } from '../../scripts/temporary-folder.ts';
import { ensureChromium } from './chromium.ts';
import type { NpmHost } from './npm-host.ts';
import { type RunFolders, runEnvironment } from './run-folders.ts';

const READY_TIMEOUT_MS = 60_000;
const SERVER_STOP_TIMEOUT_MS = 10_000;
const GROUP_STOP_TIMEOUT_MS = 2000;

const CHROMIUM_ARGUMENTS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
  '--no-sandbox',
  // only loopback is looked up: what the workbench tries outside fails at once
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Process groups that run; killed at the latest when this process ends, whatever ends it. */
const groups = new Set<number>();
process.prependListener('exit', () => {
  for (const group of groups) signal(group, 'SIGKILL');
});

/** How a server is started. */
export interface ServerOptions {
  env?: NodeJS.ProcessEnv;
  folders: RunFolders;
  host: NpmHost;
  onOutput?: (text: string) => void;
  /** The port of an earlier server: the browser keeps secrets by address. A free one where it is left out. */
  port?: number;
  /**
   * VS Code's own server with its test driver, which alone takes extension tests from the URL. It hides toasts and
   * refuses dialogs, so tests of the interface go without.
   */
  testDriver?: boolean;
  /** Workspace Trust as in a fresh VS Code: the workspace is untrusted until the person says otherwise. */
  workspaceTrust?: boolean;
}

/** A running server. */
export interface VsCodeServer {
  port: number;
  stop(): Promise<void>;
}

/** Starts a server on a free loopback port; resolves when it listens. */
export async function startServer({
  env,
  folders,
  host,
  onOutput,
  port = 0,
  testDriver = false,
  workspaceTrust = false,
}: ServerOptions): Promise<VsCodeServer> {
  const common = [
    '--user-data-dir',
    folders.userData,
    '--extensions-dir',
    folders.extensions,
    '--disable-getting-started-override',
  ];
  if (!workspaceTrust) common.push('--disable-workspace-trust');
  const args = testDriver
    ? [host.server, ...driverArguments(folders, port), ...common]
    : [host.codeServer, ...codeServerArguments(folders, port), ...common];
  const ready = testDriver
    ? /Extension host agent listening on (\d+)/
    : /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/;
  // a process group of its own, so that everything it started can be ended with it
  const child = spawn(host.node, args, {
    cwd: folders.root,
    detached: true,
    env: runEnvironment(folders, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) groups.add(child.pid);
  try {
    return { port: await portOf(child, ready, onOutput), stop: () => stopGroup(child) };
  } catch (error) {
    await stopGroup(child);
    throw error;
  }
}

function driverArguments(folders: RunFolders, port: number): string[] {
  const address = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--without-connection-token',
    '--accept-server-license-terms',
  ];
  return [
    ...address,
    '--telemetry-level',
    'off',
    '--server-data-dir',
    folders.serverData,
    '--enable-smoke-test-driver',
  ];
}

function codeServerArguments(folders: RunFolders, port: number): string[] {
  const address = [
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--auth',
    'none',
    '--config',
    join(folders.root, 'code-server.yaml'),
  ];
  return [...address, '--disable-telemetry', '--disable-update-check', '--ignore-last-opened'];
}

function portOf(child: ChildProcess, ready: RegExp, onOutput: ((text: string) => void) | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (what: string): void => reject(new Error(`VS Code's server ${what}:\n${output}`));
    const timer = setTimeout(() => fail(`was not ready after ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
    const read = (data: Buffer): void => {
      const text = data.toString();
      output += text;
      onOutput?.(text);
      const port = ready.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`ended (${code ?? signal})`);
    });
  });
}

/** Ends the server, then what it started and left behind: each is asked first and killed when it takes too long. */
async function stopGroup(child: ChildProcess): Promise<void> {
  const group = child.pid;
  if (group === undefined) return;
  child.kill('SIGTERM');
  await until(() => child.exitCode !== null || child.signalCode !== null, SERVER_STOP_TIMEOUT_MS);
  signal(group, 'SIGTERM');
  await until(() => !signal(group, 0), GROUP_STOP_TIMEOUT_MS);
  signal(group, 'SIGKILL');
  groups.delete(group);
}

async function until(isDone: () => boolean, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!isDone() && Date.now() < end) await delay(20);
}

function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}

/** Installs a VSIX into the run's extensions folder. */
export function installExtension(host: NpmHost, folders: RunFolders, vsix: string): void {
  const places = [
    '--extensions-dir',
    folders.extensions,
    '--user-data-dir',
    folders.userData,
    '--server-data-dir',
    folders.serverData,
  ];
  const run = spawnSync(host.node, [host.server, '--install-extension', vsix, ...places], {
    encoding: 'utf8',
    env: runEnvironment(folders),
  });
  if (run.status !== 0)
    throw new Error(`the extension was not installed (${run.status ?? run.signal}):\n${run.stdout}\n${run.stderr}`);
}

/** The workbench's address with a folder open. `payload` are pairs that the test driver reads. */
export function workbenchUrl(
  server: VsCodeServer,
  folder: string,
  payload: readonly (readonly [string, string])[] = [],
): string {
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://127.0.0.1:${server.port}/?${query.toString()}`;
}

/** Chromium with the run's own profile; `HEADED=1` shows it. */
export async function openBrowser(folders: RunFolders): Promise<BrowserContext> {
  const browser = await chromium.launchPersistentContext(folders.browser, {
    args: CHROMIUM_ARGUMENTS,
    env: definedOnly(runEnvironment(folders)),
    executablePath: ensureChromium(),
    headless: process.env['HEADED'] === undefined,
    permissions: ['clipboard-read', 'clipboard-write'],
    viewport: { height: 800, width: 1280 },
  });
  removeFoldersLast();
  return browser;
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
