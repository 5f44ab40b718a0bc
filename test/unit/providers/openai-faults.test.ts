import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Agent, fetch as undiciFetch } from 'undici';
import type { FetchFunction } from '../../../src/core/environment.ts';
import { ShotlistError, type ErrorCode } from '../../../src/core/errors.ts';
import { openaiProvider } from '../../../src/core/providers/openai/openai.ts';
import {
  dropAtOnce,
  dropMidBody,
  events,
  fault,
  hang,
  html,
  json,
  startServer,
  text,
  type Reply,
  type TestServer,
} from '../../support/http-server.ts';
import {
  allEvents,
  canaryKey,
  connectionAt,
  contextOf,
  imageCall,
  pixelBase64,
  type CallOptions,
} from '../../support/openai-calls.ts';

interface Expected {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  readonly maybeCharged?: boolean;
  readonly message: RegExp;
  readonly hint?: RegExp;
  readonly status?: number;
  readonly serverCode?: string;
  readonly retryAfterMs?: number;
}

interface Row extends Expected {
  readonly name: string;
  readonly reply: Reply;
  readonly call?: CallOptions;
  readonly key?: string | undefined;
}

const verification =
  'Your organization must be verified to use the model `gpt-image-2.6-flare`. Please go to: https://platform.openai.com/settings/organization/general … up to 15 minutes';
const quotaCodes = [
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
];
const jsonBody = { 'content-type': 'application/json' };
const partial = { type: 'image_generation.partial_image', b64_json: pixelBase64, partial_image_index: 0 };
const completed = { type: 'image_generation.completed', b64_json: pixelBase64 };
const streaming: CallOptions = { stream: true };

