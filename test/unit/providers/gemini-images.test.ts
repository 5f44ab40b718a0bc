import assert from 'node:assert/strict';
import { geminiProvider } from '../../../src/core/providers/gemini/gemini.ts';
import type { CallContext } from '../../../src/core/providers/provider.ts';
import { checkFailure, failureOf } from '../../support/failures.ts';
import { startGeminiServer, type GeminiServer } from '../../support/gemini-server.ts';
import { contentOf, googleConnection, googleContext, imageCall, picturesOf } from '../../support/google-calls.ts';
import { json } from '../../support/http-server.ts';
import { canaryKey, pixel, pixelBase64 } from '../../support/openai-calls.ts';

describe('Pictures of the Interactions API', () => {
  let server: GeminiServer;
  let context: CallContext;
  before(async () => {
    server = await startGeminiServer({ key: canaryKey });
    context = googleContext(googleConnection('gemini', server.baseUrl));
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clear());
  afterEach(() => assert.deepEqual(server.problems, []));

  const output = (...content: unknown[]) => ({ steps: [{ type: 'model_output', content }] });

  it('come at once, with what they used', async () => {
    const parameters = { aspect_ratio: '21:9', image_size: '2K', mime_type: 'image/png', seed: 5 };
    const events = await picturesOf(geminiProvider, imageCall({ parameters }), context);
    assert.deepEqual(server.creations[0]?.body, {
      model: 'gemini-3.1-flash-image',
      input: 'a fox in the snow',
      background: false,
      store: false,
      response_format: { type: 'image', aspect_ratio: '21:9', image_size: '2K', mime_type: 'image/png' },
      generation_config: { seed: 5 },
    });
    assert.deepEqual(events, [
      { type: 'completed', content: { bytes: pixel } },
      {
        type: 'finished',
        usage: { inputTokens: 10, inputTextTokens: 10, outputTokens: 5000, totalTokens: 5010 },
        model: 'gemini-3.1-flash-image',
      },
    ]);
  });

  it('are edited from references, which go in front of the words', async () => {
    await picturesOf(geminiProvider, imageCall({ roles: ['reference', 'reference'] }), context);
    assert.deepEqual(server.creations[0]?.body.input, [
      ...[0, 1].map((index) => ({
        type: 'image',
        data: Buffer.from(contentOf('reference', index)).toString('base64'),
        mime_type: 'image/png',
      })),
      { type: 'text', text: 'a fox in the snow' },
    ]);
  });

  it('are those of the answer, not those of its thoughts', async () => {
    server.endNext({
      steps: [
        { type: 'thought', summary: [{ type: 'image', data: 'AAAA' }] },
        {
          type: 'model_output',
          content: [
            { type: 'text', text: 'Here:' },
            { type: 'image', data: pixelBase64 },
          ],
        },
      ],
    });
    const events = await picturesOf(geminiProvider, imageCall(), context);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['completed', 'finished'],
    );
  });

  it('may be at an address', async () => {
    server.endNext(output({ type: 'image', uri: 'files/abc' }));
    const [event] = await picturesOf(geminiProvider, imageCall(), context);
    assert.deepEqual(event, {
      type: 'completed',
      content: { url: `${server.baseUrl}/files/abc:download?alt=media` },
    });
  });

  it('that are refused say why, and are not charged', async () => {
    server.endNext(output({ type: 'text', text: 'That would break the safety rules.' }));
    checkFailure(await failureOf(picturesOf(geminiProvider, imageCall(), context)), {
      code: 'moderation_blocked',
      message: /content filter: That would break the safety rules\.$/,
      hint: /Reword/,
    });
  });

  it('that are missing without a reason may be charged', async () => {
    server.endNext(output({ type: 'text', text: 'A fox is an animal.' }));
    checkFailure(await failureOf(picturesOf(geminiProvider, imageCall(), context)), {
      code: 'bad_response',
      maybeCharged: true,
      message: /finished without a picture: A fox is an animal\.$/,
    });
  });

  it('are asked for once, even where the server wants to be asked to go on', async () => {
    const printed: unknown[] = [];
    const { warn } = console;
    console.warn = (...values: unknown[]) => printed.push(values);
    const unfinished = { id: 'v1_x', status: 'requires_continuation', continuation_token: 'more' };
    try {
      server.failNext('create', json(200, { ...unfinished, steps: [] }));
      const error = await failureOf(picturesOf(geminiProvider, imageCall(), context));
      checkFailure(error, { code: 'bad_response', maybeCharged: true, message: /finished without a picture\.$/ });
      server.failNext('create', json(200, { ...unfinished, ...output({ type: 'image', data: pixelBase64 }) }));
      const events = await picturesOf(geminiProvider, imageCall(), context);
      assert.deepEqual(events[0], { type: 'completed', content: { bytes: pixel } });
    } finally {
      console.warn = warn;
    }
    assert.equal(server.requests.length, 2);
    assert.deepEqual(printed, []);
  });
});
