import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/paths.ts';

const run = promisify(execFile);

describe('what ships', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shotlist-alone-'));
    for (const name of ['dist', 'package.json', 'templates']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const shotlist = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await run(process.execPath, [join(folder, 'dist', 'cli.js'), ...args, '--json'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, SHOTLIST_HOME: join(folder, 'home') },
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  it('makes an image and a clip of each protocol where no package lies beside it', async function () {
    this.timeout(120_000);
    const made = [
      await shotlist('image', 'a fox', '--connection', 'sandbox', '-o', 'fox.webp'),
      await shotlist('video', 'a fox', '--connection', 'sandbox', '--model', 'sora-2', '-o', 'sora.mp4'),
      await shotlist('video', 'a fox', '--connection', 'sandbox', '--seconds', '3', '-o', 'omni.mp4'),
      await shotlist(
        'video',
        'a fox',
        '--connection',
        'sandbox',
        '--model',
        'veo-3.1-lite-generate-001',
        '--seconds',
        '4',
        '-o',
        'veo.mp4',
      ),
    ];
    assert.deepEqual(
      made.map(({ ok }) => ok),
      [true, true, true, true],
    );
    for (const name of ['sora.mp4', 'omni.mp4', 'veo.mp4']) {
      assert.equal(readFileSync(join(folder, name)).toString('latin1', 4, 8), 'ftyp', name);
    }
  });
});
