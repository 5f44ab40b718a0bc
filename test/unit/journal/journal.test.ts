import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog, systemClock } from '../../../src/core/environment.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { Journal } from '../../../src/core/journal/journal.ts';
import { openJournal } from '../../../src/core/journal/open-journal.ts';
import { createBench, type Bench } from '../jobs/support/workspace.ts';

describe('The journal', () => {
  let bench: Bench;
  let journals: Journal[];
  beforeEach(async () => {
    bench = await createBench();
    journals = [];
  });
  afterEach(async () => {
    for (const journal of journals) await journal.close();
    await bench.remove();
  });

  const open = async (): Promise<Journal> => {
    const { folder: workspaceFolder, personalFolder } = bench;
    const environment = { clock: systemClock, random: Math.random, fetch: globalThis.fetch, log: silentLog };
    const journal = await openJournal({ workspaceFolder, personalFolder, environment, warn: assert.fail });
    journals.push(journal);
    return journal;
  };
  const clip = (id: string, more: Partial<Job> = {}): Job => ({
    id,
    batch: 'batch_1',
    index: 0,
    state: 'submitting',
    request: { kind: 'video', connection: 'server', model: 'sora-2', prompt: 'a', parameters: {}, inputs: [] },
    requestHash: 'a'.repeat(64),
    planHash: '',
    origin: 'https://server.example',
    target: { folder: join(bench.folder, 'out'), stem: 'a', chosen: false },
    mime: 'video/mp4',
    count: 1,
    stream: false,
    outputs: [],
    warnings: [],
    createdAt: 1,
    updatedAt: 1,
    ...more,
  });
  const answered = (id: string, operation: string): Job =>
    clip(id, { state: 'running', operation: { id: operation }, startedAt: 2 });

  for (const state of ['submitting', 'unknown', 'failed'] as const) {
    it(`takes the operation that a process comes back with, over ${state} too`, async () => {
      const [sleeper, other] = [await open(), await open()];
      await sleeper.insert([clip('job_1')]);
      if (state !== 'submitting')
        await sleeper.change(clip('job_1', { state }), { state: 'submitting', owner: sleeper.self.token }, undefined);
      assert.equal(await sleeper.recordOperation(answered('job_1', 'video_1')), 'recorded');
      const entry = await other.find('job_1');
      assert.deepEqual([entry?.job.state, entry?.owner], ['running', sleeper.self.token]);
    });
  }

  for (const state of ['running', 'downloading', 'done'] as const) {
    it(`does not take it where another process has made the job ${state} since`, async () => {
      const [sleeper, other] = [await open(), await open()];
      await sleeper.insert([clip('job_1')]);
      const theirs = clip('job_1', { state, operation: { id: 'video_2' } });
      const owner = state === 'done' ? undefined : other.self.token;
      await sleeper.change(theirs, { state: 'submitting', owner: sleeper.self.token }, owner);
      assert.equal(await sleeper.recordOperation(answered('job_1', 'video_1')), 'superseded');
      assert.equal(await sleeper.recordAnswer({ ...answered('job_1', 'video_1'), state: 'downloading' }), false);
      const entry = await other.find('job_1');
      assert.deepEqual([entry?.job.state, entry?.job.operation, entry?.owner], [state, { id: 'video_2' }, owner]);
    });
  }

  it('keeps a cancelled job cancelled, with its operation', async () => {
    const sleeper = await open();
    await sleeper.insert([clip('job_1')]);
    const cancelled = clip('job_1', { state: 'cancelled', error: { code: 'cancelled', message: 'Out.' } });
    await sleeper.change(cancelled, { state: 'submitting', owner: sleeper.self.token }, undefined);
    assert.equal(await sleeper.recordOperation(answered('job_1', 'video_1')), 'cancelled');
    const entry = await sleeper.find('job_1');
    assert.deepEqual(
      [entry?.job.state, entry?.job.operation, entry?.job.error?.message, entry?.job.startedAt, entry?.owner],
      ['cancelled', { id: 'video_1' }, 'Out.', 2, undefined],
    );
  });

  it('gives found operations to all jobs or to none, and no operation to two', async () => {
    const journal = await open();
    const other = await open();
    const unknown = ['job_1', 'job_2'].map((id) => clip(id, { state: 'unknown' }));
    await journal.insert(unknown);
    await other.insert([answered('job_3', 'video_3')]);
    const settle = (...operations: string[]): Promise<boolean> =>
      journal.settle(
        operations.map((operation, index) => answered(`job_${index + 1}`, operation)),
        'unknown',
        operations,
      );
    assert.equal(await settle('video_1', 'video_3'), false);
    assert.equal((await journal.find('job_1'))?.job.state, 'unknown');
    assert.equal(await settle('video_1', 'video_2'), true);
    assert.equal(await settle('video_4', 'video_5'), false, 'they are no longer unknown');
    assert.deepEqual((await journal.find('job_2'))?.job.operation, { id: 'video_2' });
  });

  it('of an earlier version is brought up to date with what is in it', async () => {
    const old = await open();
    await old.insert([clip('job_1', { state: 'done' })]);
    await old.close();
    journals = [];
    const path = join(bench.folder, '.shotlist', 'shotlist.db');
    const database = new DatabaseSync(path);
    const own = `SELECT name FROM sqlite_schema WHERE type = 'index' AND name IN ('jobs_by_state', 'jobs_by_operation', 'jobs_by_model', 'assets_by_request')`;
    const names = database.prepare(own).all();
    assert.equal(names.length, 4);
    for (const { name } of names) database.exec(`DROP INDEX ${String(name)}`);
    database.exec('PRAGMA user_version = 1');
    database.close();
    const journal = await open();
    assert.equal((await journal.list()).length, 1);
    const count = await journal.database.read((connection) => connection.prepare(own).all().length);
    assert.equal(count, 4);
  });

  it('finds operations, earlier work and clips by their index, however many jobs there are', async () => {
    const journal = await open();
    const plans = await journal.database.read((connection) =>
      [
        `SELECT 1 FROM jobs WHERE body ->> '$.operation.id' = 'x' LIMIT 1`,
        `SELECT body FROM jobs WHERE state = 'done' AND body ->> '$.origin' = 'x' AND body ->> '$.request.model' = 'y' ORDER BY created_at DESC LIMIT 40`,
        `SELECT path FROM assets WHERE sidecar ->> '$.requestHash' = 'x'`,
      ].map((sql) => JSON.stringify(connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())),
    );
    assert.match(plans[0] ?? '', /jobs_by_operation/);
    assert.match(plans[1] ?? '', /jobs_by_model/);
    assert.match(plans[2] ?? '', /assets_by_request/);
  });
});