const rows: readonly Row[] = [
  {
    name: 'moderation of the request',
    reply: fault(400, {
      code: 'moderation_blocked',
      type: 'image_generation_user_error',
      message: 'Your request was rejected by the safety system.',
      moderation_details: { moderation_stage: 'input', categories: ['violence', 'self-harm'] },
    }),
    code: 'moderation_blocked',
    message:
      /^Test server blocked the request with its content filter \(violence, self-harm\): Your request was rejected/,
    hint: /Reword/,
    status: 400,
    serverCode: 'moderation_blocked',
  },
  {
    name: 'moderation of the picture',
    reply: fault(400, {
      code: 'moderation_blocked',
      moderation_details: { moderation_stage: 'output', categories: [] },
    }),
    code: 'moderation_blocked',
    message: /blocked the picture it made with its content filter: No\.$/,
  },
  {
    name: 'legacy content policy',
    reply: fault(400, { code: 'content_policy_violation' }),
    code: 'moderation_blocked',
    message: /blocked this with its content filter/,
  },
  {
    name: 'billing hard limit, whatever its type',
    reply: fault(400, { code: 'billing_hard_limit_reached', type: 'image_generation_user_error' }),
    code: 'quota_exceeded',
    message: /no credit left for this key, or its spending limit is reached/,
    hint: /Add credit/,
  },
  ...quotaCodes.map((code): Row => ({
    name: `quota (429 ${code})`,
    reply: fault(429, { code, type: 'insufficient_quota' }, { 'retry-after': '1' }),
    code: 'quota_exceeded',
    retryable: false,
    message: /no credit left/,
    serverCode: code,
  })),
  {
    name: 'quota by type alone',
    reply: fault(429, { type: 'insufficient_quota' }),
    code: 'quota_exceeded',
    message: /no credit left/,
  },
  {
    name: 'rate limit',
    reply: fault(
      429,
      { code: 'rate_limit_exceeded', type: 'requests', message: 'Limit 5 per min.' },
      { 'retry-after': '12' },
    ),
    code: 'rate_limited',
    retryable: true,
    message: /^Test server asks to slow down: Limit 5 per min\.$/,
    retryAfterMs: 12_000,
    status: 429,
  },
  {
    name: 'rate limit without a body',
    reply: json(429, undefined),
    code: 'rate_limited',
    retryable: true,
    message: /^Test server asks to slow down\.$/,
  },
  {
    name: 'organization not verified',
    reply: fault(403, { message: verification }),
    code: 'permission_denied',
    message: /organization must be verified/,
    hint: /settings\/organization\/general.*15 minutes/,
    status: 403,
  },
  {
    name: 'region',
    reply: fault(403, { code: 'unsupported_country_region_territory' }),
    code: 'permission_denied',
    message: /does not serve this country or region/,
  },
  {
    name: 'other 403',
    reply: fault(403, { message: 'You are not allowed to sample from this model.' }),
    code: 'permission_denied',
    message: /^Test server does not allow this: You are not allowed/,
  },
  {
    name: 'bad parameter',
    reply: fault(400, { code: 'invalid_value', param: 'size', message: 'Expected one of 1024x1024.' }),
    code: 'invalid_request',
    message: /^Test server refused the request \(size\): Expected one of 1024x1024\.$/,
  },
  {
    name: 'unknown parameter',
    reply: fault(400, { code: 'unknown_parameter', param: 'sise', message: "Unknown parameter: 'sise'." }),
    code: 'unsupported_parameter',
    message: /^Test server does not take a parameter of the request: Unknown parameter: 'sise'\.$/,
  },
  {
    name: 'unsupported value',
    reply: fault(400, { code: 'unsupported_value', param: 'quality', message: 'xhigh is not supported.' }),
    code: 'unsupported_parameter',
    message: /\(quality\): xhigh is not supported\.$/,
  },
  {
    name: 'validation error of a FastAPI server',
    reply: json(422, { detail: [{ loc: ['body', 'size'], msg: 'Input should be a valid string' }] }),
    code: 'invalid_request',
    message: /refused the request: Input should be a valid string\.$/,
  },
  {
    name: 'retired or unknown model',
    reply: fault(404, { code: 'model_not_found', message: 'The model `dall-e-3` does not exist.' }),
    code: 'model_not_found',
    message: /does not have this model, or this key may not use it: The model `dall-e-3`/,
    status: 404,
  },
  {
    name: 'unknown model at vLLM, whose code is the status',
    reply: json(404, {
      error: { message: 'The model `x` does not exist.', type: 'NotFoundError', param: null, code: 404 },
    }),
    code: 'model_not_found',
    message: /does not have this model/,
    serverCode: 'NotFoundError',
  },
  {
    name: 'LiteLLM, whose code is the status as text',
    reply: json(429, { error: { message: 'Busy.', type: 'throttling_error', param: null, code: '429' } }),
    code: 'rate_limited',
    retryable: true,
    message: /slow down: Busy\.$/,
    serverCode: 'throttling_error',
  },
  {
    name: 'bare 404',
    reply: json(404, undefined),
    call: { operation: 'variation' },
    code: 'not_found',
    message: /^Test server has nothing at \/v1\/images\/variations \(status 404\)\.$/,
    hint: /base URL/,
    status: 404,
  },
  {
    name: '404 of a web server',
    reply: html(404),
    code: 'not_found',
    message: /nothing at \/v1\/images\/generations \(status 404\): it answered with a web page\.$/,
  },
  {
    name: 'method not allowed',
    reply: json(405, { detail: 'Method Not Allowed' }),
    code: 'not_found',
    message: /Method Not Allowed\.$/,
  },
  {
    name: 'bad key',
    reply: fault(401, { code: 'invalid_api_key', message: `Incorrect API key provided: ${canaryKey}.` }),
    code: 'invalid_key',
    message: /^Test server does not accept the key: Incorrect API key provided: \[redacted\]\.$/,
    status: 401,
  },
  {
    name: 'bad key without a code',
    reply: json(401, { error: 'Unauthorized' }),
    code: 'invalid_key',
    message: /does not accept the key: Unauthorized\.$/,
  },
  {
    name: 'no key where one is wanted',
    reply: json(401, { error: 'Unauthorized' }),
    key: undefined,
    code: 'missing_key',
    message: /^Test server wants a key: Unauthorized\.$/,
  },
  {
    name: 'payment required',
    reply: json(402, { error: { message: 'Top up.' } }),
    code: 'quota_exceeded',
    message: /Top up\.$/,
  },
  {
    name: 'too large',
    reply: html(413),
    code: 'invalid_request',
    message: /refused the request: it answered with a web page\.$/,
  },
  {
    name: 'server error',
    reply: fault(500, { type: 'server_error', message: 'The server had an error.' }),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /^Test server failed \(status 500\): The server had an error\.$/,
    hint: /may have carried out and charged/,
  },
  {
    name: 'web page of a gateway',
    reply: html(502),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /^Test server failed \(status 502\): it answered with a web page\.$/,
    status: 502,
  },
  {
    name: 'overload without a time',
    reply: fault(503, { message: 'Slow Down' }),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /\(status 503\): Slow Down\.$/,
    hint: /fewer requests/,
  },
  {
    name: 'overload with a time',
    reply: fault(503, { message: 'Overloaded' }, { 'retry-after': '3' }),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: false,
    message: /Overloaded\.$/,
    retryAfterMs: 3000,
  },
  {
    name: 'request timeout of the server',
    reply: json(408, undefined),
    code: 'timeout',
    retryable: true,
    maybeCharged: true,
    message: /gave up waiting/,
  },
  {
    name: 'a status nobody expects',
    reply: text(418, 'I am a teapot'),
    code: 'bad_response',
    message: /^Test server answered with status 418, which it should not: I am a teapot\.$/,
    status: 418,
  },
  {
    name: '200 with broken JSON',
    reply: text(200, '{"created":1,"data":[', jsonBody),
    code: 'bad_response',
    maybeCharged: true,
    message: /JSON that is broken or cut off/,
  },
  {
    name: '200 with a web page',
    reply: html(200),
    code: 'bad_response',
    maybeCharged: true,
    message: /no answer to a request for pictures/,
    hint: /base URL/,
  },
  {
    name: '200 without a body',
    reply: text(200, '', jsonBody),
    code: 'bad_response',
    maybeCharged: true,
    message: /no answer/,
  },
  {
    name: 'empty data',
    reply: json(200, { created: 1, data: [] }),
    code: 'bad_response',
    maybeCharged: true,
    message: /^127\.0\.0\.1:\d+ answered without a picture\.$/,
  },
  {
    name: 'data without a picture',
    reply: json(200, { data: [{ b64_json: '' }] }),
    code: 'bad_response',
    maybeCharged: true,
    message: /without a picture/,
  },
  {
    name: 'undecodable base64',
    reply: json(200, { data: [{ b64_json: `${pixelBase64.slice(0, 20)}*${pixelBase64.slice(21)}` }] }),
    code: 'bad_response',
    maybeCharged: true,
    message: /can't be decoded/,
  },
  {
    name: 'an error in the body of a 200',
    reply: json(200, { error: { message: 'Blocked.', code: 'moderation_blocked' } }),
    code: 'moderation_blocked',
    message: /Blocked\.$/,
  },
  {
    name: 'connection dropped before the answer',
    reply: dropAtOnce,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /^The connection to 127\.0\.0\.1:\d+ broke off\.$/,
    hint: /may have carried out and charged/,
  },
  {
    name: 'connection dropped in the middle of a body',
    reply: dropMidBody,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /broke off/,
  },
  {
    name: 'refusal of a streaming call',
    reply: fault(400, { code: 'moderation_blocked' }),
    call: streaming,
    code: 'moderation_blocked',
    message: /content filter/,
    status: 400,
  },
  {
    name: 'error event in a stream',
    reply: events([
      partial,
      { type: 'error', error: { message: 'Nope.', code: 'moderation_blocked', type: 'image_generation_user_error' } },
    ]),
    call: streaming,
    code: 'moderation_blocked',
    message: /Nope\.$/,
  },
  {
    name: 'failure of the server in a stream',
    reply: events([{ type: 'error', error: { message: 'Oops.', type: 'server_error' } }]),
    call: streaming,
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /broke the work off: Oops\.$/,
  },
  {
    name: 'nameless error in a stream',
    reply: events([{ type: 'error', error: { message: 'Hm.' } }]),
    call: streaming,
    code: 'bad_response',
    maybeCharged: true,
    message: /broke the work off: Hm\.$/,
  },
  {
    name: 'an error after one of two pictures may be charged, whatever it says',
    reply: events([completed, { type: 'error', error: { message: 'Slow.', code: 'rate_limit_exceeded' } }]),
    call: { stream: true, parameters: { n: 2 } },
    code: 'rate_limited',
    retryable: true,
    maybeCharged: true,
    message: /Slow\.$/,
  },
  {
    name: 'stream that ends without a picture',
    reply: events([partial]),
    call: streaming,
    code: 'bad_response',
    maybeCharged: true,
    message: /stream of 127\.0\.0\.1:\d+ ended without a picture/,
  },
  {
    name: 'stream that breaks off',
    reply: events([partial], { end: 'drop' }),
    call: streaming,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /broke off/,
  },
  {
    name: 'stream with broken JSON',
    reply: text(200, 'data: {"type":\n\n', { 'content-type': 'text/event-stream' }),
    call: streaming,
    code: 'bad_response',
    maybeCharged: true,
    message: /broken or cut off/,
  },
  {
    name: 'stream answered with JSON that has no picture',
    reply: json(200, { data: [] }),
    call: streaming,
    code: 'bad_response',
    maybeCharged: true,
    message: /without a picture/,
  },
];

