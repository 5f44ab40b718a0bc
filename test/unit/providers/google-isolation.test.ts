import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Connection } from '../../../src/core/connections/connection.ts';
import { googleTokenFor } from '../../../src/core/connections/google-token.ts';
import { urlOf } from '../../../src/core/network/fetch-wrappers.ts';
import { geminiProvider } from '../../../src/core/providers/gemini/gemini.ts';
import type { CallContext, Provider, VideoCall } from '../../../src/core/providers/provider.ts';
import { vertexProvider } from '../../../src/core/providers/vertex/vertex.ts';
import { startGeminiServer, type GeminiServer } from '../../support/gemini-server.ts';
import {
  googleConnection,
  googleContext,
  imageCall,
  picturesOf,
  videoCall,
  videosOf,
} from '../../support/google-calls.ts';
import { redirect, startServer, type TestServer } from '../../support/http-server.ts';
import { canaryKey } from '../../support/openai-calls.ts';
import { startVertexServer, type VertexServer } from '../../support/vertex-server.ts';

const token = 'ya29.canary-token-0123456789';
const veoCall = videoCall({ model: 'veo-3.1-generate-001' });
const protocols: readonly (readonly ['gemini' | 'vertex', Provider, VideoCall])[] = [
  ['gemini', geminiProvider, videoCall()],
  ['vertex', vertexProvider, veoCall],
];

