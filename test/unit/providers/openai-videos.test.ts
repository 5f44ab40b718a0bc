import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { CallContext, Operation, VideoContent, VideoStatus } from '../../../src/core/providers/provider.ts';
import { canaryKey, contextOf } from '../../support/openai-calls.ts';
import {
  openaiVideos,
  uploadedClip,
  videoCall,
  videoConnection,
  type VideoCallOptions,
} from '../../support/openai-video-calls.ts';
import { soraDialects, type SoraDialect } from '../../support/sora-server-faults.ts';
import { startSoraServer, type SoraServer } from '../../support/sora-server.ts';

const begin = Date.UTC(2026, 10, 22, 12);

describe('Videos of the OpenAI protocol', () => {
  let server: SoraServer;
  let context: CallContext;
  let time = begin;
  const videos = openaiVideos();
  before(async () => {
    server = await startSoraServer({
      now: () => time,
      workMs: 100_000,
      key: canaryKey,
      retryAfter: '7',
      failing: ({ prompt }) => (prompt === 'fail' ? { code: 'moderation_blocked', message: 'Not this.' } : undefined),
    });
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
  const stored = (operation: Operation): Operation => JSON.parse(JSON.stringify(operation)) as Operation;
  const fetched = async (
    content: VideoContent,
  ): Promise<{ type: string | null; bytes: Buffer; urls: readonly string[] }> => {
    assert.ok('urls' in content);
    for (const url of content.urls) {
      const headers = new URL(url).pathname.startsWith('/v1/') ? { authorization: `Bearer ${canaryKey}` } : undefined;
      const response = await fetch(url, headers && { headers });
      if (response.status === 404) continue;
      assert.equal(response.status, 200);
      const bytes = Buffer.from(await response.arrayBuffer());
      return { type: response.headers.get('content-type'), bytes, urls: content.urls };
    }
    return assert.fail('no address has it');
  };

  describe('from text to a clip', () => {
    it('starts with what was asked, and nothing else', async () => {
      const parameters = { seconds: '8', size: '1280x720' };
      const { operation, status } = await videos.start(videoCall({ parameters }), context);
      assert.deepEqual(operation, { id: 'video_000000' });
      assert.equal(status, undefined, 'it waits, which is nothing to tell');
      assert.equal(server.creations.length, 1);
      assert.deepEqual(server.creations[0]?.body.fields, {
        ...parameters,
        prompt: 'a fox in the snow',
        model: 'sora-2',
      });
    });

    it('tells how far it is', async () => {
      const operation = stored(await start());
      const seen: VideoStatus[] = [];
      for (const elapsedMs of [0, 25_000, 99_000, 100_000, 130_000]) {
        time = begin + elapsedMs;
        seen.push(await videos.status(operation, context));
      }
      const brief = seen.map(({ state, progress, retryAfterMs, workedMs }) => ({
        state,
        progress,
        retryAfterMs,
        workedMs,
      }));
      assert.deepEqual(brief, [
        { state: 'queued', progress: 0, retryAfterMs: 7000, workedMs: undefined },
        { state: 'running', progress: 0.25, retryAfterMs: 7000, workedMs: undefined },
        { state: 'running', progress: 0.99, retryAfterMs: 7000, workedMs: undefined },
        { state: 'done', progress: 1, retryAfterMs: undefined, workedMs: 100_000 },
        { state: 'done', progress: 1, retryAfterMs: undefined, workedMs: 100_000 },
      ]);
      assert.ok(seen.every(({ model, requestId }) => model === 'sora-2' && requestId?.startsWith('req_') === true));
      assert.ok(seen.every((status) => !('operation' in status) && !('error' in status)));
    });

    for (const [variant, type] of [
      ['video', 'video/mp4'],
      ['thumbnail', 'image/webp'],
      ['spritesheet', 'image/webp'],
    ] as const) {
      it(`has the ${variant} of a finished one`, async () => {
        const operation = await start();
        time += 100_000;
        const found = await fetched(await videos.content(stored(operation), variant, context));
        assert.equal(found.type, type);
        if (variant === 'video') assert.deepEqual(found.bytes, Buffer.from(server.clipOf(operation.id)));
        else assert.equal(found.bytes.subarray(8, 12).toString(), 'WEBP');
      });
    }

    it('a base URL with a query keeps it', async () => {
      const connection = videoConnection('https://example.com/openai/v1/?api-version=preview');
      const content = await videos.content({ id: 'v/1' }, 'thumbnail', { ...context, connection });
      assert.ok('urls' in content && content.urls.length === 1);
      const url = new URL(content.urls[0]);
      assert.equal(url.pathname, '/openai/v1/videos/v%2F1/content');
      assert.deepEqual(Object.fromEntries(url.searchParams), { 'api-version': 'preview', variant: 'thumbnail' });
    });
  });

  describe('from a picture', () => {
    for (const [mime, name] of [
      ['image/png', 'first-frame.png'],
      ['image/jpeg', 'first-frame.jpg'],
      ['image/webp', 'first-frame.webp'],
    ] as const) {
      it(`sends ${mime} as the input reference under a neutral name`, async () => {
        await start({ files: [['first_frame', mime]] });
        const file = server.creations[0]?.body.files['input_reference'];
        assert.deepEqual([file?.name, file?.type], [name, mime]);
        assert.ok((file?.size ?? 0) > 0);
        assert.ok(!server.requests.some(({ body }) => body.includes('secret plans')));
      });
    }

    for (const role of ['reference', 'last_frame'] as const) {
      it(`a ${role.replace('_', ' ')} is refused before anything is sent`, async () => {
        await assert.rejects(start({ files: [[role, 'image/png']] }), {
          code: 'unsupported_parameter',
          maybeCharged: false,
        });
        assert.equal(server.requests.length, 0);
      });
    }
  });

  describe('from an earlier clip', () => {
    let first: Operation;
    beforeEach(async () => {
      first = await start({ parameters: { seconds: '8', size: '1280x720' } });
      time += 100_000;
    });
    const latest = () => server.creations.at(-1);

    it('remixes', async () => {
      await start({ prompt: 'in autumn', source: { action: 'remix', id: first.id } });
      assert.deepEqual([latest()?.action, latest()?.from, latest()?.prompt], ['remix', first.id, 'in autumn']);
      assert.equal(server.requests.at(-1)?.headers['content-type'], 'application/json');
    });

    it('edits by id', async () => {
      await start({ source: { action: 'edit', id: first.id } });
      assert.deepEqual([latest()?.action, latest()?.from], ['edit', first.id]);
    });

    it('edits a file', async () => {
      await start({ source: { action: 'edit' }, files: [['video', 'video/mp4']] });
      const file = latest()?.body.files['video'];
      assert.deepEqual([latest()?.action, file?.name, file?.type], ['edit', 'video.mp4', 'video/mp4']);
      assert.deepEqual(new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0)), uploadedClip);
    });

    for (const seconds of ['4', '8', '12', '16', '20']) {
      it(`extends by ${seconds} seconds, by id and with a file`, async () => {
        await start({ source: { action: 'extend', id: first.id }, parameters: { seconds } });
        assert.deepEqual([latest()?.from, latest()?.seconds], [first.id, String(8 + Number(seconds))]);
        await start({ source: { action: 'extend' }, parameters: { seconds }, files: [['video', 'video/mp4']] });
        assert.deepEqual([latest()?.action, latest()?.from, latest()?.seconds], ['extend', undefined, seconds]);
        assert.equal(latest()?.body.files['video']?.size, uploadedClip.length);
      });
    }

    it('an id is one part of a path, whatever is in it', async () => {
      for (const id of ['../models', 'a/b', 'a?b=c', 'a#b', 'a\\b', 'ä ö', '...', 'a%2Fb', '?', '..\\..']) {
        await assert.rejects(videos.status({ id }, context), { code: 'not_found' }, id);
        await assert.rejects(start({ source: { action: 'remix', id } }), { code: 'not_found' }, id);
        const content = await videos.content({ id }, 'video', context);
        assert.ok('urls' in content);
        assert.match(new URL(content.urls[0]).pathname, /^\/v1\/videos\/[^/]+\/content$/, id);
      }
      for (const { path } of server.requests) assert.match(path, /^\/v1\/videos(?:\/[^/?#]+(?:\/remix)?)?$/);
    });

    for (const id of ['.', '..', '%2e%2E', '', '\ud800']) {
      it(`${inspect(id)} is no id`, async () => {
        server.clear();
        for (const call of [
          () => videos.status({ id }, context),
          () => videos.content({ id }, 'video', context),
          () => videos.remove?.({ id }, context),
          () => start({ source: { action: 'remix', id } }),
          () => start({ source: { action: 'edit', id } }),
        ]) {
          await assert.rejects(async () => call(), { code: 'invalid_request', maybeCharged: false });
        }
        assert.equal(server.requests.length, 0);
      });
    }
  });

  it('deletes at the provider', async () => {
    const operation = await start();
    await videos.remove?.(operation, context);
    await assert.rejects(videos.status(operation, context), { code: 'not_found', message: /expired or was deleted/ });
    await assert.rejects(async () => videos.remove?.(operation, context), { code: 'not_found' });
    assert.equal(server.creations.length, 1, 'it stays paid');
  });

  it('has no way to cancel', () => assert.equal('cancel' in videos, false));

  describe('every dialect', () => {
    const speaking = Object.entries<SoraDialect>(soraDialects).filter(([, dialect]) => dialect.videos !== false);
    for (const [name, dialect] of speaking) {
      it(`${name}: start, poll, download, failure`, async () => {
        server.speak(dialect);
        const options =
          dialect.strict === false ? { model: 'wan-2.2', parameters: { seconds: '6', size: '832x480' } } : {};
        let operation = await start(options);
        const failing = await start({ ...options, prompt: 'fail' });
        const states: string[] = [];
        for (const elapsedMs of [0, 50_000, 100_000]) {
          time = begin + elapsedMs;
          const status = await videos.status(stored(operation), context);
          operation = status.operation ?? operation;
          states.push(status.state);
        }
        assert.deepEqual(states, ['queued', 'running', 'done']);
        assert.equal(typeof operation['url'], dialect.link === undefined ? 'undefined' : 'string');
        const found = await fetched(await videos.content(stored(operation), 'video', context));
        assert.deepEqual(found.bytes, Buffer.from(server.clipOf(operation.id)));
        assert.equal(found.urls.length, dialect.link === undefined ? 1 : 2);
        assert.match(found.urls[0] ?? '', /\/v1\/videos\/[^/]+\/content$/);
        const thumbnail = await videos.content(stored(operation), 'thumbnail', context);
        assert.equal('urls' in thumbnail && thumbnail.urls.length, 1, 'links are of the clip only');

        const failed = await videos.status(failing, context);
        assert.equal(failed.state, 'failed');
        assert.match(failed.error?.message ?? '', /Not this\.$/);
      });
    }

    it('a server without follow-ups says so', async () => {
      server.speak(soraDialects['vLLM-Omni']);
      const operation = await start();
      await assert.rejects(start({ source: { action: 'remix', id: operation.id } }), {
        code: 'not_found',
        maybeCharged: false,
        message:
          /^Test server can't remix videos: there is nothing at \/v1\/videos\/…\/remix \(status 404\): Not Found\.$/,
      });
    });
  });
});
