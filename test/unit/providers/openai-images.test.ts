import assert from 'node:assert/strict';
import type { ImageEvent } from '../../../src/core/providers/provider.ts';
import { decodePicture, maxImageBytes } from '../../../src/core/providers/openai/answer.ts';
import { openaiProvider } from '../../../src/core/providers/openai/openai.ts';
import { events, json, startServer, text, type RecordedRequest, type TestServer } from '../../support/http-server.ts';
import {
  allEvents,
  connectionAt,
  contextOf,
  imageCall,
  openaiImages,
  pixel,
  pixelBase64,
} from '../../support/openai-calls.ts';

const oneImage = { created: 1, data: [{ b64_json: pixelBase64 }] };
const usage = {
  input_tokens: 12,
  output_tokens: 200,
  total_tokens: 212,
  input_tokens_details: { text_tokens: 10, image_tokens: 2 },
};
const partial = (index: number): Record<string, unknown> => ({
  type: 'image_generation.partial_image',
  b64_json: pixelBase64,
  partial_image_index: index,
});
const completed = { type: 'image_generation.completed', b64_json: pixelBase64, usage };

const formOf = (request: RecordedRequest | undefined): Promise<FormData> =>
  new Response(request?.body as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': request?.headers['content-type'] ?? '' },
  }).formData();

const bytesOf = (event: ImageEvent | undefined): Buffer => {
  assert(event?.type === 'completed' && 'bytes' in event.content);
  return Buffer.from(event.content.bytes);
};

