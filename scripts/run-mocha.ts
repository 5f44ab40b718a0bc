/**
 * Runs Mocha tests: `node scripts/run-mocha.ts TIMEOUT_MS JOBS RESULT_FILE TEST_FILE…`, in this process, or with several jobs
 * each file in one of that many. Leaves the counts in the result file, so that a run that ended before its tests did is not
 * taken for a good one.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Mocha, { type RootHookObject } from 'mocha';
import { endOnSignal } from './end-on-signal.ts';
import { ROOT } from './paths.ts';
import './property-seed.ts';
import type { TestCounts } from './test-counts.ts';

/** How long a test file may keep this process alive after the last test. */
const EXIT_GRACE_MS = 10_000;

const [timeoutMs, jobs, result, ...files] = process.argv.slice(2);
if (timeoutMs === undefined || jobs === undefined || result === undefined) {
  throw new Error('a time limit, a number of jobs and a result file are needed');
}
const isParallel = Number(jobs) > 1;

endOnSignal();
const rootHooks = await hooksBeside(files[0]);
const mocha = new Mocha({
  color: process.stdout.isTTY,
  timeout: Number(timeoutMs),
  ui: 'bdd',
  ...(isParallel && { parallel: true, jobs: Number(jobs), require: [join(ROOT, 'scripts', 'property-seed.ts')] }),
  ...(rootHooks && { rootHooks }),
});
for (const file of files) mocha.addFile(join(ROOT, file));
// with several jobs each of them loads its own
if (!isParallel) await mocha.loadFilesAsync();

const counts: TestCounts = { failed: 0, passed: 0, skipped: 0 };
mocha
  .run(() => {
    writeFileSync(result, JSON.stringify(counts));
    setTimeout(() => {
      console.error(`something keeps the tests' process alive: ${process.getActiveResourcesInfo().join(', ')}`);
      process.exit(1);
    }, EXIT_GRACE_MS).unref();
    process.exitCode = counts.failed > 0 ? 1 : 0;
  })
  .on('pass', () => counts.passed++)
  .on('fail', () => counts.failed++)
  .on('pending', () => counts.skipped++);

/** The root hooks of the tests' folder below test/, where it has a hooks.ts. */
async function hooksBeside(file: string | undefined): Promise<RootHookObject | undefined> {
  const [, folder] = file?.split('/') ?? [];
  if (folder === undefined) return undefined;
  const hooks = join(ROOT, 'test', folder, 'hooks.ts');
  if (!existsSync(hooks)) return undefined;
  const module = (await import(pathToFileURL(hooks).href)) as { mochaHooks: RootHookObject };
  return module.mochaHooks;
}
