/** A clip of 1 GiB from a server on this machine into a checked file, beside `curl`; and by how much the process grows. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mebibytes, median, milliseconds, type Measurement } from './measurement.ts';
import { firstLine } from './processes.ts';

const clipBytes = 1024 ** 3;
/** Loads all code, and fills what memory is taken whatever the size of a clip. */
const smallClipBytes = 20 * 1024 ** 2;
const allowedGrowth = 32 * 1024 ** 2;

interface Run {
  readonly ms: number;
  /** Bytes by which the process is larger at its peak than after a small clip. */
  readonly growth: number;
}

export async function measureDownload(rounds: number): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shotlist-bench-'));
  const servers = [clipBytes, smallClipBytes].map((bytes) => startServer(bytes));
  try {
    const [url = '', smallUrl = ''] = await Promise.all(servers.map(firstLine));
    const ours: Run[] = [];
    const plain: number[] = [];
    const flushed: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const mine = await runOurs(url, smallUrl, join(folder, 'ours.mp4'));
      const theirs = runCurl(url, join(folder, 'curl.mp4'));
      // the first round warms the disk and the server
      if (round === 0) continue;
      ours.push(mine);
      plain.push(theirs.ms);
      flushed.push(theirs.flushedMs);
    }
    const growth = median(ours.map((run) => run.growth));
    return [
      compare('a clip of 1 GiB, hashed, looked into and flushed, beside `curl`: time', ours, plain),
      compare('the same beside `curl` and a flush of its file', ours, flushed),
      {
        what: 'the same: growth of memory over that for 20 MiB, beside 32 MiB',
        ours: mebibytes(growth),
        peer: mebibytes(allowedGrowth),
        ratio: growth / allowedGrowth,
        goal: 1,
      },
    ];
  } finally {
    for (const server of servers) server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nine tenths of the throughput. */
function compare(what: string, ours: readonly Run[], theirs: readonly number[]): Measurement {
  return {
    what,
    ours: milliseconds(median(ours.map(({ ms }) => ms))),
    peer: milliseconds(median(theirs)),
    // pair by pair, because the machine's speed drifts
    ratio: median(ours.map(({ ms }, index) => ms / (theirs[index] ?? Number.NaN))),
    goal: 1 / 0.9,
  };
}

function startServer(bytes: number): ReturnType<typeof spawn> {
  return spawn(process.execPath, [join(import.meta.dirname, 'clip-server.ts'), String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function runOurs(url: string, smallUrl: string, path: string): Promise<Run> {
  const client = spawn(process.execPath, [join(import.meta.dirname, 'download-client.ts'), url, path, smallUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(client, 'exit');
  const line = await firstLine(client);
  const [code] = (await exited) as [number | null];
  if (code !== 0) throw new Error(`the download ended with ${String(code)}`);
  return JSON.parse(line) as Run;
}

function runCurl(url: string, path: string): { readonly ms: number; readonly flushedMs: number } {
  const begin = performance.now();
  const { status } = spawnSync('curl', ['--silent', '--fail', '--output', path, url], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`curl ended with ${String(status)}`);
  const ms = performance.now() - begin;
  const file = openSync(path, 'r+');
  fdatasyncSync(file);
  closeSync(file);
  const flushedMs = performance.now() - begin;
  rmSync(path);
  return { ms, flushedMs };
}
