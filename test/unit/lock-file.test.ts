import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/paths.ts';

interface Entry {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const LOCKS = ['package-lock.json', 'test/host/npm-host/package-lock.json'];

for (const file of LOCKS) {
  describe(file, () => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const { packages } = JSON.parse(text) as { packages: Record<string, Entry> };

    it('names no registry', () => {
      assert.deepEqual(
        Object.values(packages).flatMap(({ resolved }) => resolved ?? []),
        [],
      );
    });

    it('has an entry for every platform’s binaries, without which `npm ci` refuses it', () => {
      const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
      const missing = wanted.filter(
        (name) => !Object.keys(packages).some((key) => key.endsWith(`node_modules/${name}`)),
      );
      assert.deepEqual(missing, [], 'run `node scripts/run.js scripts/complete-lock.ts` after `npm install`');
    });
  });
}

describe('package.json', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;

  it('pins every package to one version', () => {
    const loose = Object.entries(manifest['devDependencies'] ?? {}).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    assert.deepEqual(loose, []);
  });

  it('has no packages that are not bundled', () => {
    assert.equal(manifest['dependencies'], undefined);
  });
});
