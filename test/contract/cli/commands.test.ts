import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import {
  failureSchema,
  jobsSchema,
  modelsSchema,
  parseDocument,
  planSchema,
  runSchema,
} from '../../support/contract.ts';
import { createHome, type Home, type Outcome } from '../../support/command-line.ts';
import { fault, json, startServer, type TestServer } from '../../support/http-server.ts';
import { canaryKey, pixelBase64 } from '../../support/openai-calls.ts';

const picture = json(200, { created: 1, data: [{ b64_json: pixelBase64 }] });

describe('the other commands', function () {
  this.timeout(60_000);
  let home: Home;
  let server: TestServer;
  beforeEach(async () => {
    home = await createHome();
    server = await startServer(picture);
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await home.dispose();
  });
  const at = (): string[] => ['--base-url', `${server.origin}/v1`];

  describe('models', () => {
    it('lists all of the catalog with status, end, replacement and price; the default is marked', async () => {
      const { code, stdout } = await home.run(['models']);
      assert.equal(code, 0);
      assert.match(stdout, /^gpt-image-2\.6-flare \* +image +active +\$0\.053$/m);
      assert.match(stdout, /^dall-e-3 +image +retired +\$0\.040 +2026-05-12, use gpt-image-2\.6-flare$/m);
    });

    it('--json has the parameters as JSON Schema', async () => {
      const { stdout } = await home.run(['models', '--kind', 'image', '--json']);
      const { models } = parseDocument(modelsSchema, stdout);
      const flare = models.find(({ id }) => id === 'gpt-image-2.6-flare');
      assert.deepEqual(flare?.parameters.properties['output_format']?.['enum'], ['png', 'jpeg', 'webp', 'gif', 'svg']);
      assert.equal(flare?.parameters.properties['output_compression']?.['maximum'], 100);
      const retired = models.find(({ id }) => id === 'gpt-image-1');
      assert.deepEqual(
        [retired?.status, retired?.shutdownDate, retired?.replacement],
        ['retired', '2026-10-23', 'gpt-image-2.6-flare'],
      );
    });

    it('--live merges what the server says; its date wins', async () => {
      const listed = [{ id: 'gpt-image-2', object: 'model', created: 1, owned_by: 'x', shutdown_date: '2031-01-02' }];
      server.reply(json(200, { object: 'list', data: listed }));
      const { code, stdout, stderr } = await home.run(['models', '--live', '--json', ...at()]);
      assert.equal(code, 0, stderr);
      const { models } = parseDocument(modelsSchema, stdout);
      const listedModel = models.find(({ id }) => id === 'gpt-image-2');
      assert.deepEqual([listedModel?.live, listedModel?.shutdownDate], [true, '2031-01-02']);
      assert.equal(models.find(({ id }) => id === 'gpt-image-2.6-flare')?.live, false);
    });
  });

  describe('auth', () => {
    it('says which key works where, and never the key', async () => {
      server.reply(json(200, { object: 'list', data: [{ id: 'm', object: 'model', created: 1, owned_by: 'x' }] }));
      const variables = { OPENAI_API_KEY: canaryKey, OPENAI_BASE_URL: `${server.origin}/v1` };
      const { code, stdout, stderr } = await home.run(['auth'], { variables });
      assert.equal(code, 0, stderr);
      assert.equal(stdout, `openai: OK, key from OPENAI_API_KEY, 1 model (${server.origin})\n`);
      assert.deepEqual(
        server.requests.map(({ method, path }) => `${method} ${path}`),
        ['GET /v1/models'],
      );
      const document = await home.run(['auth', 'openai', '--json'], { variables });
      z.strictObject({
        ok: z.literal(true),
        connection: z.literal('openai'),
        baseUrl: z.string(),
        keySource: z.literal('OPENAI_API_KEY'),
        models: z.literal(1),
      }).parse(JSON.parse(document.stdout));
      assert.doesNotMatch(stdout + stderr + document.stdout + document.stderr, /canary/);
    });

    it('a missing and a wrong key exit with 4, an unknown connection with 2', async () => {
      server.reply(fault(401, { code: 'invalid_api_key', message: `Incorrect API key provided: ${canaryKey}` }));
      const [missing, wrong, unknown] = await Promise.all([
        home.run(['auth', '--json']),
        home.run(['auth', '--json', '--api-key', '-', ...at()], { input: canaryKey }),
        home.run(['auth', 'opnai', '--json']),
      ]);
      const seen = [missing, wrong, unknown].map(({ code, stdout }) => [
        code,
        parseDocument(failureSchema, stdout).error.code,
      ]);
      assert.deepEqual(seen, [
        [4, 'missing_key'],
        [4, 'invalid_key'],
        [2, 'not_found'],
      ]);
      assert.doesNotMatch(wrong.stdout + wrong.stderr, /canary/);
    });
  });

  describe('jobs', () => {
    const make = (...more: string[]): Promise<Outcome> =>
      home.run(['image', 'a fox in the snow', '--json', ...at(), ...more]);

    it('list shows what was made, newest first; show says everything about one', async () => {
      assert.match((await home.run(['jobs'])).stderr, /no jobs/);
      const first = parseDocument(runSchema, (await make()).stdout).jobs[0];
      server.reply(fault(400, { code: 'moderation_blocked' }));
      await make('--fresh');
      const [table, document, shown, one] = await Promise.all([
        home.run(['jobs']),
        home.run(['jobs', 'list', '--json']),
        home.run(['jobs', 'show', first?.id ?? '']),
        home.run(['jobs', 'show', first?.id ?? '', '--json']),
      ]);
      assert.match(
        table.stdout,
        /^JOB +STATE +MADE +TOOK +COST +MODEL +OPERATION +PROMPT\n\S+ +failed .*\n\S+ +done .*a fox in the snow\n$/,
      );
      assert.deepEqual(
        parseDocument(jobsSchema, document.stdout).jobs.map(({ status }) => status),
        ['failed', 'done'],
      );
      assert.match(shown.stdout, new RegExp(`^file +${(first?.assets[0]?.path ?? '').replaceAll('.', '\\.')}$`, 'm'));
      assert.deepEqual(parseDocument(jobsSchema, one.stdout).jobs, [first]);
    });

    it('an unknown job is not_found and exits with 2, whatever is wanted of it', async () => {
      for (const action of ['show', 'retry', 'cancel', 'resume']) {
        const { code, stdout } = await home.run(['jobs', action, 'job_nothing', '--json']);
        assert.equal(code, 2, action);
        assert.equal(parseDocument(failureSchema, stdout).error.code, 'not_found');
      }
    });

    it('retry makes a new job of an old one, which is paid again', async () => {
      const first = parseDocument(runSchema, (await make()).stdout).jobs[0];
      const { code, stdout, stderr } = await home.run(['jobs', 'retry', first?.id ?? '', '--json', ...at()]);
      assert.equal(code, 0, stderr);
      const second = parseDocument(runSchema, stdout).jobs[0];
      assert.notEqual(second?.id, first?.id);
      assert.notEqual(second?.assets[0]?.path, first?.assets[0]?.path);
      assert.equal(server.requests.length, 2);
    });

    it('retry keeps to --max-cost and --dry-run', async () => {
      const first = parseDocument(runSchema, (await make()).stdout).jobs[0];
      const { code, stdout } = await home.run([
        'jobs',
        'retry',
        first?.id ?? '',
        '--max-cost',
        '0.001',
        '--json',
        ...at(),
      ]);
      assert.equal(code, 4);
      assert.equal(parseDocument(failureSchema, stdout).error.code, 'budget_exceeded');
      const dry = await home.run(['jobs', 'retry', first?.id ?? '', '--dry-run', '--json', ...at()]);
      assert.equal(parseDocument(planSchema, dry.stdout).plan.jobs[0]?.prompt, 'a fox in the snow');
      assert.equal(server.requests.length, 1);
    });

    it('resume with nothing left says so and exits with 0', async () => {
      await make();
      const { code, stdout, stderr } = await home.run(['jobs', 'resume']);
      assert.equal(code, 0);
      assert.equal(stdout, '');
      assert.match(stderr, /Nothing is left/);
    });
  });

  describe('sandbox', () => {
    it('prints its base URL, serves pictures to others, and ends with Ctrl-C', async function () {
      if (process.platform === 'win32') this.skip();
      const running = home.start(['sandbox']);
      await running.saw('Ctrl-C ends it');
      const first = running.printed();
      assert.match(first, /^http:\/\/127\.0\.0\.1:\d+\/v1\n$/);
      const made = await home.run(['image', 'a fox', '--size', '1024x1024'], {
        variables: { OPENAI_BASE_URL: first.trim(), OPENAI_API_KEY: 'any-key-will-do' },
      });
      assert.equal(made.code, 0, made.stderr);
      running.child.kill('SIGINT');
      assert.equal((await running.outcome).code, 0);
    });

    it('says that a port is taken', async () => {
      const { code, stderr } = await home.run(['sandbox', '--port', new URL(server.origin).port]);
      assert.equal(code, 2);
      assert.match(stderr, /another program uses it/);
    });
  });

  it('history rebuild reads the sidecars after the database is gone', async () => {
    const first = await home.run(['image', 'a fox', ...at()]);
    assert.equal(first.code, 0, first.stderr);
    await rm(join(home.folder, '.shotlist'), { recursive: true });
    const { code, stdout, stderr } = await home.run(['history', 'rebuild', '--json']);
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { ok: true, assets: 1, skipped: [] });
  });
});
