/** A workspace with a strict server of the Videos protocol, and time that passes when the test says so. */
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineConnection } from '../../../../src/core/connections/connection.ts';
import { createPipeline } from '../../../../src/core/create-pipeline.ts';
import { silentLog, type FetchFunction } from '../../../../src/core/environment.ts';
import type { Job } from '../../../../src/core/jobs/job.ts';
import type { Draft, Pipeline, PipelineOptions } from '../../../../src/core/pipeline.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { startSoraServer, type SoraServer, type SoraServerOptions } from '../../../support/sora-server.ts';
import { createBench, type Bench } from './workspace.ts';

export interface ClipBench extends AsyncDisposable {
  readonly folder: string;
  readonly server: SoraServer;
  readonly clock: FakeClock;
  /** Opens another pipeline on the same workspace, like another process. */
  open(options?: Partial<PipelineOptions> & { readonly fetch?: FetchFunction }): Promise<Pipeline>;
  /** Lets time pass, a little at once, until it has come to that. */
  passUntil(isSo: () => boolean | Promise<boolean>): Promise<void>;
  /** Lets time pass until the promise is settled. */
  pass<Result>(promise: Promise<Result>): Promise<Result>;
  /** Leaves jobs to a process that is dead, in that state. */
  abandon(change: (job: Job) => Partial<Job>): void;
}

const stepMs = 500;
const mostSteps = 60_000;
/** Time stands still while a request is under way, unless it hangs: else it would run ahead of a busy machine. */
const hangsAfterMs = 300;

export async function createClipBench(options: SoraServerOptions = {}): Promise<ClipBench> {
  const bench: Bench = await createBench();
  const clock = createFakeClock({ start: Date.UTC(2026, 10, 22, 12) });
  const server = await startSoraServer({ now: () => clock.now(), ...options });
  const opened: Pipeline[] = [];
  const underWay = new Set<number>();
  const passUntil = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (let steps = 0; !(await isSo()); steps++) {
      assert.ok(steps < mostSteps, 'it never came to that');
      // sockets and disks take real time
      await new Promise((resolve) => setTimeout(resolve, 1));
      const isBusy = [...underWay].some((since) => performance.now() - since < hangsAfterMs);
      if (!isBusy) await clock.advance(stepMs);
    }
  };
  const counting =
    (fetch: FetchFunction): FetchFunction =>
    async (input, init) => {
      // two may begin at the same moment
      const since = performance.now() + Math.random() / 1000;
      underWay.add(since);
      try {
        return await fetch(input, init);
      } finally {
        underWay.delete(since);
      }
    };
  return {
    folder: bench.folder,
    server,
    clock,
    passUntil,
    async open({ fetch = globalThis.fetch, ...more } = {}) {
      const pipeline = await createPipeline({
        workspace: { folder: bench.folder, config: {} },
        connections: [clipConnection(server)],
        credentials: { find: () => Promise.resolve(undefined) },
        environment: { clock, random: Math.random, fetch: counting(fetch), log: silentLog },
        personalFolder: bench.personalFolder,
        tool: 'shotlist test',
        ...more,
      });
      opened.push(pipeline);
      return pipeline;
    },
    async pass(promise) {
      let isSettled = false;
      const settled = promise.finally(() => {
        isSettled = true;
      });
      settled.catch(() => undefined);
      await passUntil(() => isSettled);
      return settled;
    },
    abandon(change) {
      const database = new DatabaseSync(join(bench.folder, '.shotlist', 'shotlist.db'));
      database
        .prepare('INSERT OR IGNORE INTO owners VALUES (?, ?, ?)')
        .run('gone', JSON.stringify({ token: 'gone', pid: 1, host: hostname(), boot: 'an earlier one' }), 0);
      for (const row of database.prepare('SELECT id, body FROM jobs').all()) {
        const job = JSON.parse(String(row['body'])) as Job;
        const next = { ...job, ...change(job) };
        database
          .prepare('UPDATE jobs SET state = ?, owner = ?, body = ? WHERE id = ?')
          .run(next.state, 'gone', JSON.stringify(next), String(row['id']));
      }
      database.close();
    },
    async [Symbol.asyncDispose]() {
      for (const pipeline of opened) await pipeline.dispose();
      await server[Symbol.asyncDispose]();
      await bench.remove();
    },
  };
}

export function clipConnection(server: Pick<SoraServer, 'baseUrl'>) {
  return defineConnection({ id: 'server', baseUrl: server.baseUrl, needsKey: false });
}

export function clipDraft(prompt: string, more: Partial<Draft> = {}): Draft {
  return { kind: 'video', connection: 'server', model: 'sora-2', prompt, ...more };
}