describe('Images over the OpenAI protocol', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    server.clear();
    server.reply(json(200, oneImage));
  });
  const run = (options: Parameters<typeof imageCall>[0] = {}): Promise<ImageEvent[]> =>
    allEvents(imageCall(options), contextOf(connectionAt(server.origin)));

  it('generate sends exactly the parameters of the request, the model and the prompt', async () => {
    await run({ parameters: { size: '1536x1024', n: 2, svg: { model: 'gpt-6.1-terra' } } });
    assert.equal(server.requests.length, 1);
    const [request] = server.requests;
    assert.equal(`${request?.method} ${request?.path}`, 'POST /v1/images/generations');
    assert.deepEqual(JSON.parse(String(request?.body)), {
      size: '1536x1024',
      n: 2,
      svg: { model: 'gpt-6.1-terra' },
      model: 'gpt-image-2.6-flare',
      prompt: 'a fox',
    });
  });

  it('asks models that answer with links for the picture itself, unless the request says otherwise', async () => {
    await run({ model: 'dall-e-3', takesResponseFormat: true });
    await run({ model: 'dall-e-3', takesResponseFormat: true, parameters: { response_format: 'url' } });
    const formats = server.requests.map(
      ({ body }) => (JSON.parse(String(body)) as Record<string, unknown>)['response_format'],
    );
    assert.deepEqual(formats, ['b64_json', 'url']);
  });

  it('an edit with one reference sends the field image, and no name of a local file', async () => {
    await run({ operation: 'edit', roles: ['reference', 'mask'], parameters: { quality: 'low', n: 3 } });
    const [request] = server.requests;
    assert.equal(request?.path, '/v1/images/edits');
    const form = await formOf(request);
    assert.deepEqual([...form.keys()].toSorted(), ['image', 'mask', 'model', 'n', 'prompt', 'quality']);
    const image = form.get('image') as File;
    const mask = form.get('mask') as File;
    assert.deepEqual(
      [image.name, image.type, mask.name, mask.type],
      ['image-1.png', 'image/png', 'mask-2.png', 'image/png'],
    );
    assert.deepEqual(Buffer.from(await image.arrayBuffer()), pixel);
    assert.equal(form.get('n'), '3');
    assert(!String(request?.body).includes('secret plans'));
  });

  it('an edit with several references sends image[] in their order, and markup', async () => {
    await run({ operation: 'edit', roles: ['reference', 'markup', 'reference'], mime: 'image/jpeg' });
    const form = await formOf(server.requests[0]);
    assert.deepEqual(
      form.getAll('image[]').map((file) => `${(file as File).name} ${(file as File).type}`),
      ['image-1.jpg image/jpeg', 'image-3.jpg image/jpeg'],
    );
    assert.equal((form.get('markup') as File).name, 'markup-2.jpg');
    assert.equal(form.get('image'), null);
  });

  it('nested parameters of an edit become bracketed fields', async () => {
    await run({ operation: 'edit', parameters: { svg: { model: 'gpt-6.1-terra', reasoning: { effort: 'low' } } } });
    const form = await formOf(server.requests[0]);
    assert.deepEqual([form.get('svg[model]'), form.get('svg[reasoning][effort]')], ['gpt-6.1-terra', 'low']);
  });

  it('a variation sends the picture and no prompt', async () => {
    await run({
      operation: 'variation',
      model: 'dall-e-2',
      takesResponseFormat: true,
      parameters: { size: '512x512' },
    });
    const [request] = server.requests;
    assert.equal(request?.path, '/v1/images/variations');
    const form = await formOf(request);
    assert.deepEqual([...form.keys()].toSorted(), ['image', 'model', 'response_format', 'size']);
  });

  it('yields every picture of an answer, then usage, request id and model', async () => {
    server.reply(
      json(
        200,
        {
          model: 'served-name',
          data: [{ b64_json: pixelBase64, revised_prompt: 'a red fox' }, { url: 'https://example.com/a.png' }],
          usage,
        },
        { 'x-request-id': 'req_7' },
      ),
    );
    const [first, second, last, ...more] = await run();
    assert.deepEqual(bytesOf(first), pixel);
    assert(first?.type === 'completed');
    assert.equal(first.revisedPrompt, 'a red fox');
    assert.deepEqual(second, { type: 'completed', content: { url: 'https://example.com/a.png' } });
    assert.deepEqual(last, {
      type: 'finished',
      usage: { inputTokens: 12, inputTextTokens: 10, inputImageTokens: 2, outputTokens: 200, totalTokens: 212 },
      requestId: 'req_7',
      model: 'served-name',
    });
    assert.deepEqual(more, []);
  });

  it('reads the lenient answers of compatible servers', async () => {
    const dataUrl = {
      data: [{ url: `data:image/png;base64,${pixelBase64}`, b64_json: null }],
      usage: null,
      created: 'now',
    };
    server.reply(json(200, dataUrl));
    assert.deepEqual(bytesOf((await run())[0]), pixel);
    server.reply(text(200, JSON.stringify({ ...oneImage, usage: 'none' }), { 'content-type': 'text/plain' }));
    assert.deepEqual(bytesOf((await run())[0]), pixel);
    const wrapped = pixelBase64.replace(/=+$/, '').replace(/(.{20})/g, '$1\r\n');
    server.reply(json(200, { data: [{ b64_json: wrapped }] }));
    assert.deepEqual(bytesOf((await run())[0]), pixel);
  });

  it('a picture beyond 64 MiB is refused before it is decoded', () => {
    const encoded = 'A'.repeat((maxImageBytes / 3) * 4 + 2048);
    assert.throws(() => decodePicture(encoded, 'example.com'), { code: 'bad_response', message: /more than 64 MiB/ });
  });

  it('hands over the good pictures of an answer before it fails for a broken one', async () => {
    server.reply(json(200, { data: [{ b64_json: '!!!' }, { b64_json: pixelBase64 }] }));
    const seen: string[] = [];
    await assert.rejects(
      async () => {
        for await (const event of openaiImages(imageCall(), contextOf(connectionAt(server.origin)))) {
          seen.push(event.type);
        }
      },
      { code: 'bad_response', maybeCharged: true },
    );
    assert.deepEqual(seen, ['completed']);
  });

  it('a stream yields previews, then the picture, then its usage', async () => {
    server.reply(events([partial(0), partial(1), completed]));
    const list = await run({ stream: true, parameters: { partial_images: 2 } });
    assert.deepEqual(
      list.map((event) => (event.type === 'partial' ? `partial ${event.index}` : event.type)),
      ['partial 0', 'partial 1', 'completed', 'finished'],
    );
    const last = list.at(-1);
    assert(last?.type === 'finished');
    assert.equal(last.usage?.outputTokens, 200);
    assert.equal(last.requestId, 'req_1');
    assert.deepEqual(JSON.parse(String(server.requests[0]?.body)), {
      partial_images: 2,
      model: 'gpt-image-2.6-flare',
      prompt: 'a fox',
      stream: true,
    });
  });

  it('previews arrive while the picture is still being made', async () => {
    let finish: () => void = () => undefined;
    server.reply(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(partial(0))}\n\n`);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      response.end(`data: ${JSON.stringify(completed)}\n\n`);
    });
    const types: string[] = [];
    for await (const event of openaiImages(imageCall({ stream: true }), contextOf(connectionAt(server.origin)))) {
      types.push(event.type);
      // without this the server never goes on
      if (event.type === 'partial') finish();
    }
    assert.deepEqual(types, ['partial', 'completed', 'finished']);
  });

  it('an edit streams too, with stream among its fields', async () => {
    server.reply(
      events([
        { type: 'image_edit.partial_image', b64_json: pixelBase64, partial_image_index: 0 },
        { type: 'image_edit.completed', b64_json: pixelBase64 },
      ]),
    );
    const list = await run({ operation: 'edit', stream: true });
    assert.deepEqual(
      list.map(({ type }) => type),
      ['partial', 'completed', 'finished'],
    );
    assert.equal((await formOf(server.requests[0])).get('stream'), 'true');
  });

  it('several pictures of one stream are several completed events whose usage adds up', async () => {
    server.reply(events([completed, partial(0), { ...completed, usage: { output_tokens: 100 } }]));
    const list = await run({ stream: true, parameters: { n: 2 } });
    assert.deepEqual(
      list.map(({ type }) => type),
      ['completed', 'partial', 'completed', 'finished'],
    );
    const last = list.at(-1);
    assert(last?.type === 'finished');
    assert.equal(last.usage?.outputTokens, 300);
    assert.equal(last.usage.inputTokens, 12);
  });

  it('a server that answers a request for a stream with plain JSON is taken at its word', async () => {
    server.reply(json(200, { ...oneImage, usage }));
    const list = await run({ stream: true });
    assert.deepEqual(
      list.map(({ type }) => type),
      ['completed', 'finished'],
    );
    assert.deepEqual(bytesOf(list[0]), pixel);
  });

  it('previews that cannot be decoded and events it does not know are passed over', async () => {
    server.reply(events([{ type: 'keep_alive' }, { ...partial(0), b64_json: '%%%' }, completed]));
    const list = await run({ stream: true });
    assert.deepEqual(
      list.map(({ type }) => type),
      ['completed', 'finished'],
    );
  });

  it('a connection that breaks after the last picture takes nothing away', async () => {
    server.reply(events([completed], { end: 'drop' }));
    const list = await run({ stream: true });
    assert.deepEqual(
      list.map(({ type }) => type),
      ['completed', 'finished'],
    );
  });
});

describe('The list of models over the OpenAI protocol', () => {
  it('gives ids and shutdown dates, and passes over what it does not understand', async () => {
    await using server = await startServer(
      json(200, {
        data: [{ id: 'a', shutdown_date: '2026-12-01' }, { id: 'b', shutdown_date: null }, { name: 'no id' }, 7],
      }),
    );
    assert.deepEqual(await openaiProvider.listModels(contextOf(connectionAt(server.origin))), [
      { id: 'a', shutdownDate: '2026-12-01' },
      { id: 'b' },
    ]);
    assert.equal(`${server.requests[0]?.method} ${server.requests[0]?.path}`, 'GET /v1/models');
    server.reply(json(200, [{ id: 'bare' }]));
    assert.deepEqual(await openaiProvider.listModels(contextOf(connectionAt(server.origin))), [{ id: 'bare' }]);
  });

  it('says so where the answer is no list', async () => {
    await using server = await startServer(json(200, { hello: 'world' }));
    await assert.rejects(openaiProvider.listModels(contextOf(connectionAt(server.origin))), {
      code: 'bad_response',
      maybeCharged: false,
    });
  });
});
