/** Kills processes in the middle of paid work, lets others go on, and checks that nothing was paid twice or lost. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../../src/core/jobs/job.ts';
import { defineConnection } from '../../../src/core/connections/connection.ts';
import { createPipeline } from '../../../src/core/create-pipeline.ts';
import { systemEnvironment } from '../../../src/core/environment.ts';
import { seededRandom } from '../seeded-random.ts';
import { checkJobs, checkOutputs, checkState } from './checks.ts';
import { startCountingServer, type Creation } from './counting-server.ts';
import { bundleChild, live } from './processes.ts';

export interface KillRunOptions {
  readonly seed: number;
  /** SIGKILLs that must fall on a working process. */
  readonly kills: number;
  /** Processes that work on the workspace at the same time. */
  readonly processes: number;
}

export interface KillRunResult {
  readonly creations: number;
  readonly assets: number;
  readonly unknown: number;
}

/** A child sends a message when it is ready and whenever a job changes: about twenty in a whole run. */
const mostMessages = 16;
const longestDelayMs = 40;
const maxRounds = 1000;

export async function killRun({ seed, kills, processes }: KillRunOptions): Promise<KillRunResult> {
  const random = seededRandom(seed);
  const root = await mkdtemp(join(tmpdir(), 'shotlist-kill-'));
  const folder = join(root, 'workspace');
  const personalFolder = join(root, 'person');
  await mkdir(folder);
  const child = await bundleChild('child', join(root, 'program'));
  const server = await startCountingServer(random);
  try {
    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      assert.ok(round < maxRounds, 'the processes end before they can be killed');
      const lives = Array.from({ length: processes }, (_, index) => {
        const mode = random() < 0.2 ? 'resume' : 'run';
        const end = { messages: 1 + Math.floor(random() * mostMessages), delayMs: random() * longestDelayMs };
        return live(child, [folder, personalFolder, server.baseUrl, `process ${index}`, mode], end);
      });
      for (const wasKilled of await Promise.all(lives)) killed += wasKilled ? 1 : 0;
    }
    // the same plans once more: what was cut off is finished
    for (let index = 0; index < processes; index++) {
      await live(child, [folder, personalFolder, server.baseUrl, `process ${index}`, 'run']);
    }
    await live(child, [folder, personalFolder, server.baseUrl, '', 'resume']);
    return await check(folder, personalFolder, server.baseUrl, server.creations);
  } catch (error) {
    throw new Error(`kill test with seed ${seed}: ${String(error)}`, { cause: error });
  } finally {
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function check(
  folder: string,
  personalFolder: string,
  baseUrl: string,
  creations: readonly Creation[],
): Promise<KillRunResult> {
  const pipeline = await createPipeline({
    workspace: { folder, config: {} },
    connections: [defineConnection({ id: 'server', baseUrl, needsKey: false })],
    credentials: { find: () => Promise.resolve(undefined) },
    environment: systemEnvironment(),
    personalFolder,
    tool: 'shotlist test',
  });
  const jobs = await pipeline.listJobs();
  await pipeline.dispose();
  const states = new Set(jobs.map((job) => job.state));
  assert.deepEqual(
    [...states].filter((state) => state !== 'done' && state !== 'unknown'),
    [],
    'every job is settled',
  );
  const onDisk = await checkOutputs(join(folder, 'shotlist-output'), '.png');
  checkJobs(jobs, onDisk);
  const unknown = checkPaidFor(creations, jobs, onDisk);
  await checkState(join(folder, '.shotlist'));
  return { creations: creations.length, assets: onDisk.size, unknown };
}

/** Each creation is complete on disk, or one job of that prompt is unknown. @returns number of unknown jobs */
function checkPaidFor(
  creations: readonly Creation[],
  jobs: readonly Job[],
  onDisk: ReadonlyMap<string, string>,
): number {
  for (const prompt of new Set(creations.map((creation) => creation.prompt))) {
    const paid = creations.filter((creation) => creation.prompt === prompt);
    const lost = paid.filter(({ pictures }) => !pictures.every((picture) => onDisk.has(picture)));
    const own = jobs.filter((job) => job.request.prompt === prompt);
    const done = own.filter((job) => job.state === 'done').length;
    const unknown = own.filter((job) => job.state === 'unknown').length;
    assert.equal(done, paid.length - lost.length, `"${prompt}": every done job was paid for once`);
    assert.ok(lost.length <= unknown, `"${prompt}": ${lost.length} paid for and lost, ${unknown} unknown`);
  }
  return jobs.filter((job) => job.state === 'unknown').length;
}
