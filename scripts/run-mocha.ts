/**
 * Runs Mocha tests in this process: `node scripts/run-mocha.ts TIMEOUT_MS RESULT_FILE TEST_FILE…`. Leaves the counts in the
 * result file, so that a run that ended before its tests did is not taken for a good one.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import Mocha, { type RootHookObject } from 'mocha';
import { endOnSignal } from './end-on-signal.ts';
import { ROOT } from './paths.ts';
import type { TestCounts } from './test-counts.ts';

/** How long a test file may keep this process alive after the last test. */
const EXIT_GRACE_MS = 10_000;

const [timeoutMs, result, ...files] = process.argv.slice(2);
if (timeoutMs === undefined || result === undefined) throw new Error('a time limit and a result file are needed');

endOnSignal();
// property tests draw the same cases in every run; another seed looks further
fc.configureGlobal({ seed: Number(process.env['SHOTLIST_TEST_SEED'] ?? 1) });
const rootHooks = await hooksBeside(files[0]);
const mocha = new Mocha({
  color: process.stdout.isTTY,
  timeout: Number(timeoutMs),
  ui: 'bdd',
  ...(rootHooks && { rootHooks }),
});
for (const file of files) mocha.addFile(join(ROOT, file));
await mocha.loadFilesAsync();

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
