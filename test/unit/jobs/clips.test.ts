import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEvent } from '../../../src/core/jobs/job.ts';
import { parseSidecar } from '../../../src/core/outputs/sidecar.ts';
import { clipDraft, createClipBench, type ClipBench } from './support/clips.ts';

describe('A clip', function () {
  this.timeout(20_000);
  let bench: ClipBench;
  afterEach(() => bench[Symbol.asyncDispose]());

  const polls = (): number =>
    bench.server.requests.filter(({ method, path }) => method === 'GET' && /videos\/[^/]+$/.test(path)).length;

  it('is submitted once, waited for, fetched and placed with its sidecar', async () => {
    bench = await createClipBench({ workMs: 60_000 });
    const pipeline = await bench.open();
    const events: JobEvent[] = [];
    const run = pipeline.run(await pipeline.plan([clipDraft('a fox runs')]), {
      onEvent: (event) => events.push(event),
    });
    const { jobs, warnings } = await bench.pass(run);
    const [job] = jobs;
    assert.deepEqual([job?.status, job?.error, warnings], ['done', undefined, []]);
    assert.deepEqual(bench.server.problems, []);
    assert.equal(bench.server.creations.length, 1);
    const [asset] = job?.assets ?? [];
    assert.ok(asset);
    assert.deepEqual(await readFile(asset.path), Buffer.from(bench.server.clipOf('video_000000')));
    const sidecar = parseSidecar(await readFile(asset.sidecar, 'utf8'));
    assert.deepEqual(sidecar?.provider.operation, { id: 'video_000000' });
    const states = events.flatMap((event) => (event.type === 'changed' ? event.job.state : []));
    assert.deepEqual([...new Set(states)], ['submitting', 'running', 'downloading', 'done']);
    assert.ok(events.some((event) => event.type === 'changed' && (event.job.progress ?? 0) > 0.2));
    const [recorded] = await pipeline.listJobs();
    assert.equal(recorded?.workedMs, 60_000);
    assert.deepEqual((await readdir(join(bench.folder, 'shotlist-output'))).length, 2);
  });

  it('is asked about less often when earlier ones taught how long it takes', async () => {
    bench = await createClipBench({ workMs: 120_000 });
    const pipeline = await bench.open();
    const counts: number[] = [];
    for (const prompt of ['one', 'two', 'three']) {
      const before = polls();
      await bench.pass(pipeline.run(await pipeline.plan([clipDraft(prompt)])));
      counts.push(polls() - before);
    }
    const [first = 0, , third = 0] = counts;
    assert.ok(third < first, `${first} questions at first, then ${third}`);
  });

  it('of a batch waits while as many as the connection allows are in the making', async () => {
    let most = 0;
    bench = await createClipBench({ workMs: 30_000 });
    const { server, clock } = bench;
    const pipeline = await bench.open();
    const plan = await pipeline.plan(Array.from({ length: 10 }, (_, index) => clipDraft(`fox ${index}`)));
    let isOver = false;
    const run = pipeline.run(plan).finally(() => {
      isOver = true;
    });
    await bench.passUntil(() => {
      const making = server.creations.filter(({ createdAt }) => clock.now() - createdAt < 30_000).length;
      most = Math.max(most, making);
      return isOver;
    });
    assert.deepEqual(
      (await run).jobs.map((job) => job.status),
      Array.from({ length: 10 }, () => 'done'),
    );
    assert.deepEqual([most, server.creations.length], [3, 10]);
  });

  it('that fails does not stop the others, and says why', async () => {
    bench = await createClipBench({
      workMs: 10_000,
      failing: ({ prompt }) =>
        prompt === 'bad' ? { code: 'moderation_blocked', message: 'Blocked by our policy.' } : undefined,
    });
    const pipeline = await bench.open();
    const run = pipeline.run(await pipeline.plan([clipDraft('a'), clipDraft('bad'), clipDraft('c')]));
    const { jobs } = await bench.pass(run);
    assert.deepEqual(
      jobs.map((job) => job.status),
      ['done', 'failed', 'done'],
    );
    assert.equal(jobs[1]?.error?.code, 'moderation_blocked');
  });

  it('can be submitted and left, and finished by another process later', async () => {
    bench = await createClipBench({ workMs: 60_000 });
    const first = await bench.open();
    const plan = await first.plan(Array.from({ length: 5 }, (_, index) => clipDraft(`fox ${index}`)));
    const { jobs } = await first.run(plan, { wait: false });
    assert.deepEqual(
      jobs.map((job) => [job.status, job.error]),
      Array.from({ length: 5 }, () => ['running', undefined]),
    );
    await first.dispose();
    const second = await bench.open();
    const resumed = await bench.pass(second.resumeJobs(undefined));
    assert.deepEqual(
      resumed.jobs.map((job) => job.status),
      Array.from({ length: 5 }, () => 'done'),
    );
    assert.equal(bench.server.creations.length, 5);
  });

  it('whose window ends stays resumable, and says so', async () => {
    bench = await createClipBench({ workMs: 40 * 60_000 });
    const pipeline = await bench.open({ defaults: { videoWindowMinutes: 5 } });
    const start = bench.clock.now();
    const { jobs } = await bench.pass(pipeline.run(await pipeline.plan([clipDraft('slow')])));
    assert.deepEqual([jobs[0]?.status, jobs[0]?.error?.code], ['running', 'timeout']);
    assert.ok(bench.clock.now() - start >= 5 * 60_000);
    assert.match(jobs[0]?.error?.message ?? '', /5 minutes/);
    const again = await bench.pass(pipeline.resumeJobs(jobs[0]?.id));
    assert.equal(again.jobs[0]?.status, 'running');
    const patient = await bench.open({ defaults: { videoWindowMinutes: 60 } });
    const last = await bench.pass(patient.resumeJobs(undefined));
    assert.deepEqual([last.jobs[0]?.status, last.jobs[0]?.error], ['done', undefined]);
    assert.equal(bench.server.creations.length, 1);
  });

  it('stays at its provider when the run is told to end', async () => {
    bench = await createClipBench({ workMs: 60_000 });
    const pipeline = await bench.open();
    const drain = new AbortController();
    const run = pipeline.run(await pipeline.plan(['a', 'b', 'c', 'd'].map((prompt) => clipDraft(prompt))), {
      drain: drain.signal,
    });
    await bench.passUntil(() => bench.server.creations.length === 3 && polls() > 3);
    drain.abort();
    const { jobs } = await run;
    const states = jobs.map((job) => [job.status, job.error?.code].join(' ')).toSorted();
    assert.deepEqual(states, ['queued ', 'running ', 'running ', 'running ']);
    const rest = await bench.pass(pipeline.resumeJobs(undefined));
    assert.deepEqual([...new Set(rest.jobs.map((job) => job.status))], ['done']);
    assert.equal(bench.server.creations.length, 4);
  });

  it('that is cancelled stops at once, keeps its operation, and can be gone on with by name', async () => {
    bench = await createClipBench({ workMs: 60_000 });
    const pipeline = await bench.open();
    const run = pipeline.run(await pipeline.plan([clipDraft('a')]));
    await bench.passUntil(() => polls() > 1);
    const [{ id } = { id: '' }] = await pipeline.listJobs();
    const report = await pipeline.cancelJob(id);
    assert.deepEqual([report.status, report.error?.code], ['cancelled', 'cancelled']);
    assert.match(report.error?.message ?? '', /can't be told to stop.*may charge/);
    assert.equal((await run).jobs[0]?.status, 'cancelled');
    const before = polls();
    await bench.clock.advance(120_000);
    assert.equal(polls(), before, 'nobody asks any more');
    assert.equal((await bench.pass(pipeline.resumeJobs(undefined))).jobs.length, 0);
    const resumed = await bench.pass(pipeline.resumeJobs(id));
    assert.deepEqual([resumed.jobs[0]?.status, bench.server.creations.length], ['done', 1]);
  });

  it('that another process cancels stops where it is polled, and keeps its operation', async () => {
    bench = await createClipBench({ workMs: 3_600_000 });
    const busy = await bench.open();
    const run = busy.run(await busy.plan([clipDraft('a')]));
    await bench.passUntil(() => polls() > 1);
    const other = await bench.open();
    const [{ id } = { id: '' }] = await other.listJobs();
    await bench.pass(other.cancelJob(id));
    // heard within two seconds of real time; no time of the test passes meanwhile
    assert.equal((await run).jobs[0]?.status, 'cancelled');
    const job = await other.findJob(id);
    assert.deepEqual([job.state, job.operation], ['cancelled', { id: 'video_000000' }]);
  });

  it('that waits for its turn can be cancelled before anything is sent', async () => {
    bench = await createClipBench({ workMs: 60_000 });
    const pipeline = await bench.open();
    const run = pipeline.run(await pipeline.plan(['a', 'b', 'c', 'd'].map((prompt) => clipDraft(prompt))));
    await bench.passUntil(() => bench.server.creations.length === 3);
    const waiting = (await pipeline.listJobs()).find((job) => job.state === 'queued');
    assert.equal((await pipeline.cancelJob(waiting?.id ?? '')).status, 'cancelled');
    const { jobs } = await bench.pass(run);
    assert.deepEqual(jobs.map((job) => job.status).toSorted(), ['cancelled', 'done', 'done', 'done']);
    assert.equal(bench.server.creations.length, 3);
  });

  it('is found again by the plan that would pay for it once more, as long as its file is there', async () => {
    bench = await createClipBench();
    const pipeline = await bench.open();
    const plan = await pipeline.plan([clipDraft('other'), clipDraft('a fox')]);
    assert.deepEqual(await pipeline.findSame(plan), []);
    const { jobs } = await bench.pass(pipeline.run(await pipeline.plan([clipDraft('a fox')])));
    const path = jobs[0]?.assets[0]?.path ?? '';
    assert.deepEqual(await pipeline.findSame(plan), [{ index: 1, path }]);
    const { rm } = await import('node:fs/promises');
    await rm(path);
    assert.deepEqual(await pipeline.findSame(plan), []);
  });
});
