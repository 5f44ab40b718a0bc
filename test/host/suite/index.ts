import { writeFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Mocha from 'mocha';
import type { TestCounts } from '../../../scripts/test-counts.ts';

/**
 * Called in the extension host. Runs the test files that lie beside it in the built suite, and leaves the counts in the
 * result file; a rejection makes the run fail.
 */
export async function run(): Promise<void> {
  const folder = dirname(fileURLToPath(import.meta.url));
  const mocha = new Mocha({ color: false, timeout: 30_000, ui: 'bdd' });
  for (const file of globSync(process.env['SHOTLIST_TEST_FILES'] ?? '*.test.js', { cwd: folder }))
    mocha.addFile(join(folder, file));
  await mocha.loadFilesAsync();
  const counts: TestCounts = { failed: 0, passed: 0, skipped: 0 };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => counts.passed++)
      .on('fail', () => counts.failed++)
      .on('pending', () => counts.skipped++);
  });
  const result = process.env['SHOTLIST_TEST_RESULT'];
  if (result === undefined) throw new Error('SHOTLIST_TEST_RESULT names no file');
  writeFileSync(result, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} failed`);
}
