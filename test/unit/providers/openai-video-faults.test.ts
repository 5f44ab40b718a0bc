import assert from 'node:assert/strict';
import type { FetchFunction } from '../../../src/core/environment.ts';
import type { CallContext, Operation } from '../../../src/core/providers/provider.ts';
import { checkFailure, failureOf, until, type ExpectedFailure } from '../../support/failures.ts';
import { canaryKey, contextOf } from '../../support/openai-calls.ts';
import { openaiVideos, videoCall, videoConnection, type VideoCallOptions } from '../../support/openai-video-calls.ts';
import { soraDialects, type SoraFault } from '../../support/sora-server-faults.ts';
import { startSoraServer, type SoraServer } from '../../support/sora-server.ts';

interface FaultRow extends ExpectedFailure {
  readonly name: string;
  readonly fault: SoraFault;
  /** Creations that the server counted; default none. */
  readonly counted?: number;
  readonly call?: VideoCallOptions;
}

const status = (
  code: number,
  error: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): SoraFault => ({ type: 'status', status: code, error, headers });
const body = (value: unknown): SoraFault => ({ type: 'body', body: JSON.stringify(value), counted: true });

const creations: readonly FaultRow[] = [
  {
    name: 'moderation of the prompt',
    fault: status(400, { code: 'moderation_blocked', message: 'Your request was blocked by our moderation system.' }),
    code: 'moderation_blocked',
    message: /^Test server blocked this with its content filter: Your request was blocked by our moderation system\.$/,
    serverCode: 'moderation_blocked',
  },
  {
    name: 'moderation under another name',
    fault: status(403, { code: 'sentinel_block', message: 'We could not process this.' }),
    code: 'moderation_blocked',
    message: /content filter: We could not process this\.$/,
    serverCode: 'sentinel_block',
  },
  {
    name: 'moderation in words only',
    fault: status(400, { message: 'The prompt was flagged as violating our usage policies.' }),
    code: 'moderation_blocked',
    message: /flagged as violating/,
  },
  {
    name: 'a parameter that only has a word of moderation',
    fault: status(400, { message: "This model takes no 'moderation'." }),
    code: 'invalid_request',
    message: /refused the request/,
  },
  {
    name: 'a picture of the wrong size',
    fault: status(400, {
      code: 'invalid_type',
      param: 'input_reference',
      message: 'Inpaint image must match the size.',
    }),
    code: 'invalid_request',
    message: /refused the request \(input_reference\): Inpaint image must match the size\.$/,
  },
  {
    name: 'a parameter that the server has not',
    fault: status(400, { code: 'unknown_parameter', message: "Unknown parameter: 'fps'." }),
    code: 'unsupported_parameter',
    message: /'fps'/,
  },
  {
    name: 'wrong key',
    fault: status(401, { code: 'invalid_api_key', message: `Incorrect API key provided: ${canaryKey}.` }),
    code: 'invalid_key',
    message: /does not accept the key/,
  },
  {
    name: 'no credit',
    fault: status(429, { code: 'insufficient_quota' }),
    code: 'quota_exceeded',
    message: /no credit/,
  },
  {
    name: 'too many at once',
    fault: status(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '4' }),
    code: 'rate_limited',
    retryable: true,
    retryAfterMs: 4000,
    message: /slow down/,
  },
  {
    name: 'no such model',
    fault: status(404, { code: 'model_not_found', message: "The model 'sora-2' does not exist." }),
    code: 'model_not_found',
    message: /does not have this model/,
  },
  {
    name: 'overloaded, says until when',
    fault: status(503, { message: 'Overloaded' }, { 'retry-after': '3' }),
    code: 'provider_unavailable',
    retryable: true,
    retryAfterMs: 3000,
    message: /status 503/,
  },
  ...[false, true].map((counted): FaultRow => ({
    name: `server error ${counted ? 'after' : 'before'} counting`,
    fault: { type: 'status', status: 500, error: { type: 'server_error' }, counted },
    counted: counted ? 1 : 0,
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /failed \(status 500\)/,
    hint: /may have carried out and charged/,
  })),
  ...[false, true].map((counted): FaultRow => ({
    name: `connection broken ${counted ? 'after' : 'before'} counting`,
    fault: { type: 'reset', counted },
    counted: counted ? 1 : 0,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /The connection to .* broke off/,
  })),
  {
    name: 'an answer cut off',
    fault: { type: 'truncated' },
    counted: 1,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /broke off/,
  },
  {
    name: 'an answer shorter than it says',
    fault: { type: 'lying length', by: 10 },
    counted: 1,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /broke off/,
  },
  {
    name: 'an answer longer than it says',
    fault: { type: 'lying length', by: -10 },
    counted: 1,
    code: 'bad_response',
    maybeCharged: true,
    message: /JSON that is broken or cut off/,
  },
  {
    name: 'a web page',
    fault: { type: 'wrong type', counted: true },
    counted: 1,
    code: 'bad_response',
    maybeCharged: true,
    message: /answered without the id of a video/,
    hint: /base URL.*charged/,
  },
  ...[{}, [], null, 'x', { status: 'queued' }, { id: '' }, { id: null }, { id: {} }, { id: 'x'.repeat(3000) }].map(
    (value): FaultRow => ({
      name: `an answer without a usable id: ${JSON.stringify(value).slice(0, 30)}`,
      fault: body(value),
      counted: 1,
      code: 'bad_response',
      maybeCharged: true,
      message: /answered without the id of a video/,
    }),
  ),
  {
    name: 'a refusal with a good status',
    fault: body({ error: { code: 'content_policy_violation', message: 'No foxes.' } }),
    counted: 1,
    code: 'moderation_blocked',
    message: /content filter: No foxes\.$/,
  },
  ...[404, 405, 501].flatMap((code): readonly FaultRow[] => [
    {
      name: `no videos there, in JSON (${code})`,
      fault: status(code, { message: 'Not Found' }),
      code: 'not_found',
      status: code,
      message: new RegExp(
        `^Test server doesn't make videos: there is nothing at /v1/videos \\(status ${code}\\): Not Found\\.$`,
      ),
      hint: /server makes videos/,
    },
    {
      name: `no videos there, without a word (${code})`,
      fault: { type: 'status', status: code, text: '' },
      code: 'not_found',
      message: /^Test server doesn't make videos: there is nothing at \/v1\/videos \(status \d+\)\.$/,
    },
    {
      name: `no videos there, as a web page (${code})`,
      fault: { type: 'status', status: code, text: '<!DOCTYPE html><h1>Oops</h1>' },
      code: 'not_found',
      message: /doesn't make videos: .*: it answered with a web page\.$/,
    },
  ]),
  {
    name: 'the clip to remix is gone',
    fault: status(404, { message: "Video with id 'video_1' not found." }),
    call: { source: { action: 'remix', id: 'video_1' } },
    code: 'not_found',
    message: /doesn't have the clip to remix \(any more\): Video with id 'video_1' not found\.$/,
  },
  {
    name: 'a server that can not extend',
    fault: status(404, { message: 'Not Found' }),
    call: { source: { action: 'extend', id: 'video_1' }, parameters: { seconds: '4' } },
    code: 'not_found',
    message: /can't extend videos: there is nothing at \/v1\/videos\/extensions/,
  },
];