async function failureOf(work: Promise<unknown>): Promise<ShotlistError> {
  const error: unknown = await work.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert(ShotlistError.is(error), inspect(error));
  return error;
}

function check(error: ShotlistError, expected: Expected): void {
  const { code, retryable, maybeCharged, retryAfterMs } = error;
  assert.deepEqual(
    { code, retryable, maybeCharged, retryAfterMs },
    {
      code: expected.code,
      retryable: expected.retryable ?? false,
      maybeCharged: expected.maybeCharged ?? false,
      retryAfterMs: expected.retryAfterMs ?? error.retryAfterMs,
    },
  );
  assert.match(error.message, expected.message);
  assert.match(error.message, /^[^\r\n]{5,420}\.$/, 'the message is one bounded sentence');
  if (expected.hint !== undefined) assert.match(error.hint ?? '', expected.hint);
  if (expected.status !== undefined) assert.equal(error.provider?.status, expected.status);
  if (expected.serverCode !== undefined) assert.equal(error.provider?.code, expected.serverCode);
  assert(!JSON.stringify([error.toData(), error.hint]).includes(canaryKey), 'no key in what is shown and stored');
}

describe('Faults of the OpenAI protocol', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clear());

  for (const row of rows) {
    it(`${row.name} → ${row.code}`, async () => {
      server.reply(row.reply);
      const key = 'key' in row ? row.key : canaryKey;
      const context = contextOf(connectionAt(server.origin), { key });
      check(await failureOf(allEvents(imageCall(row.call), context)), row);
      assert.equal(server.requests.length, 1, 'nothing is repeated here');
    });
  }

  it('keeps the request id for the support of the server', async () => {
    server.reply(fault(500, {}, { 'x-request-id': 'req_42' }));
    const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt(server.origin))));
    assert.equal(error.provider?.requestId, 'req_42');
  });

  it('names the billing page of OpenAI for OpenAI only', async () => {
    const answer: FetchFunction = () =>
      Promise.resolve(Response.json({ error: { message: 'No.', code: 'insufficient_quota' } }, { status: 429 }));
    const openai = { ...connectionAt('https://api.openai.com'), label: 'OpenAI' };
    const there = await failureOf(allEvents(imageCall(), contextOf(openai, { fetch: answer })));
    const elsewhere = await failureOf(
      allEvents(imageCall(), contextOf(connectionAt('https://example.com'), { fetch: answer })),
    );
    assert.match(there.hint ?? '', /platform\.openai\.com\/settings\/organization\/billing/);
    assert.doesNotMatch(elsewhere.hint ?? '', /openai/);
  });

  it('a long or hostile message is cut to one line', async () => {
    server.reply(fault(400, { message: `bad\n\u202E\u0007thing ${'x'.repeat(100_000)}` }));
    const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt(server.origin))));
    assert.match(error.message, /^Test server refused the request: bad thing x{250,300}….?$/);
  });

  it('a failing list of models is never charged', async () => {
    server.reply(html(502));
    const error = await failureOf(openaiProvider.listModels(contextOf(connectionAt(server.origin))));
    check(error, { code: 'provider_unavailable', retryable: true, maybeCharged: false, message: /status 502/ });
    assert.doesNotMatch(error.hint ?? '', /charged/);
  });

  describe('on the way to the server', () => {
    const throwing =
      (cause: unknown): FetchFunction =>
      () =>
        Promise.reject(new TypeError('fetch failed', { cause }));
    const systemError = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code }, more);
    const before: readonly (readonly [string, unknown, boolean, RegExp])[] = [
      ['no route', systemError('EHOSTUNREACH', { syscall: 'connect' }), true, /can't be reached \(EHOSTUNREACH\)/],
      ['no answer to connecting', systemError('UND_ERR_CONNECT_TIMEOUT'), true, /can't be reached/],
      ['connecting timed out', systemError('ETIMEDOUT', { syscall: 'connect' }), true, /can't be reached/],
      ['name server down', systemError('EAI_AGAIN', { syscall: 'getaddrinfo' }), true, /address of .* can't be found/],
      [
        'all addresses refuse',
        new AggregateError([systemError('ECONNREFUSED'), systemError('ECONNREFUSED')]),
        true,
        /ECONNREFUSED/,
      ],
      ['Electron cannot connect', new Error('net::ERR_CONNECTION_REFUSED'), true, /ERR_CONNECTION_REFUSED/],
      ['own certificate', systemError('DEPTH_ZERO_SELF_SIGNED_CERT'), false, /no trusted connection/],
      ['expired certificate', systemError('CERT_HAS_EXPIRED'), false, /no trusted connection/],
      ['Electron distrusts', new Error('net::ERR_CERT_AUTHORITY_INVALID'), false, /no trusted connection/],
      [
        'proxy refuses',
        systemError('UND_ERR_ABORTED', { message: 'Proxy response (407) !== 200 when HTTP Tunneling' }),
        false,
        /proxy refuses/,
      ],
    ];
    for (const [name, cause, retryable, message] of before) {
      it(`${name}: nothing was sent, so nothing can be charged`, async () => {
        const context = contextOf(connectionAt('https://example.com'), { fetch: throwing(cause) });
        const error = await failureOf(allEvents(imageCall(), context));
        check(error, { code: 'connection_failed', retryable, maybeCharged: false, message });
      });
    }

    it('names NODE_EXTRA_CA_CERTS where a certificate is not trusted', async () => {
      const fetch = throwing(systemError('SELF_SIGNED_CERT_IN_CHAIN'));
      const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt('https://example.com'), { fetch })));
      assert.match(error.hint ?? '', /NODE_EXTRA_CA_CERTS/);
    });

    for (const code of ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC']) {
      it(`${code}: the request may have arrived`, async () => {
        const context = contextOf(connectionAt('https://example.com'), { fetch: throwing(systemError(code)) });
        const error = await failureOf(allEvents(imageCall(), context));
        assert.deepEqual([error.code, error.maybeCharged], ['connection_failed', true]);
      });
    }

    it('a closed port, for real', async () => {
      const closed = await startServer();
      await closed[Symbol.asyncDispose]();
      const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt(closed.origin))));
      check(error, { code: 'connection_failed', retryable: true, message: /can't be reached \(ECONNREFUSED\)/ });
    });

    it('a name that does not exist, for real', async () => {
      const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt('https://nothing.invalid'))));
      check(error, { code: 'connection_failed', retryable: true, message: /nothing\.invalid can't be found/ });
    });

    it('https to a server that speaks http, for real', async () => {
      const connection = connectionAt(server.origin.replace('http:', 'https:'));
      const error = await failureOf(allEvents(imageCall(), contextOf(connection)));
      check(error, { code: 'connection_failed', message: /no trusted connection/, hint: /speak http, not https/ });
    });
  });

  describe('when time runs out', () => {
    it('the fetch that gives up waiting for headers, for real', async () => {
      server.reply(hang);
      const dispatcher = new Agent({ headersTimeout: 50 });
      const fetch = ((input: string, init: object) =>
        undiciFetch(input, { ...init, dispatcher })) as unknown as FetchFunction;
      const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt(server.origin), { fetch })));
      await dispatcher.destroy();
      check(error, { code: 'timeout', retryable: true, maybeCharged: true, message: /did not answer in time/ });
    });

    it('a signal that timed out', async () => {
      server.reply(hang);
      const controller = new AbortController();
      const work = failureOf(
        allEvents(imageCall(), contextOf(connectionAt(server.origin), { signal: controller.signal })),
      );
      await until(() => server.requests.length === 1);
      controller.abort(new DOMException('too slow', 'TimeoutError'));
      check(await work, { code: 'timeout', retryable: true, maybeCharged: true, message: /too long/ });
    });
  });

  describe('when somebody cancels', () => {
    it('before anything was sent, nothing is charged', async () => {
      const error = await failureOf(
        allEvents(imageCall(), contextOf(connectionAt(server.origin), { signal: AbortSignal.abort() })),
      );
      check(error, { code: 'cancelled', message: /^Cancelled\.$/ });
      assert.equal(server.requests.length, 0);
    });

    for (const [name, reply, call] of [
      ['while the server works', hang, {}],
      ['between the events of a stream', events([partial], { end: 'open' }), streaming],
      [
        'between the pictures of a stream',
        events([completed], { end: 'open' }),
        { stream: true, parameters: { n: 2 } },
      ],
    ] as const) {
      it(`${name}, it may be charged`, async () => {
        server.reply(reply);
        const controller = new AbortController();
        const work = failureOf(
          allEvents(imageCall(call), contextOf(connectionAt(server.origin), { signal: controller.signal })),
        );
        await until(() => server.requests.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.abort();
        check(await work, { code: 'cancelled', maybeCharged: true, message: /^Cancelled\.$/ });
      });
    }
  });
});

/** Bounded wait for the real server. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !condition(); turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  assert(condition());
}
