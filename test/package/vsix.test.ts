import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, VSIX } from '../../scripts/paths.ts';
import { packedFiles } from '../../scripts/vsix.ts';
import { zipEntries } from '../../scripts/zip.ts';

const MAXIMUM_BYTES = 3 * 1024 * 1024;
/** What VS Code reads before the extension does anything; everything else is loaded on first use. */
const MAXIMUM_START_BYTES = 300 * 1024;

describe('the VSIX', () => {
  const entries = zipEntries(VSIX);

  it('holds exactly the files of files.txt, whatever the chunks are called', () => {
    const expected = readFileSync(join(ROOT, 'test', 'package', 'files.txt'), 'utf8')
      .trim()
      .split('\n');
    assert.deepEqual(packedFiles(), expected, 'where the change is meant: npm run package -- --list');
  });

  it('is at most 3 MiB', () => {
    assert.ok(statSync(VSIX).size <= MAXIMUM_BYTES, `${statSync(VSIX).size} bytes`);
  });

  it('starts with little code', () => {
    const files = staticImports('extension.js');
    const bytes = [...files].reduce((sum, file) => sum + (entries.get(`extension/dist/${file}`) ?? 0), 0);
    assert.ok(bytes <= MAXIMUM_START_BYTES, `${bytes} bytes in ${[...files].join(', ')}`);
  });

  it('has an icon of 128 pixels', () => {
    const png = readFileSync(join(ROOT, 'media', 'icon.png'));
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [128, 128]);
  });
});

/** A built file and what it imports before it runs, through and through. */
function staticImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(ROOT, 'dist', file), 'utf8');
  for (const [, imported] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
    if (imported !== undefined) staticImports(imported, seen);
  }
  return seen;
}
