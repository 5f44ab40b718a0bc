import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstLine } from '../../bench/processes.ts';

const mebibyte = 1024 * 1024;

describe('The memory that a download takes', () => {
  const processes: ChildProcess[] = [];
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-test-'));
  });
  after(async () => {
    for (const each of processes) each.kill();
    await rm(folder, { recursive: true });
  });
  const start = (script: string, ...words: string[]): Promise<string> => {
    const path = join(import.meta.dirname, '..', '..', 'bench', script);
    const child = spawn(process.execPath, [path, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    processes.push(child);
    return firstLine(child);
  };

  it('does not grow with the clip: 200 MB take no more than 20 MB', async function () {
    this.timeout(60_000);
    const [large, small] = await Promise.all([200, 20].map((size) => start('clip-server.ts', String(size * mebibyte))));
    const line = await start('download-client.ts', large ?? '', join(folder, 'clip.mp4'), small ?? '');
    const { growth } = JSON.parse(line) as { growth: number };
    assert.ok(growth < 48 * mebibyte, `${Math.round(growth / mebibyte)} MiB more`);
  });
});
