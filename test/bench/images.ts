/** Time and memory of many pictures through the pipeline, beside the `openai` package alone; and the queue's own cost. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { mebibytes, median, milliseconds, type Measurement } from './measurement.ts';
import { firstLine } from './processes.ts';

interface Run {
  readonly ms: number;
  readonly maxRss: number;
}

export async function measureImages(rounds: number): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shotlist-bench-'));
  try {
    const clients = await bundleClients(folder);
    const { ours, raw } = await withServer(100, 1024, async (baseUrl) => {
      const ours: Run[] = [];
      const raw: Run[] = [];
      for (let round = 0; round <= rounds; round++) {
        const a = await runClient(clients.pipeline, baseUrl, join(folder, `ours-${round}`), 200, 8);
        const b = await runClient(clients.raw, baseUrl, join(folder, `raw-${round}`), 200, 8);
        // the first round warms the disk and the server
        if (round === 0) continue;
        ours.push(a);
        raw.push(b);
      }
      return { ours, raw };
    });
    const queue: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      queue.push(await runClient(clients.queue, '200', join(folder, `queue-${round}`), 100, 8));
    }
    const idealMs = Math.ceil(100 / 8) * 200;
    const queueMs = median(queue.map((run) => run.ms));
    return [
      compare(
        '200 images of 1024x1024, 8 at once, server answers after 100 ms: time',
        ours,
        raw,
        'ms',
        milliseconds,
        1.1,
      ),
      compare('the same: peak memory', ours, raw, 'maxRss', mebibytes, 1.1),
      {
        what: '100 jobs of 200 ms, 8 at once: time beside the ideal',
        ours: milliseconds(queueMs),
        peer: milliseconds(idealMs),
        ratio: queueMs / idealMs,
        goal: 1.05,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(
  what: string,
  ours: readonly Run[],
  raw: readonly Run[],
  figure: keyof Run,
  format: (value: number) => string,
  goal: number,
): Measurement {
  const mine = median(ours.map((run) => run[figure]));
  const theirs = median(raw.map((run) => run[figure]));
  // pair by pair, because the machine's speed drifts
  const ratio = median(ours.map((run, index) => run[figure] / (raw[index]?.[figure] ?? Number.NaN)));
  return { what, ours: format(mine), peer: format(theirs), ratio, goal };
}

/** Both clients are bundled alike, so that neither pays for loading TypeScript. */
async function bundleClients(folder: string): Promise<{ pipeline: string; queue: string; raw: string }> {
  const outdir = join(folder, 'clients');
  await build({
    entryPoints: ['pipeline-client.ts', 'queue-client.ts', 'raw-client.ts'].map((name) =>
      join(import.meta.dirname, name),
    ),
    outdir,
    // CommonJS packages in the bundle call require() for Node's own modules
    banner: {
      js: "import { createRequire as nodeCreateRequire } from 'node:module'; const require = nodeCreateRequire(import.meta.url);",
    },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  });
  return {
    pipeline: join(outdir, 'pipeline-client.mjs'),
    queue: join(outdir, 'queue-client.mjs'),
    raw: join(outdir, 'raw-client.mjs'),
  };
}

async function withServer<T>(delayMs: number, edge: number, use: (baseUrl: string) => Promise<T>): Promise<T> {
  const server = spawn(
    process.execPath,
    [join(import.meta.dirname, 'image-server.ts'), String(delayMs), String(edge)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    return await use(await firstLine(server));
  } finally {
    server.kill();
  }
}

async function runClient(
  script: string,
  /** What the script takes first: the server's address, or how long a call takes. */
  first: string,
  folder: string,
  count: number,
  concurrency: number,
): Promise<Run> {
  mkdirSync(folder, { recursive: true });
  const client = spawn(process.execPath, [script, first, folder, String(count), String(concurrency)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(client, 'exit');
  const line = await firstLine(client);
  const [code] = (await exited) as [number | null];
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}`);
  return JSON.parse(line) as Run;
}
