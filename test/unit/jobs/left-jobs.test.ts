import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { Plan } from '../../../src/core/generation.ts';
import {
  createBench,
  draft,
  errorAnswer,
  gate,
  pictureAnswer,
  samplePicture,
  type Bench,
} from './support/workspace.ts';

const goneOwner = { token: 'gone', pid: 2 ** 22 + 1, host: 'h' };

describe('Jobs that were left', () => {
  let bench: Bench;
  let calls = 0;
  const answering = async (): Promise<Response> => {
    calls++;
    return pictureAnswer();
  };
  beforeEach(async () => {
    bench = await createBench();
    calls = 0;
  });
  afterEach(() => bench.remove());

  /** A plan whose jobs a dead process left in these states; later ones were never begun. */
  const leave = async (states: readonly Job['state'][], change: (job: Job) => Job = (job) => job): Promise<Plan> => {
    const drain = new AbortController();
    drain.abort();
    const pipeline = await bench.open({ fetch: answering });
    const plan = await pipeline.plan(states.map((_, index) => draft(`fox ${index}`)));
    await pipeline.run(plan, { drain: drain.signal });
    const jobs = await pipeline.listJobs();
    await pipeline.dispose();
    const database = new DatabaseSync(join(bench.folder, '.shotlist', 'shotlist.db'));
    const { hostname } = await import('node:os');
    database
      .prepare('INSERT INTO owners VALUES (?, ?, ?)')
      .run('gone', JSON.stringify({ ...goneOwner, host: hostname(), boot: 'an earlier one' }), 0);
    for (const [index, state] of states.entries()) {
      const job = jobs.find((each) => each.index === index);
      assert.ok(job);
      const owner = state === 'unknown' || state === 'failed' ? null : 'gone';
      database
        .prepare('UPDATE jobs SET state = ?, owner = ?, body = ? WHERE id = ?')
        .run(state, owner, JSON.stringify(change({ ...job, state })), job.id);
    }
    database.close();
    return plan;
  };

  it('are finished by the same plan, without making again what is done', async () => {
    const drain = new AbortController();
    const pipeline = await bench.open({
      fetch: () => (calls++ === 0 ? drain.abort() : undefined, Promise.resolve(pictureAnswer())),
    });
    const plan = await pipeline.plan([draft('a'), draft('b'), draft('c'), draft('d'), draft('e'), draft('f')]);
    const first = await pipeline.run(plan, { drain: drain.signal });
    const done = first.jobs.filter((job) => job.status === 'done');
    const second = await pipeline.run(plan);
    assert.equal(second.batch, first.batch);
    assert.equal(calls, 6);
    for (const { id, assets } of done) assert.deepEqual(second.jobs.find((job) => job.id === id)?.assets, assets);
  });

  it('are given up by a fresh start', async () => {
    const plan = await leave(['queued', 'queued']);
    const pipeline = await bench.open({ fetch: answering });
    const result = await pipeline.run(plan, { fresh: true });
    assert.deepEqual(
      result.jobs.map((job) => job.status),
      ['done', 'done'],
    );
    const states = (await pipeline.listJobs()).map((job) => job.state).toSorted();
    assert.deepEqual(states, ['cancelled', 'cancelled', 'done', 'done']);
  });

  it('are shown as unknown where the process died during the call, before anybody settles them', async () => {
    await leave(['submitting', 'queued']);
    const pipeline = await bench.open();
    assert.deepEqual(
      (await pipeline.listJobs()).map((job) => job.state),
      ['unknown', 'queued'],
    );
    assert.deepEqual(
      (await pipeline.listLeftJobs()).map((job) => job.state),
      ['unknown', 'queued'],
    );
  });

  it('are never sent again while they are unknown; the plan then runs anew and says so', async () => {
    const plan = await leave(['submitting', 'failed']);
    const pipeline = await bench.open({ fetch: answering });
    const resumed = await pipeline.resumeJobs(undefined);
    assert.deepEqual([resumed.jobs.length, calls], [0, 0]);
    const result = await pipeline.run(plan);
    assert.deepEqual(
      result.jobs.map((job) => job.status),
      ['done', 'done'],
    );
    assert.match(result.warnings.join(), /may have been charged/);
    assert.equal((await pipeline.listJobs()).filter((job) => job.state === 'unknown').length, 1);
  });

  it('are sent by resuming where they are queued', async () => {
    await leave(['queued', 'submitting', 'queued']);
    const pipeline = await bench.open({ fetch: answering });
    const { jobs } = await pipeline.resumeJobs(undefined);
    assert.deepEqual(
      jobs.map((job) => [job.index, job.status]),
      [
        [0, 'done'],
        [2, 'done'],
      ],
    );
    assert.equal(calls, 2);
  });

  it('are not sent to another address than they were meant for', async () => {
    await leave(['queued']);
    const { defineConnection } = await import('../../../src/core/connections/connection.ts');
    const pipeline = await bench.open({
      fetch: answering,
      connections: [defineConnection({ id: 'server', baseUrl: 'https://other.example/v1', needsKey: false })],
    });
    const { jobs } = await pipeline.resumeJobs(undefined);
    assert.deepEqual([jobs[0]?.error?.code, calls], ['invalid_request', 0]);
  });

  it('are left alone where another process runs them', async () => {
    const answer = gate();
    const busy = await bench.open({ fetch: async () => (calls++, await answer.opened, pictureAnswer()) });
    const plan = await busy.plan([draft('a')]);
    const running = busy.run(plan);
    await until(() => calls > 0);
    const other = await bench.open({ fetch: answering });
    const id = (await other.listJobs())[0]?.id ?? '';
    const resumed = await other.resumeJobs(id);
    assert.match(resumed.warnings.join(), /another process/);
    const second = await other.run(plan);
    assert.notEqual(second.batch, '');
    answer.open();
    assert.equal((await running).jobs[0]?.status, 'done');
    assert.deepEqual(
      (await other.listJobs()).map((job) => job.state),
      ['done', 'done'],
    );
  });

  it('are paid for again only when the person says so; the unknown one stays on record', async () => {
    await leave(['submitting']);
    const pipeline = await bench.open({ fetch: answering });
    const id = (await pipeline.listJobs())[0]?.id ?? '';
    const { jobs } = await pipeline.retryJob(id);
    assert.equal(jobs[0]?.status, 'done');
    assert.notEqual(jobs[0].id, id);
    assert.equal((await pipeline.findJob(id)).state, 'unknown');
  });

  it('can be taken out', async () => {
    await leave(['queued', 'submitting']);
    const pipeline = await bench.open({ fetch: answering });
    for (const { id } of await pipeline.listJobs()) assert.equal((await pipeline.cancelJob(id)).status, 'cancelled');
    assert.deepEqual([(await pipeline.resumeJobs(undefined)).jobs.length, calls], [0, 0]);
    await assert.rejects(pipeline.cancelJob('job_none'), { code: 'not_found' });
  });

  it('can be taken out while they wait for their turn in another process', async () => {
    const answer = gate();
    const busy = await bench.open({ fetch: async () => (calls++, await answer.opened, pictureAnswer()) });
    const running = busy.run(await busy.plan(Array.from({ length: 6 }, (_, index) => draft(`fox ${index}`))));
    await until(() => calls === 4);
    const other = await bench.open();
    const waiting = (await other.listJobs()).filter((job) => job.state === 'queued');
    for (const { id } of waiting) await other.cancelJob(id);
    answer.open();
    const states = (await running).jobs.map((job) => job.status).toSorted();
    assert.deepEqual([states, calls], [['cancelled', 'cancelled', 'done', 'done', 'done', 'done'], 4]);
  });

  it('stop when another process asks for it', async function () {
    this.timeout(10_000);
    const busy = await bench.open({
      fetch: (_, init) => {
        calls++;
        return new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        });
      },
    });
    const running = busy.run(await busy.plan([draft('a')]));
    await until(() => calls > 0);
    const other = await bench.open();
    await other.cancelJob((await other.listJobs())[0]?.id ?? '');
    assert.equal((await running).jobs[0]?.status, 'unknown');
  });

  describe('with their pictures half on disk', () => {
    const folder = (): string => join(bench.folder, 'shotlist-output');
    const half = async (
      bytesOnDisk: Uint8Array | undefined,
      placed: 'no' | 'asset' | 'both',
    ): Promise<{ plan: Plan; path: string }> => {
      const { describeAnswer } = await import('../../../src/core/jobs/describe-answer.ts');
      const { findModel } = await import('../../../src/core/catalog/catalog.ts');
      const model = findModel('gpt-image-2');
      assert.ok(model);
      const { mkdir, link } = await import('node:fs/promises');
      await mkdir(folder(), { recursive: true });
      const path = join(folder(), 'fox.png');
      const drafted = await leave(['queued']);
      const reader = await bench.open();
      const [job] = await reader.listJobs();
      await reader.dispose();
      assert.ok(job);
      const described = await describeAnswer(
        job,
        [{ bytes: samplePicture() }],
        {},
        {
          model,
          workspaceFolder: bench.folder,
          tool: 'shotlist test',
          now: Date.now(),
          freePath: () => Promise.resolve(path),
        },
      );
      const [output] = described.outputs;
      assert.ok(output);
      if (bytesOnDisk !== undefined) await writeFile(output.temporaryPath, bytesOnDisk);
      if (placed !== 'no') await link(output.temporaryPath, path);
      if (placed === 'both') {
        await writeFile(`${path}.json`, output.sidecarText);
        await writeFile(`${output.temporaryPath}.json`, output.sidecarText);
      }
      const database = new DatabaseSync(join(bench.folder, '.shotlist', 'shotlist.db'));
      database.prepare('UPDATE jobs SET state = ?, body = ?').run('downloading', JSON.stringify(described));
      database.close();
      return { plan: drafted, path };
    };

    for (const placed of ['no', 'asset', 'both'] as const) {
      it(`are finished without another call (${placed === 'no' ? 'only the temporary file' : placed === 'asset' ? 'no sidecar yet' : 'nothing but the record missing'})`, async () => {
        const { plan, path } = await half(samplePicture(), placed);
        const pipeline = await bench.open({ fetch: answering });
        await pipeline.resumeJobs(undefined);
        const [job] = await pipeline.listJobs();
        assert.equal(job?.state, 'done');
        assert.equal(job.outputs[0]?.path, path);
        assert.deepEqual((await readdir(folder())).toSorted(), ['fox.png', 'fox.png.json']);
        assert.equal(calls, 0);
        // that one is done now, so the plan runs anew
        await pipeline.run(plan);
        assert.equal(calls, 1);
      });
    }

    it('are unknown where the bytes are not whole, and nothing of them is left', async () => {
      await half(samplePicture().subarray(0, 20), 'no');
      const pipeline = await bench.open({ fetch: answering });
      await pipeline.resumeJobs(undefined);
      assert.equal((await pipeline.listJobs())[0]?.state, 'unknown');
      assert.deepEqual(await readdir(folder()), []);
    });

    it('do not take a picture of the same bytes for their own', async () => {
      const { path } = await half(undefined, 'no');
      await writeFile(path, samplePicture());
      const pipeline = await bench.open({ fetch: answering });
      await pipeline.resumeJobs(undefined);
      const [job] = await pipeline.listJobs();
      assert.equal(job?.state, 'unknown');
      assert.deepEqual(await readdir(folder()), ['fox.png']);
    });

    it('get another name where somebody took theirs', async () => {
      const { path } = await half(samplePicture(), 'no');
      await writeFile(path, 'mine');
      const pipeline = await bench.open({ fetch: answering });
      await pipeline.resumeJobs(undefined);
      const [job] = await pipeline.listJobs();
      assert.equal(job?.state, 'done');
      assert.notEqual(job.outputs[0]?.path, path);
      assert.equal(await readFile(path, 'utf8'), 'mine');
    });
  });

  it('record an answer that comes after another process gave them up', async () => {
    const answer = gate();
    const busy = await bench.open({ fetch: async () => (calls++, await answer.opened, pictureAnswer()) });
    const running = busy.run(await busy.plan([draft('a')]));
    await until(() => calls > 0);
    const database = new DatabaseSync(join(bench.folder, '.shotlist', 'shotlist.db'));
    database.exec(`UPDATE jobs SET state = 'unknown', owner = NULL`);
    database.close();
    answer.open();
    assert.equal((await running).jobs[0]?.status, 'done');
    assert.equal((await busy.listJobs())[0]?.state, 'done');
  });

  it('survive rows that are no jobs', async () => {
    await leave(['queued', 'queued']);
    const database = new DatabaseSync(join(bench.folder, '.shotlist', 'shotlist.db'));
    database.exec(`UPDATE jobs SET body = '{"state": "queued", "outputs": "../../etc"}' WHERE position = 0`);
    database.close();
    const pipeline = await bench.open({ fetch: answering });
    assert.equal((await pipeline.listJobs()).length, 1);
    assert.deepEqual(
      (await pipeline.resumeJobs(undefined)).jobs.map((job) => job.status),
      ['done'],
    );
  });

  it('are stopped and recorded when the pipeline is closed', async () => {
    const pipeline = await bench.open({
      fetch: (_, init) => {
        calls++;
        return new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        });
      },
    });
    const running = pipeline.run(await pipeline.plan([draft('a')]));
    await until(() => calls > 0);
    await pipeline.dispose();
    assert.equal((await running).jobs[0]?.status, 'unknown');
    await assert.rejects(pipeline.listJobs(), { code: 'cancelled' });
  });

  it('that failed may be retried, those that wait need not', async () => {
    const answers = [errorAnswer(400, 'invalid_value')];
    const pipeline = await bench.open({ fetch: () => Promise.resolve(answers.shift() ?? pictureAnswer()) });
    const failed = await pipeline.run(await pipeline.plan([draft('a')]));
    assert.equal(failed.jobs[0]?.status, 'failed');
    assert.equal((await pipeline.retryJob(failed.jobs[0].id)).jobs[0]?.status, 'done');
    await pipeline.dispose();
    await leave(['queued']);
    const other = await bench.open();
    const left = (await other.listLeftJobs())[0];
    await assert.rejects(other.retryJob(left?.id ?? ''), { code: 'invalid_request' });
  });
});

/** Real processes and files need real time. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    assert.ok(turns < 5_000, 'it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
