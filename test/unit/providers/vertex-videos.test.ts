import assert from 'node:assert/strict';
import { vertexProvider } from '../../../src/core/providers/vertex/vertex.ts';
import { urlOf } from '../../../src/core/network/fetch-wrappers.ts';
import type { CallContext, Operation, VideoStatus } from '../../../src/core/providers/provider.ts';
import { checkFailure, failureOf } from '../../support/failures.ts';
import { contentOf, googleConnection, googleContext, sentClip, videosOf } from '../../support/google-calls.ts';
import { videoCall as anyVideoCall, type GoogleCallOptions } from '../../support/google-calls.ts';
import { json } from '../../support/http-server.ts';
import { canaryKey } from '../../support/openai-calls.ts';
import { startVertexServer, type VertexServer } from '../../support/vertex-server.ts';

const videos = videosOf(vertexProvider);
const token = 'ya29.canary-token-0123456789';
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const videoCall = (options: GoogleCallOptions = {}) => anyVideoCall({ model: 'veo-3.1-generate-001', ...options });

describe('Clips of Veo', () => {
  let server: VertexServer;
  let context: CallContext;
  before(async () => {
    server = await startVertexServer({ token });
    const connection = googleConnection('vertex', server.baseUrl, { project: 'my-project', location: 'europe-west4' });
    context = googleContext(connection, { key: undefined, googleToken: () => Promise.resolve(token) });
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clear());
  afterEach(() => assert.deepEqual(server.problems, []));

  const start = async (options?: GoogleCallOptions): Promise<Operation> =>
    (await videos.start(videoCall(options), context)).operation;
  const finish = async (operation: Operation): Promise<VideoStatus> => {
    await videos.status(operation, context);
    return videos.status(operation, context);
  };

  it('are operations of the project, and hold their bytes', async () => {
    const { operation, status } = await videos.start(videoCall(), context);
    const place = 'projects/my-project/locations/europe-west4/';
    assert.equal(status, undefined);
    assert.deepEqual(JSON.parse(JSON.stringify(operation)), {
      id: `${place}publishers/google/models/veo-3.1-generate-001/operations/op-1`,
    });
    assert.equal(server.creations[0]?.place, place);
    assert.deepEqual(server.creations[0]?.body, {
      instances: [{ prompt: 'a fox in the snow' }],
      parameters: { sampleCount: 1 },
    });
    assert.deepEqual(await videos.status(operation, context), { state: 'running' });
    assert.deepEqual(await videos.status(operation, context), {
      state: 'done',
      progress: 1,
      provenance: { synthid: true },
    });
    const content = await videos.content(operation, 'video', context);
    assert('bytes' in content);
    assert.deepEqual(Buffer.from(content.bytes), Buffer.from(server.clipOf(operation.id)));
  });

  it('take every parameter that the catalog has', async () => {
    const parameters = {
      aspectRatio: '9:16',
      resolution: '1080p',
      durationSeconds: 8,
      negativePrompt: 'rain',
      seed: 42,
      personGeneration: 'dont_allow',
      generateAudio: false,
      enhancePrompt: true,
    };
    await start({ parameters });
    assert.deepEqual(server.creations[0]?.body.parameters, { sampleCount: 1, ...parameters });
  });

  for (const [name, value] of [
    ['numberOfVideos', 4],
    ['outputGcsUri', 'gs://elsewhere'],
    ['surprise', true],
  ] as const) {
    it(`take no ${name}: it would be paid for, or lost, without a word`, async () => {
      checkFailure(await failureOf(videos.start(videoCall({ parameters: { [name]: value } }), context)), {
        code: 'unsupported_parameter',
        message: new RegExp(`no parameter "${name}"`),
      });
      assert.equal(server.requests.length, 0);
    });
  }

  it('start from a first frame and end at a last one', async () => {
    await start({ roles: ['last_frame', 'first_frame'] });
    const [instance] = server.creations[0]?.body.instances ?? assert.fail();
    assert.deepEqual(instance, {
      prompt: 'a fox in the snow',
      image: { bytesBase64Encoded: base64(contentOf('first_frame', 1)), mimeType: 'image/png' },
      lastFrame: { bytesBase64Encoded: base64(contentOf('last_frame', 0)), mimeType: 'image/png' },
    });
  });

  it('follow references', async () => {
    await start({ roles: ['reference', 'reference'] });
    const [instance] = server.creations[0]?.body.instances ?? assert.fail();
    assert.deepEqual(
      instance.referenceImages,
      [0, 1].map((index) => ({
        image: { bytesBase64Encoded: base64(contentOf('reference', index)), mimeType: 'image/png' },
        referenceType: 'ASSET',
      })),
    );
  });

  it('extend a file', async () => {
    await start({ roles: ['video'], source: { action: 'extend' }, parameters: { durationSeconds: 7 } });
    const [instance] = server.creations[0]?.body.instances ?? assert.fail();
    assert.deepEqual(instance.video, { bytesBase64Encoded: base64(sentClip), mimeType: 'video/mp4' });
  });

  for (const source of [{ action: 'edit' }, { action: 'remix' }, { action: 'extend', id: 'op-1' }] as const) {
    it(`can't ${source.action} by ${'id' in source ? 'id' : 'file'}`, async () => {
      checkFailure(await failureOf(videos.start(videoCall({ source, roles: ['video'] }), context)), {
        code: 'unsupported_parameter',
        message: /can't/,
      });
      assert.equal(server.requests.length, 0);
    });
  }

  it('need no project with a key of the express mode', async () => {
    await using express = await startVertexServer({ key: canaryKey });
    const keyed = googleContext(googleConnection('vertex', express.baseUrl));
    const { operation } = await videos.start(videoCall(), keyed);
    assert.equal(operation.id, 'publishers/google/models/veo-3.1-generate-001/operations/op-1');
    await videos.status(operation, keyed);
    assert.equal((await videos.status(operation, keyed)).state, 'done');
  });

  it('at a link are left to the download', async () => {
    await using linking = await startVertexServer({ delivery: 'link', polls: 0 });
    const open = googleContext(googleConnection('vertex', linking.baseUrl), { key: undefined });
    const { operation } = await videos.start(videoCall(), open);
    assert.deepEqual(await videos.content(operation, 'video', open), { urls: [`${linking.origin}/clips/op-1`] });
  });

  it('in a storage bucket are named in words', async () => {
    await using bucket = await startVertexServer({ delivery: 'bucket', polls: 0 });
    const open = googleContext(googleConnection('vertex', bucket.baseUrl), { key: undefined });
    const { operation } = await videos.start(videoCall(), open);
    checkFailure(await failureOf(videos.content(operation, 'video', open)), {
      code: 'download_failed',
      message: /into a storage bucket: gs:\/\/somebody\/clip\.mp4\.$/,
      hint: /gcloud storage cp/,
    });
  });

  it('can be neither cancelled nor listed nor removed', () => {
    assert.deepEqual([videos.cancel, videos.list, videos.remove], [undefined, undefined, undefined]);
  });

  for (const id of [
    'op-1',
    '../../v1/projects',
    'publishers/google/models/../operations/x',
    'publishers/a/models/b/operations/..',
    'publishers/google/models/m/operations/x?y=z',
  ]) {
    it(`whose stored name is ${id} are asked for nowhere`, async () => {
      checkFailure(await failureOf(videos.status({ id }, context)), {
        code: 'not_found',
        message: /no name of a video/,
      });
      assert.equal(server.requests.length, 0);
    });
  }

  it('of a model whose name is none are not begun', async () => {
    checkFailure(await failureOf(videos.start(videoCall({ model: 'x/../../y' }), context)), {
      code: 'invalid_request',
      message: /is no name of a model/,
    });
    assert.equal(server.requests.length, 0);
  });

  describe('that end without a clip', () => {
    const endings: readonly (readonly [string, Readonly<Record<string, unknown>>, string, RegExp])[] = [
      [
        'refused, with reasons',
        {
          response: {
            raiMediaFilteredCount: 1,
            raiMediaFilteredReasons: ['It shows a celebrity. Support code: 15236754'],
          },
        },
        'moderation_blocked',
        /^Test server blocked this with its content filter: It shows a celebrity\. Support code: 15236754\.$/,
      ],
      [
        'refused, without reasons',
        { response: { raiMediaFilteredCount: 1 } },
        'moderation_blocked',
        /content filter\.$/,
      ],
      [
        'refused by error',
        {
          error: {
            code: 3,
            message:
              "The prompt could not be submitted. This prompt contains sensitive words that violate Google's Responsible AI practices.",
          },
        },
        'moderation_blocked',
        /sensitive words/,
      ],
      [
        'invalid',
        { error: { code: 3, message: 'Video duration is out of range.' } },
        'invalid_request',
        /out of range\.$/,
      ],
      [
        'broken inside',
        { error: { code: 13, message: 'Internal error.' } },
        'provider_unavailable',
        /failed: Internal error\.$/,
      ],
      ['overloaded', { error: { code: 8, message: 'Resource exhausted.' } }, 'rate_limited', /slow down/],
      [
        'not allowed',
        { error: { code: 7, message: 'Permission denied on resource project x.' } },
        'permission_denied',
        /does not allow/,
      ],
      ['late', { error: { code: 4, message: 'Deadline exceeded.' } }, 'timeout', /gave up/],
      ['empty', { response: {} }, 'bad_response', /^Test server finished without a clip\.$/],
    ];
    for (const [name, outcome, code, message] of endings) {
      it(`because they are ${name}, say why`, async () => {
        server.endNext(outcome);
        const { state, error } = await finish(await start());
        assert.equal(state, 'failed');
        checkFailure(error ?? assert.fail(), { code: code as 'bad_response', message });
      });
    }

    it('because they were cancelled, are cancelled', async () => {
      server.endNext({ error: { code: 1, message: 'Operation was cancelled.' } });
      assert.equal((await finish(await start())).state, 'cancelled');
    });
  });

  it('whose answer holds no operation are not taken for one', async () => {
    for (const body of [{}, { surprise: true }, []]) {
      server.failNext('create', json(200, body));
      checkFailure(await failureOf(videos.start(videoCall(), context)), {
        code: 'bad_response',
        maybeCharged: true,
        message: /no operation|without the name/,
      });
    }
  });

  it('models are listed', async () => {
    assert.deepEqual(await vertexProvider.listModels(context), [
      { id: 'veo-3.1-generate-001' },
      { id: 'veo-3.1-fast-generate-001' },
    ]);
  });

  it("models are listed in the beta version of Google's own address, which alone has that list", async () => {
    const seen: string[] = [];
    const connection = { ...context.connection, baseUrl: 'https://europe-west4-aiplatform.googleapis.com/v1' };
    const fetch: CallContext['fetch'] = (input) => {
      seen.push(urlOf(input).href);
      return Promise.resolve(Response.json({ publisherModels: [] }));
    };
    await vertexProvider.listModels({ ...context, connection, fetch });
    assert.deepEqual(seen, [
      'https://europe-west4-aiplatform.googleapis.com/v1beta1/publishers/google/models?pageSize=1000',
    ]);
  });
});
