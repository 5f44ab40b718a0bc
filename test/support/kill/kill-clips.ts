/** Kills processes in every phase of making clips, lets others go on, and checks that each clip that was paid for is there. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPipeline } from '../../../src/core/create-pipeline.ts';
import { systemEnvironment } from '../../../src/core/environment.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { seededRandom } from '../seeded-random.ts';
import { startSoraServer, type SoraServer } from '../sora-server.ts';
import { checkJobs, checkOutputs, checkState } from './checks.ts';
import { createFastClock } from './fast-clock.ts';
import type { KillRunOptions } from './kill-run.ts';
import { bundleChild, live } from './processes.ts';

export interface ClipKills {
  readonly creations: number;
  /** Jobs that the provider never got. */
  readonly neverReceived: number;
}

/** What a process says; it is killed some time after it has said one of them so often. */
const phases = ['ready', 'submitting', 'submitting', 'running', 'running', 'downloading', 'done'];
const modes = ['run', 'run', 'run', 'submit', 'resume', 'keep'];
const mostMessages = 3;
const longestDelayMs = 60;
const shortestWorkMs = 1_000;
const longestWorkMs = 8_000;
const maxRounds = 1000;

export async function killClips({ seed, kills, processes }: KillRunOptions): Promise<ClipKills> {
  const random = seededRandom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const root = await mkdtemp(join(tmpdir(), 'shotlist-kill-'));
  const folder = join(root, 'workspace');
  const personalFolder = join(root, 'person');
  await mkdir(folder);
  const child = await bundleChild('clip-child', join(root, 'program'));
  const beginning = Date.now();
  const workMs = (): number => shortestWorkMs + random() * (longestWorkMs - shortestWorkMs);
  const clock = createFastClock(beginning);
  const server = await startSoraServer({ now: () => clock.now(), workMs });
  const parameters = (mode: string): string[] => [folder, personalFolder, server.baseUrl, String(beginning), mode];
  try {
    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      assert.ok(round < maxRounds, 'the processes end before they can be killed');
      const lives = Array.from({ length: processes }, () => {
        const end = {
          state: pick(phases),
          messages: 1 + Math.floor(random() * mostMessages),
          delayMs: random() * longestDelayMs,
        };
        return live(child, parameters(pick(modes)), end);
      });
      for (const wasKilled of await Promise.all(lives)) killed += wasKilled ? 1 : 0;
    }
    await live(child, parameters('resume'));
    return await check(folder, personalFolder, server);
  } catch (error) {
    throw new Error(`kill test of clips with seed ${seed}: ${String(error)}`, { cause: error });
  } finally {
    await server[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  }
}

async function check(folder: string, personalFolder: string, server: SoraServer): Promise<ClipKills> {
  const pipeline = await createPipeline({
    workspace: { folder, config: {} },
    connections: [],
    credentials: { find: () => Promise.resolve(undefined) },
    environment: systemEnvironment(),
    personalFolder,
    tool: 'shotlist test',
  });
  const jobs = await pipeline.listJobs();
  await pipeline.dispose();
  const neverReceived = jobs.filter(isNeverReceived);
  const done = jobs.filter((job) => job.state === 'done');
  const open = jobs.filter((job) => job.state !== 'done' && !isNeverReceived(job));
  assert.equal(open.length, 0, `jobs that are not settled, for example ${JSON.stringify(open[0])}`);
  const onDisk = await checkOutputs(join(folder, 'shotlist-output'), '.mp4');
  checkJobs(jobs, onDisk);
  for (const { id } of server.creations) {
    const hash = createHash('sha256').update(server.clipOf(id)).digest('hex');
    assert.ok(onDisk.has(hash), `${id} was paid for and is lost`);
    const own = done.filter(({ operation }) => (operation as { id?: unknown } | undefined)?.id === id);
    assert.equal(own.length, 1, `${id} belongs to one job`);
  }
  assert.equal(done.length, server.creations.length, 'every clip was paid for once');
  assert.deepEqual(server.problems, []);
  await checkState(join(folder, '.shotlist'));
  return { creations: server.creations.length, neverReceived: neverReceived.length };
}

function isNeverReceived({ state, error }: Job): boolean {
  return state === 'failed' && error?.code === 'connection_failed';
}
