/**
 * Takes the command line that @vscode/test-electron gives to a desktop VS Code and runs the same extension tests in the
 * npm-shipped one: in its Node extension host, with its workbench in Chromium. The exit code is that of the tests.
 * With SHOTLIST_TEST_DESKTOP it hands them to that VS Code, but with Workspace Trust, which test-electron always turns off.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { format } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { removeAtExit, removeFoldersLast } from '../../scripts/temporary-folder.ts';
import { ensureNpmHost } from './npm-host.ts';
import type { RunFolders } from './run-folders.ts';
import { openBrowser, startServer, type VsCodeServer, workbenchUrl } from './vscode-server.ts';

/** What the extension host says of itself and no test asked for. */
const NOISE =
  /^(%c|\[?(AgentHost|AccountPolicyGate|ChatModelSelection|Service Worker|reconnection-grace-time)|Creating a socket|Resolv(ing|ed) connection|getaddrinfo ENOTFOUND|Updating additional builtin)/;
const TIMED_OUT = 124;
const INTERRUPTED = 130;

interface CommandLine {
  developmentPaths: string[];
  folder: string;
  testsPath: string;
}

function readCommandLine(args: readonly string[]): CommandLine {
  const flags = args.flatMap((arg) => /^--([^=]+)=(.*)$/s.exec(arg) ?? []);
  const valuesOf = (name: string): string[] =>
    flags.flatMap((flag, index) => (flag === name ? (flags[index + 1] ?? []) : []));
  const folder = args.find((arg) => !arg.startsWith('--') && statSync(arg, { throwIfNoEntry: false })?.isDirectory());
  const testsPath = valuesOf('extensionTestsPath')[0];
  if (folder === undefined || testsPath === undefined)
    throw new Error(`a folder and --extensionTestsPath are needed: ${args.join(' ')}`);
  return {
    developmentPaths: valuesOf('extensionDevelopmentPath').map((path) => resolve(path)),
    folder,
    testsPath: resolve(testsPath),
  };
}

const verbose = process.env['SHOTLIST_TEST_VERBOSE'] !== undefined;
const timeoutMs = Number(process.env['SHOTLIST_TEST_TIMEOUT_MS'] ?? 300_000);
const folders = JSON.parse(process.env['SHOTLIST_TEST_FOLDERS'] ?? '{}') as RunFolders;
let server: VsCodeServer | undefined;
let browser: BrowserContext | undefined;

async function cleanUp(): Promise<void> {
  await browser?.close().catch(() => undefined);
  await server?.stop();
}

function interrupted(): void {
  removeAtExit(folders.root);
  removeFoldersLast();
  void cleanUp().finally(() => process.exit(INTERRUPTED));
}

for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.once(name, interrupted);
// whoever started this has died: nobody waits for the result
process.stdin.once('end', interrupted).resume();

/** Opens the workbench so that it runs the tests; resolves to their exit code. */
async function runInWorkbench(page: Page, url: string): Promise<number> {
  const { promise, resolve: end } = Promise.withResolvers<number>();
  const timer = setTimeout(() => {
    console.error(`the tests gave no result within ${timeoutMs} ms`);
    end(TIMED_OUT);
  }, timeoutMs);
  page.on('crash', () => {
    console.error('the workbench crashed');
    end(1);
  });
  if (verbose) page.on('console', (message) => console.error(`[workbench] ${message.text()}`));
  // VS Code calls these two where the page has them
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    const text = format(...args);
    if (verbose || !NOISE.test(text)) (type === 'error' || type === 'warn' ? console.error : console.log)(text);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => end(code));
  await page.goto(url);
  return promise.finally(() => clearTimeout(timer));
}

const desktop = process.env['SHOTLIST_TEST_DESKTOP'];
if (desktop !== undefined) {
  const args = process.argv.slice(2).filter((arg) => arg !== '--disable-workspace-trust');
  process.exit(spawnSync(desktop, args, { stdio: 'inherit' }).status ?? 1);
}

let exitCode = 1;
try {
  const { developmentPaths, folder, testsPath } = readCommandLine(process.argv.slice(2));
  server = await startServer({
    env: testEnvironment(),
    folders,
    host: await ensureNpmHost(),
    testDriver: true,
    workspaceTrust: process.env['SHOTLIST_TEST_TRUST'] !== undefined,
    ...(verbose && { onOutput: (text: string) => process.stderr.write(text) }),
  });
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${server?.port}${path}`;
  browser = await openBrowser(folders);
  const page = browser.pages()[0] ?? (await browser.newPage());
  const payload = developmentPaths.map((path) => ['extensionDevelopmentPath', remote(path)] as const);
  exitCode = await runInWorkbench(
    page,
    workbenchUrl(server, folder, [...payload, ['extensionTestsPath', remote(testsPath)]]),
  );
} catch (error) {
  console.error(error);
} finally {
  await cleanUp();
}
process.exit(exitCode);

/** What the run wants the extension host to see; the rest of the environment is cleaned. */
function testEnvironment(): NodeJS.ProcessEnv {
  return JSON.parse(process.env['SHOTLIST_TEST_ENV'] ?? '{}') as NodeJS.ProcessEnv;
}
