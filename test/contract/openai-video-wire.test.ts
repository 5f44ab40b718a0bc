/** What the provider puts on the wire for video, for every model of the catalog, against the vendor's own schema, closed. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { openaiVideoModels } from '../../src/core/catalog/openai-videos.ts';
import type { FetchFunction } from '../../src/core/environment.ts';
import type { VideoAction } from '../../src/core/generation.ts';
import { fieldsOf } from '../support/form-fields.ts';
import { connectionAt, contextOf } from '../support/openai-calls.ts';
import { openaiVideos, videoCall, type VideoCallOptions } from '../support/openai-video-calls.ts';
import { compileRequestSchemas, specification, videoSchemas } from '../support/openapi.ts';

interface Sent {
  readonly schema: keyof typeof videoSchemas;
  readonly method: string;
  readonly url: URL;
  readonly body: Record<string, unknown>;
}

const paths: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/videos$/, 'generate'],
  [/^\/v1\/videos\/edits$/, 'edit'],
  [/^\/v1\/videos\/extensions$/, 'extend'],
  [/^\/v1\/videos\/[^/]+\/remix$/, 'remix'],
];

/** One call through the real SDK, as the server would read it. */
async function sent(options: VideoCallOptions): Promise<Sent> {
  const seen: Sent[] = [];
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const form = request.headers.get('content-type')?.startsWith('multipart/form-data') === true;
    const action = paths.find(([pattern]) => pattern.test(url.pathname))?.[1];
    assert.ok(action !== undefined, url.pathname);
    const body = form ? fieldsOf(await request.formData()) : ((await request.json()) as Sent['body']);
    const schema = `${action} ${form ? 'form' : 'json'}` as Sent['schema'];
    seen.push({ schema, method: request.method, url, body });
    return Response.json({ id: 'video_1', status: 'queued' });
  };
  await openaiVideos().start(videoCall(options), contextOf(connectionAt('https://example.com'), { fetch }));
  const [only, ...more] = seen;
  assert.ok(only !== undefined && more.length === 0);
  assert.equal(only.method, 'POST');
  return only;
}

const asked = (action: VideoAction, form: 'id' | 'file'): VideoCallOptions =>
  form === 'id' ? { source: { action, id: 'video_a/b?c' } } : { source: { action }, files: [['video', 'video/mp4']] };

describe('Request bodies of the video protocol', () => {
  if (!existsSync(specification)) {
    it(`skipped: the OpenAPI document is not there (${specification}; set SHOTLIST_OPENAPI)`, function () {
      this.skip();
    });
    return;
  }
  const validators = compileRequestSchemas(videoSchemas, false);
  const problemsOf = ({ schema, body }: Sent): readonly string[] => {
    const validate = validators[schema];
    // the enumeration of an extension's seconds stops at 12, its description goes on to 20
    const late = schema.startsWith('extend') && ['16', '20'].includes(body['seconds'] as string);
    if (validate(structuredClone(late ? { ...body, seconds: '12' } : body))) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };

  for (const model of openaiVideoModels) {
    const { length, frames, sources, imageTypes } = model.limits;
    const seconds = [{}, ...length.values.map((value) => ({ seconds: String(value) }))];
    const sizes = [{}, ...frames.map(({ width, height }) => ({ size: `${width}x${height}` }))];

    it(`${model.id}: every length and size, with and without a first frame, is in the schema`, async () => {
      const pictures = imageTypes.map((mime) => [['first_frame', mime]] as const);
      for (const files of [[], ...pictures]) {
        for (const parameters of seconds.flatMap((one) => sizes.map((other) => ({ ...one, ...other })))) {
          const request = await sent({ model: model.id, parameters, files });
          assert.deepEqual(problemsOf(request), [], JSON.stringify(request.body));
          assert.deepEqual(request.body, {
            ...parameters,
            model: model.id,
            prompt: 'a fox in the snow',
            ...(files.length > 0 ? { input_reference: '(binary)' } : {}),
          });
        }
      }
    });

    for (const action of ['remix', 'edit', 'extend'] as const) {
      const { forms = [] } = sources[action] ?? {};
      it(`${model.id}, ${action} (${forms.join(', ')}): every value is in the schema`, async () => {
        const lengths = action === 'extend' ? (length.extensionValues ?? []) : [];
        const sets = action === 'extend' ? lengths.map((value) => ({ seconds: String(value) })) : [{}];
        assert.ok(forms.length > 0 && sets.length > 0);
        for (const form of forms) {
          for (const parameters of sets) {
            const request = await sent({ model: model.id, parameters, ...asked(action, form) });
            assert.deepEqual(problemsOf(request), [], JSON.stringify(request.body));
            assert.match(request.schema, new RegExp(`^${action} `));
            const video = form === 'id' ? { id: 'video_a/b?c' } : '(binary)';
            const inBody = action === 'remix' ? {} : { video };
            assert.deepEqual(request.body, { ...parameters, prompt: 'a fox in the snow', ...inBody });
            if (action === 'remix') assert.equal(request.url.pathname, '/v1/videos/video_a%2Fb%3Fc/remix');
          }
        }
      });
    }
  }

  it('the check would notice what is not in the schema', async () => {
    const wrong: readonly VideoCallOptions[] = [
      { parameters: { seconds: '16' } },
      { parameters: { seconds: 'four' } },
      { parameters: { size: '1920x1080' } },
      { parameters: { fps: 24 } },
      { prompt: '' },
      { ...asked('remix', 'id'), parameters: { model: 'sora-2' } },
      { ...asked('edit', 'id'), parameters: { seconds: '4' } },
      { ...asked('edit', 'file'), parameters: { size: '720x1280' } },
      { ...asked('extend', 'id') },
      { ...asked('extend', 'id'), parameters: { seconds: '24' } },
    ];
    for (const options of wrong) {
      assert.notDeepEqual(problemsOf(await sent(options)), [], JSON.stringify(options));
    }
  });

  it('unknown parameters of unknown models pass as they are', async () => {
    const parameters = {
      seconds: '6',
      size: '832x480',
      fps: 16,
      seed: 7,
      num_frames: 81,
      negative_prompt: 'rain',
      lora: { path: 'x' },
    };
    const { body } = await sent({ model: 'Wan-AI/Wan2.2-T2V-A14B', parameters: { ...parameters, nothing: null } });
    assert.deepEqual(body, {
      model: 'Wan-AI/Wan2.2-T2V-A14B',
      prompt: 'a fox in the snow',
      seconds: '6',
      size: '832x480',
      fps: '16',
      seed: '7',
      num_frames: '81',
      negative_prompt: 'rain',
      lora: { path: 'x' },
    });
  });
});
