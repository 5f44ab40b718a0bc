import assert from 'node:assert/strict';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureSchema, parseDocument, runSchema } from '../../support/contract.ts';
import { createHome, type Home, type Outcome } from '../../support/command-line.ts';
import {
  dropAtOnce,
  fault,
  hang,
  html,
  json,
  startServer,
  text,
  type Reply,
  type TestServer,
} from '../../support/http-server.ts';
import { canaryKey, pixelBase64 } from '../../support/openai-calls.ts';

const picture: Reply = json(200, { created: 1, data: [{ b64_json: pixelBase64 }] });

describe('shotlist against a real server', function () {
  this.timeout(60_000);
  let home: Home;
  let server: TestServer;
  let baseUrl: string;
  beforeEach(async () => {
    home = await createHome();
    server = await startServer(picture);
    baseUrl = `${server.origin}/v1`;
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await home.dispose();
  });

  /** Every file under the scratch folder, and what was printed. */
  async function assertNoCanary(outcome: Outcome): Promise<void> {
    assert.doesNotMatch(outcome.stdout + outcome.stderr, /canary/);
    for (const entry of await readdir(join(home.folder, '..'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      assert.ok(!(await readFile(join(entry.parentPath, entry.name))).includes(canaryKey), entry.name);
    }
  }

  describe('keys', () => {
    const variables = {
      OPENAI_API_KEY: canaryKey,
      OPENAI_ORG_ID: 'org-canary',
      OPENAI_PROJECT_ID: 'proj-canary',
      OPENAI_CUSTOM_HEADERS: 'x-hostile: canary',
      OPENAI_ADMIN_KEY: 'sk-admin-canary',
      OPENAI_LOG: 'debug',
    };

    it("from the environment don't go to another --base-url, and none is missed", async () => {
      const outcome = await home.run(['image', 'a fox', '--base-url', baseUrl, '--model', 'my-model', '--json'], {
        variables,
      });
      assert.equal(outcome.code, 0, outcome.stderr);
      parseDocument(runSchema, outcome.stdout);
      assert.equal(server.requests.length, 1);
      assert.equal(server.requests[0]?.headers.authorization, undefined);
      assert.doesNotMatch(JSON.stringify(server.requests[0]?.headers), /canary/);
      await assertNoCanary(outcome);
    });

    it("go to the address that OPENAI_BASE_URL names, without the account's ids and without what an SDK would add", async () => {
      const outcome = await home.run(['image', 'a fox', '--verbose'], {
        variables: { ...variables, OPENAI_BASE_URL: baseUrl },
      });
      assert.equal(outcome.code, 0, outcome.stderr);
      const headers = { ...server.requests[0]?.headers };
      assert.equal(headers.authorization, `Bearer ${canaryKey}`);
      delete headers.authorization;
      assert.doesNotMatch(JSON.stringify(headers), /canary/);
      await assertNoCanary(outcome);
    });

    it('given as --api-key are used, with a warning that others can read them', async () => {
      const outcome = await home.run(['image', 'a fox', '--base-url', baseUrl, '--api-key', canaryKey]);
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.equal(server.requests[0]?.headers.authorization, `Bearer ${canaryKey}`);
      assert.match(outcome.stderr, /list of processes/);
      await assertNoCanary(outcome);
    });

    it('are read from standard input with --api-key -', async () => {
      const outcome = await home.run(['image', 'a fox', '--base-url', baseUrl, '--api-key', '-'], {
        input: `${canaryKey}\n`,
      });
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.equal(server.requests[0]?.headers.authorization, `Bearer ${canaryKey}`);
      assert.doesNotMatch(outcome.stderr, /list of processes/);
    });

    it("of the person's own connection go in the header it asks for, and under its own name for the model", async () => {
      const file = join(home.personal, 'connections.json');
      const gateway = {
        id: 'gateway',
        baseUrl,
        keyHeader: 'api-key',
        keyVariable: 'GATEWAY_KEY',
        models: { 'our-image': 'gpt-image-2' },
      };
      await writeFile(file, JSON.stringify({ connections: [gateway] }));
      await chmod(file, 0o600);
      const given = ['image', 'a fox', '--connection', 'gateway', '--model', 'gpt-image-2'];
      const outcome = await home.run(given, { variables: { ...variables, GATEWAY_KEY: 'canary-of-the-gateway' } });
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.equal(server.requests[0]?.headers['api-key'], 'canary-of-the-gateway');
      assert.equal(server.requests[0]?.headers.authorization, undefined);
      assert.equal((JSON.parse(server.requests[0]?.body.toString() ?? '') as { model: string }).model, 'our-image');
      const without = await home.run([...given, '--json'], { variables });
      assert.equal(without.code, 4);
      assert.equal(parseDocument(failureSchema, without.stdout).error.code, 'missing_key');
    });
  });

  describe('faults', () => {
    const table: readonly (readonly [what: string, reply: Reply, code: string, exit: number])[] = [
      [
        'a wrong key',
        fault(401, { code: 'invalid_api_key', message: `Incorrect API key provided: ${canaryKey}.` }),
        'invalid_key',
        4,
      ],
      [
        'a missing permission',
        fault(403, { message: 'Your organization must be verified to use the model.' }),
        'permission_denied',
        4,
      ],
      ['an empty account', fault(429, { code: 'insufficient_quota', type: 'insufficient_quota' }), 'quota_exceeded', 4],
      [
        'a blocked prompt',
        fault(400, { code: 'moderation_blocked', type: 'image_generation_user_error' }),
        'moderation_blocked',
        3,
      ],
      ['a refused parameter', fault(400, { code: 'unknown_parameter', param: 'x' }), 'unsupported_parameter', 1],
      ['a missing model', fault(404, { code: 'model_not_found' }), 'model_not_found', 1],
      ['a bare 404', json(404, undefined), 'not_found', 1],
      ['a 500', fault(500, { type: 'server_error' }), 'provider_unavailable', 5],
      ['an HTML page', html(502), 'provider_unavailable', 5],
      ['broken JSON', text(200, '{"data":[', { 'content-type': 'application/json' }), 'bad_response', 5],
      ['no picture', json(200, { created: 1, data: [] }), 'bad_response', 5],
      ['a dropped connection', dropAtOnce, 'connection_failed', 5],
    ];
    for (const [what, reply, code, exit] of table) {
      it(`${what} is ${code} and exits with ${exit}`, async () => {
        server.reply(reply);
        const outcome = await home.run(['image', 'a fox', '--base-url', baseUrl, '--json', '--api-key', '-'], {
          input: canaryKey,
        });
        const document = parseDocument(failureSchema, outcome.stdout);
        assert.equal(document.error.code, code, outcome.stderr);
        assert.equal(outcome.code, exit, outcome.stderr);
        assert.equal(document.jobs.length, 1);
        assert.equal(server.requests.length, 1);
        await assertNoCanary(outcome);
      });
    }

    it('a server that is not there is connection_failed and exits with 1', async () => {
      const nowhere = await startServer();
      await nowhere[Symbol.asyncDispose]();
      const outcome = await home.run(['image', 'a fox', '--base-url', `${nowhere.origin}/v1`, '--json']);
      assert.equal(parseDocument(failureSchema, outcome.stdout).error.code, 'connection_failed');
      assert.equal(outcome.code, 1);
    });

    it('jobs that failed differently exit with 1, and finished pictures are listed', async () => {
      server.reply(picture, fault(400, { code: 'moderation_blocked' }), fault(401, { code: 'invalid_api_key' }));
      const outcome = await home.run([
        'image',
        'a fox',
        '-n',
        '3',
        '--model',
        'dall-e-3',
        '--base-url',
        baseUrl,
        '--json',
      ]);
      assert.equal(outcome.code, 1);
      const { jobs } = parseDocument(failureSchema, outcome.stdout);
      assert.deepEqual(jobs.map(({ status }) => status).toSorted(), ['done', 'failed', 'failed']);
      assert.equal(jobs.flatMap(({ assets }) => assets).length, 1);
    });
  });

  describe('Ctrl-C', function () {
    before(function () {
      if (process.platform === 'win32') this.skip();
    });
    const six = (): string[] => ['image', 'a fox', '-n', '6', '--model', 'dall-e-3', '--base-url', baseUrl, '--json'];

    /** Answers with a picture once `open` is called. */
    function gate(): { reply: Reply; open: () => void } {
      let open = (): void => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      return {
        reply: async (response, request) => {
          await opened;
          await picture(response, request);
        },
        open,
      };
    }

    it('once: nothing new is sent, what is under way is awaited, the next run finishes the rest', async () => {
      const { reply, open } = gate();
      server.reply(reply);
      const running = home.start(six());
      while (server.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
      running.child.kill('SIGINT');
      await running.saw('finishing 4 requests under way');
      open();
      const outcome = await running.outcome;
      assert.equal(outcome.code, 5, outcome.stderr);
      const { error, jobs } = parseDocument(failureSchema, outcome.stdout);
      assert.equal(error.code, 'cancelled');
      assert.deepEqual(jobs.map(({ status }) => status).toSorted(), [
        'done',
        'done',
        'done',
        'done',
        'queued',
        'queued',
      ]);
      assert.equal(server.requests.length, 4);

      const again = await home.run(six());
      assert.equal(again.code, 0, again.stderr);
      assert.equal(server.requests.length, 6);
      assert.equal(parseDocument(runSchema, again.stdout).jobs.flatMap(({ assets }) => assets).length, 6);
    });

    it('twice: stops at once, and what was sent is unknown', async () => {
      server.reply(hang);
      const running = home.start(['image', 'a fox', '--base-url', baseUrl, '--json']);
      while (server.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 20));
      running.child.kill('SIGINT');
      await running.saw('Ctrl-C again');
      running.child.kill('SIGINT');
      const outcome = await running.outcome;
      assert.equal(outcome.code, 5, outcome.stderr);
      assert.deepEqual(
        parseDocument(failureSchema, outcome.stdout).jobs.map(({ status }) => status),
        ['unknown'],
      );
    });

    it('SIGTERM is taken like the first Ctrl-C', async () => {
      const { reply, open } = gate();
      server.reply(reply);
      const running = home.start(['image', 'a fox', '--base-url', baseUrl]);
      while (server.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 20));
      running.child.kill('SIGTERM');
      await running.saw('finishing 1 request under way');
      open();
      const outcome = await running.outcome;
      assert.equal(outcome.code, 5);
      assert.match(outcome.stdout, /\.png\n$/);
    });

    it('a killed run is finished by the next one, which sends nothing twice', async () => {
      server.reply(hang);
      const running = home.start(six());
      while (server.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
      running.child.kill('SIGKILL');
      await running.outcome;
      server.reply(picture);
      const again = await home.run(six());
      assert.equal(server.requests.length, 6);
      assert.equal(again.code, 5, again.stderr);
      const { jobs } = parseDocument(failureSchema, again.stdout);
      assert.deepEqual(jobs.map(({ status }) => status).toSorted(), [
        'done',
        'done',
        'unknown',
        'unknown',
        'unknown',
        'unknown',
      ]);
    });
  });

  describe('a hostile workspace', () => {
    const variables = { OPENAI_API_KEY: canaryKey };

    it("can't bring an address, a connection or a key along", async () => {
      const files = [
        { connections: [{ id: 'openai', baseUrl }] },
        { baseUrl },
        { connection: 'evil' },
        { models: { image: 'gpt-image-2' }, apiKey: canaryKey },
      ];
      for (const config of files) {
        await writeFile(join(home.folder, 'shotlist.json'), JSON.stringify(config));
        const { code, stdout } = await home.run(['image', 'a fox', '--json'], { variables });
        assert.equal(code, 2, JSON.stringify(config));
        parseDocument(failureSchema, stdout);
      }
      assert.equal(server.requests.length, 0);
    });

    it("can't name an address in a .env file", async () => {
      await writeFile(join(home.folder, '.env'), `OPENAI_BASE_URL=${baseUrl}\nOPENAI_API_KEY=${canaryKey}\n`);
      const { code } = await home.run(['image', 'a fox', '--json']);
      assert.equal(code, 4);
      assert.equal(server.requests.length, 0);
    });

    it("can't lead outputs out of its folder", async () => {
      await writeFile(join(home.folder, 'shotlist.json'), '{"outputFolder":"../elsewhere"}');
      const { code, stdout } = await home.run(['image', 'a fox', '--base-url', baseUrl, '--json']);
      assert.equal(code, 2);
      assert.equal(parseDocument(failureSchema, stdout).error.code, 'outside_workspace');
      assert.equal(server.requests.length, 0);
    });
  });

  it('a reader that goes away is no fault', async () => {
    const running = home.start(['image', 'a fox', '--base-url', baseUrl]);
    running.child.stdout.destroy();
    const code = await new Promise((resolve) => running.child.on('exit', resolve));
    assert.equal(code, 0);
  });
});
