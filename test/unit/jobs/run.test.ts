import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEvent } from '../../../src/core/jobs/job.ts';
import { parseSidecar } from '../../../src/core/outputs/sidecar.ts';
import {
  createBench,
  draft,
  errorAnswer,
  gate,
  pictureAnswer,
  samplePicture,
  type Bench,
} from './support/workspace.ts';

describe('A run', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await createBench();
  });
  afterEach(() => bench.remove());

  it('turns each request into a picture with its sidecar, bytes as received', async () => {
    const pipeline = await bench.open();
    const plan = await pipeline.plan([draft('a fox'), draft('a hare')]);
    const result = await pipeline.run(plan);
    assert.deepEqual(
      result.jobs.map(({ status, index }) => [status, index]),
      [
        ['done', 0],
        ['done', 1],
      ],
    );
    assert.deepEqual(result.warnings, []);
    for (const [index, { assets, batch }] of result.jobs.entries()) {
      const [asset] = assets;
      assert.ok(asset);
      assert.equal(batch, result.batch);
      const bytes = await readFile(asset.path);
      assert.deepEqual(bytes, Buffer.from(samplePicture()));
      const sidecar = parseSidecar(await readFile(asset.sidecar, 'utf8'));
      assert.equal(sidecar?.asset.sha256, createHash('sha256').update(bytes).digest('hex'));
      assert.equal(sidecar?.requestHash, plan.jobs[index]?.requestHash);
      assert.equal(sidecar?.batch, batch);
      assert.equal(sidecar?.index, index);
      assert.equal(sidecar?.provider.requestId, 'request-1');
      assert.deepEqual(sidecar?.cost, { usd: 0.00305, basis: 'usage' });
    }
  });

  it('has nothing to do before it: planning leaves the workspace as it is', async () => {
    const pipeline = await bench.open();
    await pipeline.plan([draft('a fox')]);
    assert.deepEqual(await pipeline.listJobs(), []);
    assert.deepEqual(await readdir(bench.folder), []);
  });

  it('is anew each time, and never overwrites', async () => {
    const pipeline = await bench.open();
    const plan = await pipeline.plan([draft('a fox')]);
    const paths = [];
    for (let round = 0; round < 3; round++) paths.push((await pipeline.run(plan)).jobs[0]?.assets[0]?.path ?? '');
    assert.equal(new Set(paths).size, 3);
    assert.deepEqual(
      paths.slice(1).map((path) => /-(\d)\.png$/.exec(path)?.[1]),
      ['2', '3'],
    );
  });

  it('goes around names that a file or a sidecar has', async () => {
    const pipeline = await bench.open();
    const plan = await pipeline.plan([draft('a fox', { output: join(bench.folder, 'fox.png') })]);
    await writeFile(join(bench.folder, 'fox.png'), 'mine');
    await writeFile(join(bench.folder, 'fox-2.png.json'), 'mine too');
    const { jobs } = await pipeline.run(plan);
    assert.equal(jobs[0]?.assets[0]?.path, join(bench.folder, 'fox-3.png'));
    assert.equal(await readFile(join(bench.folder, 'fox.png'), 'utf8'), 'mine');
    assert.equal(await readFile(join(bench.folder, 'fox-2.png.json'), 'utf8'), 'mine too');
  });

  it('keeps the ending that the person wrote where it fits', async () => {
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
    const pipeline = await bench.open({ fetch: () => Promise.resolve(pictureAnswer(1, jpeg)) });
    const { jobs } = await pipeline.run(
      await pipeline.plan([draft('a fox', { output: join(bench.folder, 'fox.jpeg') })]),
    );
    assert.equal(jobs[0]?.assets[0]?.path, join(bench.folder, 'fox.jpeg'));
  });

  it('keeps a file of another type, size or without transparency, and says so', async () => {
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
    const answers = [pictureAnswer(1, jpeg), pictureAnswer(1, Buffer.from('<html>no</html>')), pictureAnswer()];
    const pipeline = await bench.open({ fetch: () => Promise.resolve(answers.shift() ?? pictureAnswer()) });
    const run = async (parameters: Record<string, unknown>) =>
      pipeline.run(await pipeline.plan([draft('a fox', { model: 'gpt-image-1.5', parameters })]));
    const [other, unknown, opaque] = [
      await run({}),
      await run({}),
      await run({ background: 'transparent', size: '1024x1024' }),
    ];
    assert.equal(other.jobs[0]?.status, 'done');
    assert.match(other.jobs[0]?.assets[0]?.path ?? '', /\.jpg$/);
    assert.match(other.warnings.join(), /is image\/jpeg, not image\/png/);
    assert.match(unknown.jobs[0]?.assets[0]?.path ?? '', /\.bin$/);
    assert.match(unknown.warnings.join(), /no picture or clip/);
    assert.match(opaque.warnings.join(), /no transparent area/);
    assert.match(opaque.warnings.join(), /16x16, not 1024x1024/);
  });

  it('is finished by other jobs when one fails', async () => {
    const pipeline = await bench.open({
      fetch: async (_, init) =>
        bodyOf(init).includes('bad') ? errorAnswer(400, 'moderation_blocked') : pictureAnswer(),
    });
    const result = await pipeline.run(await pipeline.plan([draft('a fox'), draft('a bad fox'), draft('a hare')]));
    assert.deepEqual(
      result.jobs.map((job) => job.status),
      ['done', 'failed', 'done'],
    );
    assert.equal(result.jobs[1]?.error?.code, 'moderation_blocked');
  });

  for (const [what, fault] of [
    ['a server error', () => Promise.resolve(errorAnswer(500, 'server_error'))],
    [
      'a connection that breaks',
      () =>
        Promise.reject(
          Object.assign(new TypeError('fetch failed'), {
            cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
          }),
        ),
    ],
  ] as const) {
    it(`leaves a job unknown after ${what}, and sends it once`, async () => {
      let calls = 0;
      const pipeline = await bench.open({
        fetch: () => {
          calls++;
          return fault();
        },
      });
      const { jobs } = await pipeline.run(await pipeline.plan([draft('a fox')]));
      assert.equal(jobs[0]?.status, 'unknown');
      assert.match(`${jobs[0].error?.message} ${jobs[0].error?.hint}`, /charged/);
      assert.equal(calls, 1);
      const again = await pipeline.resumeJobs(undefined);
      assert.deepEqual([again.jobs.length, calls], [0, 1]);
    });
  }

  it('needs a key before anything is written', async () => {
    const pipeline = await bench.open();
    const plan = await pipeline.plan([draft('a fox')]);
    const [job] = plan.jobs;
    assert.ok(job);
    const keyless = { ...plan, jobs: [{ ...job, request: { ...job.request, connection: 'locked' } }] };
    const { defineConnection } = await import('../../../src/core/connections/connection.ts');
    const other = await bench.open({
      connections: [defineConnection({ id: 'locked', baseUrl: 'https://locked.example/v1' })],
    });
    await assert.rejects(other.run(keyless), { code: 'missing_key' });
    assert.deepEqual(await readdir(bench.folder), []);
  });

  it('tries the folder before it sends', async () => {
    let calls = 0;
    const pipeline = await bench.open({ fetch: () => Promise.resolve((calls++, pictureAnswer())) });
    const plan = await pipeline.plan([draft('a fox')]);
    await writeFile(join(bench.folder, 'shotlist-output'), 'a file in the way');
    const { jobs } = await pipeline.run(plan);
    assert.deepEqual([jobs[0]?.status, jobs[0]?.error?.code, calls], ['failed', 'write_failed', 0]);
  });

  it('sends nothing where a link took the place of the folder since planning', async () => {
    let calls = 0;
    const pipeline = await bench.open({ fetch: () => Promise.resolve((calls++, pictureAnswer())) });
    const plan = await pipeline.plan([draft('a fox')]);
    await symlink(bench.personalFolder, join(bench.folder, 'shotlist-output'));
    const { jobs } = await pipeline.run(plan);
    assert.deepEqual([jobs[0]?.error?.code, calls], ['outside_workspace', 0]);
  });

  it('tells what happens: partial pictures, changes, waiting', async () => {
    const events: JobEvent[] = [];
    const answers = [errorAnswer(429, 'rate_limit_exceeded', { 'retry-after': '1' }), pictureAnswer()];
    const pipeline = await bench.open({
      fetch: () => Promise.resolve(answers.shift() ?? pictureAnswer()),
      automaticClock: true,
    });
    const { jobs } = await pipeline.run(await pipeline.plan([draft('a fox')]), {
      onEvent: (event) => events.push(event),
    });
    assert.equal(jobs[0]?.status, 'done');
    const changes = events.flatMap((event) => (event.type === 'changed' ? event.job.state : []));
    assert.deepEqual(changes, ['submitting', 'done']);
    assert.ok(events.some((event) => event.type === 'waiting' && event.untilMs !== undefined));
  });

  it('keeps what came where the other pictures of a call do not', async () => {
    const pipeline = await bench.open({ fetch: () => Promise.resolve(pictureAnswer(1)) });
    const { jobs } = await pipeline.run(await pipeline.plan([draft('a fox', { count: 2 })]));
    assert.equal(jobs[0]?.assets.length, 1);
  });

  it('makes no more calls at once than the connection allows, and frees the place before it writes', async () => {
    let open = 0;
    let most = 0;
    const pipeline = await bench.open({
      fetch: async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open--;
        return pictureAnswer();
      },
    });
    const { jobs } = await pipeline.run(
      await pipeline.plan([
        draft('a fox', { count: 1 }),
        ...Array.from({ length: 12 }, (_, index) => draft(`fox ${index}`)),
      ]),
    );
    assert.ok(jobs.every((job) => job.status === 'done'));
    assert.equal(most, 4);
  });

  it('stops sending when it is asked to drain, and keeps the answers under way', async () => {
    const answer = gate();
    const drain = new AbortController();
    let calls = 0;
    const pipeline = await bench.open({
      fetch: async () => {
        if (++calls === 4) drain.abort();
        await answer.opened;
        return pictureAnswer();
      },
    });
    const plan = await pipeline.plan(Array.from({ length: 7 }, (_, index) => draft(`fox ${index}`)));
    const running = pipeline.run(plan, { drain: drain.signal });
    drain.signal.addEventListener('abort', () => answer.open());
    const states = (await running).jobs.map((job) => job.status);
    assert.deepEqual(states.toSorted(), ['done', 'done', 'done', 'done', 'queued', 'queued', 'queued']);
    const rest = await pipeline.run(plan);
    assert.deepEqual(
      rest.jobs.map((job) => job.status),
      Array.from({ length: 7 }, () => 'done'),
    );
    assert.equal(calls, 7);
    assert.match(rest.warnings.join(), /cut off/);
  });

  it('leaves what was sent unknown, and the rest queued, when it is stopped', async () => {
    const stop = new AbortController();
    let calls = 0;
    const pipeline = await bench.open({
      fetch: (_, init) => {
        if (++calls === 4) setImmediate(() => stop.abort());
        return new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        });
      },
    });
    const plan = await pipeline.plan(Array.from({ length: 6 }, (_, index) => draft(`fox ${index}`)));
    const { jobs } = await pipeline.run(plan, { signal: stop.signal });
    assert.deepEqual(jobs.map((job) => job.status).toSorted(), [
      'queued',
      'queued',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
    assert.equal((await pipeline.listLeftJobs()).length, 6);
  });

  it('fetches pictures that come as links from the connection itself, and finishes them later where that fails', async () => {
    let isBroken = true;
    const pipeline = await bench.open({
      automaticClock: true,
      fetch: async (input) => {
        const url = String(input instanceof Request ? input.url : input);
        if (!url.includes('/files/')) return Response.json({ data: [{ url: 'https://server.example/files/1' }] });
        return isBroken ? new Response('', { status: 503 }) : new Response(Buffer.from(samplePicture()));
      },
    });
    const plan = await pipeline.plan([draft('a fox')]);
    const first = await pipeline.run(plan);
    assert.deepEqual([first.jobs[0]?.status, first.jobs[0]?.error?.code], ['running', 'download_failed']);
    isBroken = false;
    const second = await pipeline.resumeJobs(first.jobs[0]?.id);
    assert.equal(second.jobs[0]?.status, 'done');
    assert.equal(second.jobs[0].error, undefined);
    const text = await readFile(second.jobs[0].assets[0]?.sidecar ?? '', 'utf8');
    assert.doesNotMatch(text, /server\.example/);
  });

  it('never fetches a link that leads to a private network', async () => {
    const seen: string[] = [];
    const pipeline = await bench.open({
      automaticClock: true,
      fetch: async (input) => {
        const url = String(input instanceof Request ? input.url : input);
        seen.push(url);
        return Response.json({ data: [{ url: 'http://169.254.169.254/latest' }] });
      },
    });
    const { jobs } = await pipeline.run(await pipeline.plan([draft('a fox')]));
    assert.deepEqual([jobs[0]?.status, jobs[0]?.error?.code], ['failed', 'download_failed']);
    assert.equal(seen.length, 1);
  });

  it('is not confused by another pipeline on another workspace', async () => {
    const other = await createBench();
    try {
      const [one, two] = await Promise.all([bench.open(), other.open()]);
      const results = await Promise.all([one.run(await one.plan([draft('a')])), two.run(await two.plan([draft('b')]))]);
      assert.deepEqual(
        results.map((result) => result.jobs[0]?.status),
        ['done', 'done'],
      );
      assert.equal((await one.listJobs()).length, 1);
    } finally {
      await other.remove();
    }
  });

  it('sends input files as they were checked, or not at all', async () => {
    let calls = 0;
    const pipeline = await bench.open({ fetch: () => Promise.resolve((calls++, pictureAnswer())) });
    const path = join(bench.folder, 'reference.png');
    await writeFile(path, samplePicture());
    const plan = await pipeline.plan([draft('a fox', { inputs: [{ role: 'reference', path }] })]);
    await writeFile(path, samplePicture({ shade: 1 }));
    const { jobs } = await pipeline.run(plan);
    assert.deepEqual([jobs[0]?.status, jobs[0]?.error?.code, calls], ['failed', 'invalid_request', 0]);
  });

  it('refuses a state folder that is a link', async () => {
    await mkdir(join(bench.personalFolder, 'elsewhere'), { recursive: true });
    await symlink(join(bench.personalFolder, 'elsewhere'), join(bench.folder, '.shotlist'));
    const pipeline = await bench.open();
    await assert.rejects(pipeline.run(await pipeline.plan([draft('a fox')])), { code: 'outside_workspace' });
    assert.deepEqual(await readdir(join(bench.personalFolder, 'elsewhere')), []);
  });
});

function bodyOf(init: RequestInit | undefined): string {
  return typeof init?.body === 'string' ? init.body : '';
}
