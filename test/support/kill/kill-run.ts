/** Kills processes in the middle of paid work, lets others go on, and checks that nothing was paid twice or lost. */
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Job } from '../../../src/core/jobs/job.ts';
import { defineConnection } from '../../../src/core/connections/connection.ts';
import { createPipeline } from '../../../src/core/create-pipeline.ts';
import { systemEnvironment } from '../../../src/core/environment.ts';
import { parseSidecar } from '../../../src/core/outputs/sidecar.ts';
import { seededRandom } from '../seeded-random.ts';
import { startCountingServer, type Creation } from './counting-server.ts';

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
  const server = await startCountingServer(random);
  try {
    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      assert.ok(round < maxRounds, 'the processes end before they can be killed');
      const lives = Array.from({ length: processes }, (_, index) => {
        const mode = random() < 0.2 ? 'resume' : 'run';
        const end = { messages: 1 + Math.floor(random() * mostMessages), delayMs: random() * longestDelayMs };
        return live([folder, personalFolder, server.baseUrl, `process ${index}`, mode], end);
      });
      for (const wasKilled of await Promise.all(lives)) killed += wasKilled ? 1 : 0;
    }
    // the same plans once more: what was cut off is finished
    for (let index = 0; index < processes; index++) {
      await live([folder, personalFolder, server.baseUrl, `process ${index}`, 'run']);
    }
    await live([folder, personalFolder, server.baseUrl, '', 'resume']);
    return await check(folder, personalFolder, server.baseUrl, server.creations);
  } catch (error) {
    throw new Error(`kill test with seed ${seed}: ${String(error)}`, { cause: error });
  } finally {
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}

/** When a process is killed: so long after so many messages. */
interface End {
  readonly messages: number;
  readonly delayMs: number;
}

/** @returns whether the process was killed before it had ended */
async function live(parameters: readonly string[], end?: End): Promise<boolean> {
  const child = fork(join(import.meta.dirname, 'child.ts'), parameters, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const said = readAll(child);
  let messages = 0;
  child.on('message', () => {
    if (++messages === end?.messages) setTimeout(() => child.kill('SIGKILL'), end.delayMs);
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal === 'SIGKILL') return true;
  assert.equal(code, 0, `a process failed: ${await said}`);
  return false;
}

async function readAll(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stderr ?? []) text += String(chunk);
  return text;
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
  const onDisk = await checkOutputs(join(folder, 'shotlist-output'));
  checkJobs(jobs, onDisk);
  const unknown = checkPaidFor(creations, jobs, onDisk);
  await checkState(join(folder, '.shotlist'));
  return { creations: creations.length, assets: onDisk.size, unknown };
}

/** Only whole pictures with their sidecars. @returns paths by hash */
async function checkOutputs(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder);
  const onDisk = new Map<string, string>();
  for (const name of names) {
    assert.match(name, /\.png(\.json)?$/, 'no temporary file is left');
    assert.ok(!name.startsWith('.'), 'no hidden file is left');
    if (name.endsWith('.json')) {
      assert.ok(names.includes(name.slice(0, -'.json'.length)), `${name} has its picture`);
      continue;
    }
    const path = join(folder, name);
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    assert.equal(onDisk.get(hash), undefined, `${name} is there once`);
    onDisk.set(hash, path);
    assert.equal(parseSidecar(await readFile(`${path}.json`, 'utf8'))?.asset.sha256, hash, `${name} has its sidecar`);
  }
  return onDisk;
}

function checkJobs(jobs: readonly Job[], onDisk: ReadonlyMap<string, string>): void {
  const claimed = jobs.flatMap((job) => job.outputs.filter((output) => output.placed));
  assert.equal(claimed.length, onDisk.size, 'every picture belongs to one job');
  for (const { facts, path } of claimed) assert.equal(onDisk.get(facts.sha256), path);
  for (const job of jobs) if (job.state === 'done') assert.equal(job.outputs.length, job.count);
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

async function checkState(stateFolder: string): Promise<void> {
  const names = (await readdir(stateFolder)).filter((name) => !/^shotlist\.db(-wal|-shm)?$/.test(name));
  assert.deepEqual(names, ['.gitignore'], 'nothing else lies in the state folder');
  const database = new DatabaseSync(join(stateFolder, 'shotlist.db'));
  assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
  assert.equal(Number(database.prepare('SELECT count(*) AS rows FROM owners').get()?.['rows'] ?? -1) >= 0, true);
  database.close();
}