describe("What a call of Google's protocols carries along", () => {
  let gemini: GeminiServer;
  let vertex: VertexServer;
  let stranger: TestServer;
  before(async () => {
    gemini = await startGeminiServer();
    vertex = await startVertexServer();
    stranger = await startServer();
  });
  after(async () => {
    await gemini[Symbol.asyncDispose]();
    await vertex[Symbol.asyncDispose]();
    await stranger[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    gemini.clear();
    vertex.clear();
    stranger.clear();
  });
  const serverOf = (protocol: 'gemini' | 'vertex') => (protocol === 'gemini' ? gemini : vertex);

  describe('the environment', () => {
    const saved = { ...process.env };
    afterEach(() => {
      for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
      Object.assign(process.env, saved);
    });

    it('decides nothing: neither where a request goes nor what is in it, nor what is printed', async () => {
      const hostile: Record<string, string> = {
        GOOGLE_API_KEY: 'from-the-environment-1',
        GEMINI_API_KEY: 'from-the-environment-2',
        GOOGLE_GENAI_API_KEY: 'from-the-environment-3',
        GOOGLE_GENAI_ACCESS_TOKEN: 'from-the-environment-4',
        GOOGLE_GENAI_USER_PROJECT: 'from-the-environment-5',
        GOOGLE_GENAI_API_VERSION: 'from-the-environment-6',
        GOOGLE_GENAI_USE_VERTEXAI: 'true',
        GOOGLE_GENAI_USE_ENTERPRISE: 'true',
        GOOGLE_GENAI_DEBUG: 'true',
        GOOGLE_CLOUD_PROJECT: 'from-the-environment-7',
        GOOGLE_CLOUD_LOCATION: 'from-the-environment-8',
        GOOGLE_GEMINI_BASE_URL: stranger.origin,
        GOOGLE_VERTEX_BASE_URL: stranger.origin,
        GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/from-the-environment-9.json',
      };
      Object.assign(process.env, hostile);
      const printed: unknown[] = [];
      const methods = ['log', 'debug', 'info', 'warn', 'error', 'group', 'groupEnd'] as const;
      const originals = methods.map((method) => console[method]);
      for (const method of methods) console[method] = (...values: unknown[]) => printed.push(values);
      try {
        for (const key of [canaryKey, undefined]) {
          for (const [protocol, provider, call] of protocols) {
            const context = googleContext(googleConnection(protocol, serverOf(protocol).baseUrl), { key });
            const videos = videosOf(provider);
            const { operation } = await videos.start(call, context);
            await videos.status(operation, context);
            await videos.status(operation, context);
            await videos.content(operation, 'video', context);
            await provider.listModels(context);
            await videos.cancel?.(operation, context);
            await videos.remove?.(operation, context);
            if (provider.createImages !== undefined) await picturesOf(provider, imageCall(), context);
          }
        }
      } finally {
        methods.forEach((method, index) => {
          Object.assign(console, { [method]: originals[index] });
        });
      }
      assert.equal(stranger.requests.length, 0);
      assert.deepEqual([gemini.requests.length, vertex.requests.length], [18, 10]);
      const seen = [...gemini.requests, ...vertex.requests].map(({ headers, path, body }) => [
        headers,
        path,
        String(body),
      ]);
      assert.doesNotMatch(inspect(seen, { depth: 5, maxStringLength: null }), /from-the-environment/);
      assert.deepEqual(printed, []);
      assert.equal(process.env['GOOGLE_GENAI_DEBUG'], 'true', 'it is left as it was');
    });
  });

  for (const [protocol, provider, call] of protocols) {
    describe(`in the protocol ${protocol}`, () => {
      const videos = videosOf(provider);

      it('sends no telemetry, and nothing else than these headers', async () => {
        const context = googleContext(googleConnection(protocol, serverOf(protocol).baseUrl));
        await videos.start(call, context);
        const headers = serverOf(protocol).requests[0]?.headers ?? {};
        const ours = ['accept', 'content-type', 'user-agent', 'x-goog-api-key'];
        const byFetch = [
          'accept-encoding',
          'accept-language',
          'connection',
          'content-length',
          'host',
          'sec-fetch-mode',
        ];
        assert.deepEqual(Object.keys(headers).toSorted(), [...ours, ...byFetch].toSorted());
        assert.equal(headers['x-goog-api-key'], canaryKey);
        assert.equal(headers['user-agent'], 'shotlist');
      });

      it('has the key in its header only, and paths and names of files nowhere', async () => {
        const roles = protocol === 'gemini' ? (['reference'] as const) : (['first_frame'] as const);
        const context = googleContext(googleConnection(protocol, serverOf(protocol).baseUrl));
        const { operation } = await videos.start(videoCall({ model: call.wireModel, roles }), context);
        const status = await videos.status(operation, context);
        const sent = serverOf(protocol).requests.map(({ path, body }) => `${path} ${String(body)}`);
        assert.doesNotMatch(sent.join('\n'), /canary|secret plans|somebody/);
        assert.doesNotMatch(JSON.stringify([operation, status]), /canary/);
      });

      it('sends no key header without a key', async () => {
        const context = googleContext(googleConnection(protocol, serverOf(protocol).baseUrl), { key: undefined });
        await videos.start(call, context);
        const headers = serverOf(protocol).requests[0]?.headers ?? {};
        assert.deepEqual(['x-goog-api-key' in headers, 'authorization' in headers], [false, false]);
      });

      it('puts the key where the connection says, and only there', async () => {
        const keyHeader = 'authorization';
        const connection = googleConnection(protocol, serverOf(protocol).baseUrl, { keyHeader });
        await videos.start(call, googleContext(connection));
        const headers = serverOf(protocol).requests[0]?.headers ?? {};
        assert.deepEqual([headers.authorization, 'x-goog-api-key' in headers], [`Bearer ${canaryKey}`, false]);
      });

      for (const baseUrl of [
        'https://example.com',
        'https://example.com/v1',
        'https://example.com/some/gateway/v1beta',
      ]) {
        it(`asks for nothing but what lies below ${baseUrl}`, async () => {
          const seen: string[] = [];
          const fetch: CallContext['fetch'] = (input) => {
            seen.push(urlOf(input).href);
            return Promise.resolve(Response.json({ id: 'v1_x', status: 'queued', name: 'x', models: [] }));
          };
          const context = googleContext(googleConnection(protocol, baseUrl), { fetch });
          await videos.start(call, context);
          await provider.listModels(context);
          const paths = {
            gemini: ['/interactions', '/models?pageSize=1000'],
            vertex: [
              '/publishers/google/models/veo-3.1-generate-001:predictLongRunning',
              '/publishers/google/models?pageSize=1000',
            ],
          }[protocol];
          assert.deepEqual(
            seen,
            paths.map((path) => `${baseUrl}${path}`),
          );
        });
      }

      for (const status of [301, 302, 303, 307, 308]) {
        it(`a redirect (${status}) carries neither key nor token to a stranger`, async () => {
          await using server = await startServer(redirect(status, `${stranger.origin}/v1/interactions`));
          const project = { project: 'my-project', location: 'us-central1' };
          for (const more of [{ key: canaryKey }, { key: undefined, googleToken: () => Promise.resolve(token) }]) {
            const context = googleContext(googleConnection(protocol, `${server.origin}/v1`, project), more);
            await assert.rejects(videos.start(call, context), {
              code: 'bad_response',
              maybeCharged: status === 303,
              message: new RegExp(`redirects to ${stranger.origin}`),
            });
            await assert.rejects(provider.listModels(context), { code: 'bad_response', maybeCharged: false });
          }
          assert.equal(stranger.requests.length, 0);
        });
      }

      it('a key that no header can carry is refused without being shown', async () => {
        const context = googleContext(googleConnection(protocol, serverOf(protocol).baseUrl), {
          key: `${canaryKey}\n`,
        });
        await assert.rejects(videos.start(call, context), (error: Error) => {
          assert.match(error.message, /characters that no key has/);
          assert.doesNotMatch(inspect(error, { depth: 10 }), /canary-0123/);
          return true;
        });
        assert.equal(serverOf(protocol).requests.length, 0);
      });

      it('a token that the server repeats in its error is taken out', async () => {
        const fetch: CallContext['fetch'] = () =>
          Promise.resolve(Response.json({ error: { code: 400, message: `You sent ${token}.` } }, { status: 400 }));
        const connection = {
          ...googleConnection(protocol, 'https://us-central1-aiplatform.googleapis.com/v1'),
          project: 'p',
        };
        const context = googleContext(connection, { key: undefined, fetch, googleToken: () => Promise.resolve(token) });
        await assert.rejects(videos.start(call, context), (error: Error) => {
          assert.match(error.message, /You sent \[redacted\]\.$/);
          assert.doesNotMatch(inspect(error, { depth: 10 }), /canary-token/);
          return true;
        });
      });
    });
  }

  describe('the token of the person’s cloud credentials', () => {
    const project = { project: 'my-project', location: 'us-central1' };
    const injected = (): Promise<string> => Promise.resolve(token);
    const own = () => () => Promise.resolve('ya29.own-token-0123456789');
    const at = (baseUrl: string, more: object = project) => googleConnection('vertex', baseUrl, { ...more });

    it('stands in the header, in place of a key', async () => {
      const context = googleContext(at(vertex.baseUrl), { key: undefined, googleToken: injected });
      const { operation } = await videosOf(vertexProvider).start(veoCall, context);
      await videosOf(vertexProvider).status(operation, context);
      assert.deepEqual(
        vertex.requests.map(({ headers }) => [headers.authorization, 'x-goog-api-key' in headers]),
        [
          [`Bearer ${token}`, false],
          [`Bearer ${token}`, false],
        ],
      );
    });

    it('is not asked for where there is a key', async () => {
      const googleToken = (): Promise<string> => assert.fail('nobody needs it');
      await videosOf(vertexProvider).start(veoCall, googleContext(at(vertex.baseUrl), { googleToken }));
      assert.equal(vertex.requests[0]?.headers['x-goog-api-key'], canaryKey);
    });

    it('goes to no public address but Google’s, even where somebody put it into the call', async () => {
      const seen: (readonly [string, string | null])[] = [];
      const fetch: CallContext['fetch'] = (input, init) => {
        seen.push([urlOf(input).host, new Headers(init?.headers).get('authorization')]);
        return Promise.resolve(Response.json({ name: 'x' }));
      };
      const hosts = ['example.com', 'aiplatform.googleapis.com.example.com', 'evil-aiplatform.googleapis.co'];
      const googles = ['aiplatform.googleapis.com', 'europe-west4-aiplatform.googleapis.com'];
      for (const host of [...hosts, ...googles]) {
        const context = googleContext(at(`https://${host}/v1`), { key: undefined, fetch, googleToken: injected });
        await videosOf(vertexProvider).start(veoCall, context);
      }
      const plain = googleContext(at(`http://${googles[0]}/v1`), { key: undefined, fetch, googleToken: injected });
      await videosOf(vertexProvider).start(veoCall, plain);
      assert.deepEqual(seen, [
        ...hosts.map((host) => [host, null] as const),
        ...googles.map((host) => [host, `Bearer ${token}`] as const),
        [googles[0], null],
      ]);
    });

    it('is given to connections of a project at Google’s cloud, over https', () => {
      const cases: readonly (readonly [Connection, boolean])[] = [
        [at('https://aiplatform.googleapis.com/v1'), true],
        [at('https://us-central1-aiplatform.googleapis.com/v1'), true],
        [at('https://us-central1-aiplatform.googleapis.com/v1', {}), false],
        [at('http://us-central1-aiplatform.googleapis.com/v1'), false],
        [at('https://generativelanguage.googleapis.com/v1'), false],
        [at('https://us-central1-aiplatform.googleapis.com.example.com/v1'), false],
        [at('https://example.com/us-central1-aiplatform.googleapis.com/v1'), false],
        [at('https://aiplatform.googleapis.com/v1', { ...project, protocols: ['gemini'] }), false],
      ];
      for (const [connection, gets] of cases) {
        assert.equal(googleTokenFor(connection, undefined, own) !== undefined, gets, connection.baseUrl);
        assert.equal(googleTokenFor(connection, injected, own) === injected, gets, connection.baseUrl);
      }
    });

    it('goes to a server on this machine only where it was handed in', () => {
      for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.8.8.8']) {
        const connection = at(`http://${host}:8000/v1`);
        assert.equal(googleTokenFor(connection, injected, own), injected);
        assert.equal(googleTokenFor(connection, undefined, own), undefined);
      }
      for (const host of ['127.0.0.1.example.com', 'localhost.example.com', '192.168.0.1']) {
        assert.equal(googleTokenFor(at(`http://${host}/v1`), injected, own), undefined);
      }
    });
  });
});
