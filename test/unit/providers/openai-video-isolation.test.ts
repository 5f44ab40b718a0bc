import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { FetchFunction } from '../../../src/core/environment.ts';
import { urlOf } from '../../../src/core/network/fetch-wrappers.ts';
import type { CallContext, Operation } from '../../../src/core/providers/provider.ts';
import { failureOf } from '../../support/failures.ts';
import { redirect, startServer, type TestServer } from '../../support/http-server.ts';
import { canaryKey, contextOf } from '../../support/openai-calls.ts';
import { openaiVideos, videoCall, videoConnection } from '../../support/openai-video-calls.ts';
import { startSoraServer, type SoraServer } from '../../support/sora-server.ts';

const videos = openaiVideos();

/** Every call of the protocol that goes over the wire, one after the other. */
const calls: readonly (readonly [string, (operation: Operation, context: CallContext) => Promise<unknown>])[] = [
  ['text', (_, context) => videos.start(videoCall(), context)],
  ['first frame', (_, context) => videos.start(videoCall({ files: [['first_frame', 'image/png']] }), context)],
  ['remix', ({ id }, context) => videos.start(videoCall({ source: { action: 'remix', id } }), context)],
  ['edit', ({ id }, context) => videos.start(videoCall({ source: { action: 'edit', id } }), context)],
  [
    'extend',
    (_, context) =>
      videos.start(
        videoCall({ source: { action: 'extend' }, parameters: { seconds: '8' }, files: [['video', 'video/mp4']] }),
        context,
      ),
  ],
  ['status', (operation, context) => videos.status(operation, context)],
  ['list', async (_, context) => videos.list?.(0, context)],
  ['remove', async (operation, context) => videos.remove?.(operation, context)],
];

describe('What a call of the Videos protocol carries along', () => {
  let server: SoraServer;
  let stranger: TestServer;
  before(async () => {
    server = await startSoraServer();
    stranger = await startServer();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await stranger[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    server.clear();
    stranger.clear();
  });
  const saved = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
    Object.assign(process.env, saved);
  });

  it('the environment decides nothing, and the key is in no place but its header', async () => {
    Object.assign(process.env, {
      OPENAI_BASE_URL: `${stranger.origin}/v1`,
      OPENAI_API_KEY: 'sk-from-the-environment-1',
      OPENAI_ADMIN_KEY: 'sk-from-the-environment-2',
      OPENAI_ORG_ID: 'org-from-the-environment',
      OPENAI_PROJECT_ID: 'proj-from-the-environment',
      OPENAI_WEBHOOK_SECRET: 'whsec-from-the-environment',
      OPENAI_LOG: 'debug',
      OPENAI_CUSTOM_HEADERS: 'authorization: Bearer sk-from-the-environment-3\nx-evil: from-the-environment',
    });
    const account = { organization: 'org-canary', project: 'proj-canary' };
    const context = contextOf(videoConnection(server.baseUrl), { account });
    const printed: unknown[] = [];
    const methods = ['log', 'debug', 'info', 'warn', 'error'] as const;
    const originals = methods.map((method) => console[method]);
    for (const method of methods) console[method] = (...values: unknown[]) => printed.push(values);
    const results: unknown[] = [];
    try {
      const { operation } = await videos.start(videoCall(), context);
      for (const [, call] of calls) results.push(await call(operation, context));
      results.push(await videos.content(operation, 'video', context));
    } finally {
      methods.forEach((method, index) => {
        console[method] = originals[index] ?? console[method];
      });
    }
    assert.deepEqual(server.problems, []);
    assert.equal(server.requests.length, calls.length + 1);
    assert.equal(stranger.requests.length, 0);
    assert.deepEqual(printed, []);
    for (const { headers, path, body } of server.requests) {
      const { authorization, ...others } = headers;
      assert.equal(authorization, `Bearer ${canaryKey}`);
      const rest = `${inspect(others)} ${path} ${body.toString('latin1')}`;
      assert.doesNotMatch(rest, /canary|from-the-environment|openai-organization|stainless|secret plans/i);
    }
    assert.doesNotMatch(inspect(results, { depth: 10 }), /canary|from-the-environment/);
  });

  it('no key header without a key', async () => {
    const context = contextOf(videoConnection(server.baseUrl), { key: undefined });
    const { operation } = await videos.start(videoCall(), context);
    for (const [, call] of calls) await call(operation, context);
    assert.ok(server.requests.every(({ headers }) => !('authorization' in headers)));
  });

  for (const keyHeader of ['authorization', 'api-key', 'x-api-key', 'x-litellm-api-key']) {
    it(`no redirect takes the key in ${keyHeader} elsewhere`, async () => {
      await using moved = await startServer();
      const context = contextOf(videoConnection(`${moved.origin}/v1`, { keyHeader }));
      for (const status of [301, 302, 303, 307, 308]) {
        moved.reply(redirect(status, `${stranger.origin}/v1/videos`));
        for (const [name, call] of calls) {
          const error = await failureOf(call({ id: 'video_1' }, context));
          assert.equal(error.code, 'bad_response', name);
          assert.match(error.message, /redirects to http/);
          const creating = !['status', 'list', 'remove'].includes(name);
          assert.equal(error.maybeCharged, creating && status === 303, `${name} ${status}`);
        }
      }
      assert.equal(moved.requests.length, calls.length * 5);
      assert.equal(stranger.requests.length, 0);
    });
  }

  it('everything goes to the base URL, links of the server are only named', async () => {
    const seen: string[] = [];
    const fetch: FetchFunction = (input) => {
      seen.push(urlOf(input).href);
      return Promise.resolve(
        Response.json({ id: 'v', status: 'completed', data: [], video_url: `${stranger.origin}/v.mp4` }),
      );
    };
    const context = contextOf(videoConnection('https://example.com/gateway/v1'), { fetch });
    for (const [, call] of calls) await call({ id: 'v' }, context);
    const content = await videos.content({ id: 'v', url: `${stranger.origin}/v.mp4` }, 'video', context);
    assert.deepEqual(content, {
      urls: ['https://example.com/gateway/v1/videos/v/content', `${stranger.origin}/v.mp4`],
    });
    assert.equal(seen.length, calls.length, 'to know where a clip is takes no call');
    assert.ok(seen.every((url) => url.startsWith('https://example.com/gateway/v1/videos')));
  });
});
