import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureSchema, modelsSchema, parseDocument, planSchema } from '../../support/contract.ts';
import { createHome, type Home } from '../../support/command-line.ts';
import { startServer, type TestServer } from '../../support/http-server.ts';
import { canaryKey } from '../../support/openai-calls.ts';

describe('shotlist video: what goes with the prompt', function () {
  this.timeout(60_000);
  let home: Home;
  let server: TestServer;
  beforeEach(async () => {
    home = await createHome();
    server = await startServer();
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await home.dispose();
  });

  it('says the plan and its price in words', async () => {
    const { code, stdout } = await home.run(['video', 'a fox', '--seconds', '5', '-n', '2', '--dry-run']);
    assert.equal(code, 0);
    assert.match(stdout, /^gemini-omni-1\.1-flash at google, duration=5s$/m);
    assert.match(stdout, /^ {2}price +about \$0\.500$/m);
    assert.match(stdout, /^2 clips in 2 requests, about \$1\.00$/m);
  });

  it('wants --yes above a dollar, and keeps to --max-cost', async () => {
    const dear = ['video', 'a fox', '--provider', 'veo', '--json'];
    const variables = { GOOGLE_API_KEY: canaryKey };
    const [asked, over] = await Promise.all([
      home.run(dear, { variables }),
      home.run([...dear, '--max-cost', '2'], { variables }),
    ]);
    assert.equal(asked.code, 2);
    assert.match(parseDocument(failureSchema, asked.stdout).error.hint ?? '', /--yes/);
    assert.match(parseDocument(failureSchema, asked.stdout).error.message, /1 clip for about \$3\.20/);
    assert.equal(over.code, 4);
    assert.equal(parseDocument(failureSchema, over.stdout).error.code, 'budget_exceeded');
  });

  it('without a key is missing_key, and names the sandbox', async () => {
    for (const given of [[], ['--provider', 'omni'], ['--provider', 'veo', '--yes']]) {
      const { code, stdout } = await home.run(['video', 'a fox', '--json', ...given]);
      assert.equal(code, 4, given.join(' '));
      const { error } = parseDocument(failureSchema, stdout);
      assert.equal(error.code, 'missing_key');
      assert.match(error.hint ?? '', /sandbox/);
    }
  });

  describe('--prompts', () => {
    const prompts = async (name: string, text: string, ...more: string[]): Promise<string[]> => {
      await writeFile(join(home.folder, name), text);
      return ['video', '--prompts', name, '--dry-run', '--json', ...more];
    };

    it('takes one prompt a line', async () => {
      const { code, stdout, stderr } = await home.run(
        await prompts('shots.txt', '\uFEFFa fox\r\n\n  a bear in the snow \n', '--seconds', '4'),
      );
      assert.equal(code, 0, stderr);
      const { jobs } = parseDocument(planSchema, stdout).plan;
      assert.deepEqual(
        jobs.map(({ prompt, parameters }) => [prompt, parameters]),
        [
          ['a fox', { duration: '4s' }],
          ['a bear in the snow', { duration: '4s' }],
        ],
      );
    });

    it('takes a JSON array of texts and of objects, which win over the options', async () => {
      const list = [
        'a fox',
        { prompt: 'a bear', seconds: 8, aspect: '9:16', model: 'gemini-omni-1.2-flash', seed: 3, count: 2 },
        { prompt: 'a cat', size: '1280x720', parameters: { seed: 9 } },
      ];
      const { code, stdout, stderr } = await home.run(
        await prompts('shots.json', JSON.stringify(list), '--seconds', '4', '--aspect', '16:9'),
      );
      assert.equal(code, 0, stderr);
      const { jobs } = parseDocument(planSchema, stdout).plan;
      const bear = ['gemini-omni-1.2-flash', { duration: '8s', aspect_ratio: '9:16', seed: 3 }];
      assert.deepEqual(
        jobs.map(({ model, parameters }) => [model, parameters]),
        [
          ['gemini-omni-1.1-flash', { duration: '4s', aspect_ratio: '16:9' }],
          bear,
          bear,
          ['gemini-omni-1.1-flash', { duration: '4s', aspect_ratio: '16:9', resolution: '720p', seed: 9 }],
        ],
      );
    });

    it('says which of them is wrong, before anything is sent', async () => {
      const rows: readonly (readonly [text: string, says: RegExp])[] = [
        ['["a fox", {"prompt": "a bear", "seconds": 99}]', /Prompt 2: /],
        ['["a fox", {"prompt": "a bear", "lenght": 9}]', /wrong at prompt 2/],
        ['["a fox", 7]', /wrong at prompt 2/],
        ['["a fox",]', /no valid JSON/],
        ['\n\n', /holds no prompts/],
      ];
      for (const [text, says] of rows) {
        const { code, stdout } = await home.run(await prompts('shots.json', text));
        assert.equal(code, 2, text);
        assert.match(parseDocument(failureSchema, stdout).error.message, says);
      }
    });

    it('works for pictures too, and reads standard input', async () => {
      const { code, stdout, stderr } = await home.run(['image', '--prompts', '-', '--dry-run', '--json'], {
        input: 'a fox\na bear\n',
      });
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        parseDocument(planSchema, stdout).plan.jobs.map(({ kind, prompt }) => [kind, prompt]),
        [
          ['image', 'a fox'],
          ['image', 'a bear'],
        ],
      );
    });
  });

  describe('keys and addresses', () => {
    const headersOf = (): string => JSON.stringify(server.requests.map(({ headers }) => headers));

    it('--api-key and --base-url are for the connection that the clip goes to, and no other key goes along', async () => {
      const rows: readonly (readonly [given: string[], path: RegExp])[] = [
        [['--model', 'sora-2'], /\/videos$/],
        [['--provider', 'omni'], /interactions/],
      ];
      for (const [given, path] of rows) {
        server.clear();
        const outcome = await home.run(
          ['video', 'a fox', '--json', '--base-url', `${server.origin}/v1`, '--api-key', '-', ...given],
          { input: 'given-key', variables: { OPENAI_API_KEY: canaryKey, GEMINI_API_KEY: canaryKey } },
        );
        assert.equal(outcome.code, 1, outcome.stderr);
        assert.equal(parseDocument(failureSchema, outcome.stdout).error.code, 'not_found');
        assert.ok(server.requests.length > 0, outcome.stderr);
        for (const request of server.requests) assert.match(request.path, path);
        assert.match(headersOf(), /given-key/);
        assert.doesNotMatch(headersOf(), /canary/);
      }
    });

    it('without --api-key, another address gets no key', async () => {
      for (const provider of ['sora2', 'omni']) {
        await home.run(['video', 'a fox', '--json', '--provider', provider, '--base-url', `${server.origin}/v1`], {
          variables: { OPENAI_API_KEY: canaryKey, GEMINI_API_KEY: canaryKey, GOOGLE_API_KEY: canaryKey },
        });
      }
      assert.ok(server.requests.length >= 2);
      assert.doesNotMatch(headersOf(), /canary|authorization|x-goog-api-key/);
    });

    it("a connection of the person's own wins over an alias of its name", async () => {
      const file = join(home.personal, 'connections.json');
      const own = { id: 'sora2', baseUrl: `${server.origin}/v1`, needsKey: false, models: { film: 'sora-2-pro' } };
      await writeFile(file, JSON.stringify({ connections: [own] }));
      await chmod(file, 0o600);
      const given = ['video', 'a fox', '--provider', 'sora2', '--dry-run', '--json'];
      const { code, stdout, stderr } = await home.run([...given, '--model', 'film']);
      assert.equal(code, 0, stderr);
      const [job] = parseDocument(planSchema, stdout).plan.jobs;
      assert.deepEqual([job?.connection, job?.model], ['sora2', 'sora-2-pro']);
    });

    it('project and location belong to the connection of Veo; wrong ones are named', async () => {
      const file = join(home.personal, 'connections.json');
      const write = async (vertex: object): Promise<void> => {
        await writeFile(file, JSON.stringify({ connections: [{ id: 'vertex', ...vertex }] }));
        await chmod(file, 0o600);
      };
      const given = ['video', 'a fox', '--provider', 'veo', '--dry-run', '--json'];
      await write({ project: 'my-project', location: 'europe-west4', videoConcurrency: 2 });
      assert.equal((await home.run(given)).code, 0);
      await write({ project: 'My Project' });
      const { code, stdout } = await home.run(given);
      assert.equal(code, 2);
      assert.match(parseDocument(failureSchema, stdout).error.message, /project/);
    });

    it('settings choose the usual model and the waiting window', async () => {
      const file = join(home.personal, 'settings.json');
      await writeFile(file, JSON.stringify({ models: { video: 'veo-3.1-fast-generate-001' }, videoWindowMinutes: 5 }));
      const given = ['video', 'a fox', '--dry-run', '--json'];
      const { stdout } = await home.run(given);
      assert.equal(parseDocument(planSchema, stdout).plan.jobs[0]?.model, 'veo-3.1-fast-generate-001');
      await writeFile(join(home.folder, 'shotlist.json'), '{"models":{"video":"gemini-omni-1.2-flash"}}');
      const again = await home.run(given);
      assert.equal(parseDocument(planSchema, again.stdout).plan.jobs[0]?.model, 'gemini-omni-1.2-flash');
      await writeFile(file, '{"videoWindowMinutes":0}');
      assert.equal((await home.run(given)).code, 2);
    });
  });

  describe('models --kind video', () => {
    it('prints lengths, frames, what a clip can start from, and the price of a second', async () => {
      const { code, stdout } = await home.run(['models', '--kind', 'video']);
      assert.equal(code, 0);
      assert.match(stdout, /^MODEL +STATUS +SECONDS +FRAMES +FROM +A SECOND +ENDS$/m);
      assert.match(
        stdout,
        /^gemini-omni-1\.1-flash \* +active +3 to 10 +720p .*16:9 9:16 +image, last frame, 6 references, edit, extend +.*\$0\.100 at 720p/m,
      );
      assert.match(
        stdout,
        /^sora-2 +retired +4, 8, 12 .*720x1280 1280x720 +image, remix, edit, extend +\$0\.100 +2026-09-24, use/m,
      );
      assert.doesNotMatch(stdout, /gpt-image/);
    });

    it('--json has the parameters as JSON Schema', async () => {
      const { stdout } = await home.run(['models', '--kind', 'video', '--json']);
      const { models } = parseDocument(modelsSchema, stdout);
      const veoModel = models.find(({ id }) => id === 'veo-3.1-generate-001');
      assert.deepEqual(veoModel?.parameters.properties['resolution']?.['enum'], ['720p', '1080p', '4k']);
      assert.ok(models.every(({ kind }) => kind === 'video'));
    });
  });
});

