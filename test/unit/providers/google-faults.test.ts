import assert from 'node:assert/strict';
import { geminiProvider } from '../../../src/core/providers/gemini/gemini.ts';
import type { CallContext, Provider, VideoCall } from '../../../src/core/providers/provider.ts';
import { vertexProvider } from '../../../src/core/providers/vertex/vertex.ts';
import { checkFailure, failureOf, until, type ExpectedFailure } from '../../support/failures.ts';
import { googleFault } from '../../support/gemini-server-answers.ts';
import {
  googleConnection,
  googleContext,
  imageCall,
  picturesOf,
  videoCall,
  videosOf,
} from '../../support/google-calls.ts';
import {
  dropAtOnce,
  dropMidBody,
  hang,
  html,
  json,
  startServer,
  text,
  type Reply,
  type TestServer,
} from '../../support/http-server.ts';
import { googleBreakdowns, googleRefusals } from './google-refusal-rows.ts';

const protocols: readonly {
  readonly protocol: 'gemini' | 'vertex';
  readonly provider: Provider;
  readonly call: VideoCall;
  readonly id: string;
}[] = [
  { protocol: 'gemini', provider: geminiProvider, call: videoCall(), id: 'v1_x' },
  {
    protocol: 'vertex',
    provider: vertexProvider,
    call: videoCall({ model: 'veo-3.1-generate-001' }),
    id: 'publishers/google/models/veo-3.1-generate-001/operations/1',
  },
];

const broken: readonly (readonly [string, Reply, ExpectedFailure])[] = [
  ['a connection that breaks', dropAtOnce, { code: 'connection_failed', retryable: true, message: /broke off/ }],
  ['an answer that is cut off', dropMidBody, { code: 'connection_failed', retryable: true, message: /broke off/ }],
  [
    'a web page',
    html(200),
    { code: 'bad_response', message: /broken or cut off|is no operation|is no interaction|without/ },
  ],
  [
    'broken JSON',
    text(200, '{"id":"v1', { 'content-type': 'application/json' }),
    { code: 'bad_response', message: /broken or cut off/ },
  ],
  [
    'nothing',
    text(200, '', { 'content-type': 'application/json' }),
    { code: 'bad_response', message: /broken or cut off|is no|without/ },
  ],
  [
    'something else',
    json(200, { hello: 'there' }),
    { code: 'bad_response', message: /is no operation|is no interaction|without/ },
  ],
  ['a list', json(200, [1, 2]), { code: 'bad_response', message: /is no operation|is no interaction|without/ }],
];

