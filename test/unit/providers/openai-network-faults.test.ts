import assert from 'node:assert/strict';
import { Agent, fetch as undiciFetch } from 'undici';
import type { FetchFunction } from '../../../src/core/environment.ts';
import { checkFailure, failureOf, until } from '../../support/failures.ts';
import { events, hang, startServer, type TestServer } from '../../support/http-server.ts';
import {
  allEvents,
  connectionAt,
  contextOf,
  imageCall,
  pixelBase64,
  type CallOptions,
} from '../../support/openai-calls.ts';

const partial = { type: 'image_generation.partial_image', b64_json: pixelBase64, partial_image_index: 0 };
const completed = { type: 'image_generation.completed', b64_json: pixelBase64 };
const streaming: CallOptions = { stream: true };

describe('Faults on the way to a server of the OpenAI protocol', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clear());

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
        checkFailure(error, { code: 'connection_failed', retryable, maybeCharged: false, message });
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
      checkFailure(error, { code: 'connection_failed', retryable: true, message: /can't be reached \(ECONNREFUSED\)/ });
    });

    it('a name that does not exist, for real', async () => {
      const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt('https://nothing.invalid'))));
      checkFailure(error, { code: 'connection_failed', retryable: true, message: /nothing\.invalid can't be found/ });
    });

    it('https to a server that speaks http, for real', async () => {
      const connection = connectionAt(server.origin.replace('http:', 'https:'));
      const error = await failureOf(allEvents(imageCall(), contextOf(connection)));
      checkFailure(error, {
        code: 'connection_failed',
        message: /no trusted connection/,
        hint: /speak http, not https/,
      });
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
      checkFailure(error, { code: 'timeout', retryable: true, maybeCharged: true, message: /did not answer in time/ });
    });

    it('a signal that timed out', async () => {
      server.reply(hang);
      const controller = new AbortController();
      const work = failureOf(
        allEvents(imageCall(), contextOf(connectionAt(server.origin), { signal: controller.signal })),
      );
      await until(() => server.requests.length === 1);
      controller.abort(new DOMException('too slow', 'TimeoutError'));
      checkFailure(await work, { code: 'timeout', retryable: true, maybeCharged: true, message: /too long/ });
    });
  });

  describe('when somebody cancels', () => {
    it('before anything was sent, nothing is charged', async () => {
      const error = await failureOf(
        allEvents(imageCall(), contextOf(connectionAt(server.origin), { signal: AbortSignal.abort() })),
      );
      checkFailure(error, { code: 'cancelled', message: /^Cancelled\.$/ });
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
        checkFailure(await work, { code: 'cancelled', maybeCharged: true, message: /^Cancelled\.$/ });
      });
    }
  });
});