describe('shotlist image with models of Google', function () {
  this.timeout(60_000);
  let home: Home;
  before(async () => {
    home = await createHome();
  });
  after(() => home.dispose());
  const gemini = ['--connection', 'google', '--model', 'gemini-3.1-flash-image'];

  const rows: readonly (readonly [what: string, given: readonly string[], parameters: object])[] = [
    ['a size in pixels', ['--size', '1920x1080'], { aspect_ratio: '16:9', image_size: '2K' }],
    ['an aspect ratio', ['--aspect', '3:2'], { aspect_ratio: '3:2' }],
    [
      'its own parameters',
      ['--aspect-ratio', '1:1', '--image-size', '4K', '--seed', '5'],
      { aspect_ratio: '1:1', image_size: '4K', seed: 5 },
    ],
    ['a file that ends in jpg', ['-o', 'fox.jpg'], { mime_type: 'image/jpeg' }],
  ];
  for (const [what, given, parameters] of rows) {
    it(`maps ${what}`, async () => {
      const { code, stdout, stderr } = await home.run(['image', 'a fox', '--dry-run', '--json', ...gemini, ...given]);
      assert.equal(code, 0, stderr);
      const [job] = parseDocument(planSchema, stdout).plan.jobs;
      assert.deepEqual([job?.connection, job?.model], ['google', 'gemini-3.1-flash-image']);
      assert.deepEqual(job?.parameters, parameters);
    });
  }

  it('goes to Google by the model alone, and to Gemini by the connection alone', async () => {
    const [byModel, byConnection] = await Promise.all([
      home.run(['image', 'a fox', '--dry-run', '--json', '--model', 'gemini-3-pro-image']),
      home.run(['image', 'a fox', '--dry-run', '--json', '--connection', 'google']),
    ]);
    assert.equal(parseDocument(planSchema, byModel.stdout).plan.jobs[0]?.connection, 'google');
    assert.equal(parseDocument(planSchema, byConnection.stdout).plan.jobs[0]?.model, 'gemini-3.1-flash-image');
  });

  it('refuses what it lacks', async () => {
    const refusals = [
      ['--quality', 'high'],
      ['--background', 'transparent'],
      ['--image-size', '8K'],
      ['-o', 'fox.webp'],
    ];
    for (const given of refusals) {
      const { code, stdout } = await home.run(['image', 'a fox', '--json', ...gemini, ...given]);
      assert.equal(code, 2, given.join(' '));
      assert.match(parseDocument(failureSchema, stdout).error.code, /^(unsupported_parameter|invalid_request)$/);
    }
  });
});