for (const { protocol, provider, call, id } of protocols) {
  describe(`Faults of the protocol ${protocol}`, () => {
    const videos = videosOf(provider);
    let server: TestServer;
    before(async () => {
      server = await startServer();
    });
    after(() => server[Symbol.asyncDispose]());
    beforeEach(() => server.clear());
    const context = (
      more: Partial<CallContext> = {},
      connection: Readonly<Record<string, unknown>> = {},
    ): CallContext => googleContext(googleConnection(protocol, `${server.origin}/v1`, connection), more);

    for (const { name, reply, withoutKey, project, ...expected } of [...googleRefusals, ...googleBreakdowns]) {
      it(`at creation: ${name} → ${expected.code}`, async () => {
        server.reply(reply);
        const given = context(withoutKey ? { key: undefined } : {}, project === undefined ? {} : { project });
        checkFailure(await failureOf(videos.start(call, given)), expected);
        assert.equal(server.requests.length, 1, 'nothing is repeated here');
      });
    }

    for (const { name, reply, ...expected } of googleBreakdowns) {
      it(`at a look: ${name} is never charged`, async () => {
        server.reply(reply);
        const error = await failureOf(videos.status({ id }, context()));
        checkFailure(error, { ...expected, maybeCharged: false, hint: /^(?!.*charged)/ });
        assert.equal(server.requests.length, 1, 'nothing is repeated here');
      });
    }

    for (const [name, reply, expected] of broken) {
      it(`at creation: ${name} → ${expected.code}`, async () => {
        server.reply(reply);
        checkFailure(await failureOf(videos.start(call, context())), { ...expected, maybeCharged: true });
        assert.equal(server.requests.length, 1, 'nothing is repeated here');
      });

      it(`at a look: ${name} → ${expected.code}`, async () => {
        server.reply(reply);
        checkFailure(await failureOf(videos.status({ id }, context())), expected);
        checkFailure(await failureOf(videos.content({ id }, 'video', context())), expected);
        assert.equal(server.requests.length, 2, 'nothing is repeated here');
      });
    }

    it('a server that is not there → connection_failed, and nothing is charged', async () => {
      const connection = googleConnection(protocol, 'http://127.0.0.1:1/v1');
      checkFailure(await failureOf(videos.start(call, googleContext(connection))), {
        code: 'connection_failed',
        retryable: true,
        message: /127\.0\.0\.1:1 can't be reached/,
      });
    });

    it('somebody who cancels before anything is sent pays nothing', async () => {
      const given = context({ signal: AbortSignal.abort() });
      checkFailure(await failureOf(videos.start(call, given)), { code: 'cancelled', message: /^Cancelled\.$/ });
      assert.equal(server.requests.length, 0);
    });

    it('somebody who cancels while the server thinks may pay', async () => {
      server.reply(hang);
      const controller = new AbortController();
      const creation = failureOf(videos.start(call, context({ signal: controller.signal })));
      const look = failureOf(videos.status({ id }, context({ signal: controller.signal })));
      await until(() => server.requests.length === 2);
      controller.abort();
      checkFailure(await creation, { code: 'cancelled', maybeCharged: true, message: /^Cancelled\.$/ });
      checkFailure(await look, { code: 'cancelled', message: /^Cancelled\.$/ });
    });

    it('a job that the server does not know → not_found', async () => {
      server.reply(googleFault(404, 'NOT_FOUND', 'Requested entity was not found.'));
      checkFailure(await failureOf(videos.status({ id }, context())), {
        code: 'not_found',
        message: /does not know this video, or not any more: Requested entity was not found\.$/,
      });
    });

    it('a long or hostile message is cut to one line', async () => {
      server.reply(googleFault(400, 'INVALID_ARGUMENT', `bad\n\u202E\u0007thing ${'x'.repeat(100_000)}`));
      const error = await failureOf(videos.start(call, context()));
      assert.match(error.message, /^Test server refused the request: bad thing x{250,300}….?$/);
    });

    it('an error of many megabytes is not read to its end', async () => {
      const chunk = new Uint8Array(1024 * 1024).fill(0x20);
      let pulled = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled++;
          controller.enqueue(chunk);
        },
      });
      const fetch = (): Promise<Response> => Promise.resolve(new Response(endless, { status: 500 }));
      checkFailure(await failureOf(videos.status({ id }, context({ fetch }))), {
        code: 'provider_unavailable',
        retryable: true,
        message: /status 500/,
      });
      assert(pulled < 20);
    });

    it('an answer larger than any clip is cut off while it comes in', async () => {
      const chunk = new Uint8Array(16 * 1024 * 1024).fill(0x20);
      let pulled = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled++;
          controller.enqueue(chunk);
        },
      });
      const headers = { 'content-type': 'application/json' };
      const fetch = (): Promise<Response> => Promise.resolve(new Response(endless, { headers }));
      checkFailure(await failureOf(videos.status({ id }, context({ fetch }))), {
        code: 'bad_response',
        maybeCharged: false,
        message: /more than 290 MiB/,
      });
      assert(pulled < 30);
    }).timeout(20_000);

    it('a list of models that fails is never charged, and says what the key is worth', async () => {
      server.reply(googleFault(401, 'UNAUTHENTICATED', 'No.'));
      checkFailure(await failureOf(provider.listModels(context())), { code: 'invalid_key', message: /the key: No\.$/ });
      server.reply(html(502));
      checkFailure(await failureOf(provider.listModels(context())), {
        code: 'provider_unavailable',
        retryable: true,
        message: /status 502/,
      });
      server.reply(html(200));
      checkFailure(await failureOf(provider.listModels(context())), {
        code: 'bad_response',
        message: /broken or cut off/,
      });
    });
  });
}

describe('Faults of pictures in the protocol gemini', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clear());

  for (const { name, reply, withoutKey, project, ...expected } of [...googleRefusals, ...googleBreakdowns]) {
    it(`${name} → ${expected.code}`, async () => {
      server.reply(reply);
      const connection = googleConnection('gemini', `${server.origin}/v1`, project === undefined ? {} : { project });
      const given = googleContext(connection, withoutKey ? { key: undefined } : {});
      checkFailure(await failureOf(picturesOf(geminiProvider, imageCall(), given)), expected);
      assert.equal(server.requests.length, 1, 'nothing is repeated here');
    });
  }
});
