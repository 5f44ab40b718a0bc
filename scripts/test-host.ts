/** Runs the tests inside VS Code: a desktop one where it can be had, else the npm-shipped one. */
import { cpSync, existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests, SilentReporter } from '@vscode/test-electron';
import { build } from 'esbuild';
import { ensureChromium } from '../test/host/chromium.ts';
import { ensureNpmHost, isNpmHostSupported } from '../test/host/npm-host.ts';
import { makeRunFolders, removeRunFolders, runEnvironment } from '../test/host/run-folders.ts';
import { HOST_RUNS, type HostRun } from '../test/host/runs.ts';
import { OUT, ROOT, TEST_CACHE } from './paths.ts';
import { addCounts, type TestCounts } from './test-counts.ts';

/** The desktop VS Code of the same version as the npm-shipped one. */
const DESKTOP_VERSION = '1.139.1';
const PROBE_TIMEOUT_MS = 15_000;
/** Stands in for a desktop VS Code. */
const WRAPPER = join(ROOT, 'test', 'host', process.platform === 'win32' ? 'code.cmd' : 'code');
const SUITES = join(OUT, 'host');

/** Runs the named runs (all without names) and adds up their counts. Each run that fails is a failure. */
export async function testHost(names: readonly string[] = []): Promise<TestCounts> {
  await buildSuites();
  const desktop = await findDesktop();
  if (desktop === undefined) {
    ensureChromium();
    await ensureNpmHost();
  }
  const counts: TestCounts[] = [];
  for (const run of HOST_RUNS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.log(`\nin VS Code (${desktop === undefined ? 'from npm' : 'desktop'}): ${run.name}`);
    counts.push(await testRun(run, desktop));
  }
  return addCounts(counts);
}

/** A desktop VS Code's path, where there is a screen to show it on and it can be downloaded. */
export async function findDesktop(): Promise<string | undefined> {
  const hasScreen =
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (!hasScreen && isNpmHostSupported()) return undefined;
  try {
    return await downloadAndUnzipVSCode({
      cachePath: TEST_CACHE,
      reporter: new SilentReporter(),
      timeout: PROBE_TIMEOUT_MS,
      version: DESKTOP_VERSION,
    });
  } catch (error) {
    if (isNpmHostSupported()) return undefined;
    throw new Error('VS Code could not be downloaded, and on this system there is no other one for the tests.', {
      cause: error,
    });
  }
}

async function buildSuites(): Promise<void> {
  rmSync(SUITES, { force: true, recursive: true });
  await build({
    absWorkingDir: ROOT,
    bundle: true,
    entryPoints: globSync('test/host/suite/**/*.ts', { cwd: ROOT }),
    external: ['mocha', 'vscode'],
    format: 'esm',
    logLevel: 'warning',
    outbase: 'test/host/suite',
    outdir: SUITES,
    platform: 'node',
    sourcemap: 'inline',
    splitting: true,
    target: 'node22',
  });
}

async function testRun(run: HostRun, desktop: string | undefined): Promise<TestCounts> {
  const folders = makeRunFolders({
    ...run.settings,
    ...(run.workspaceTrust && { 'security.workspace.trust.enabled': true }),
  });
  const result = join(folders.root, 'result.json');
  cpSync(join(ROOT, 'test', 'fixtures', 'workspaces', run.workspace), folders.workspace, { recursive: true });
  run.prepare?.(folders);
  const env = {
    ...run.env,
    SHOTLIST_TEST_FILES: `${run.name}/*.test.js`,
    SHOTLIST_TEST_RESULT: result,
    SHOTLIST_TEST_SUITE: join(SUITES, 'index.js'),
  };
  try {
    await runTests({
      extensionDevelopmentPath: ROOT,
      extensionTestsEnv: {
        ...(desktop === undefined ? {} : runEnvironment(folders, env)),
        SHOTLIST_TEST_DESKTOP: desktop,
        SHOTLIST_TEST_ENV: JSON.stringify(env),
        SHOTLIST_TEST_FOLDERS: JSON.stringify(folders),
        SHOTLIST_TEST_NODE: process.execPath,
        SHOTLIST_TEST_TRUST: run.workspaceTrust ? '1' : undefined,
      },
      extensionTestsPath: join(ROOT, 'test', 'host', 'run-suite.cjs'),
      launchArgs: [
        folders.workspace,
        '--disable-extensions',
        `--user-data-dir=${folders.userData}`,
        `--extensions-dir=${folders.extensions}`,
      ],
      vscodeExecutablePath: desktop === undefined || run.workspaceTrust ? WRAPPER : desktop,
    });
  } catch (error) {
    console.error(String(error));
  }
  // no result file: the extension host ended before the tests did, whatever VS Code says
  const counts = existsSync(result)
    ? (JSON.parse(readFileSync(result, 'utf8')) as TestCounts)
    : { failed: 1, passed: 0, skipped: 0 };
  removeRunFolders(folders);
  return counts;
}
