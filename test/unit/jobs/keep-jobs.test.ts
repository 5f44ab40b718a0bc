import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchFunction } from '../../../src/core/environment.ts';
import type { Pipeline } from '../../../src/core/pipeline.ts';
import { clipDraft, createClipBench, type ClipBench } from './support/clips.ts';
import { gate } from './support/workspace.ts';

describe('A door that stays open', function () {
  this.timeout(20_000);
  let bench: ClipBench;
  beforeEach(async () => {
    bench = await createClipBench({ workMs: 60_000 });
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  const submit = async (pipeline: Pipeline, prompts: readonly string[]): Promise<void> => {
    await pipeline.run(await pipeline.plan(prompts.map((prompt) => clipDraft(prompt))), { wait: false });
  };
  const allAre = async (pipeline: Pipeline, state: string): Promise<boolean> =>
    (await pipeline.listJobs()).every((job) => job.state === state);
  const outputs = async (): Promise<string[]> =>
    readdir(join(bench.folder, 'shotlist-output')).catch(() => [] as string[]);

  it('goes on with what a dead process left, and says what', async () => {
    const first = await bench.open();
    await submit(first, ['a', 'b']);
    bench.abandon(() => ({ state: 'running' }));
    const second = await bench.open();
    const keeper = second.keepJobs();
    assert.deepEqual((await keeper.started).map((job) => job.request.prompt).toSorted(), ['a', 'b']);
    await bench.passUntil(() => allAre(second, 'done'));
    await keeper.stop();
    assert.deepEqual([(await outputs()).length, bench.server.creations.length], [4, 2]);
  });

  it('fetches again what a dead process was fetching, and removes what it had written', async () => {
    const first = await bench.open();
    await submit(first, ['a']);
    const { mkdir, writeFile } = await import('node:fs/promises');
    bench.abandon(() => ({ state: 'downloading' }));
    const [job] = await first.listJobs();
    await mkdir(join(bench.folder, 'shotlist-output'), { recursive: true });
    await writeFile(join(bench.folder, 'shotlist-output', `.shotlist-${job?.id}-dead.tmp`), 'half a clip');
    const keeper = first.keepJobs();
    await bench.passUntil(() => allAre(first, 'done'));
    await keeper.stop();
    assert.equal((await outputs()).length, 2);
  });

  it('settles what was being sent, and sends nothing itself', async () => {
    const first = await bench.open();
    await submit(first, ['a', 'b']);
    const creations = bench.server.creations.length;
    bench.abandon(({ request, submittedAt = 0, ...job }) => {
      if (request.prompt === 'a') return { state: 'queued', operation: undefined };
      return { ...job, state: 'submitting', operation: undefined, submittedAt };
    });
    const second = await bench.open();
    const keeper = second.keepJobs();
    assert.deepEqual(
      (await keeper.started).map((job) => job.request.prompt),
      ['b'],
    );
    await bench.passUntil(async () => (await second.listJobs()).some((job) => job.state === 'done'));
    await bench.clock.advance(60_000);
    const states = (await second.listJobs()).map((job) => [job.request.prompt, job.state].join(' ')).toSorted();
    assert.deepEqual([states, bench.server.creations.length], [['a queued', 'b done'], creations]);
    await keeper.stop();
  });

  it('notices when another process dies later', async () => {
    const first = await bench.open();
    const second = await bench.open();
    const keeper = second.keepJobs();
    assert.deepEqual(await keeper.started, []);
    await submit(first, ['a']);
    bench.abandon(() => ({ state: 'running' }));
    await bench.passUntil(() => allAre(second, 'done'));
    await keeper.stop();
  });

  it('leaves jobs alone that a living process polls: each is polled by one', async () => {
    const first = await bench.open();
    const second = await bench.open();
    const run = first.run(await first.plan([clipDraft('a'), clipDraft('b')]));
    await bench.passUntil(() => bench.server.creations.length === 2);
    const keeper = second.keepJobs();
    assert.deepEqual(await keeper.started, []);
    await bench.pass(run);
    await keeper.stop();
    const downloads = bench.server.requests.filter(({ path }) => path.includes('/content'));
    assert.deepEqual([downloads.length, (await outputs()).length], [2, 4]);
  });

  it('leaves them running when it closes', async () => {
    const first = await bench.open();
    await submit(first, ['a']);
    const keeper = first.keepJobs();
    assert.equal((await keeper.started).length, 1);
    await keeper.stop();
    assert.ok(await allAre(first, 'running'));
    assert.equal((await first.listLeftJobs())[0]?.error, undefined);
  });

  it('does not take up again what ran out of time with it', async () => {
    const pipeline = await bench.open({ defaults: { videoWindowMinutes: 0.5 } });
    await submit(pipeline, ['a']);
    const keeper = pipeline.keepJobs();
    await bench.passUntil(async () => (await pipeline.listJobs())[0]?.error?.code === 'timeout');
    await bench.clock.advance(120_000);
    assert.deepEqual(
      (await pipeline.listJobs()).map((job) => [job.state, job.error?.code]),
      [['running', 'timeout']],
    );
    await keeper.stop();
  });

  it('does nothing where there is no journal', async () => {
    const pipeline = await bench.open();
    const keeper = pipeline.keepJobs();
    assert.deepEqual(await keeper.started, []);
    await bench.clock.advance(60_000);
    await keeper.stop();
    assert.deepEqual(await readdir(bench.folder), []);
  });

  it('hears of every change by any process, while it listens', async () => {
    const first = await bench.open();
    const second = await bench.open();
    let heard = 0;
    const stop = second.watchJobs(() => heard++);
    await bench.clock.advance(3_000);
    assert.equal(heard, 0);
    await submit(first, ['a']);
    await bench.passUntil(() => heard === 1);
    await second.cancelJob((await second.listJobs())[0]?.id ?? '');
    await bench.passUntil(() => heard === 2);
    stop();
    await submit(first, ['b']);
    await bench.clock.advance(10_000);
    assert.equal(heard, 2);
  });

  describe('after a process slept that had the job before', () => {
    /** Holds back the first answer of one kind. */
    const holding = (isHeld: (url: string, method: string) => boolean) => {
      const reached = gate();
      const released = gate();
      let isFirst = true;
      const fetch: FetchFunction = async (input, init) => {
        const request = new Request(input, init);
        const hold = isFirst && isHeld(request.url, request.method);
        if (hold) isFirst = false;
        const response = await globalThis.fetch(request);
        if (hold) {
          const body = await response.arrayBuffer();
          reached.open();
          await released.opened;
          return new Response(body, { status: response.status, headers: response.headers });
        }
        return response;
      };
      return { fetch, reached, released };
    };

    it('takes over while the answer to the creation is on its way: the clip is made and fetched once', async () => {
      const held = holding((url, method) => method === 'POST' && url.endsWith('/videos'));
      const sleeper = await bench.open({ fetch: held.fetch });
      const run = sleeper.run(await sleeper.plan([clipDraft('a')]));
      await held.reached.opened;
      bench.abandon(() => ({ state: 'submitting' }));
      const other = await bench.open();
      const resumed = await bench.pass(other.resumeJobs(undefined));
      assert.equal(resumed.jobs[0]?.status, 'done');
      held.released.open();
      assert.equal((await bench.pass(run)).jobs[0]?.status, 'done');
      assert.deepEqual([bench.server.creations.length, (await outputs()).length], [1, 2]);
    });

    it('keeps the operation that comes late for a job that nobody could settle', async () => {
      bench.server.speak({ list: false });
      const held = holding((url, method) => method === 'POST' && url.endsWith('/videos'));
      const sleeper = await bench.open({ fetch: held.fetch });
      const run = sleeper.run(await sleeper.plan([clipDraft('a')]));
      await held.reached.opened;
      bench.abandon(() => ({ state: 'submitting' }));
      const other = await bench.open();
      await other.resumeJobs(undefined);
      assert.equal((await other.listJobs())[0]?.state, 'unknown');
      held.released.open();
      assert.equal((await bench.pass(run)).jobs[0]?.status, 'done');
    });

    it('keeps a job cancelled, with the operation that comes late', async () => {
      bench.server.speak({ list: false });
      const held = holding((url, method) => method === 'POST' && url.endsWith('/videos'));
      const sleeper = await bench.open({ fetch: held.fetch });
      const run = sleeper.run(await sleeper.plan([clipDraft('a')]));
      await held.reached.opened;
      bench.abandon(() => ({ state: 'submitting' }));
      const other = await bench.open();
      const id = (await other.listJobs())[0]?.id ?? '';
      assert.equal((await other.cancelJob(id)).status, 'cancelled');
      held.released.open();
      await bench.pass(run);
      const job = await other.findJob(id);
      assert.deepEqual([job.state, job.operation], ['cancelled', { id: 'video_000000' }]);
      const { jobs } = await bench.pass(other.resumeJobs(id));
      assert.equal(jobs[0]?.status, 'done');
    });

    for (const [what, isHeld] of [
      ['a question', (url: string) => /videos\/[^/]+$/.test(url)],
      ['the clip', (url: string) => url.includes('/content')],
    ] as const) {
      it(`is not disturbed by the answer to ${what}`, async () => {
        const held = holding((url, method) => method === 'GET' && isHeld(url));
        const sleeper = await bench.open({ fetch: held.fetch });
        const run = sleeper.run(await sleeper.plan([clipDraft('a')]));
        let isReached = false;
        void held.reached.opened.then(() => {
          isReached = true;
        });
        await bench.passUntil(() => isReached);
        bench.abandon((job) => ({ state: job.state }));
        const other = await bench.open();
        const resumed = bench.pass(other.resumeJobs(undefined));
        await bench.passUntil(async () => (await other.listJobs())[0]?.state === 'running');
        held.released.open();
        assert.equal((await resumed).jobs[0]?.status, 'done');
        // the other one may be at it still when this one sees that the job is no longer its own
        assert.match((await bench.pass(run)).jobs[0]?.status ?? '', /^(running|downloading|done)$/);
        assert.deepEqual([bench.server.creations.length, (await outputs()).length], [1, 2]);
      });
    }
  });
});
