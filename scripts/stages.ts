/** The stages of `npm test`, in their order. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNpmHostSupported } from '../test/host/npm-host.ts';
import { buildForProduction } from './build.ts';
import { ROOT } from './paths.ts';
import { runNode } from './run-node.ts';
import type { TestCounts } from './test-counts.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts';
import { testHost } from './test-host.ts';
import { packVsix } from './vsix.ts';

/** A stage: a check that throws or prints what is wrong, or tests that are counted. */
export interface Stage {
  name: string;
  /** Stages that have to have run before. */
  needs?: readonly string[];
  /** Resolves to false where something is wrong, to counts where it ran tests, to a reason where it can't run here. */
  run(): Promise<boolean | string | TestCounts>;
}

export const STAGES: readonly Stage[] = [
  { name: 'types', run: () => command('typescript/bin/tsc') },
  { name: 'lint', run: () => command('oxlint/bin/oxlint') },
  { name: 'format', run: () => command('oxfmt/bin/oxfmt', '--check') },
  { name: 'knip', run: () => command('knip/bin/knip.js') },
  { name: 'build', run: () => buildForProduction().then(() => true) },
  { name: 'unit', run: () => mocha('test/unit/**/*.test.ts', 10_000) },
  { name: 'contract', needs: ['build'], run: () => mocha('test/contract/**/*.test.ts', 30_000, 2) },
  { name: 'package', needs: ['build'], run: () => packVsix().then(() => mocha('test/package/**/*.test.ts', 10_000)) },
  { name: 'host', needs: ['build'], run: () => testHost() },
  { name: 'e2e', needs: ['build'], run: testInterface },
];

async function testInterface(): Promise<string | TestCounts> {
  if (!isNpmHostSupported()) return 'the tests through the interface run on Linux (x64, arm64) only';
  await packVsix();
  return mocha('test/e2e/**/*.test.ts', 90_000);
}

async function command(file: string, ...args: string[]): Promise<boolean> {
  return (await runNode([join(ROOT, 'node_modules', file), ...args])) === 0;
}

/**
 * Runs the Mocha tests of a glob in a process of their own, or in several at once where they mostly wait for others. A run
 * that leaves no counts is a failure.
 */
export async function mocha(glob: string, timeoutMs: number, jobs = 1): Promise<TestCounts> {
  const files = globSync(glob, { cwd: ROOT }).toSorted();
  const folder = makeTemporaryFolder();
  const result = join(folder, 'counts.json');
  try {
    const code = await runNode(['scripts/run-mocha.ts', String(timeoutMs), String(jobs), result, ...files]);
    const counts: TestCounts = existsSync(result)
      ? (JSON.parse(readFileSync(result, 'utf8')) as TestCounts)
      : { failed: 1, passed: 0, skipped: 0 };
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    removeTemporaryFolder(folder);
  }
}
