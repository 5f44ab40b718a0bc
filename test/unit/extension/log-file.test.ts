import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogFile } from '../../../src/extension/log-file.ts';

describe('the log file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-log-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds the lines in their order, in a folder that it makes', async () => {
    const log = createLogFile(join(folder, 'new', 'shotlist.log'), 1000);
    for (let line = 1; line <= 50; line++) log.append(`line ${line}`);
    assert.deepEqual(await log.tail(2), ['line 49', 'line 50']);
    assert.equal((await readFile(log.path, 'utf8')).split('\n').length, 51);
  });

  it('goes on where another window left it', async () => {
    await writeFile(join(folder, 'shotlist.log'), 'before\n');
    const log = createLogFile(join(folder, 'shotlist.log'), 1000);
    log.append('after');
    assert.deepEqual(await log.tail(10), ['before', 'after']);
  });

  it('makes room when it is large, keeping one older part', async () => {
    const log = createLogFile(join(folder, 'shotlist.log'), 100);
    for (let line = 1; line <= 40; line++) {
      log.append(`line ${line} ${'x'.repeat(20)}`);
      await log.flush();
    }
    assert.deepEqual((await readdir(folder)).toSorted(), ['shotlist.log', 'shotlist.log.1']);
    const lines = await log.tail(6);
    assert.equal(lines.length, 6);
    assert.match(lines[5] ?? '', /^line 40 /);
    assert.match(lines[0] ?? '', /^line 35 /);
  });

  it('that cannot be written stops nothing', async () => {
    await writeFile(join(folder, 'file'), '');
    const log = createLogFile(join(folder, 'file', 'shotlist.log'), 100);
    log.append('lost');
    await log.flush();
    assert.deepEqual(await log.tail(5), ['']);
  });
});
