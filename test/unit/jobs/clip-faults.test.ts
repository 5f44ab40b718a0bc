import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobReport } from '../../../src/core/jobs/job.ts';
import type { SoraFault } from '../../support/sora-server-faults.ts';
import { clipDraft, createClipBench, type ClipBench } from './support/clips.ts';

describe('A clip whose server does wrong', function () {
  this.timeout(20_000);
  let bench: ClipBench;
  beforeEach(async () => {
    bench = await createClipBench({ workMs: 20_000 });
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  const run = async (): Promise<JobReport> => {
    const pipeline = await bench.open({ defaults: { videoWindowMinutes: 5 } });
    const { jobs } = await bench.pass(pipeline.run(await pipeline.plan([clipDraft('a fox')])));
    assert.ok(jobs[0]);
    return jobs[0];
  };
  const resume = async (id: string): Promise<JobReport | undefined> => {
    const pipeline = await bench.open();
    return (await bench.pass(pipeline.resumeJobs(id))).jobs[0];
  };
  const left = async (): Promise<string[]> => {
    const names = await readdir(join(bench.folder, 'shotlist-output')).catch(() => [] as string[]);
    return names.filter((name) => !/\.mp4(\.json)?$/.test(name));
  };
  const status = (code: number, more: Partial<Extract<SoraFault, { type: 'status' }>> = {}): SoraFault => ({
    type: 'status',
    status: code,
    ...more,
  });

  describe('while it is submitted', () => {
    for (const [what, fault, state, code] of [
      [
        'a refusal',
        status(400, { error: { code: 'invalid_value', message: 'no such size' } }),
        'failed',
        'invalid_request',
      ],
      [
        'a blocked prompt',
        status(400, { error: { code: 'moderation_blocked', message: 'blocked' } }),
        'failed',
        'moderation_blocked',
      ],
      ['no key', status(401), 'failed', 'missing_key'],
      ['no quota', status(429, { error: { code: 'insufficient_quota' } }), 'failed', 'quota_exceeded'],
      ['a server error', status(500, { counted: true }), 'unknown', 'provider_unavailable'],
      ['a broken connection', { type: 'reset', counted: true }, 'unknown', 'connection_failed'],
      ['a page instead of an answer', { type: 'wrong type', counted: true }, 'unknown', 'bad_response'],
      [
        'an answer without an id',
        { type: 'body', body: '{"object":"video"}', counted: true },
        'unknown',
        'bad_response',
      ],
    ] as const satisfies readonly (readonly [string, SoraFault, string, string])[]) {
      it(`${state === 'unknown' ? 'is unknown and found again' : 'fails'} after ${what}, and is sent once`, async () => {
        bench.server.fail('create', fault);
        const job = await run();
        assert.deepEqual([job.status, job.error?.code], [state, code]);
        assert.equal(bench.server.requests.filter(({ method }) => method === 'POST').length, 1);
        if (state !== 'unknown') return;
        assert.match(job.error?.message ?? '', /charged/);
        assert.equal((await resume(job.id))?.status, 'done');
        assert.equal(bench.server.creations.length, 1);
      });
    }

    it('is sent again where the server is busy and said that it did nothing', async () => {
      bench.server.fail('create', status(429, { headers: { 'retry-after': '2' } }));
      bench.server.fail('create', status(503, { headers: { 'retry-after': '2' } }));
      assert.equal((await run()).status, 'done');
      assert.equal(bench.server.creations.length, 1);
    });
  });

  describe('while it is waited for', () => {
    for (const [what, fault] of [
      ['server errors', status(500)],
      ['limits', status(429, { headers: { 'retry-after': '20' } })],
      ['broken connections', { type: 'reset' }],
      ['pages instead of answers', { type: 'wrong type' }],
      ['broken bodies', { type: 'truncated' }],
    ] as const satisfies readonly (readonly [string, SoraFault])[]) {
      it(`is waited for on after ${what}`, async () => {
        bench.server.fail('poll', fault, 5);
        const job = await run();
        assert.deepEqual([job.status, job.error], ['done', undefined]);
      });
    }

    it('is not forgotten where the server does not know it at the first moment', async () => {
      bench.server.fail('poll', status(404), 2);
      assert.equal((await run()).status, 'done');
    });

    it('fails where the server knew it and does not any more', async () => {
      const pipeline = await bench.open();
      const running = pipeline.run(await pipeline.plan([clipDraft('a fox')]));
      await bench.passUntil(() => bench.server.requests.filter(({ method }) => method === 'GET').length > 1);
      bench.server.fail('poll', status(404), Infinity);
      const { jobs } = await bench.pass(running);
      assert.deepEqual([jobs[0]?.status, jobs[0]?.error?.code], ['failed', 'not_found']);
    });

    it('stays resumable where the key is no longer taken', async () => {
      bench.server.fail('poll', status(401));
      const job = await run();
      assert.deepEqual([job.status, job.error?.code], ['running', 'missing_key']);
      assert.equal((await resume(job.id))?.status, 'done');
    });

    it('stays resumable where the server never comes back within the window', async () => {
      bench.server.fail('poll', status(500), Infinity);
      const job = await run();
      assert.deepEqual([job.status, job.error?.code], ['running', 'timeout']);
      assert.match(job.error?.message ?? '', /5 minutes/);
    });
  });

  describe('while it is fetched', () => {
    for (const [what, fault] of [
      ['a broken connection', { type: 'reset' }],
      ['a body that ends early', { type: 'truncated' }],
      ['a server error', status(500)],
      ['a page instead of a clip', { type: 'wrong type' }],
      ['a length that is too large', { type: 'lying length', by: 100 }],
    ] as const satisfies readonly (readonly [string, SoraFault])[]) {
      it(`is fetched again after ${what}`, async () => {
        bench.server.fail('download', fault);
        assert.equal((await run()).status, 'done');
        assert.deepEqual(await left(), []);
      });

      it(`is resumable where ${what} stays, and nothing half is left`, async () => {
        bench.server.fail('download', fault, 1000);
        const job = await run();
        assert.deepEqual([job.status, job.error?.code, await left()], ['running', 'download_failed', []]);
      });
    }

    it('fails where the provider has thrown it away, and can be tried again by name', async () => {
      bench.server.fail('download', { type: 'expired' }, 1);
      const job = await run();
      assert.deepEqual([job.status, job.error?.code, await left()], ['failed', 'download_failed', []]);
      assert.equal((await resume(job.id))?.status, 'done');
      assert.equal(bench.server.creations.length, 1);
    });

    it('is resumable when it is stopped in the middle', async () => {
      bench.server.fail('download', { type: 'hang', afterBytes: 1000 });
      const pipeline = await bench.open();
      const stop = new AbortController();
      const running = pipeline.run(await pipeline.plan([clipDraft('a fox')]), { signal: stop.signal });
      await bench.passUntil(() => bench.server.requests.some(({ path }) => path.includes('/content')));
      stop.abort();
      const { jobs } = await running;
      assert.deepEqual([jobs[0]?.status, jobs[0]?.error, await left()], ['running', undefined, []]);
      assert.equal((await resume(jobs[0]?.id ?? ''))?.status, 'done');
    });
  });
});
