import assert from 'node:assert/strict';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureSchema, modelsSchema, parseDocument, planSchema } from '../../support/contract.ts';
import { createHome, type Home } from '../../support/command-line.ts';
import { startServer, type TestServer } from '../../support/http-server.ts';
import { canaryKey, pixel } from '../../support/openai-calls.ts';

interface PlannedClip {
  readonly connection: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** What a video command plans, sends nothing, and what it comes to. */
type Row = readonly [what: string, given: readonly string[], expected: PlannedClip];

const omni = { connection: 'google', model: 'gemini-omni-1.1-flash', warnings: [] };
const veo = { connection: 'vertex', model: 'veo-3.1-generate-001', warnings: [] };
const elsewhere = ['--base-url', 'http://127.0.0.1:9/v1'];
const sora = { connection: 'openai', model: 'sora-2', warnings: [] };
const pro = { ...sora, model: 'sora-2-pro' };

const plans: readonly Row[] = [
  ['nothing but a prompt', [], { ...omni, parameters: {} }],
  ['omni', ['--provider', 'omni', '--seconds', '5'], { ...omni, parameters: { duration: '5s' } }],
  ['veo', ['--provider', 'veo', '--seconds', '6'], { ...veo, parameters: { durationSeconds: 6 } }],
  ['--connection as the alias', ['--connection', 'veo'], { ...veo, parameters: {} }],
  [
    'an explicit model with an alias',
    ['--provider', 'omni', '--model', 'gemini-omni-1.2-flash'],
    { ...omni, model: 'gemini-omni-1.2-flash', parameters: {} },
  ],
  [
    'a model alone',
    ['--model', 'veo-3.1-fast-generate-001'],
    { ...veo, model: 'veo-3.1-fast-generate-001', parameters: {} },
  ],
  [
    'sora2 at another address',
    ['--provider', 'sora2', '--seconds', '8', '--size', '1280x720', ...elsewhere],
    { ...sora, parameters: { seconds: '8', size: '1280x720' } },
  ],
  [
    'a retired model at another address, without a connection',
    ['--model', 'sora-2', ...elsewhere],
    { ...sora, parameters: {} },
  ],
  [
    'a model that nobody knows at another address',
    ['--model', 'wan-3', '--seconds', '7', '--fps', '24', '--param', 'steps=30', ...elsewhere],
    { ...sora, model: 'wan-3', parameters: { seconds: '7', fps: 24, steps: 30 } },
  ],
  [
    'a model of another vendor through the Sora protocol of a gateway',
    ['--connection', 'openai', '--model', 'gemini-omni-1.2-flash', '--seconds', '5', ...elsewhere],
    { ...sora, model: 'gemini-omni-1.2-flash', parameters: { seconds: '5' } },
  ],
  ['the connection of Veo at another address', ['--provider', 'veo', ...elsewhere], { ...veo, parameters: {} }],
  [
    'the sandbox with a model of each protocol: sora',
    ['--connection', 'sandbox', '--model', 'sora-2'],
    { ...sora, connection: 'sandbox', parameters: {} },
  ],
  [
    'the sandbox with a model of each protocol: veo',
    ['--connection', 'sandbox', '--model', 'veo-3.1-generate-001'],
    { ...veo, connection: 'sandbox', parameters: {} },
  ],
  [
    '720p of sora-2',
    ['--provider', 'sora2', '--resolution', '720p', '--aspect', '16:9', ...elsewhere],
    { ...sora, parameters: { size: '1280x720' } },
  ],
  [
    '720p upright of sora-2',
    ['--provider', 'sora2', '--resolution', '720p', '--aspect', '9:16', ...elsewhere],
    { ...sora, parameters: { size: '720x1280' } },
  ],
  [
    '1080p of sora-2-pro, with a warning',
    ['--model', 'sora-2-pro', '--resolution', '1080p', '--aspect', '16:9', ...elsewhere],
    { ...pro, parameters: { size: '1792x1024' }, warnings: ['What sora-2-pro makes for 1080p is 1792x1024.'] },
  ],
  [
    '1080p upright of sora-2-pro, with a warning',
    ['--model', 'sora-2-pro', '--resolution', '1080p', '--aspect', '9:16', ...elsewhere],
    { ...pro, parameters: { size: '1024x1792' }, warnings: ['What sora-2-pro makes for 1080p is 1024x1792.'] },
  ],
  [
    'everything that Veo has',
    [
      ...[
        '--provider',
        'veo',
        '--seconds',
        '8',
        '--resolution',
        '1080p',
        '--aspect',
        '9:16',
        '--negative-prompt',
        'rain',
      ],
      ...['--person-generation', 'allow_adult', '--no-generate-audio', '--enhance-prompt', '--seed', '7'],
    ],
    {
      ...veo,
      parameters: {
        durationSeconds: 8,
        resolution: '1080p',
        aspectRatio: '9:16',
        negativePrompt: 'rain',
        personGeneration: 'allow_adult',
        generateAudio: false,
        enhancePrompt: true,
        seed: 7,
      },
    },
  ],
  [
    'everything that Omni has',
    ['--seconds', '10', '--size', '3840x2160', '--seed', '7'],
    { ...omni, parameters: { duration: '10s', resolution: '4k', aspect_ratio: '16:9', seed: 7 } },
  ],
  [
    'wire names as flags',
    ['--duration-seconds', '4', '--provider', 'veo'],
    { ...veo, parameters: { durationSeconds: 4 } },
  ],
  ['wire names as --param', ['--param', 'duration=4s'], { ...omni, parameters: { duration: '4s' } }],
  [
    'a seed where the model has none',
    ['--provider', 'sora2', '--seed', '7', ...elsewhere],
    { ...sora, parameters: {}, warnings: ['sora-2 has no seed, so none is sent.'] },
  ],
  [
    'an extension by the name of a video',
    ['--provider', 'sora2', '--extend', 'video_1', '--seconds', '20', ...elsewhere],
    { ...sora, parameters: { seconds: '20' } },
  ],
  [
    'a remix by the name of a video',
    ['--provider', 'sora2', '--remix', 'video_1', ...elsewhere],
    { ...sora, parameters: {} },
  ],
  ['an edit by the name of a video', ['--edit', 'interactions-1', '--seed', '1'], { ...omni, parameters: { seed: 1 } }],
  ['first and last frame', ['--image', 'wide.png', '--last-frame', 'wide.png'], { ...omni, parameters: {} }],
  ['references', ['--reference', 'wide.png', '--reference', 'wide.png'], { ...omni, parameters: {} }],
];

const refused: readonly (readonly [what: string, given: readonly string[], code: string, says: RegExp])[] = [
  ['sora-2 at OpenAI', ['--provider', 'sora2'], 'model_retired', /Use gemini-omni-1\.1-flash/],
  ['sora-2 without a connection', ['--model', 'sora-2'], 'model_retired', /2026-09-24/],
  [
    'Veo by key',
    ['--connection', 'google', '--model', 'veo-3.1-generate-preview'],
    'model_retired',
    /veo-3\.1-generate-001/,
  ],
  ['a model of pictures', ['--model', 'gpt-image-2'], 'invalid_request', /makes image, not video/],
  ['a model that nobody knows', ['--model', 'gemini-omni-9'], 'model_not_found', /gemini-omni-9/],
  ['a length that the model lacks', ['--provider', 'veo', '--seconds', '5'], 'unsupported_parameter', /4, 6, 8/],
  [
    'a length that goes with no 1080p',
    ['--provider', 'veo', '--seconds', '4', '--resolution', '1080p'],
    'unsupported_parameter',
    /8 seconds/,
  ],
  ['a length of sora', ['--provider', 'sora2', '--seconds', '16', ...elsewhere], 'unsupported_parameter', /4, 8 or 12/],
  ['no length', ['--seconds', 'long'], 'invalid_request', /number of seconds/],
  ['a length twice', ['--seconds', '5', '--duration', '6s'], 'invalid_request', /once/],
  ['a size that the model lacks', ['--size', '1000x1000'], 'unsupported_parameter', /1280x720/],
  [
    'a size of sora-2-pro at sora-2',
    ['--provider', 'sora2', '--size', '1792x1024', ...elsewhere],
    'unsupported_parameter',
    /720x1280/,
  ],
  ['1080p of sora-2', ['--provider', 'sora2', '--resolution', '1080p', ...elsewhere], 'unsupported_parameter', /720p/],
  ['a resolution that nobody has', ['--resolution', '8k'], 'unsupported_parameter', /4k/],
  ['size and aspect ratio', ['--size', '1280x720', '--aspect', '16:9'], 'invalid_request', /not both/],
  ['an aspect ratio that is none', ['--aspect', 'wide'], 'invalid_request', /16:9/],
  ['a parameter of another model', ['--negative-prompt', 'rain'], 'unsupported_parameter', /no parameter/],
  ['a parameter that nobody knows', ['--param', 'steps=3'], 'unsupported_parameter', /steps/],
  ['an unknown option', ['--stream'], 'invalid_request', /--stream/],
  [
    'a remix of an unknown job',
    ['--provider', 'sora2', '--remix', 'job_nothing', ...elsewhere],
    'not_found',
    /job_nothing/,
  ],
  ['a remix where the model has none', ['--remix', 'v1'], 'unsupported_parameter', /remix/],
  ['an edit of a file that is not there', ['--edit', 'nothing.mp4'], 'not_found', /nothing\.mp4/],
  ['remix and edit', ['--remix', 'a', '--edit', 'b'], 'invalid_request', /--remix and --edit/],
  [
    'the length of a remix',
    ['--provider', 'sora2', '--remix', 'v1', '--seconds', '4', ...elsewhere],
    'unsupported_parameter',
    /follows from the clip/,
  ],
  ['a last frame without a first', ['--last-frame', 'wide.png'], 'invalid_request', /first/],
  ['frames and references', ['--image', 'wide.png', '--reference', 'wide.png'], 'invalid_request', /together/],
  ['a picture that is none', ['--image', 'note.txt'], 'invalid_request', /note\.txt/],
  ['a picture that is not there', ['--image', 'nothing.png'], 'not_found', /nothing\.png/],
  [
    'a picture of another size than the clip',
    ['--provider', 'sora2', '--image', 'wide.png', ...elsewhere],
    'invalid_request',
    /Scale or crop/,
  ],
  [
    'references for sora',
    ['--provider', 'sora2', '--reference', 'wide.png', ...elsewhere],
    'unsupported_parameter',
    /reference/,
  ],
  ['a file that is no clip', ['-o', 'fox.png'], 'unsupported_parameter', /mp4/],
  ['a connection that is not there', ['--connection', 'sora3'], 'not_found', /sora3/],
  ['a window that is none', ['--window', 'soon'], 'invalid_request', /minutes/],
  ['a prompt and a file of prompts', ['--prompts', 'prompts.txt'], 'invalid_request', /not both/],
];

describe('shotlist video plans', function () {
  this.timeout(60_000);
  let home: Home;
  before(async () => {
    home = await createHome();
    await writeFile(join(home.folder, 'wide.png'), pixel);
    await writeFile(join(home.folder, 'note.txt'), 'no picture');
  });
  after(() => home.dispose());

  for (const [what, given, expected] of plans) {
    it(what, async () => {
      const { code, stdout, stderr } = await home.run(['video', 'a fox', '--dry-run', '--json', ...given]);
      assert.equal(code, 0, stderr);
      const { plan, warnings } = parseDocument(planSchema, stdout);
      const [job] = plan.jobs;
      assert.equal(plan.jobs.length, 1);
      assert.equal(job?.kind, 'video');
      assert.match(job?.output ?? '', /\.mp4$/);
      const { connection = '', model = '', parameters = {} } = job ?? {};
      assert.deepEqual({ connection, model, parameters, warnings }, expected);
    });
  }

  for (const [what, given, error, says] of refused) {
    it(`refuses ${what}: ${error}, exit 2, one document, nothing sent`, async () => {
      const { code, stdout, stderr } = await home.run(['video', 'a fox', '--json', ...given]);
      const document = parseDocument(failureSchema, stdout);
      assert.equal(document.error.code, error);
      assert.equal(code, 2, stderr);
      assert.match(`${document.error.message} ${document.error.hint ?? ''}`, says);
      assert.deepEqual(document.jobs, []);
    });
  }

  it('nothing of all that was written into the workspace', async () => {
    assert.deepEqual((await readdir(home.folder)).toSorted(), ['note.txt', 'wide.png']);
  });
});

describe('shotlist video', function () {
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
        /^gemini-omni-1\.1-flash \* +active +3 to 10 \(\+10\) +720p .*16:9 9:16 +image, last frame, 6 references, edit, extend +.*\$0\.100 at 720p/m,
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
