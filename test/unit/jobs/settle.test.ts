import assert from 'node:assert/strict';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { Pipeline } from '../../../src/core/pipeline.ts';
import { clipDraft, createClipBench, type ClipBench } from './support/clips.ts';

describe('Clips whose answer was lost', function () {
  this.timeout(20_000);
  let bench: ClipBench;
  let pipeline: Pipeline;
  beforeEach(async () => {
    bench = await createClipBench({ workMs: 5_000 });
    pipeline = await bench.open();
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  const run = async (prompts: readonly string[]): Promise<readonly Job['state'][]> => {
    const plan = await pipeline.plan(prompts.map((prompt) => clipDraft(prompt)));
    return (await bench.pass(pipeline.run(plan, { fresh: true }))).jobs.map((job) => job.status);
  };
  const resume = (id?: string) => bench.pass(pipeline.resumeJobs(id));
  const creating = (): number => bench.server.requests.filter(({ method }) => method === 'POST').length;
  const lose = (times: number): void => bench.server.fail('create', { type: 'reset', counted: true }, times);
  const states = async (): Promise<Job['state'][]> =>
    (await pipeline.listJobs()).toSorted((a, b) => a.createdAt - b.createdAt).map((job) => job.state);

  it('are found in the list of the provider and fetched, without another payment', async () => {
    lose(1);
    assert.deepEqual(await run(['a fox', 'a hare']), ['unknown', 'done']);
    const { jobs } = await resume();
    assert.deepEqual(
      jobs.map((job) => [job.status, job.assets.length, job.error]),
      [['done', 1, undefined]],
    );
    assert.deepEqual([creating(), bench.server.creations.length], [2, 2]);
  });

  it('are given out one by one where several jobs asked for the same', async () => {
    lose(3);
    assert.deepEqual(await run(['a fox', 'a fox', 'a fox']), ['unknown', 'unknown', 'unknown']);
    const { jobs } = await resume();
    assert.deepEqual(
      jobs.map((job) => job.status),
      ['done', 'done', 'done'],
    );
    const ids = jobs.map((job) => (job.operation as { id: string }).id);
    assert.equal(new Set(ids).size, 3);
    assert.equal(creating(), 3);
  });

  it('go to as many of the same jobs as there are; the provider never got the others', async () => {
    bench.server.fail('create', { type: 'reset', counted: true }, 1);
    bench.server.fail('create', { type: 'reset', counted: false }, 1);
    await run(['a fox', 'a fox']);
    await resume();
    assert.deepEqual((await states()).toSorted(), ['done', 'failed']);
    const failed = (await pipeline.listJobs()).find((job) => job.state === 'failed');
    assert.equal(failed?.error?.code, 'connection_failed');
    assert.match(failed.error.message, /never received.*nothing was charged/);
  });

  it('fail, not charged, where the provider has none, but not before it must have listed it', async () => {
    bench.server.fail('create', { type: 'reset', counted: false });
    assert.deepEqual(await run(['a fox']), ['unknown']);
    const submitted = (await pipeline.listJobs())[0]?.submittedAt ?? 0;
    await resume();
    const [job] = await pipeline.listJobs();
    assert.deepEqual([job?.state, job?.error?.code], ['failed', 'connection_failed']);
    assert.ok(bench.clock.now() - submitted >= 15_000);
    assert.equal(creating(), 1);
  });

  it('stay unknown where more than one clip may be the one', async () => {
    lose(1);
    await run(['a fox']);
    // somebody else at the same account asks for the same
    await fetch(`${bench.server.baseUrl}/videos`, postFox());
    const { jobs, warnings } = await resume((await pipeline.listJobs())[0]?.id);
    assert.equal(jobs[0]?.status, 'unknown');
    assert.match(jobs[0]?.error?.message ?? '', /2 clips that may be the one/);
    assert.match(warnings.join(), /retrying it pays again/);
  });

  it('are no clips that belong to a job already, or were made before', async () => {
    assert.deepEqual(await run(['a fox']), ['done']);
    await bench.clock.advance(10_000);
    bench.server.fail('create', { type: 'reset', counted: false });
    await run(['a fox']);
    await resume();
    assert.deepEqual(await states(), ['done', 'failed']);
  });

  it('stay unknown where the server does not list, or cannot be asked', async () => {
    lose(1);
    await run(['a fox']);
    bench.server.speak({ list: false });
    assert.equal((await resume()).jobs.length, 0);
    bench.server.speak({});
    bench.server.fail('list', { type: 'status', status: 401 });
    await resume();
    assert.deepEqual(await states(), ['unknown']);
    bench.server.fail('list', { type: 'wrong type' });
    await resume();
    await resume();
    assert.deepEqual(await states(), ['done']);
  });

  it('are found where the server tells next to nothing of its clips', async () => {
    bench.server.speak({ omit: ['model', 'seconds', 'size', 'created_at', 'prompt'], strict: false });
    lose(1);
    await run(['a fox']);
    await resume();
    assert.deepEqual(await states(), ['done']);
  });

  it('are settled when the same plan runs again, which then has nothing left to pay for', async () => {
    lose(1);
    const plan = await pipeline.plan([clipDraft('a fox')]);
    await bench.pass(pipeline.run(plan));
    const { jobs, warnings } = await bench.pass(pipeline.run(plan));
    assert.deepEqual([jobs[0]?.status, creating()], ['done', 1]);
    assert.match(warnings.join(), /was cut off/);
  });

  it('are left alone by a plain look', async () => {
    lose(1);
    await run(['a fox']);
    const before = bench.server.requests.length;
    await pipeline.listJobs();
    await pipeline.listLeftJobs();
    assert.deepEqual([await states(), bench.server.requests.length], [['unknown'], before]);
  });

  it('are not settled while another process is sending the same', async () => {
    lose(1);
    await run(['a fox']);
    bench.server.fail('create', { type: 'hang', counted: true });
    const other = await bench.open();
    const stop = new AbortController();
    const sending = other.run(await other.plan([clipDraft('a fox')]), { fresh: true, signal: stop.signal });
    await bench.passUntil(() => bench.server.creations.length === 2);
    const first = (await pipeline.listJobs()).find((job) => job.state === 'unknown')?.id;
    await resume(first);
    assert.equal((await pipeline.findJob(first ?? '')).state, 'unknown');
    stop.abort();
    await sending;
    await resume();
    assert.deepEqual([...new Set(await states())], ['done']);
  });
});

function postFox(): RequestInit {
  const body = new FormData();
  for (const [name, value] of Object.entries({ model: 'sora-2', prompt: 'a fox' })) body.set(name, value);
  return { method: 'POST', body };
}
