/** What the answers of servers mean, in all their ways of saying it. */
import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../src/core/errors.ts';
import type { VideoStatus } from '../../../src/core/providers/provider.ts';
import { canaryKey, contextOf } from '../../support/openai-calls.ts';
import { openaiVideos, videoCall, videoConnection } from '../../support/openai-video-calls.ts';

const connection = videoConnection('https://example.com/v1');

async function statusFor(answer: unknown, headers: Readonly<Record<string, string>> = {}): Promise<VideoStatus> {
  const context = contextOf(connection, { fetch: () => Promise.resolve(Response.json(answer, { headers })) });
  return openaiVideos().status({ id: 'video_1', kept: true }, context);
}

describe('The state of a video', () => {
  const words: Readonly<Record<VideoStatus['state'], readonly string[]>> = {
    queued: ['queued', 'pending', 'QUEUED', 'submitted'],
    running: ['in_progress', 'processing', 'running', 'In Progress', 'in-progress', 'transcoding'],
    done: ['completed', 'succeeded', 'done', 'COMPLETED', 'success'],
    failed: ['failed', 'error', 'FAILED'],
    cancelled: ['cancelled', 'canceled'],
    expired: ['expired'],
  };
  for (const [state, list] of Object.entries(words)) {
    it(`${state} is said as ${list.join(', ')}`, async () => {
      for (const word of list) assert.equal((await statusFor({ id: 'video_1', status: word })).state, state, word);
    });
  }

  it('without a word follows from what else is there', async () => {
    assert.equal((await statusFor({ url: 'https://example.com/a.mp4' })).state, 'done');
    assert.equal((await statusFor({ completed_at: 1_795_000_000 })).state, 'done');
    assert.equal((await statusFor({ error: 'It broke.' })).state, 'failed');
    await assert.rejects(statusFor({ id: 'video_1' }), { code: 'bad_response', retryable: true });
  });

  it('comes also as JSON under another name', async () => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response('{"id":"video_1","status":"done"}'));
    assert.equal((await openaiVideos().status({ id: 'video_1' }, contextOf(connection, { fetch }))).state, 'done');
  });

  for (const [progress, expected] of [
    [0, 0],
    [42, 0.42],
    ['42', 0.42],
    ['42%', 0.42],
    [100, 1],
    [170, 1],
    [-5, 0],
    [null, undefined],
    ['soon', undefined],
    [{}, undefined],
  ] as const) {
    it(`progress ${JSON.stringify(progress)} is ${expected}`, async () => {
      assert.equal((await statusFor({ status: 'in_progress', progress })).progress, expected);
    });
  }

  it('the time it took is known in seconds, milliseconds and dates', async () => {
    for (const [created_at, completed_at, workedMs] of [
      [1_795_000_000, 1_795_000_090, 90_000],
      [1_795_000_000_000, 1_795_000_090_500, 90_500],
      ['1795000000', '1795000090', 90_000],
      ['2026-11-22T12:00:00Z', '2026-11-22T12:01:30Z', 90_000],
      [1_795_000_090, 1_795_000_000, undefined],
      [1_795_000_000, null, undefined],
      [undefined, 1_795_000_000, undefined],
      ['yesterday', 1_795_000_000, undefined],
    ] as const) {
      assert.equal((await statusFor({ status: 'completed', created_at, completed_at })).workedMs, workedMs);
    }
  });

  it('a link goes into the operation, beside what is there', async () => {
    for (const name of ['video_url', 'url']) {
      const status = await statusFor({ status: 'completed', [name]: 'https://cdn.example.com/a.mp4?sig=1' });
      assert.deepEqual(status.operation, { id: 'video_1', kept: true, url: 'https://cdn.example.com/a.mp4?sig=1' });
    }
  });

  it('what is no web address is no link', async () => {
    for (const url of [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:video/mp4;base64,AAAA',
      '/a.mp4',
      '',
      null,
      7,
      `https://x/${'a'.repeat(9000)}`,
    ]) {
      const status = await statusFor({ status: 'completed', url, video_url: url });
      assert.equal('operation' in status, false, String(url).slice(0, 40));
      const content = await openaiVideos().content({ id: 'video_1', url }, 'video', contextOf(connection));
      assert.deepEqual(content, { urls: ['https://example.com/v1/videos/video_1/content'] });
    }
  });

  it('what is said about watermarks and origin is kept, within bounds', async () => {
    const told = {
      watermark: true,
      c2pa: { issuer: 'Example' },
      synthid: 'present',
      content_credentials: ['a'],
      provenance: {},
    };
    assert.deepEqual(
      (await statusFor({ status: 'completed', size: '1x1', c2paManifest: null, ...told })).provenance,
      told,
    );
    assert.equal('provenance' in (await statusFor({ status: 'completed', watermark: 'x'.repeat(20_000) })), false);
    assert.equal('provenance' in (await statusFor({ status: 'completed' })), false);
  });

  it('the server says when to ask again', async () => {
    assert.equal((await statusFor({ status: 'queued' }, { 'retry-after': '12' })).retryAfterMs, 12_000);
    assert.equal((await statusFor({ status: 'queued' }, { 'retry-after-ms': '1500' })).retryAfterMs, 1500);
  });

  it('is known at once where the first answer tells it', async () => {
    const start = (answer: unknown) =>
      openaiVideos().start(videoCall(), contextOf(connection, { fetch: () => Promise.resolve(Response.json(answer)) }));
    assert.deepEqual(await start({ id: 42, status: 'queued' }), { operation: { id: '42' } });
    assert.deepEqual(await start({ id: 'a' }), { operation: { id: 'a' } });
    const done = await start({ id: 'a', status: 'succeeded', video_url: 'https://example.com/a.mp4' });
    assert.deepEqual(done, { operation: { id: 'a', url: 'https://example.com/a.mp4' }, status: { state: 'done' } });
    const failed = await start({ id: 'a', status: 'failed', error: { code: 'moderation_blocked', message: 'No.' } });
    assert.equal(failed.status?.error?.code, 'moderation_blocked');
  });

  describe('failed', () => {
    const failures: readonly (readonly [name: string, error: unknown, code: ErrorCode, message: RegExp])[] = [
      [
        'moderation',
        { code: 'moderation_blocked', message: 'Blocked: likeness of a person.' },
        'moderation_blocked',
        /^Test server blocked this with its content filter: Blocked: likeness of a person\.$/,
      ],
      [
        'moderation of the output',
        {
          code: 'moderation_blocked',
          message: 'No.',
          moderation_details: { moderation_stage: 'output', categories: ['violence'] },
        },
        'moderation_blocked',
        /blocked the video it made with its content filter \(violence\): No\.$/,
      ],
      ['policy', { code: 'content_policy_violation', message: 'No.' }, 'moderation_blocked', /content filter/],
      ['sentinel', { code: 'sentinel_block', message: 'No.' }, 'moderation_blocked', /content filter/],
      ['safety as a type', { type: 'output_safety_error', message: 'No.' }, 'moderation_blocked', /content filter/],
      [
        'policy in words',
        { code: 'task_failed', message: 'This content violates our content guidelines.' },
        'moderation_blocked',
        /violates our content guidelines/,
      ],
      [
        'a sentence about the filter',
        'Rejected by the safety system',
        'moderation_blocked',
        /Rejected by the safety system/,
      ],
      ['no credit', { code: 'insufficient_quota', message: 'No.' }, 'quota_exceeded', /no credit/],
      [
        'too much at once',
        { code: 'rate_limit_exceeded', message: 'No.' },
        'rate_limited',
        /could not make the video: No\./,
      ],
      [
        'the server',
        { code: 'server_error', message: 'CUDA out of memory' },
        'provider_unavailable',
        /^Test server could not make the video: CUDA out of memory\.$/,
      ],
      [
        'something else',
        { code: 'video_generation_failed', message: 'No.' },
        'provider_unavailable',
        /could not make the video: No\./,
      ],
      ['a sentence', 'It broke.', 'provider_unavailable', /could not make the video: It broke\./],
      ['a number', 7, 'provider_unavailable', /could not make the video\.$/],
      ['nothing', null, 'provider_unavailable', /could not make the video\.$/],
      [
        'an unusable picture',
        { type: 'invalid_request_error', message: 'Bad picture.' },
        'invalid_request',
        /refused the request: Bad picture\.$/,
      ],
      [
        'the key in it',
        { code: 'server_error', message: `key ${canaryKey} has no GPU` },
        'provider_unavailable',
        /key \[redacted\] has no GPU/,
      ],
      [
        'a long and hostile sentence',
        { message: `a\n\u202eb ${'x'.repeat(5000)}` },
        'provider_unavailable',
        /: a b x+….?$/,
      ],
    ];
    for (const [name, error, code, message] of failures) {
      it(`${name} → ${code}, and nothing repeats it`, async () => {
        const { state, error: failure } = await statusFor(
          { id: 'video_1', status: 'failed', error },
          { 'x-request-id': 'req_9' },
        );
        assert.equal(state, 'failed');
        assert.equal(failure?.code, code);
        assert.match(failure.message, message);
        assert.deepEqual([failure.retryable, failure.maybeCharged], [false, false]);
        assert.equal(failure.provider?.requestId, 'req_9');
        assert.ok(!JSON.stringify([failure.toData(), failure.hint]).includes(canaryKey));
      });
    }
  });
});
