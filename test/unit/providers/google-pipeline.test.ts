import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../../src/core/connections/connection.ts';
import type { JobReport } from '../../../src/core/jobs/job.ts';
import type { Draft, Pipeline, PipelineOptions } from '../../../src/core/pipeline.ts';
import { dropAtOnce } from '../../support/http-server.ts';
import { googleFault } from '../../support/gemini-server-answers.ts';
import { startGeminiServer, type GeminiServer } from '../../support/gemini-server.ts';
import { googleConnection } from '../../support/google-calls.ts';
import { canaryKey, pixel } from '../../support/openai-calls.ts';
import { startVertexServer, type VertexServer } from '../../support/vertex-server.ts';
import { createClipBench, type ClipBench } from '../jobs/support/clips.ts';

const token = 'ya29.canary-token-0123456789';

interface Row {
  readonly protocol: 'gemini' | 'vertex';
  readonly model: string;
  readonly start: () => Promise<GeminiServer | VertexServer>;
  readonly connect: (server: GeminiServer | VertexServer) => Connection;
  readonly options: Partial<PipelineOptions>;
  /** Parameters above 720p, where the clip lies elsewhere at Google. */
  readonly large: Partial<Draft>;
}

const rows: readonly Row[] = [
  {
    protocol: 'gemini',
    model: 'gemini-omni-1.1-flash',
    start: () => startGeminiServer({ key: canaryKey, polls: 2 }),
    connect: ({ baseUrl }) => googleConnection('gemini', baseUrl),
    options: { credentials: { find: () => Promise.resolve({ value: canaryKey, source: 'test' }) } },
    large: { resolution: '1080p' },
  },
  {
    protocol: 'vertex',
    model: 'veo-3.1-generate-001',
    start: () => startVertexServer({ token, polls: 2 }),
    connect: ({ baseUrl }) =>
      googleConnection('vertex', baseUrl, { project: 'my-project', location: 'us-central1', needsKey: false }),
    options: { googleToken: () => Promise.resolve(token) },
    large: { resolution: '1080p', seconds: 8 },
  },
];

for (const { protocol, model, start, connect, options, large } of rows) {
  describe(`Clips of the protocol ${protocol}, from the plan to the file`, function () {
    this.timeout(20_000);
    let bench: ClipBench;
    let server: GeminiServer | VertexServer;
    let pipeline: Pipeline;
    beforeEach(async () => {
      bench = await createClipBench();
      server = await start();
      pipeline = await bench.open({ connections: [connect(server)], ...options });
    });
    afterEach(async () => {
      assert.deepEqual(server.problems, []);
      await server[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    });
    const draft = (more: Partial<Draft> = {}): Draft => ({
      kind: 'video',
      connection: 'test',
      model,
      prompt: 'a fox',
      ...more,
    });
    const make = async (...drafts: Draft[]): Promise<readonly JobReport[]> => {
      const plan = await pipeline.plan(drafts);
      return (await bench.pass(pipeline.run(plan))).jobs;
    };

    it('from words: the bytes as they came, and a sidecar without secrets', async () => {
      const [job = assert.fail()] = await make(draft());
      assert.equal(job.status, 'done', JSON.stringify(job.error));
      const [output = assert.fail()] = job.assets;
      const id = (job.operation as { id: string }).id;
      assert.deepEqual(await readFile(output.path), Buffer.from(server.clipOf(id)));
      const sidecar = await readFile(`${output.path}.json`, 'utf8');
      assert.doesNotMatch(sidecar, /canary/);
      const { provider, provenance } = JSON.parse(sidecar) as { provider: { operation: unknown }; provenance: object };
      assert.deepEqual([provider.operation, provenance], [{ id }, { synthid: true }]);
      assert.equal(server.creations.length, 1);
    });

    it('above 720p', async () => {
      const [job = assert.fail()] = await make(draft(large));
      assert.equal(job.status, 'done', JSON.stringify(job.error));
    });

    it('from a picture, and a file extended', async () => {
      const picture = join(bench.folder, 'first.png');
      await writeFile(picture, pixel);
      const [animated = assert.fail()] = await make(draft({ inputs: [{ role: 'first_frame', path: picture }] }));
      assert.equal(animated.status, 'done', JSON.stringify(animated.error));
      const [output = assert.fail()] = animated.assets;
      const [extended = assert.fail()] = await make(draft({ source: { action: 'extend', clip: output.path } }));
      assert.equal(extended.status, 'done', JSON.stringify(extended.error));
      assert.equal(server.creations.length, 2);
    });

    it('ten at once, three of them in the making', async () => {
      const jobs = await make(draft({ count: 10 }));
      assert.deepEqual(
        jobs.map(({ status }) => status),
        Array<string>(10).fill('done'),
      );
      assert.equal(new Set(jobs.flatMap(({ assets }) => assets.map(({ path }) => path))).size, 10);
      assert.deepEqual([server.creations.length, server.mostAtOnce], [10, 3]);
    });

    it('refused, the others go on', async () => {
      server.failNext('create', googleFault(400, 'INVALID_ARGUMENT', 'It violates the usage policy.'));
      const jobs = await make(draft({ count: 3 }));
      assert.deepEqual(jobs.map(({ status }) => status).toSorted(), ['done', 'done', 'failed']);
      assert.deepEqual(
        jobs.flatMap(({ error }) => error?.code ?? []),
        ['moderation_blocked'],
      );
    });

    it('whose creation broke off are unknown, and nothing is sent again', async () => {
      server.failNext('create', dropAtOnce, { carriedOut: true });
      const [job = assert.fail()] = await make(draft());
      assert.equal(job.status, 'unknown');
      const resumed = await bench.pass(pipeline.resumeJobs(undefined));
      assert.deepEqual(
        resumed.jobs.filter(({ status }) => status !== 'unknown'),
        [],
      );
      assert.equal(server.creations.length, 1);
    });

    it('whose looks break off are asked for again', async () => {
      server.failNext('status', dropAtOnce);
      server.failNext('status', googleFault(503, 'UNAVAILABLE', 'Overloaded.'));
      const [job = assert.fail()] = await make(draft());
      assert.equal(job.status, 'done', JSON.stringify(job.error));
      assert.equal(server.creations.length, 1);
    });

    it('checks the connection for free', async () => {
      const { models } = await pipeline.checkConnection('test');
      assert.equal(models, 2);
      assert.equal(server.creations.length, 0);
    });
  });
}
