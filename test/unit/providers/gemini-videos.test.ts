import assert from 'node:assert/strict';
import type { Operation, VideoStatus } from '../../../src/core/providers/provider.ts';
import { geminiProvider } from '../../../src/core/providers/gemini/gemini.ts';
import { checkFailure, failureOf } from '../../support/failures.ts';
import { startGeminiServer, type GeminiServer } from '../../support/gemini-server.ts';
import {
  contentOf,
  googleConnection,
  googleContext,
  sentClip,
  videoCall,
  videosOf,
} from '../../support/google-calls.ts';
import type { GoogleCallOptions } from '../../support/google-calls.ts';
import type { CallContext } from '../../../src/core/providers/provider.ts';
import { json } from '../../support/http-server.ts';
import { canaryKey } from '../../support/openai-calls.ts';

const videos = videosOf(geminiProvider);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('Clips of the Interactions API', () => {
  let server: GeminiServer;
  let context: CallContext;
  before(async () => {
    server = await startGeminiServer({ key: canaryKey });
    context = googleContext(googleConnection('gemini', server.baseUrl));
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clear());
  afterEach(() => assert.deepEqual(server.problems, []));

  const start = async (options?: GoogleCallOptions): Promise<Operation> =>
    (await videos.start(videoCall(options), context)).operation;
  const finish = async (operation: Operation): Promise<VideoStatus> => {
    for (let look = 0; look < 5; look++) {
      const status = await videos.status(operation, context);
      if (status.state !== 'running') return status;
    }
    return assert.fail('it never ends');
  };

  it('are made in the background and kept, so that any process can ask for them', async () => {
    const { operation, status } = await videos.start(videoCall(), context);
    assert.equal(status, undefined);
    assert.deepEqual(JSON.parse(JSON.stringify(operation)), { id: 'v1_job1' });
    assert.deepEqual(server.creations[0]?.body, {
      model: 'gemini-omni-1.1-flash',
      input: 'a fox in the snow',
      background: true,
      store: true,
      response_format: { type: 'video', delivery: 'inline' },
      generation_config: { video_config: { task: 'text_to_video' } },
    });
    assert.equal((await videos.status(operation, context)).state, 'running');
    const done = await videos.status(operation, context);
    assert.deepEqual(done, {
      state: 'done',
      progress: 1,
      provenance: { synthid: true },
      workedMs: 40_000,
      model: 'gemini-omni-1.1-flash',
      usage: { inputTokens: 10, inputTextTokens: 10, outputTokens: 5000, totalTokens: 5010 },
    });
    const content = await videos.content(operation, 'video', context);
    assert('bytes' in content);
    assert.deepEqual(Buffer.from(content.bytes), Buffer.from(server.clipOf('v1_job1')));
  });

  it('take length, shape, resolution and seed', async () => {
    await start({ parameters: { duration: '5s', aspect_ratio: '9:16', resolution: '360p', seed: 7 } });
    const { body } = server.creations[0] ?? assert.fail();
    assert.deepEqual(body.response_format, {
      type: 'video',
      duration: '5s',
      aspect_ratio: '9:16',
      resolution: '360p',
      delivery: 'inline',
    });
    assert.deepEqual(body.generation_config, { seed: 7, video_config: { task: 'text_to_video' } });
  });

  for (const [resolution, delivery] of [
    ['360p', 'inline'],
    ['720p', 'inline'],
    ['1080p', 'uri'],
    ['4k', 'uri'],
  ]) {
    it(`are delivered by ${delivery} at ${resolution}`, async () => {
      await start({ parameters: { resolution } });
      assert.equal(server.creations[0]?.body.response_format.delivery, delivery);
    });
  }

  it('start from a first frame, and end at a last one', async () => {
    await start({ roles: ['first_frame'] });
    // the order in which they were given doesn't count
    await start({ roles: ['last_frame', 'first_frame'] });
    const image = (role: 'first_frame' | 'last_frame', index: number) => ({
      type: 'image',
      data: base64(contentOf(role, index)),
      mime_type: 'image/png',
    });
    assert.deepEqual(
      server.creations.map(({ body }) => body.input),
      [
        [image('first_frame', 0), { type: 'text', text: '[# Sources <FIRST_FRAME>@Image1] a fox in the snow' }],
        [
          image('first_frame', 1),
          image('last_frame', 0),
          { type: 'text', text: '[# Sources <FIRST_FRAME>@Image1 <LAST_FRAME>@Image2] a fox in the snow' },
        ],
      ],
    );
    assert.deepEqual(
      server.creations.map(({ body }) => body.generation_config?.video_config?.task),
      ['image_to_video', 'image_to_video'],
    );
  });

  it('follow references, counted from 0 while the pictures are counted from 1', async () => {
    await start({ roles: ['reference', 'reference'] });
    const { input, generation_config } = server.creations[0]?.body ?? assert.fail();
    assert(Array.isArray(input));
    assert.deepEqual(
      input.map((block) => (block.type === 'text' ? block.text : block.data)),
      [
        base64(contentOf('reference', 0)),
        base64(contentOf('reference', 1)),
        '[# References <IMAGE_REF_0>@Image1 <IMAGE_REF_1>@Image2] a fox in the snow',
      ],
    );
    assert.equal(generation_config?.video_config?.task, 'reference_to_video');
  });

  it('leave a prompt alone that says itself what its pictures are for', async () => {
    const prompt = '[# Sources <FIRST_FRAME>@Image1 <LAST_FRAME>@Image1] a loop';
    await start({ roles: ['first_frame'], prompt });
    assert.deepEqual(server.creations[0]?.body.input[1], { type: 'text', text: prompt });
  });

  for (const action of ['edit', 'extend'] as const) {
    it(`${action} an earlier one by its id`, async () => {
      const earlier = await start();
      await finish(earlier);
      const operation = await start({ source: { action, id: earlier.id }, parameters: { resolution: '720p' } });
      assert.deepEqual(operation, { id: 'v1_job2', previousInteractionId: 'v1_job1' });
      const { body } = server.creations[1] ?? assert.fail();
      assert.equal(body.previous_interaction_id, 'v1_job1');
      assert.equal(body.generation_config?.video_config?.task, action);
      // it may be longer than what fits into an answer
      assert.equal(body.response_format.delivery, 'uri');
    });

    it(`${action} a file`, async () => {
      await start({ source: { action }, roles: ['video'] });
      assert.deepEqual(server.creations[0]?.body.input, [
        { type: 'video', data: base64(sentClip), mime_type: 'video/mp4' },
        { type: 'text', text: 'a fox in the snow' },
      ]);
    });
  }

  it('refuse a remix before anything is sent', async () => {
    const error = await failureOf(videos.start(videoCall({ source: { action: 'remix', id: 'v1_job1' } }), context));
    checkFailure(error, { code: 'unsupported_parameter', message: /can't remix/, hint: /Edit/ });
    assert.equal(server.requests.length, 0);
  });

  it('by uri are done when their file is ready, and name addresses that hold the bytes', async () => {
    const operation = await start({ parameters: { resolution: '1080p' } });
    const states: string[] = [];
    let status = await videos.status(operation, context);
    for (; status.state === 'running'; status = await videos.status(operation, context)) states.push(status.state);
    // unfinished, then finished with a file that is still being processed
    assert.deepEqual(states, ['running', 'running']);
    assert.equal(status.state, 'done');
    const next = status.operation ?? assert.fail();
    assert.equal(next.id, 'v1_job1');
    const seen = server.requests.length;
    const content = await videos.content(JSON.parse(JSON.stringify(next)) as Operation, 'video', context);
    assert.equal(server.requests.length, seen, 'the address is in the operation');
    assert('urls' in content);
    for (const url of content.urls) {
      assert(url.startsWith(`${server.origin}/`));
      const response = await fetch(url, { headers: { 'x-goog-api-key': canaryKey, range: 'bytes=10-' } });
      assert.equal(response.headers.get('content-type'), 'video/mp4');
      await response.body?.cancel();
    }
  });

  it('by uri are found from the first operation too', async () => {
    const operation = await start({ parameters: { resolution: '1080p' } });
    await finish(operation);
    const content = await videos.content(operation, 'video', context);
    assert('urls' in content && content.urls[0].includes(':download?alt=media'));
  });

  for (const [name, uri, expected] of [
    ['a bare name', 'files/abc-1', ['/v1/files/abc-1:download?alt=media']],
    ['the address of the file itself', 'ORIGIN/v1beta/files/abc-1', ['/v1/files/abc-1:download?alt=media']],
  ] as const) {
    it(`by uri may have ${name}`, async () => {
      const given = uri.replace('ORIGIN', server.origin);
      const content = await videos.content({ id: 'v1_job1', uri: given }, 'video', context);
      assert.deepEqual(content, { urls: expected.map((path) => `${server.origin}${path}`) });
    });
  }

  it('by uri elsewhere are left to the download, which gives no key to strangers', async () => {
    const uri = 'https://storage.example.com/files/abc-1';
    assert.deepEqual(await videos.content({ id: 'v1_job1', uri }, 'video', context), { urls: [uri] });
  });

  it('whose file is gone are expired', async () => {
    const operation = await start({ parameters: { resolution: '1080p' } });
    await finish(operation);
    server.expire('v1_job1');
    assert.equal((await videos.status(operation, context)).state, 'expired');
  });

  it('whose server has no list of files are left to the download', async () => {
    const operation = await start({ parameters: { resolution: '1080p' } });
    await videos.status(operation, context);
    server.failNext('file', json(404, undefined));
    assert.equal((await videos.status(operation, context)).state, 'done');
  });

  it('that are finished at once have their status at once', async () => {
    server.failNext(
      'create',
      json(200, {
        id: 'v1_fast',
        status: 'completed',
        steps: [{ type: 'model_output', content: [{ type: 'video', data: base64(sentClip) }] }],
      }),
    );
    const { operation, status } = await videos.start(videoCall(), context);
    assert.deepEqual([operation.id, status?.state], ['v1_fast', 'done']);
  });

  it('are cancelled and removed at the provider', async () => {
    const operation = await start();
    await videos.cancel?.(operation, context);
    assert.equal((await videos.status(operation, context)).state, 'cancelled');
    await videos.remove?.(operation, context);
    checkFailure(await failureOf(videos.status(operation, context)), {
      code: 'not_found',
      message: /does not know this video, or not any more/,
    });
  });

  it('pass on how long the server asks to wait', async () => {
    const operation = await start();
    server.failNext('status', json(200, { id: operation.id, status: 'queued' }, { 'retry-after': '7' }));
    assert.deepEqual(await videos.status(operation, context), { state: 'queued', retryAfterMs: 7000 });
  });

  it('have no thumbnail', async () => {
    await assert.rejects(videos.content({ id: 'v1_job1' }, 'thumbnail', context), {
      code: 'unsupported_parameter',
    });
  });

  for (const id of ['..', '../models', 'a/b', 'a?b=c', 'a%2f', '.']) {
    it(`whose stored id is ${id} are asked for nowhere`, async () => {
      checkFailure(await failureOf(videos.status({ id }, context)), {
        code: 'not_found',
        message: /no name of a video/,
      });
      checkFailure(await failureOf(videos.remove?.({ id }, context) ?? assert.fail()), {
        code: 'not_found',
        message: /no name of a video/,
      });
      assert.equal(server.requests.length, 0);
    });
  }

  describe('that end without a clip', () => {
    const endings: readonly (readonly [
      name: string,
      outcome: Readonly<Record<string, unknown>>,
      code: string,
      message: RegExp,
    ])[] = [
      [
        'refused by the filter, by error',
        { status: 'failed', steps: [], errors: [{ code: 'PROHIBITED_CONTENT', message: 'The clip shows a brand.' }] },
        'moderation_blocked',
        /^Test server blocked this with its content filter: The clip shows a brand\.$/,
      ],
      [
        'refused by the filter, in the step',
        {
          status: 'failed',
          steps: [{ type: 'model_output', error: { code: 3, message: 'Blocked for safety reasons: violence.' } }],
        },
        'moderation_blocked',
        /Blocked for safety reasons: violence\.$/,
      ],
      [
        'refused in words',
        {
          steps: [
            {
              type: 'model_output',
              content: [{ type: 'text', text: 'I can’t make this: it violates\nthe usage policy.' }],
            },
          ],
        },
        'moderation_blocked',
        /I can’t make this: it violates the usage policy\.$/,
      ],
      [
        'answered in words',
        { steps: [{ type: 'model_output', content: [{ type: 'text', text: 'A fox is a small animal.' }] }] },
        'bad_response',
        /^Test server finished without a clip: A fox is a small animal\.$/,
      ],
      ['empty', { steps: [] }, 'bad_response', /^Test server finished without a clip\.$/],
      [
        'failed inside',
        { status: 'failed', steps: [], errors: [{ code: 'INTERNAL', message: 'Internal error encountered.' }] },
        'provider_unavailable',
        /Internal error encountered\.$/,
      ],
      ['failed silently', { status: 'failed', steps: [] }, 'bad_response', /could not make the clip\.$/],
      ['incomplete', { status: 'incomplete', steps: [] }, 'bad_response', /stopped before the clip was complete\.$/],
      ['out of budget', { status: 'budget_exceeded', steps: [] }, 'quota_exceeded', /a spending limit was reached\.$/],
      ['waiting for us', { status: 'requires_action', steps: [] }, 'bad_response', /asks for something/],
    ];
    for (const [name, outcome, code, message] of endings) {
      it(`because they are ${name}, say why`, async () => {
        server.endNext(outcome);
        const { state, error } = await finish(await start());
        assert.equal(state, 'failed');
        checkFailure(error ?? assert.fail(), { code: code as 'bad_response', message });
      });
    }
  });

  it('go on while the server says something that nobody knows', async () => {
    for (const status of ['requires_continuation', 'in_progress', 'polishing']) {
      server.failNext('status', json(200, { id: 'v1_job1', status }));
      assert.deepEqual(await videos.status({ id: 'v1_job1' }, context), { state: 'running' });
    }
  });

  it('count as done where there is one, whatever the server calls it', async () => {
    const steps = [{ type: 'model_output', content: [{ type: 'video', data: base64(sentClip) }] }];
    server.failNext('status', json(200, { id: 'v1_job1', status: 'incomplete', steps }));
    assert.equal((await videos.status({ id: 'v1_job1' }, context)).state, 'done');
  });

  it('are those of the last turn, not of an earlier one', async () => {
    const turn = (bytes: Uint8Array) => [
      { type: 'user_input', content: [{ type: 'video', data: 'AAAA' }] },
      { type: 'model_output', content: [{ type: 'video', data: base64(bytes) }] },
    ];
    const steps = [...turn(Buffer.from('first')), ...turn(Buffer.from('second'))];
    server.failNext('status', json(200, { id: 'v1_job1', status: 'completed', steps }));
    const content = await videos.content({ id: 'v1_job1' }, 'video', context);
    assert('bytes' in content);
    assert.equal(Buffer.from(content.bytes).toString(), 'second');
  });

  it('that are no base64 are not taken for clips', async () => {
    const steps = [{ type: 'model_output', content: [{ type: 'video', data: '<html>not a clip' }] }];
    server.failNext('status', json(200, { id: 'v1_job1', status: 'completed', steps }));
    checkFailure(await failureOf(videos.content({ id: 'v1_job1' }, 'video', context)), {
      code: 'bad_response',
      message: /a clip that can't be decoded/,
    });
  });

  it('above 100 MB inside an answer are refused', async () => {
    const steps = [{ type: 'model_output', content: [{ type: 'video', data: 'A'.repeat(133_400_000) }] }];
    server.failNext('status', json(200, { id: 'v1_job1', status: 'completed', steps }));
    checkFailure(await failureOf(videos.content({ id: 'v1_job1' }, 'video', context)), {
      code: 'bad_response',
      message: /a clip of more than 100 MB/,
    });
  }).timeout(20_000);

  it('models are listed over all pages', async () => {
    assert.deepEqual(await geminiProvider.listModels(context), [
      { id: 'gemini-omni-1.1-flash' },
      { id: 'gemini-3.1-flash-image' },
    ]);
  });
});
