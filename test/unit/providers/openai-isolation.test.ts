import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { openaiProvider } from '../../../src/core/providers/openai/openai.ts';
import { urlOf } from '../../../src/core/network/fetch-wrappers.ts';
import { json, redirect, startServer, type TestServer } from '../../support/http-server.ts';
import { allEvents, canaryKey, connectionAt, contextOf, imageCall, pixelBase64 } from '../../support/openai-calls.ts';

const oneImage = json(200, { data: [{ b64_json: pixelBase64 }] });
const account = { organization: 'org-canary', project: 'proj-canary' };

describe('What a call of the OpenAI protocol carries along', () => {
  let server: TestServer;
  let stranger: TestServer;
  before(async () => {
    server = await startServer();
    stranger = await startServer(oneImage);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await stranger[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    server.clear();
    stranger.clear();
    server.reply(oneImage);
  });

  describe('the environment', () => {
    const saved = { ...process.env };
    afterEach(() => {
      for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
      Object.assign(process.env, saved);
    });

    it('decides nothing: neither where a request goes nor what is in it', async () => {
      const hostile: Record<string, string> = {
        OPENAI_BASE_URL: `${stranger.origin}/v1`,
        OPENAI_API_KEY: 'sk-from-the-environment-1',
        OPENAI_ADMIN_KEY: 'sk-from-the-environment-2',
        OPENAI_ORG_ID: 'org-from-the-environment',
        OPENAI_PROJECT_ID: 'proj-from-the-environment',
        OPENAI_WEBHOOK_SECRET: 'whsec-from-the-environment',
        OPENAI_LOG: 'debug',
        OPENAI_CUSTOM_HEADERS: `authorization: Bearer sk-from-the-environment-3\nx-evil: from-the-environment\nuser-agent: from-the-environment\ncontent-type: from-the-environment`,
      };
      Object.assign(process.env, hostile);
      const printed: unknown[] = [];
      const methods = ['log', 'debug', 'info', 'warn', 'error'] as const;
      const originals = methods.map((method) => console[method]);
      for (const method of methods) console[method] = (...values: unknown[]) => printed.push(values);
      try {
        for (const key of [canaryKey, undefined]) {
          const context = contextOf(connectionAt(server.origin), { key, account });
          await allEvents(imageCall(), context);
          await allEvents(imageCall({ operation: 'edit' }), context);
          await openaiProvider.listModels({ ...context }).catch(() => undefined);
        }
      } finally {
        methods.forEach((method, index) => {
          console[method] = originals[index] ?? console[method];
        });
      }
      assert.equal(stranger.requests.length, 0);
      assert.equal(server.requests.length, 6);
      assert.doesNotMatch(
        inspect(
          server.requests.map(({ headers, path }) => ({ headers, path })),
          { depth: 5 },
        ),
        /from-the-environment/,
      );
      assert.deepEqual(printed, []);
    });

    it('malformed custom headers are named', async () => {
      process.env['OPENAI_CUSTOM_HEADERS'] = 'no header: at all';
      await assert.rejects(allEvents(imageCall(), contextOf(connectionAt(server.origin))), {
        code: 'invalid_request',
        message: /OPENAI_CUSTOM_HEADERS/,
      });
    });
  });

  it('sends no telemetry, and nothing else than these headers', async () => {
    await allEvents(imageCall(), contextOf(connectionAt(server.origin), { account }));
    const ours = ['accept', 'authorization', 'content-type', 'user-agent'];
    const byFetch = ['accept-encoding', 'accept-language', 'connection', 'content-length', 'host', 'sec-fetch-mode'];
    assert.deepEqual(Object.keys(server.requests[0]?.headers ?? {}).toSorted(), [...ours, ...byFetch].toSorted());
    assert.equal(server.requests[0]?.headers.authorization, `Bearer ${canaryKey}`);
  });

  it('asks for nothing but the one address', async () => {
    const seen: string[] = [];
    const fetch = (input: string | URL | Request): Promise<Response> => {
      seen.push(urlOf(input).href);
      return Promise.resolve(Response.json({ data: [{ b64_json: pixelBase64 }] }));
    };
    await allEvents(imageCall({ operation: 'edit' }), contextOf(connectionAt('https://example.com'), { fetch }));
    assert.deepEqual(seen, ['https://example.com/v1/images/edits']);
  });

  it('sends no key header without a key', async () => {
    await allEvents(imageCall(), contextOf(connectionAt(server.origin), { key: undefined }));
    assert.equal('authorization' in (server.requests[0]?.headers ?? {}), false);
  });

  for (const keyHeader of ['api-key', 'x-api-key', 'x-litellm-api-key']) {
    it(`puts the key into ${keyHeader} where the connection says so, and only there`, async () => {
      await allEvents(imageCall(), contextOf(connectionAt(server.origin, { keyHeader })));
      assert.equal(server.requests[0]?.headers[keyHeader], canaryKey);
      assert.equal('authorization' in (server.requests[0]?.headers ?? {}), false);
    });
  }

  it('organization and project go to the origin of OpenAI only', async () => {
    const seen: (readonly [string, string | null, string | null])[] = [];
    const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const headers = new Headers(init?.headers);
      seen.push([urlOf(input).origin, headers.get('openai-organization'), headers.get('openai-project')]);
      return Promise.resolve(Response.json({ data: [{ b64_json: pixelBase64 }] }));
    };
    for (const origin of [
      'https://api.openai.com',
      'http://api.openai.com',
      'https://api.openai.com.example.com',
      server.origin,
    ]) {
      await allEvents(imageCall(), contextOf(connectionAt(origin), { account, fetch }));
    }
    assert.deepEqual(
      seen.map(([, organization, project]) => [organization, project]),
      [
        ['org-canary', 'proj-canary'],
        [null, null],
        [null, null],
        [null, null],
      ],
    );
  });

  for (const keyHeader of ['authorization', 'api-key', 'x-api-key', 'x-litellm-api-key']) {
    for (const status of [301, 302, 303, 307, 308]) {
      it(`a redirect (${status}) carries no key in ${keyHeader} to a stranger`, async () => {
        server.reply(redirect(status, `${stranger.origin}/v1/images/generations`));
        const context = contextOf(connectionAt(server.origin, { keyHeader }));
        await assert.rejects(allEvents(imageCall(), context), {
          code: 'bad_response',
          maybeCharged: status === 303,
          message: new RegExp(`redirects to ${stranger.origin}`),
        });
        await assert.rejects(openaiProvider.listModels(context), { code: 'bad_response', maybeCharged: false });
        assert.equal(stranger.requests.length, 0);
        assert.equal(server.requests.length, 2);
      });
    }
  }

  it('a key that no header can carry is refused without being shown', async () => {
    const key = `${canaryKey}\n`;
    await assert.rejects(allEvents(imageCall(), contextOf(connectionAt(server.origin), { key })), (error: Error) => {
      assert.match(error.message, /characters that no key has/);
      assert.doesNotMatch(inspect(error, { depth: 10 }), /canary-0123/);
      return true;
    });
    assert.equal(server.requests.length, 0);
  });

  it('an answer larger than any string is cut off while it comes in', async () => {
    const chunk = new Uint8Array(8 * 1024 * 1024).fill(0x20);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        controller.enqueue(chunk);
      },
    });
    const fetch = (): Promise<Response> =>
      Promise.resolve(new Response(endless, { headers: { 'content-type': 'application/json' } }));
    await assert.rejects(allEvents(imageCall(), contextOf(connectionAt(server.origin), { fetch })), {
      code: 'bad_response',
      message: /more than 448 MiB/,
    });
    assert(sent < 70);
  }).timeout(20_000);
});
