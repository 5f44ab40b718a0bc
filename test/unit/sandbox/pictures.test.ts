import assert from 'node:assert/strict';
import { decode as decodePng } from 'fast-png';
import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';
import { decodePixels } from '../../../src/core/sandbox/drawing/picture-files.ts';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { answerOf, drawPicture, openSandbox, picturesOf, postJson } from './support.ts';

describe('pictures of the sandbox', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  before(() => {
    sandbox = openSandbox();
  });
  after(() => sandbox.dispose());

  const generate = (body: Readonly<Record<string, unknown>>): Promise<Buffer<ArrayBuffer>> =>
    drawPicture(sandbox, { prompt: 'a fox', ...body });

  for (const [format, mime] of [
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['webp', 'image/webp'],
    ['gif', 'image/gif'],
  ] as const) {
    it(`are ${format} files of the asked size`, async () => {
      const file = await generate({
        size: '1536x864',
        output_format: format,
        ...(format === 'gif' ? { frame_count: 3 } : {}),
      });
      assert.equal((await fileTypeFromBuffer(file))?.mime, mime);
      const { width, height } = imageSize(file);
      assert.deepEqual([width, height], [1536, 864]);
    });
  }

  for (const [model, size] of [
    ['dall-e-2', '256x256'],
    ['gpt-image-1', '1024x1536'],
    ['gpt-image-2.6-flare', '3840x2160'],
    ['gpt-image-2', '1440x480'],
    ['somebodys-model', '640x360'],
  ] as const) {
    it(`of ${model} at ${size} decode with another decoder`, async () => {
      const asBase64 = model === 'dall-e-2' ? { response_format: 'b64_json' } : {};
      const file = await generate({ model, size, ...asBase64 });
      const { width, height, channels } = decodePng(file);
      assert.equal(`${width}x${height}`, size);
      assert.equal(channels, 3);
    });
  }

  it('are the same bytes for the same request, in another sandbox too', async () => {
    const other = openSandbox();
    try {
      const body = { prompt: 'Harbour at dawn', size: '1024x1024' };
      assert.deepEqual(await drawPicture(other, body), await drawPicture(sandbox, body));
    } finally {
      await other.dispose();
    }
  });

  it('differ by prompt, and by their place in one call', async () => {
    const body = { prompt: 'Harbour at dawn', n: 3, size: '1024x1024', quality: 'low' };
    const pictures = await picturesOf(await postJson(sandbox, '/images/generations', body));
    const other = await generate({ prompt: 'Harbour at night', size: '1024x1024', quality: 'low' });
    assert.equal(new Set([...pictures, other].map((bytes) => bytes.toString('base64'))).size, 4);
  });

  for (const format of ['png', 'webp'] as const) {
    it(`have real transparency in ${format} when asked for`, async () => {
      const file = await generate({ background: 'transparent', output_format: format });
      const { data, width, height } = await decodePixels(file);
      const alphaAt = (x: number, y: number): number | undefined => data[(y * width + x) * 4 + 3];
      assert.deepEqual([alphaAt(0, 0), alphaAt(width - 1, height - 1)], [0, 0]);
      assert.equal(alphaAt(width / 2, Math.round(height * 0.4)), 255);
    });
  }

  it('show the first words of the prompt in letters', async () => {
    const words = await generate({ prompt: 'HELLO' });
    const wordless = await generate({ prompt: '🦊' });
    const [a, b] = [decodePng(words), decodePng(wordless)];
    const light = (picture: typeof a): number => {
      let count = 0;
      for (let y = 900; y < 1000; y++) {
        for (let x = 40; x < 300; x++) {
          const offset = (y * picture.width + x) * picture.channels;
          if ([0, 1, 2].every((part) => (picture.data[offset + part] ?? 0) > 240)) count++;
        }
      }
      return count;
    };
    assert.ok(light(a) > 300, `${light(a)} light pixels`);
    assert.notEqual(light(a), light(b));
  });

  it('leave directives out of the caption', async () => {
    const plain = await generate({ prompt: 'a quiet lake' });
    const directed = await generate({ prompt: '[delay:1] a quiet lake [fail:500:0]' });
    assert.deepEqual(directed, plain);
  });

  it('have more detail at higher quality', async () => {
    const low = await generate({ quality: 'low', prompt: 'forest at night' });
    const max = await generate({ quality: 'max', prompt: 'forest at night' });
    assert.ok(max.length > low.length * 1.1, `${low.length} and ${max.length} bytes`);
  });

  it('are animated as gif, with the asked number of frames and time', async () => {
    const file = await generate({ output_format: 'gif', frame_count: 4, frame_duration_ms: 120 });
    const delays = gifDelays(file);
    assert.deepEqual(delays, [12, 12, 12, 12]);
    assert.ok(file.includes('NETSCAPE2.0'));
  });

  it('are SVG without scripts and links, with usage of the model that wrote it', async () => {
    const response = await postJson(sandbox, '/images/generations', {
      prompt: 'a <fox> & "friends"',
      output_format: 'svg',
      size: '1536x1024',
      svg: { model: 'gpt-6.1-terra' },
    });
    const answer = await answerOf(response);
    const text = Buffer.from(answer.data[0]?.b64_json ?? '', 'base64').toString('utf8');
    assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="1536" height="1024"/);
    assert.match(text, /<title>a &#60;fox&#62; &#38; &#34;friends&#34;<\/title>/);
    assert.ok(text.trimEnd().endsWith('</svg>'));
    assert.doesNotMatch(text, /<script|<foreignObject|href="http|\bon\w+=|NaN|undefined/);
    assert.deepEqual(answer.svg_usage?.['model'], 'gpt-6.1-terra');
  });

  it('get smaller as jpeg with more compression', async () => {
    const best = await generate({ output_format: 'jpeg', output_compression: 100 });
    const small = await generate({ output_format: 'jpeg', output_compression: 30 });
    assert.ok(small.length < best.length / 2);
  });

  it('take the shape that the prompt suggests when size is auto', async () => {
    assert.equal(
      (await answerOf(await postJson(sandbox, '/images/generations', { prompt: 'a poster of a fox', size: 'auto' })))
        .size,
      '1024x1536',
    );
    assert.equal(
      (await answerOf(await postJson(sandbox, '/images/generations', { prompt: 'a fox' }))).size,
      '1024x1024',
    );
  });
});

/** Delays of all frames in hundredths of a second, by walking the blocks of the file. */
function gifDelays(file: Buffer): number[] {
  const delays: number[] = [];
  const flags = file[10] ?? 0;
  let offset = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const skipBlocks = (): void => {
    while ((file[offset] ?? 0) > 0) offset += (file[offset] ?? 0) + 1;
    offset++;
  };
  while (file[offset] !== 0x3b && offset < file.length) {
    if (file[offset] === 0x21) {
      if (file[offset + 1] === 0xf9) delays.push(file.readUInt16LE(offset + 4));
      offset += 2;
      skipBlocks();
    } else {
      const local = file[offset + 9] ?? 0;
      offset += 10 + (local & 0x80 ? 3 * 2 ** ((local & 7) + 1) : 0) + 1;
      skipBlocks();
    }
  }
  return delays;
}
