import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withOwnConnections } from '../../../src/core/connections/connection.ts';
import { environmentCredentials } from '../../../src/core/connections/credentials.ts';
import { createPipeline } from '../../../src/core/create-pipeline.ts';
import { silentLog, systemClock, type FetchFunction } from '../../../src/core/environment.ts';
import { failureOf } from '../../support/failures.ts';
import { canaryKey, contextOf } from '../../support/openai-calls.ts';
import { openaiVideos, videoCall, videoConnection } from '../../support/openai-video-calls.ts';

const videos = openaiVideos();

describe("Videos at OpenAI's own address", () => {
  const openai = { ...videoConnection('https://api.openai.com/v1'), label: 'OpenAI' };

  for (const [name, reply] of [
    ['404 without a word', () => new Response(null, { status: 404 })],
    ['404 in JSON', () => Response.json({ error: { message: 'Invalid URL (POST /v1/videos)' } }, { status: 404 })],
    ['410', () => new Response('gone', { status: 410 })],
    ...[400, 404].map(
      (status) =>
        [
          `${status} model_not_found`,
          () => Response.json({ error: { message: 'No such model.', code: 'model_not_found' } }, { status }),
        ] as const,
    ),
  ] as const) {
    it(`${name}: the service ended, and what to use is named`, async () => {
      const context = contextOf(openai, { fetch: () => Promise.resolve(reply()) });
      for (const call of [videoCall(), videoCall({ source: { action: 'remix', id: 'video_1' } })]) {
        const error = await failureOf(videos.start(call, context));
        assert.equal(error.code, 'model_retired');
        assert.match(error.message, /^OpenAI ended its video service on 2026-09-24/);
        assert.match(error.hint ?? '', /gemini-omni.*--base-url/);
        assert.equal(error.maybeCharged, false);
      }
    });
  }

  it('a job of then is not found, and the reason is named', async () => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response(null, { status: 404 }));
    const error = await failureOf(videos.status({ id: 'video_1' }, contextOf(openai, { fetch })));
    assert.equal(error.code, 'not_found');
    assert.match(error.hint ?? '', /ended on 2026-09-24/);
  });

  it('a plan for one of its models is refused, and nothing is sent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shotlist-retired-'));
    let calls = 0;
    const fetch: FetchFunction = () => {
      calls++;
      return Promise.reject(new TypeError('fetch failed'));
    };
    const pipeline = await createPipeline({
      workspace: { folder, config: {} },
      connections: withOwnConnections([]),
      credentials: environmentCredentials({ OPENAI_API_KEY: canaryKey }),
      environment: {
        clock: { ...systemClock, now: () => Date.UTC(2026, 10, 22) },
        random: Math.random,
        fetch,
        log: silentLog,
      },
      personalFolder: join(folder, 'person'),
      tool: 'shotlist test',
    });
    try {
      for (const model of ['sora-2', 'sora-2-pro', 'sora-2-2025-10-06', 'sora-2-2025-12-08', 'sora-2-pro-2025-10-06']) {
        await assert.rejects(pipeline.plan([{ kind: 'video', connection: 'openai', model, prompt: 'a fox' }]), {
          code: 'model_retired',
          message: new RegExp(`${model}.*2026-09-24`),
        });
      }
      assert.equal(calls, 0);
    } finally {
      await pipeline.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
