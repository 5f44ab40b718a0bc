import assert from 'node:assert/strict';
import { decode as decodePng } from 'fast-png';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { answerOf, eventsOf, openSandbox, plainPng, postForm, postJson, type StreamEvent } from './support.ts';

describe('streams of the sandbox', function () {
  this.timeout(30_000);
  let sandbox: Sandbox;
  before(() => {
    sandbox = openSandbox();
  });
  after(() => sandbox.dispose());

  const stream = async (body: object): Promise<StreamEvent[]> => {
    const response = await postJson(sandbox, '/images/generations', { prompt: 'a fox', stream: true, ...body });
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    return eventsOf(await response.text());
  };
  const bytesOf = ({ data }: StreamEvent): Buffer => Buffer.from(data.b64_json ?? '', 'base64');
  /** Differences between neighbours: what is sharp has more of them. */
  const sharpness = (file: Buffer): number => {
    const { data, width, height, channels } = decodePng(file);
    let sum = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 1; x < width; x++)
        sum += Math.abs((data[(y * width + x) * channels] ?? 0) - (data[(y * width + x - 1) * channels] ?? 0)) ** 2;
    }
    return sum;
  };

  it('bring partial pictures in order, each sharper, then the finished one with its usage', async () => {
    const events = await stream({ partial_images: 3, quality: 'high' });
    assert.deepEqual(
      events.map(({ event }) => event),
      [...Array.from({ length: 3 }, () => 'image_generation.partial_image'), 'image_generation.completed'],
    );
    assert.deepEqual(
      events.map(({ data }) => data['partial_image_index']),
      [0, 1, 2, undefined],
    );
    const sharp = events.map((event) => sharpness(bytesOf(event)));
    assert.deepEqual(
      sharp,
      sharp.toSorted((a, b) => a - b),
    );
    for (const { event, data } of events) {
      assert.equal(data.type, event);
      assert.deepEqual(
        [data['size'], data['quality'], data['background'], data['output_format']],
        ['1024x1024', 'high', 'opaque', 'png'],
      );
      assert.equal(typeof data['created_at'], 'number');
    }
    const usage = events.at(-1)?.data['usage'] as { output_tokens: number };
    assert.equal(usage.output_tokens, 7_033 + 300);
  });

  it('end with the same picture as without streaming', async () => {
    const [plain] = (await answerOf(await postJson(sandbox, '/images/generations', { prompt: 'a fox' }))).data;
    const events = await stream({ partial_images: 0 });
    assert.deepEqual(
      events.map(({ data }) => data.b64_json),
      [plain?.b64_json],
    );
  });

  it('complete every picture that was asked for, and count the input once', async () => {
    const completed = await stream({ n: 2, partial_images: 1 });
    assert.deepEqual(
      completed.map(({ event }) => event.split('.')[1]),
      ['partial_image', 'completed', 'partial_image', 'completed'],
    );
    const inputs = completed
      .filter(({ event }) => event.endsWith('completed'))
      .map(({ data }) => (data['usage'] as { input_tokens: number }).input_tokens);
    assert.deepEqual(inputs, [2, 0]);
  });

  it('work for edits', async () => {
    const image = plainPng('a.png', 64, [9, 9, 9, 255]);
    const edits = eventsOf(
      await (
        await postForm(sandbox, '/images/edits', { prompt: 'x', image, stream: 'true', partial_images: '1' })
      ).text(),
    );
    assert.deepEqual(
      edits.map(({ event }) => event),
      ['image_edit.partial_image', 'image_edit.completed'],
    );
  });

  it('refuse a picture that can not be decoded before they begin', async () => {
    const broken = new File([plainPng('a.png', 64, [9, 9, 9, 255]).slice(0, 60)], 'a.png', { type: 'image/png' });
    const response = await postForm(sandbox, '/images/edits', { prompt: 'x', image: broken, stream: 'true' });
    assert.equal(response.status, 400);
    assert.equal((await answerOf(response)).error?.code, 'image_parse_error');
  });

  it('end without the picture, with an error, in the middle of it, or are no stream, when told so', async () => {
    const names = async (prompt: string): Promise<string[]> =>
      (await stream({ prompt, partial_images: 1 })).map(({ event }) => event);
    assert.deepEqual(await names('[fail:truncated_stream]'), ['image_generation.partial_image']);
    assert.deepEqual(await names('[fail:stream_error]'), ['image_generation.partial_image', 'error']);
    assert.deepEqual(await names('[fail:moderation_output]'), ['image_generation.partial_image', 'error']);
    const cut = await postJson(sandbox, '/images/generations', { prompt: '[fail:truncated]', stream: true });
    await assert.rejects(cut.text(), { message: 'terminated' });
    const plain = await postJson(sandbox, '/images/generations', { prompt: '[fail:plain_stream]', stream: true });
    assert.equal(plain.headers.get('content-type'), 'application/json');
    assert.equal((await answerOf(plain)).data.length, 1);
  });

  it('stop when the caller aborts', async () => {
    const gone = new AbortController();
    const response = await postJson(
      sandbox,
      '/images/generations',
      { prompt: 'x', stream: true, partial_images: 3, size: '2048x2048' },
      gone.signal,
    );
    const reader = response.body?.getReader();
    await reader?.read();
    gone.abort();
    await assert.rejects(
      async () => {
        for (;;) if ((await reader?.read())?.done !== false) return;
      },
      { name: 'AbortError' },
    );
  });
});