/** What a poll, a look into the list and a deletion have in common: they cost nothing. */
const readings: readonly FaultRow[] = [
  { name: 'wrong key', fault: status(401), code: 'invalid_key', message: /does not accept the key/ },
  { name: 'not allowed', fault: status(403), code: 'permission_denied', message: /does not allow/ },
  {
    name: 'too many at once',
    fault: status(429, {}, { 'retry-after': '9' }),
    code: 'rate_limited',
    retryable: true,
    retryAfterMs: 9000,
    message: /slow down/,
  },
  ...[500, 502, 503].map((code): FaultRow => ({
    name: `server error ${code}`,
    fault: status(code),
    code: 'provider_unavailable',
    retryable: true,
    message: new RegExp(`status ${code}`),
  })),
  {
    name: 'broken connection',
    fault: { type: 'reset' },
    code: 'connection_failed',
    retryable: true,
    message: /broke off/,
  },
  { name: 'cut off', fault: { type: 'truncated' }, code: 'connection_failed', retryable: true, message: /broke off/ },
  {
    name: 'longer than it says',
    fault: { type: 'lying length', by: -10 },
    code: 'bad_response',
    retryable: true,
    message: /broken or cut off/,
  },
];

describe('Faults of the Videos protocol', () => {
  let server: SoraServer;
  let context: CallContext;
  let operation: Operation;
  const videos = openaiVideos();
  before(async () => {
    server = await startSoraServer();
    context = contextOf(videoConnection(server.baseUrl));
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    server.clear();
    server.speak({});
  });
  const begin = async (): Promise<void> => {
    ({ operation } = await videos.start(videoCall(), context));
  };
  const check = (error: Awaited<ReturnType<typeof failureOf>>, row: FaultRow): void => {
    checkFailure(error, row);
    assert.equal(/charged/.test(error.hint ?? ''), row.maybeCharged ?? false);
  };

  describe('at creation', () => {
    for (const row of creations) {
      it(`${row.name} → ${row.code}`, async () => {
        server.fail('create', row.fault, Infinity);
        check(await failureOf(videos.start(videoCall(row.call), context)), row);
        assert.equal(server.requests.length, 1, 'nothing is repeated here');
        assert.equal(server.creations.length, row.counted ?? 0);
      });
    }

    it('hanging, cancelled: it may be charged', async () => {
      server.fail('create', { type: 'hang', counted: true });
      const abort = new AbortController();
      const started = failureOf(videos.start(videoCall(), { ...context, signal: abort.signal }));
      await until(() => server.creations.length === 1);
      abort.abort();
      checkFailure(await started, { code: 'cancelled', maybeCharged: true, message: /Cancelled/ });
    });

    it('cancelled before: nothing is sent', async () => {
      const error = await failureOf(videos.start(videoCall(), { ...context, signal: AbortSignal.abort() }));
      checkFailure(error, { code: 'cancelled', message: /Cancelled/ });
      assert.equal(server.requests.length, 0);
    });

    it('nobody there: nothing is charged', async () => {
      const closed = await startSoraServer();
      await closed[Symbol.asyncDispose]();
      const away = contextOf(videoConnection(closed.baseUrl));
      checkFailure(await failureOf(videos.start(videoCall(), away)), {
        code: 'connection_failed',
        retryable: true,
        message: /can't be reached/,
      });
    });

    it('a server without videos answers so to everything', async () => {
      server.speak(soraDialects['no videos']);
      await assert.rejects(videos.start(videoCall(), context), { code: 'not_found', message: /doesn't make videos/ });
      await assert.rejects(async () => videos.list?.(0, context), { code: 'not_found', message: /doesn't list/ });
      await assert.rejects(videos.status({ id: 'a' }, context), { code: 'not_found' });
    });
  });

  for (const [phase, call] of [
    ['poll', () => videos.status(operation, context)],
    ['list', async () => videos.list?.(0, context)],
    ['delete', async () => videos.remove?.(operation, context)],
  ] as const) {
    describe(`at a ${phase}`, () => {
      const isBodyFault = ({ type }: SoraFault): boolean => type === 'truncated' || type === 'lying length';
      for (const row of readings.filter(({ fault }) => phase !== 'delete' || !isBodyFault(fault))) {
        it(`${row.name} → ${row.code}, never charged`, async () => {
          await begin();
          server.fail(phase, row.fault);
          check(await failureOf(call()), row);
          await call();
        });
      }

      if (phase !== 'delete') {
        it('a web page is worth another try', async () => {
          await begin();
          server.fail(phase, { type: 'wrong type' });
          checkFailure(await failureOf(call()), { code: 'bad_response', retryable: true, message: /answered without/ });
        });

        it('something else than was asked for is worth another try', async () => {
          await begin();
          for (const value of [{}, { id: 'x', object: 'model' }, 7, null, 'soon']) {
            server.fail(phase, body(value));
            checkFailure(await failureOf(call()), {
              code: 'bad_response',
              retryable: true,
              message: /answered without/,
            });
          }
        });
      }
    });
  }

  it('a clip that the server threw away is named so', async () => {
    await begin();
    for (const fault of [{ type: 'expired' }, status(404, { code: 'model_not_found' }), status(410)] as const) {
      server.fail('poll', fault);
      checkFailure(await failureOf(videos.status(operation, context)), {
        code: 'not_found',
        message: /^Test server doesn't have this video any more: it expired or was deleted/,
      });
    }
  });

  it('an answer that stops coming ends by itself', async () => {
    await begin();
    const stalled: FetchFunction = () =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            pull: (controller) => controller.error(new DOMException('The operation timed out.', 'TimeoutError')),
          }),
          { headers: { 'content-type': 'application/json' } },
        ),
      );
    checkFailure(await failureOf(videos.status(operation, { ...context, fetch: stalled })), {
      code: 'timeout',
      retryable: true,
      message: /did not answer in time/,
    });
  });

  it('a hanging poll can be cancelled', async () => {
    await begin();
    server.fail('poll', { type: 'hang' });
    const abort = new AbortController();
    const polled = failureOf(videos.status(operation, { ...context, signal: abort.signal }));
    await until(() => server.requests.length === 2);
    abort.abort();
    checkFailure(await polled, { code: 'cancelled', message: /Cancelled/ });
  });
});
