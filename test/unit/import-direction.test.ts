import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../scripts/paths.ts';

/** Where a file lies, what it imports, and whether it may. */
type Case = readonly [file: string, imported: string];

const FORBIDDEN: readonly Case[] = [
  ['src/core/jobs/runner.ts', '../../extension/commands.ts'],
  ['src/core/jobs/runner.ts', '../../cli/main.ts'],
  ['src/core/jobs/runner.ts', '../../webview/page.ts'],
  ['src/core/jobs/runner.ts', '../../protocol.ts'],
  ['src/core/generation.ts', '../protocol.ts'],
  ['src/core/generation.ts', '../extension/commands.ts'],
  ['src/core/jobs/runner.ts', 'vscode'],
  ['src/cli/commands/image.ts', '../../extension/commands.ts'],
  ['src/cli/main.ts', '../webview/page.ts'],
  ['src/cli/main.ts', '../protocol.ts'],
  ['src/cli/main.ts', 'vscode'],
  ['src/extension/commands.ts', '../cli/main.ts'],
  ['src/extension/panel/panel.ts', '../../webview/page.ts'],
  ['src/webview/page.ts', '../extension/commands.ts'],
  ['src/webview/page.ts', '../core/generation.ts'],
  ['src/webview/page.ts', 'vscode'],
  ['src/webview/page.ts', 'node:fs'],
  ['src/protocol.ts', './core/errors.ts'],
  ['src/protocol.ts', './core/jobs/job.ts'],
  ['src/protocol.ts', './extension/commands.ts'],
  ['src/protocol.ts', 'vscode'],
  ['test/unit/some.test.ts', 'vscode'],
];

const ALLOWED: readonly Case[] = [
  ['src/core/jobs/runner.ts', '../generation.ts'],
  ['src/core/jobs/runner.ts', 'node:fs'],
  ['src/cli/commands/image.ts', '../../core/generation.ts'],
  ['src/extension/commands.ts', 'vscode'],
  ['src/extension/commands.ts', '../core/generation.ts'],
  ['src/extension/panel/panel.ts', '../../protocol.ts'],
  ['src/webview/page.ts', '../protocol.ts'],
  ['src/protocol.ts', './core/generation.ts'],
  ['test/host/suite/main/some.test.ts', 'vscode'],
];

const IMPORT_FORMS = [
  (imported: string) => `import { x } from '${imported}';\nx();\n`,
  (imported: string) => `export type { X } from '${imported}';\n`,
  (imported: string) => `await import('${imported}');\n`,
];

describe('the import direction', () => {
  const complaints = new Map<string, number>();
  before(() => {
    for (const [file, count] of lint([...FORBIDDEN, ...ALLOWED])) complaints.set(file, count);
  });

  for (const [file, imported] of FORBIDDEN) {
    it(`keeps ${imported} out of ${file}`, () => {
      assert.deepEqual(countsOf(file, imported), [1, 1, 1]);
    });
  }

  for (const [file, imported] of ALLOWED) {
    it(`lets ${file} import ${imported}`, () => {
      assert.deepEqual(countsOf(file, imported), [0, 0, 0]);
    });
  }

  function countsOf(file: string, imported: string): number[] {
    return IMPORT_FORMS.map((_, form) => complaints.get(pathOf(file, imported, form)) ?? 0);
  }
});

/** Each case lies below a folder of its own, so that one run of the linter sees them all at their places. */
function pathOf(file: string, imported: string, form: number): string {
  return join(`${imported.replaceAll(/\W/g, '_')}-${form}-${file.replaceAll(/\W/g, '_')}`, file);
}

/** How often the rule complains of each file. */
function lint(cases: readonly Case[]): Map<string, number> {
  const folder = mkdtempSync(join(tmpdir(), 'shotlist-lint-'));
  try {
    for (const [file, imported] of cases) {
      for (const [form, textOf] of IMPORT_FORMS.entries()) {
        const path = join(folder, pathOf(file, imported, form));
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, textOf(imported));
        const root = path.slice(0, -file.length);
        writeFileSync(join(root, '.oxlintrc.json'), JSON.stringify(directionRules()));
      }
    }
    const oxlint = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
    const run = spawnSync(process.execPath, [oxlint, '--format=json'], { cwd: folder, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { code: string; filename: string }[] };
    assert.deepEqual([...new Set(diagnostics.map(({ code }) => code))], ['eslint(no-restricted-imports)']);
    assert.equal(run.status, 1);
    const counts = new Map<string, number>();
    for (const { filename } of diagnostics) counts.set(filename, (counts.get(filename) ?? 0) + 1);
    return counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The repository's lint configuration, of whose rules only that of the direction is left. */
function directionRules(): object {
  interface Rules {
    rules?: Record<string, unknown>;
  }
  const text = readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8');
  const { overrides, rules } = JSON.parse(text) as Rules & { overrides: (Rules & { files: string[] })[] };
  const only = (all: Record<string, unknown> = {}): Record<string, unknown> => ({
    'no-restricted-imports': all['no-restricted-imports'],
  });
  return {
    categories: { correctness: 'off' },
    overrides: overrides
      .filter((override) => override.rules?.['no-restricted-imports'] !== undefined)
      .map((override) => ({ files: override.files, rules: only(override.rules) })),
    rules: only(rules),
  };
}
