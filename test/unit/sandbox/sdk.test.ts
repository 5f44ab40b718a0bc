import assert from 'node:assert/strict';
import { decode as decodePng } from 'fast-png';
import OpenAI, { APIConnectionError, APIUserAbortError, RateLimitError } from 'openai';
import type { FetchFunction } from '../../../src/core/environment.ts';
import { createSandbox, type Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { serveSandbox, type SandboxServer } from '../../../src/core/sandbox/serve.ts';
import { plainPng, sandboxUrl } from './support.ts';

/** The real SDK against the sandbox in both forms. */
for (const form of ['handed over as fetch', 'served on a port'] as const) {
  describe(`the OpenAI SDK with the sandbox ${form}`, function () {
    this.timeout(30_000);
    let sandbox: Sandbox;
    let server: SandboxServer | undefined;
    let openai: OpenAI;
    let fetchLink: FetchFunction;
    before(async () => {
      sandbox = createSandbox();
      server = form === 'served on a port' ? await serveSandbox({ port: 0, sandbox }) : undefined;
      fetchLink = server === undefined ? sandbox.fetch : globalThis.fetch;
      openai = new OpenAI({
        apiKey: 'sk-any',
        baseURL: server?.baseUrl ?? sandboxUrl,
        fetch: fetchLink,
        maxRetries: 0,
        organization: null,
        project: null,
      });
    });
    after(async () => {
      await server?.close();
      await sandbox.dispose();
    });

    it('generates', async () => {
      const { data, response } = await openai.images
        .generate({ prompt: 'a fox', model: 'gpt-image-2.6-flare', quality: 'low', n: 2 })
        .withResponse();
      assert.equal(data.data?.length, 2);
      assert.equal(decodePng(Buffer.from(data.data?.[0]?.b64_json ?? '', 'base64')).width, 1024);
      assert.deepEqual(
        [data.quality, data.size, data.background, data.output_format],
        ['low', '1024x1024', 'opaque', 'png'],
      );
      assert.equal(data.usage?.total_tokens, (data.usage?.input_tokens ?? 0) + (data.usage?.output_tokens ?? 0));
      assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
      assert.match(response.headers.get('x-ratelimit-remaining-requests') ?? '', /^\d+$/);
      assert.match(response.headers.get('openai-processing-ms') ?? '', /^\d+$/);
    });

    it('streams', async () => {
      const types = [];
      for await (const event of await openai.images.generate({ prompt: 'a fox', stream: true, partial_images: 2 }))
        types.push(event.type);
      assert.deepEqual(types, [
        'image_generation.partial_image',
        'image_generation.partial_image',
        'image_generation.completed',
      ]);
    });

    it('edits one and several pictures with a mask', async () => {
      const image = plainPng('a.png', 64, [200, 10, 10, 255]);
      const mask = plainPng('m.png', 64, [0, 0, 0, 0]);
      const one = await openai.images.edit({ prompt: 'x', image, mask, n: 1, quality: 'low' });
      const several = await openai.images.edit({
        prompt: 'x',
        image: [image, image],
        output_format: 'webp',
        output_compression: 60,
      });
      assert.equal(one.data?.length, 1);
      assert.equal(several.output_format, 'webp');
    });

    it('makes variations and follows links', async () => {
      const { data } = await openai.images.createVariation({
        image: plainPng('a.png', 64, [1, 2, 3, 255]),
        size: '256x256',
      });
      const response = await fetchLink(data?.[0]?.url ?? '');
      assert.equal(decodePng(await response.arrayBuffer()).width, 256);
    });

    it('gets the revised prompt and a link from dall-e-3', async () => {
      const { data, usage } = await openai.images.generate({
        prompt: 'a fox',
        model: 'dall-e-3',
        style: 'natural',
        quality: 'hd',
      });
      assert.match(data?.[0]?.revised_prompt ?? '', /a fox/);
      assert.match(data?.[0]?.url ?? '', /\/v1\/sandbox\/files\/\w+\.png$/);
      assert.equal(usage, undefined);
    });

    it('lists models with the day of their end', async () => {
      const { data } = await openai.models.list();
      const dates = new Map(
        data.map((model) => [model.id, (model as { shutdown_date?: string | null }).shutdown_date]),
      );
      assert.equal(dates.get('dall-e-3'), '2026-05-12');
      assert.equal(dates.get('gpt-image-2.6-flare'), null);
      assert.equal((await openai.models.retrieve('gpt-image-1.5')).object, 'model');
    });

    it('meets errors as its own classes', async () => {
      await assert.rejects(
        openai.images.generate({ prompt: '[fail:rate_limited]' }),
        (error) => error instanceof RateLimitError && error.code === 'rate_limit_exceeded',
      );
      await assert.rejects(openai.images.generate({ prompt: '[drop]' }), APIConnectionError);
      await assert.rejects(openai.images.generate({ prompt: '[fail:bare_404]' }), {
        message: '404 status code (no body)',
      });
      await assert.rejects(openai.images.generate({ prompt: '[fail:bad_json]' }), SyntaxError);
      await assert.rejects(openai.images.generate({ prompt: '[fail:truncated]' }));
      await assert.rejects(
        async () => {
          for await (const event of await openai.images.generate({ prompt: '[fail:stream_error]', stream: true }))
            assert.fail(event.type);
        },
        { code: 'server_error', status: undefined },
      );
    });

    it('aborts', async () => {
      const gone = new AbortController();
      const call = openai.images.generate({ prompt: '[fail:hang]' }, { signal: gone.signal });
      setTimeout(() => gone.abort(), 20);
      await assert.rejects(call, APIUserAbortError);
    });
  });
}
