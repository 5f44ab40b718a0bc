import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureSchema, parseDocument, planSchema } from '../../support/contract.ts';
import { createHome, type Home } from '../../support/command-line.ts';
import { pixel } from '../../support/openai-calls.ts';

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
    '--provider veo --seconds 8 --resolution 1080p --aspect 9:16 --negative-prompt rain --person-generation allow_adult --no-generate-audio --enhance-prompt --seed 7'.split(
      ' ',
    ),
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
      const { connection, model, parameters } = expected;
      assert.deepEqual([job?.connection, job?.model], [connection, model]);
      assert.deepEqual(job?.parameters, parameters);
      assert.deepEqual(warnings, expected.warnings);
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
