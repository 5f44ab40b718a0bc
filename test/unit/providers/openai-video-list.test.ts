import assert from 'node:assert/strict';
import type { CallContext, Operation } from '../../../src/core/providers/provider.ts';
import { contextOf } from '../../support/openai-calls.ts';
import { openaiVideos, videoCall, videoConnection, type VideoCallOptions } from '../../support/openai-video-calls.ts';
import { soraDialects } from '../../support/sora-server-faults.ts';
import { startSoraServer, type SoraServer } from '../../support/sora-server.ts';

const begin = Date.UTC(2026, 10, 22, 12);

describe('The list of videos of the OpenAI protocol', function () {
  // hundreds of real requests
  this.timeout(30_000);
  let server: SoraServer;
  let context: CallContext;
  let time = begin;
  const videos = openaiVideos();
  before(async () => {
    server = await startSoraServer({ now: () => time });
    context = contextOf(videoConnection(server.baseUrl), { now: () => time });
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    time = begin;
    server.clear();
    server.speak({});
  });
  afterEach(() => assert.deepEqual(server.problems, [], 'every request was right'));

  const start = async (options: VideoCallOptions = {}): Promise<Operation> =>
    (await videos.start(videoCall(options), context)).operation;
  const listed = (since: number) => {
    assert.ok(videos.list);
    return videos.list(since, context);
  };

  it('has what is needed to find a clip again', async () => {
    const first = await start({ parameters: { seconds: '8', size: '1280x720' } });
    time += 100_000;
    await start({ prompt: 'in autumn', source: { action: 'remix', id: first.id } });
    const { videos: found, clockAheadMs } = await listed(begin);
    assert.deepEqual(found, [
      {
        operation: { id: 'video_000001' },
        model: 'sora-2',
        prompt: 'in autumn',
        seconds: 8,
        size: '1280x720',
        remixedFrom: first.id,
        createdAt: begin + 100_000,
      },
      {
        operation: first,
        model: 'sora-2',
        prompt: 'a fox in the snow',
        seconds: 8,
        size: '1280x720',
        createdAt: begin,
      },
    ]);
    assert.equal(clockAheadMs, 0);
  });

  it('knows how far the clocks are apart', async () => {
    for (const ahead of [-3_600_000, 90_000]) {
      const { clockAheadMs } = (await openaiVideos().list?.(0, { ...context, now: () => time - ahead })) ?? {};
      assert.equal(clockAheadMs, ahead);
    }
  });

  it('reads page after page until they are too old', async () => {
    for (let index = 0; index < 250; index++) {
      await start({ prompt: `clip ${index}` });
      time += 1000;
    }
    const asked = server.requests.length;
    const { videos: all } = await listed(0);
    assert.deepEqual(
      all.map(({ prompt }) => prompt),
      Array.from({ length: 250 }, (_, index) => `clip ${249 - index}`),
    );
    const { videos: recent } = await listed(begin + 200_000);
    assert.equal(recent.length, 50);
    const { videos: half } = await listed(begin + 120_500);
    assert.equal(half.length, 130, 'the second at which it was asked counts');
    assert.deepEqual(
      server.requests.slice(asked).map(({ path }) => path),
      [
        '/v1/videos?limit=100&order=desc',
        '/v1/videos?limit=100&order=desc&after=video_000150',
        '/v1/videos?limit=100&order=desc&after=video_000050',
        '/v1/videos?limit=100&order=desc',
        '/v1/videos?limit=100&order=desc',
        '/v1/videos?limit=100&order=desc&after=video_000150',
      ],
    );
  });

  it('a server without times is read to the end, and everything of it counts', async () => {
    server.speak({ strict: false, omit: ['created_at'] });
    for (let index = 0; index < 120; index++) await start();
    assert.equal((await listed(begin + 1e9)).videos.length, 120);
  });

  it('a server that always sends the same page is asked no more than twice', async () => {
    const page = JSON.stringify({
      data: [{ id: 'a' }, { id: 'b', seconds: '5s', created_at: '2026-11-22T12:00:00Z' }, {}, null],
      has_more: true,
    });
    server.fail('list', { type: 'body', body: page }, Infinity);
    const { videos: found } = await listed(0);
    assert.deepEqual(found, [{ operation: { id: 'b' }, seconds: 5, createdAt: begin }, { operation: { id: 'a' } }]);
    assert.equal(server.requests.length, 2);
  });

  it('an endless list is cut off', async () => {
    let serial = 0;
    const endless = (): Promise<Response> =>
      Promise.resolve(Response.json({ data: [{ id: `v${serial++}` }], has_more: true }));
    const found = await videos.list?.(0, { ...context, fetch: endless });
    assert.equal(found?.videos.length, 20);
    assert.equal(found?.clockAheadMs, 0, 'without a Date header');
  });

  it('other shapes of lists are read too', async () => {
    for (const body of [
      [{ id: 'a' }],
      { videos: [{ id: 'a' }] },
      { object: 'list', data: [{ id: 'a' }], has_more: null },
    ]) {
      server.fail('list', { type: 'body', body: JSON.stringify(body) });
      assert.deepEqual((await listed(0)).videos, [{ operation: { id: 'a' } }]);
    }
  });

  it('a server that has none says so', async () => {
    server.speak(soraDialects['no list']);
    await assert.rejects(listed(0), {
      code: 'not_found',
      message: /^Test server doesn't list its videos \(status 404\)/,
    });
  });
});
